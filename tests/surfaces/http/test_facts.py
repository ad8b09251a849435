"""Facts are withdrawn and restored over HTTP, and the texts that rest on them are found."""

from __future__ import annotations

import jsonschema_rs
import pytest

from guardrails.model.context import Principal
from guardrails.render import review_schemas
from tests.surfaces.http.serving import Served, assert_problem

PERSON = Principal("person", "head-of-content")
PATH = "/v1/facts/N-001/withdrawal"
WHY = {"reason": "It was measured with another bulb."}


def statuses(http: Served, header: dict[str, str]) -> dict[str, str]:
    """The status of every fact by its id."""
    return {one["id"]: one["status"] for one in http.client.get("/v1/facts", headers=header).json()["facts"]}


def test_a_fact_is_withdrawn_and_restored(http: Served) -> None:
    """The list follows, and what is answered is as described."""
    operator = http.key("operate", principal=PERSON)
    before = statuses(http, operator)["N-001"]
    gone = http.client.post(PATH, json=WHY, headers=operator).json()
    between = statuses(http, operator)["N-001"]
    back = http.client.request("DELETE", PATH, json=WHY, headers=operator).json()

    assert (before, "withdrawn", before) == ("usable", between, statuses(http, operator)["N-001"])
    assert ("fact-withdrawn", "fact-restored") == (gone["what"], back["what"])
    assert jsonschema_rs.is_valid(review_schemas.FACT_CHANGE, gone)
    assert jsonschema_rs.is_valid(review_schemas.FACTS, http.client.get("/v1/facts", headers=operator).json())


def test_texts_are_found_by_a_phrase(http: Served) -> None:
    """By the newest check of each."""
    check = http.check(headers=http.key("check")).json()["check_id"]
    operator = http.key("operate", principal=PERSON)
    found = http.client.get("/v1/mentions", params={"what": "rule:no.such"}, headers=operator).json()
    said = http.client.get("/v1/mentions", params={"what": "Nimbrel"}, headers=operator).json()

    assert ([], [check]) == (found["texts"], [one["check_id"] for one in said["texts"]])
    assert jsonschema_rs.is_valid(review_schemas.MENTIONS, said)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/v1/facts/N-099/withdrawal", WHY, 404, "unknown-fact"),
        ("DELETE", PATH, WHY, 409, "not-withdrawn"),
        ("POST", PATH, {}, 422, "bad-body"),
        ("POST", PATH, {"reason": " "}, 422, "missing-reason"),
        ("GET", "/v1/mentions?what=", None, 422, "nothing-asked"),
    ],
)
def test_a_bad_request_is_told(http: Served, method: str, path: str, body: object, status: int, code: str) -> None:
    """And nothing is recorded but the key."""
    operator = http.key("operate", principal=PERSON)
    size = http.gate.log.head().size
    assert_problem(http.client.request(method, path, json=body, headers=operator), status, code)

    assert size == http.gate.log.head().size


def test_it_takes_a_person_with_the_scope(http: Served) -> None:
    """Who may check and read may not withdraw, nor read what others wrote; an agent never withdraws."""
    reader, agent = http.key("check", "read", principal=PERSON), http.key("operate")

    assert_problem(http.client.post(PATH, json=WHY, headers=reader), 403, "forbidden")
    assert_problem(http.client.get("/v1/mentions", params={"what": "Nimbrel"}, headers=reader), 403, "forbidden")
    assert_problem(http.client.post(PATH, json=WHY, headers=agent), 403, "person-needed")
