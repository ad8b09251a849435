"""A server puts policies in force, takes up what others put in force, and says when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from structlog.testing import capture_logs

from guardrails.audit.policies import keep_policy
from guardrails.live import LiveGate
from guardrails.model.context import Principal
from guardrails.policy.bundle import bundle_bytes
from guardrails.policy.codec import policy_bytes
from guardrails.policy.load import load_policy
from guardrails.review.in_force import in_force
from guardrails.surfaces.http import activating
from tests.e2e import nimbrel
from tests.surfaces.http.serving import Served, assert_problem, served

PATH = "/v1/policies/activations"
HEAD = Principal("person", "head-of-content")
LEAD = Principal("person", "brand-lead")
NOTED = {"note": "kanarienvogel-7f3a"}
RULE = "policies/nimbrel-brand/unsubscribe.yaml"


@pytest.fixture
def http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Serve a copy of the fixture workspace that tests may change; the watch leaves them alone."""
    monkeypatch.setattr(activating, "WATCH_S", 3600)
    with served(tmp_path, workspace=nimbrel.copy_of_workspace(tmp_path / "nimbrel")) as one:
        yield one


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The same with a watch that looks all the time."""
    monkeypatch.setattr(activating, "WATCH_S", 0.01)
    with served(tmp_path, workspace=nimbrel.copy_of_workspace(tmp_path / "nimbrel")) as one:
        yield one


def change(tmp_path: Path, severity: str = "critical") -> str:
    """Give a rule of the workspace another severity; the digest of what its files say comes back."""
    change_file(tmp_path, severity)
    return load_policy(tmp_path / "nimbrel").digest


def change_file(tmp_path: Path, severity: str) -> None:
    """Give a rule of the workspace another severity, known or not."""
    file = tmp_path / "nimbrel" / RULE
    text = file.read_text()
    assert "severity: " in text
    file.write_text(text.replace("severity: ", f"severity: {severity} # ", 1))


def put(http: Served, body: Any, header: dict[str, str] | None = None) -> Any:
    """POST an activation, by default with a key of the head of content."""
    return http.client.post(PATH, json=body, headers=header or http.key("operate", principal=HEAD))


def propose(http: Served, body: Any = NOTED, principal: Principal = LEAD) -> Any:
    """POST a proposal, by default the brand lead's of what lies in the workspace."""
    return http.client.post("/v1/policies/proposals", json=body, headers=http.key("operate", principal=principal))


def agree(http: Served) -> Any:
    """Have one person propose what lies in the workspace, and another one put it in force."""
    assert 200 == propose(http).status_code
    return put(http, NOTED)


def serving(http: Served) -> str:
    """What the server serves."""
    return str(http.client.get("/readyz").json()["policy"])


def test_what_lies_in_the_workspace_is_put_in_force_and_served(http: Served, tmp_path: Path) -> None:
    """The answer says what differs and what is served; the next check is made with it."""
    before, after = http.gate.policy.digest, change(tmp_path)
    with capture_logs() as events:
        done = agree(http)
    checked = http.check(headers=http.key("check"))

    assert 200 == done.status_code
    answer = done.json()
    assert ("activated", after, after) == (answer["event"], answer["policy_digest"], answer["serving"])
    assert ("head-of-content", "brand-lead") == (answer["approved_by"], answer["proposed_by"])
    assert after == in_force(http.gate.log)
    assert after == serving(http) == checked.json()["assessment"]["policy"]["digest"]
    (swapped,) = [event for event in events if event["event"] == "policy_swapped"]
    assert (before, after) == (swapped["before"], swapped["policy_digest"])
    assert "guardrails_policy_swaps_total 1.0" in http.client.get("/metrics").text
    assert "kanarienvogel" not in str(events)


def test_the_catalogue_is_that_of_the_policy_served(http: Served, tmp_path: Path) -> None:
    """Rules and the OpenAPI document follow the swap."""
    digest = change(tmp_path)
    agree(http)
    reading = http.key("read")
    rule = RULE.split("/", 1)[1].removesuffix(".yaml").replace("/", ".")

    assert digest == http.client.get("/v1/policies", headers=reading).json()["digest"]
    assert "critical" == http.client.get(f"/v1/policies/{rule}", headers=reading).json()["severity"]


