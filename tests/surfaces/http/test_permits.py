"""Permits over HTTP."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from guardrails.audit.dsse import envelope_json
from guardrails.audit.permit import permit_of
from guardrails.audit.permit_proof import parsed_permit_proof
from guardrails.audit.revocations import trusted_revocations
from guardrails.audit.signing import rotate, signer
from guardrails.audit.store import SIGNING_KEY
from guardrails.audit.trust import parsed_trust
from guardrails.backends.documents.rendered import html_of
from guardrails.model.context import Principal
from guardrails.render.permit_schemas import PERMIT, PERMITS, PUBLICATION, PUBLICATIONS, VERIFICATION
from guardrails.render.review_schemas import RECORDED
from tests.e2e import nimbrel
from tests.permit.forms import JO, sealed, vkey
from tests.surfaces.http.serving import Served, assert_problem, bodies


def person(http: Served, *scopes: str, role: str = "legal-counsel", name: str = "ada") -> dict[str, str]:
    """The header of a person."""
    return http.key(*scopes, principal=Principal("person", role), person=name)


@pytest.fixture
def agent(http: Served) -> dict[str, str]:
    """The header of the agent that submits."""
    return http.key("check")


def issued(http: Served, agent: dict[str, str]) -> Any:
    """The permit of the draft that passes."""
    check = http.check(headers=agent).json()["check_id"]
    answer = http.client.post(f"/v1/checks/{check}/permit", headers=agent)
    assert 200 == answer.status_code, answer.text
    return answer.json()


def verified(http: Served, permit: Any, headers: dict[str, str], **asked: Any) -> Any:
    """What the server says of the page of the draft that passes."""
    page = html_of(nimbrel.draft(nimbrel.PASSING).fields[0].text)
    body = {"fields": [{"id": "body", "text": page, "format": "html"}], "permit": permit, **asked}
    answer = http.client.post("/v1/permits:verify", json=body, headers=headers)
    assert jsonschema_rs.is_valid(VERIFICATION, answer.json()), answer.text
    return answer.json()["may_publish"], [one["code"] for one in answer.json()["refusals"]]


def test_a_permit_is_issued_shown_verified_and_listed(http: Served, agent: dict[str, str]) -> None:
    """Each answer is as described; issuing again gives the same."""
    permit = issued(http, agent)
    shown = http.client.get(f"/v1/permits/{permit['permit_id']}", headers=agent).json()
    listed = http.client.get("/v1/permits", headers=agent).json()

    assert permit == shown == issued_again(http, permit, agent)
    assert jsonschema_rs.is_valid(PERMIT, permit)
    assert jsonschema_rs.is_valid(PERMITS, listed)
    assert [permit["permit_id"]] == [one["permit_id"] for one in listed["permits"]]
    assert (True, []) == verified(http, permit["permit"], agent, channel="newsletter")
    assert (False, ["content"]) == verified(http, permit["permit"], agent, exact=True)
    assert (False, ["market"]) == verified(http, permit["permit"], agent, market="us")


def issued_again(http: Served, permit: Any, agent: dict[str, str]) -> Any:
    """The permit for the same check once more."""
    return http.client.post(f"/v1/checks/{permit['check_id']}/permit", headers=agent).json()


def test_a_revoked_permit_is_refused(http: Served, agent: dict[str, str]) -> None:
    """By the server at once, and by whoever has the list."""
    permit = issued(http, agent)
    lead = person(http, "operate")
    path = f"/v1/permits/{permit['permit_id']}/revocation"
    assert_problem(http.client.post(path, json={"reason": "x"}, headers=agent), 403, "forbidden")
    done = http.client.post(path, json={"reason": "A wrong price."}, headers=lead)
    listed = http.client.get("/v1/permits/revocations", headers=agent)
    trust = parsed_trust(http.client.get("/v1/permits/trust", headers=agent).content)

    assert jsonschema_rs.is_valid(RECORDED, done.json())
    assert "text/plain; charset=utf-8" == listed.headers["content-type"]
    assert ((permit["permit_id"], "revoked"),) == trusted_revocations(listed.content, trust).revoked
    assert (False, ["revoked"]) == verified(http, permit["permit"], agent)
    assert_problem(http.client.post(path, json={"reason": "x"}, headers=lead), 409, "permit-revoked")
    assert_problem(http.client.post(f"/v1/checks/{permit['check_id']}/permit", headers=agent), 409, "permit-revoked")


def test_a_proof_holds(http: Served, agent: dict[str, str]) -> None:
    """It leads from the permit's record to a checkpoint of this ledger."""
    permit = issued(http, agent)
    payload = base64.b64decode(permit["permit"]["payload"])
    proof = parsed_permit_proof(http.client.get(f"/v1/permits/{permit['permit_id']}/proof", headers=agent).content)
    trust = parsed_trust(http.client.get("/v1/permits/trust", headers=agent).content)

    assert proof.holds(payload, permit_of(payload), trust)
    assert not proof.holds(payload + b" ", permit_of(payload), trust)


