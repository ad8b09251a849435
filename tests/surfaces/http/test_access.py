"""Who may call: keys are bound to a principal, to parts of the workspace and to scopes."""

import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from guardrails.audit.keys import ApiKeys
from guardrails.errors import SettingsError
from guardrails.model.context import Actor, Principal
from guardrails.surfaces.http.access import authenticator
from guardrails.surfaces.http.app import application
from guardrails.surfaces.http.server import serve
from guardrails.wiring import settings
from tests.e2e import nimbrel
from tests.gates import activations_over, gate_in, live_over
from tests.surfaces.http.serving import Served, assert_problem, passing


def codes(answer) -> set[str]:
    """The reasons of an answer."""
    return {reason["code"] for reason in answer.json()["assessment"]["reasons"]}


def test_without_keys_the_operator_calls(http: Served) -> None:
    """On loopback, without keys, the principal of the settings submits."""
    answer = http.check()

    assert "pass" == answer.headers["Guardrails-Verdict"]
    assert answer.json()["binding"]


def test_a_key_establishes_its_agent(http: Served) -> None:
    """The mandate that counts is that of the key's agent."""
    mine = http.check(headers=http.key("check"))
    other = http.check(headers=http.key("check", principal=Principal("agent", "creative")))

    assert "pass" == mine.headers["Guardrails-Verdict"]
    assert {"ready-needs-person"} == codes(other)


def test_a_person_answers_for_what_they_submit(http: Served) -> None:
    """The key of a role makes that role accountable."""
    answer = http.check(headers=http.key("check", principal=Principal("person", "head-of-content")))

    assert "pass" == answer.headers["Guardrails-Verdict"]
    assert "head-of-content" in answer.json()["assessment"]["accountable"]


@pytest.mark.parametrize(
    ("permitted", "claimed"),
    [
        ({"channels": ["blog"]}, {"channel": "newsletter"}),
        ({"markets": ["uk"]}, {"market": "de"}),
        ({"locales": ["en-GB"]}, {"locale": "de-DE"}),
    ],
)
def test_a_key_is_bound_to_its_part_of_the_workspace(http: Served, permitted: dict, claimed: dict) -> None:
    """A value that the key does not permit is a conflict, and a conflict escalates."""
    answer = http.check({**passing(), "context": claimed}, headers=http.key("check", **permitted))

    assert "escalate" == answer.headers["Guardrails-Verdict"]
    conflicts = answer.json()["assessment"]["context"]["conflicts"]
    assert set(claimed.items()) <= {(one["key"], one["claimed"]) for one in conflicts}


def test_a_key_for_the_right_part_passes(http: Served) -> None:
    """What the key permits is established."""
    header = http.key("check", brands=["nimbrel"], channels=["newsletter"], markets=["de"], locales=["de-DE"])
    answer = http.check(headers=header)

    assert "pass" == answer.headers["Guardrails-Verdict"]
    assert ["newsletter"] == answer.json()["assessment"]["context"]["established"]["channel"]


def test_a_revoked_key_is_refused_at_once(http: Served) -> None:
    """Revoking ends the next request, and leaves nobody the operator's place."""
    header = http.key("check")
    before = http.check(headers=header)
    http.keys.revoke(http.keys.list()[0].id)

    assert 200 == before.status_code
    assert_problem(http.check(headers=header), 401, "unauthorized")
    assert_problem(http.check(), 401, "unauthorized")


@pytest.mark.parametrize(
    ("scope", "method", "path", "params"),
    [
        ("check", "POST", "/v1/checks", {}),
        ("simulate", "POST", "/v1/checks", {"as_of": nimbrel.AS_OF}),
        ("read", "GET", "/v1/policies", {}),
        ("read", "GET", "/v1/policies/eu-claims.superlatives-en", {}),
    ],
)
def test_each_scope_opens_its_routes_and_no_others(
    http: Served, scope: str, method: str, path: str, params: dict
) -> None:
    """`check` submits, `simulate` asks what would be, `read` reads."""
    for held in ("check", "read", "simulate"):
        json = passing() if method == "POST" else None
        answer = http.client.request(method, path, headers=http.key(held), params=params, json=json)
        assert (403 if held != scope else 200) == answer.status_code or (held == scope and 404 == answer.status_code)


def test_an_answer_is_read_with_the_scope_read(http: Served) -> None:
    """The ledger's answer is the one that was given."""
    given = http.check(headers=http.key("check")).json()

    again = http.client.get(f"/v1/checks/{given['check_id']}", headers=http.key("read"))

    for key in ("schema", "check_id", "binding", "assessment", "assessment_sha256", "audit"):
        assert given[key] == again.json()[key]
    assert "pass" == again.headers["Guardrails-Verdict"]


def test_a_simulation_does_not_bind(http: Served) -> None:
    """With `as_of` nothing is decided."""
    answer = http.check(params={"as_of": "2026-11-23T09:00:00Z"})

    assert not answer.json()["binding"]
    assert "2026-11-23T09:00:00.000Z" == answer.json()["assessment"]["as_of"]


def test_keys_are_looked_up_off_the_event_loop(tmp_path: Path) -> None:
    """SQLite never blocks the thread that serves everybody."""
    gate, seen = gate_in(tmp_path), set()

    def authenticate(header: str):
        seen.add(threading.current_thread().name.partition("_")[0])
        return authenticator(ApiKeys(gate.log), Actor(nimbrel.AGENT))(header)

    with TestClient(application(live_over(gate), activations_over(gate), authenticate, threads=1)) as client:
        client.post("/v1/checks", json=passing())
        client.get("/v1/policies")
    gate.close()

    assert {"short"} == seen


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.com"])
def test_without_keys_only_loopback_is_served(tmp_path: Path, host: str) -> None:
    """Who has no keys does not open the gate to the network."""
    gate = gate_in(tmp_path)
    chosen = settings(nimbrel.WORKSPACE, {"GUARDRAILS_HOST": host})

    with pytest.raises(SettingsError) as caught:
        serve(live_over(gate), activations_over(gate), ApiKeys(gate.log), chosen)

    assert "not-loopback" == caught.value.code


def test_a_port_that_is_taken_is_a_wrong_setting(tmp_path: Path) -> None:
    """It is exit 2, never the web server's own 1, which would say revise."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        gate = gate_in(tmp_path)
        chosen = settings(nimbrel.WORKSPACE, {"GUARDRAILS_PORT": str(other.getsockname()[1])})
        with pytest.raises(SettingsError) as caught:
            serve(live_over(gate), activations_over(gate), ApiKeys(gate.log), chosen)

    assert "bad-address" == caught.value.code