def test_a_rollback_goes_back_and_forth(http: Served, tmp_path: Path) -> None:
    """By “previous” or a digest; the history is read back, newest first."""
    agree(http)
    first, second = in_force(http.gate.log), change(tmp_path)
    agree(http)
    back = put(http, {"rollback": "previous"}).json()
    forth = put(http, {"rollback": second[:20]}).json()
    history = http.client.get(PATH, headers=http.key("read")).json()

    assert (first, second) == (back["serving"], forth["serving"])
    assert [second, first, second, first] == [one["policy_digest"] for one in history["activations"]]
    assert second == history["serving"]


def test_a_broken_workspace_is_422_and_says_what_goes_on(http: Served, tmp_path: Path) -> None:
    """The mistake with its place; nothing changes."""
    agree(http)
    digest = in_force(http.gate.log)
    change_file(tmp_path, "critical")
    propose(http)
    change_file(tmp_path, "dreadful")
    assert_problem(propose(http), 422, "wrong-value")
    document = assert_problem(put(http, NOTED), 422, "wrong-value")

    assert document["place"].startswith(RULE)
    assert f"Nothing was activated: {digest} is in force" in document["help"]
    assert digest == serving(http) == in_force(http.gate.log)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"proposed_by": "brand-lead"}, 422, "proposal-needed"),
        ({}, 422, "proposer-missing"),
        ({"rollback": "previous"}, 422, "nothing-before"),
        ({"rollback": "0000000000"}, 422, "policy-unknown"),
        ({"proposed_by": 7}, 422, "bad-body"),
        ({"force": True}, 422, "bad-body"),
        ([], 422, "bad-body"),
    ],
)
def test_a_bad_request_changes_nothing(http: Served, body: Any, status: int, code: str) -> None:
    """Each is a problem document of the one shape."""
    assert_problem(put(http, body), status, code)
    assert "" == in_force(http.gate.log)


def test_no_json_is_400(http: Served) -> None:
    """As everywhere."""
    header = http.key("operate", principal=HEAD) | {"Content-Type": "application/json"}

    assert_problem(http.client.post(PATH, content=b"{", headers=header), 400, "bad-json")


def test_it_takes_a_person_with_the_scope(http: Served) -> None:
    """A reviewer's key is 403; an agent's is refused whatever its scopes."""
    propose(http)
    assert_problem(put(http, NOTED, http.key("review", principal=HEAD)), 403, "forbidden")
    assert_problem(put(http, NOTED, http.key("operate")), 403, "person-needed")
    assert_problem(propose(http, principal=nimbrel.AGENT), 403, "person-needed")


def test_what_is_in_force_already_is_409(http: Served) -> None:
    """It is proposed by nobody and gone back to by nobody."""
    digest = agree(http).json()["policy_digest"]

    assert_problem(propose(http), 409, "already-in-force")
    assert_problem(put(http, {"rollback": digest}), 409, "already-in-force")


def test_a_proposal_waits_for_another_person(http: Served) -> None:
    """It is listed until a policy is put in force; who proposed it does not approve it, whatever key they use."""
    record_id = propose(http).json()["record_id"]
    listed = http.client.get(PATH, headers=http.key("read")).json()["proposals"]
    assert_problem(put(http, NOTED, http.key("operate", principal=LEAD)), 422, "same-person")
    put(http, NOTED)
    after = http.client.get(PATH, headers=http.key("read")).json()["proposals"]
    *_, activated = [one for _, one in http.gate.log.records() if one.type == "policy_activated"]

    assert [record_id] == [one["record_id"] for one in listed]
    assert ([], record_id) == (after, activated.text("proposal"))


def test_two_roles_of_one_person_are_one(http: Served, tmp_path: Path) -> None:
    """By the name of their keys."""
    header = http.key("operate", principal=LEAD, person="ada")
    http.client.post("/v1/policies/proposals", json={}, headers=header)

    assert_problem(put(http, {}, http.key("operate", principal=HEAD, person="ada")), 422, "same-person")
    assert 200 == put(http, {}, http.key("operate", principal=HEAD, person="ben")).status_code


def test_what_changes_after_the_proposal_is_not_agreed(http: Served, tmp_path: Path) -> None:
    """A proposal is for the files as they were."""
    propose(http)
    change(tmp_path)

    assert_problem(put(http, NOTED), 422, "proposal-differs")
    assert "" == in_force(http.gate.log)