def test_a_permit_by_a_stolen_key_holds_if_it_was_on_record(http: Served, agent: dict[str, str]) -> None:
    """The server looks it up itself; one that only the thief has is refused."""
    permit, log = issued(http, agent), http.gate.log
    kept = log.keys.part_key(SIGNING_KEY, signer(log, "permit").key.vkey)
    assert kept is not None
    said = permit_of(base64.b64decode(permit["permit"]["payload"]))
    forged = sealed(replace(said, id="prm_" + "0" * 26), kept.key)
    http.gate.clock.ms += 2  # type: ignore[attr-defined] # a clock of the tests
    rotate(log, "permit", approved_by=("ana", "ben"), compromised_since_ms=http.gate.clock() - 1)

    assert (True, []) == verified(http, permit["permit"], agent)
    assert (False, ["key-compromised"]) == verified(http, envelope_json(forged), agent)


def test_two_people_break_glass(http: Served, agent: dict[str, str]) -> None:
    """The first is told that it is on record; the second gets the permit."""
    body = {
        **bodies("The light of Lampadio is dull."),
        "context": {"channel": "blog", "market": "uk", "locale": "en-GB"},
    }
    check = http.check(body, headers=agent).json()["check_id"]
    path, why = f"/v1/checks/{check}/break-glass", {"reason": "A recall."}
    first = http.client.post(path, json=why, headers=person(http, "review"))
    second = http.client.post(path, json=why, headers=person(http, "review", name="ben"))

    assert_problem(http.client.post(path, json=why, headers=agent), 403, "forbidden")
    assert_problem(http.client.post(f"/v1/checks/{check}/permit", headers=agent), 409, "not-passed")
    assert "break-glass-asked" == first.json()["what"]
    assert ("BREAK_GLASS", "") == (second.json()["level"], second.json()["accountable"])


def test_people_register_their_keys(http: Served) -> None:
    """Their own, and a key is one."""
    lead = person(http, "review")
    added = http.client.post("/v1/approver-keys", json={"vkey": vkey(JO)}, headers=lead)
    trust = parsed_trust(http.client.get("/v1/permits/trust", headers=lead).content)

    assert 200 == added.status_code, added.text
    assert ["legal-counsel"] == [key.role for key in trust.keys if key.purpose == "approver"]
    assert_problem(http.client.post("/v1/approver-keys", json={"vkey": vkey(JO)}, headers=lead), 409, "key-in-use")
    assert_problem(http.client.post("/v1/approver-keys", json={"vkey": "x"}, headers=lead), 422, "trust-unreadable")
    assert 200 == http.client.request("DELETE", "/v1/approver-keys", json={"vkey": vkey(JO)}, headers=lead).status_code
    assert_problem(
        http.client.request("DELETE", "/v1/approver-keys", json={"vkey": vkey(JO)}, headers=lead), 404, "key-unknown"
    )


def test_what_is_not_there_is_said(http: Served, agent: dict[str, str]) -> None:
    """Problem documents of the one shape."""
    assert_problem(http.client.get("/v1/permits/prm_x", headers=agent), 404, "permit-unknown")
    assert_problem(http.client.get("/v1/permits/prm_x/proof", headers=agent), 404, "permit-unknown")
    assert_problem(http.client.post("/v1/checks/chk_x/permit", headers=agent), 404, "not-found")
    assert_problem(http.client.get("/v1/permits/revocations"), 401, "unauthorized")
    assert_problem(http.client.post("/v1/permits:verify", json={}, headers=agent), 422, "bad-body")


def test_the_examples_are_bodies(http: Served, agent: dict[str, str]) -> None:
    """What the document shows is understood: the permit in it is none, and so nothing may be published."""
    document = http.client.get("/openapi.json").json()
    example = document["paths"]["/v1/permits:verify"]["post"]["requestBody"]["content"]["application/json"]["example"]
    answer = http.client.post("/v1/permits:verify", json=example, headers=agent).json()

    assert (False, ["permit-unreadable"]) == (answer["may_publish"], [one["code"] for one in answer["refusals"]])


def test_publications_are_reported_and_listed(http: Served, agent: dict[str, str]) -> None:
    """Whoever publishes says so; what came of it is the answer, and on the list."""
    permit = issued(http, agent)
    body = {"url": "https://nimbrel.example/a", "published_at": permit["not_before"], "permit": permit["permit_id"]}
    added = http.client.post("/v1/published", json=body, headers=agent).json()
    http.client.post(
        "/v1/published", json={**body, "permit": "prm_x", "url": "https://nimbrel.example/b"}, headers=agent
    )
    listed = http.client.get("/v1/published?until=2026-11-23", headers=http.key("read")).json()

    assert ("permitted", permit["permit_id"]) == (added["outcome"], added["permit_id"])
    assert jsonschema_rs.is_valid(PUBLICATION, added)
    assert jsonschema_rs.is_valid(PUBLICATIONS, listed)
    assert ["permitted", "no-permit"] == [one["outcome"] for one in listed["publications"]]
    assert [] == http.client.get("/v1/published?since=2026-11-24", headers=http.key("read")).json()["publications"]
    later = {**body, "published_at": "2030-01-01"}
    assert_problem(http.client.post("/v1/published", json=later, headers=agent), 422, "published-later")
    assert_problem(http.client.post("/v1/published", json={}, headers=agent), 422, "bad-body")


@pytest.mark.parametrize("key", ["channel", "market", "locale"])
def test_an_empty_place_is_no_place(http: Served, agent: dict[str, str], key: str) -> None:
    """A variable that nobody set asks for nothing: it is refused, not passed over."""
    body = {"fields": [{"id": "body", "text": "a", "format": "html"}], "permit": {}, key: ""}

    assert_problem(http.client.post("/v1/permits:verify", json=body, headers=agent), 422, "bad-body")