def test_going_further_back_takes_two(http: Served, tmp_path: Path) -> None:
    """One person goes back to what was in force before, not to what was before that."""
    first = agree(http).json()["policy_digest"]
    for severity in ("critical", "low"):
        change(tmp_path, severity)
        agree(http)
    assert_problem(put(http, {"rollback": first}), 422, "proposer-missing")
    propose(http, {"policy": first[:20]})

    assert first == put(http, {"rollback": first}).json()["serving"]


def record(http: Served, digest: str, policy: bytes, bundle: bytes) -> None:
    """Put a policy in force as another process does: by a record."""
    kept = keep_policy(http.gate.log, policy, bundle)
    body = {"event": "activated", "policy_digest": digest, "role": "head-of-content", **kept}
    http.gate.log.append("policy_activated", body)


def refuse(http: Served) -> dict[str, Any]:
    """Put a policy in force that this version cannot read; the line that the log has about it comes back."""
    with capture_logs() as events:
        record(http, "sha256:00", b"of another version", b"{}")
        assert any("refused" in http.client.get("/readyz").json() for _ in range(1000))
        assert any("_refused_total{" in http.client.get("/metrics").text for _ in range(1000))
    (line,) = [dict(event) for event in events if event["event"] == "policy_refused"]
    return line


def test_what_cannot_be_started_leaves_the_old_one_and_is_told(watched: Served) -> None:
    """Ready stays green and names it, a metric counts it, a log line has the code."""
    serves = watched.gate.policy.digest
    line = refuse(watched)
    ready = watched.client.get("/readyz")

    assert ("sha256:00", "policy-outdated", serves) == (line["policy_digest"], line["code"], line["serving"])
    assert 200 == ready.status_code
    assert (serves, {"policy": "sha256:00", "code": "policy-outdated"}) == (
        ready.json()["policy"],
        ready.json()["refused"],
    )
    assert 'guardrails_policies_refused_total{code="policy-outdated"} 1.0' in watched.client.get("/metrics").text
    assert serves == watched.check().json()["assessment"]["policy"]["digest"]


def test_readiness_with_a_refused_policy_is_as_described(watched: Served) -> None:
    """It satisfies its schema."""
    refuse(watched)
    schema = watched.client.get("/openapi.json").json()["components"]["schemas"]["Ready"]

    assert jsonschema_rs.is_valid(schema, watched.client.get("/readyz").json())


def test_an_activation_mends_it(watched: Served, tmp_path: Path) -> None:
    """Nothing is refused any more."""
    refuse(watched)
    digest = change(tmp_path)

    assert digest == agree(watched).json()["serving"] == serving(watched)
    assert {"policy", "records"} == set(watched.client.get("/readyz").json())


def test_the_watch_takes_up_what_another_process_puts_in_force(watched: Served, tmp_path: Path) -> None:
    """Without being asked."""
    digest = change(tmp_path)
    policy = load_policy(tmp_path / "nimbrel")
    record(watched, digest, policy_bytes(policy), bundle_bytes(policy.bundle))

    assert digest in (serving(watched) for _ in range(1000))


def test_the_watch_survives_what_it_meets(watched: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a defect is a line in the log, and the next look works."""
    with capture_logs() as events, monkeypatch.context() as broken:
        broken.setattr(LiveGate, "refresh", lambda _self: 1 / 0)
        until_seen = (any(one["event"] == "policy_watch_failed" for one in events) for _ in range(10_000))
        assert any(serving(watched) and seen for seen in until_seen)
    digest = change(tmp_path)
    policy = load_policy(tmp_path / "nimbrel")
    record(watched, digest, policy_bytes(policy), bundle_bytes(policy.bundle))

    assert digest in (serving(watched) for _ in range(1000))


def test_an_activation_is_as_described(http: Served, tmp_path: Path) -> None:
    """What is answered, and what is listed, satisfy their schema."""
    document = http.client.get("/openapi.json").json()["components"]["schemas"]
    schema = document["Activation"]
    change(tmp_path)
    proposal = propose(http).json()
    done = put(http, NOTED).json()
    listed = http.client.get(PATH, headers=http.key("read")).json()["activations"]

    assert jsonschema_rs.is_valid(schema, done)
    assert jsonschema_rs.is_valid(document["Proposal"], proposal)
    assert [True] == [jsonschema_rs.is_valid(schema, one) for one in listed]
