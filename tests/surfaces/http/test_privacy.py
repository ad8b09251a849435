"""People's data over HTTP: found, given out, erased by two people, held, ended; the same answers as on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from guardrails.model.context import Principal
from guardrails.render import privacy_schemas
from guardrails.render.review_schemas import RECORDED
from tests.gates import DAY_MS, Clock
from tests.surfaces.http.serving import Served, assert_problem, served

NAME = "Erna Vogt"
TEXT = {
    "fields": [{"id": "title", "text": f"{NAME} likes the lamp"}, {"id": "body", "text": "Lamps are good."}],
    "context": {"channel": "blog", "market": "uk", "locale": "en-GB"},
}
ASKED = {"ground": "gdpr-17-1-b", "request": "ticket 7", "reason": "Consent was withdrawn."}


@dataclass(frozen=True)
class Office:
    """A server with a text that names a person, and the keys of three people who may look after that."""

    http: Served
    clock: Clock
    keys: dict[str, dict[str, str]]
    check: str

    def ask(self, method: str, path: str, body: Any = None, who: str = "officer", **headers: str) -> Any:
        """Send a request."""
        return self.http.client.request(method, path, json=body, headers={**self.keys[who], **headers})

    def erase(self, who: str = "officer", **change: Any) -> Any:
        """Ask for the erasure of the person, or of something else."""
        wanted = {"subject": [NAME]} if "checks" not in change else {}
        return self.ask("POST", "/v1/erasures", {**wanted, **ASKED, **change}, who)

    def types(self) -> list[str]:
        """The types of records since the check, keys aside."""
        found = [record.type for _, record in self.http.gate.log.records()]
        return [one for one in found if one not in {"policy_activated", "check", "key_event"}]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The text is checked by an agent; the officer, legal counsel and a colleague of theirs have the scope."""
    clock = Clock()
    with served(tmp_path, clock=clock) as http:
        check = http.check(TEXT, headers=http.key("check")).json()["check_id"]
        keys = {
            "officer": http.key("privacy", principal=Principal("person", "data-protection-officer"), person="Ann"),
            "again": http.key("privacy", principal=Principal("person", "legal-counsel"), person="Ann"),
            "legal": http.key("privacy", principal=Principal("person", "legal-counsel"), person="Bo"),
            "editor": http.key("review", "read", principal=Principal("person", "head-of-content")),
            "agent": http.key("privacy"),
        }
        yield Office(http, clock, keys, check)


def valid(schema: Any, answer: Any) -> Any:
    """Assert that a request was answered as described, and return the answer."""
    assert 200 == answer.status_code, answer.text
    jsonschema_rs.validate(schema, answer.json())
    return answer.json()


def test_a_person_is_found_without_a_word(office: Office) -> None:
    """Where, not what; and that somebody looked is on record."""
    answer = office.ask("POST", "/v1/subjects:find", {"texts": ["erna vogt"]})
    body = valid(privacy_schemas.SUBJECT, answer)

    assert [office.check] == [one["record"] for one in body["records"]]
    assert "lamp" not in answer.text
    assert ["access"] == office.types()


def test_an_export_has_the_passages(office: Office) -> None:
    """Everything that names the person, to be handed over."""
    body = valid(privacy_schemas.SUBJECT_EXPORT, office.ask("POST", "/v1/subjects:export", {"texts": [NAME]}))

    assert f"{NAME} likes the lamp" in {one["text"] for one in body["records"][0]["passages"]}


def test_what_was_found_is_not_remembered(office: Office) -> None:
    """An idempotency key makes no difference: each search is made anew and is on record."""
    for _ in range(2):
        office.ask("POST", "/v1/subjects:find", {"texts": [NAME]}, **{"Idempotency-Key": "k"})

    assert ["access", "access"] == office.types()


def test_two_people_erase_a_person(office: Office) -> None:
    """The first one's word is recorded and erases nothing; the second one gets the receipt, and nothing is left to find."""
    first = valid(RECORDED, office.erase("officer"))
    between = office.ask("POST", "/v1/subjects:find", {"texts": [NAME]}).json()["records"]
    receipt = valid(privacy_schemas.ERASURE_RECEIPT, office.erase("legal"))
    log = office.http.gate.log
    record = log.record(receipt["records"][0]["index"])

    assert ("erasure-asked", 1) == (first["what"], len(between))
    assert [office.check] == [one["record"] for one in receipt["taken"]]
    assert {log.refs.of("person", "person:ann"), log.refs.of("person", "person:bo")} == set(record.texts("approved_by"))
    assert [] == office.ask("POST", "/v1/subjects:find", {"texts": [NAME]}).json()["records"]
    assert log.verify().ok


def test_spelling_and_order_make_no_difference(office: Office) -> None:
    """The second person means the same whatever the case; it is the same request."""
    office.erase("officer", subject=[NAME, "erna@example.com"])

    assert office.erase("legal", subject=["Erna@Example.com", "ERNA VOGT"]).json()["records"]


@pytest.mark.parametrize("change", [{"subject": [NAME, "E. Vogt"]}, {"ground": "gdpr-17-1-a"}, {"request": "ticket 8"}])
def test_something_else_is_not_the_same(office: Office, change: dict[str, Any]) -> None:
    """Another name, ground or request is a wish of its own: nothing is erased."""
    office.erase("officer")

    assert "erasure-asked" == office.erase("legal", **change).json()["what"]


@pytest.mark.parametrize("who", ["officer", "again"])
def test_one_person_erases_nothing(office: Office, who: str) -> None:
    """Neither the same key nor another key of the same person is a second one."""
    office.erase("officer")

    assert_problem(office.erase(who), 409, "already-asked")
    assert "erasure" not in office.types()


def test_a_word_counts_for_a_week_and_once(office: Office) -> None:
    """After seven days it is over; after the erasure it is used up."""
    office.erase("officer")
    office.clock.ms += 7 * DAY_MS
    late = office.erase("legal").json()
    office.erase("officer")
    office.http.check(TEXT, headers=office.http.key("check"))
    once_more = office.erase("officer").json()

    assert ("erasure-asked", "erasure-asked") == (late["what"], once_more["what"])


def test_the_word_of_a_revoked_key_does_not_count(office: Office) -> None:
    """Who gave it may not be who they seemed to be: the second one is the first then."""
    office.erase("officer")
    (key,) = [one for one in office.http.keys.list() if one.principal.id == "data-protection-officer"]
    office.http.keys.revoke(key.id)

    assert [] == office.ask("GET", "/v1/approvals", who="legal").json()["approvals"]
    assert "erasure-asked" == office.erase("legal").json()["what"]


def test_what_waits_is_listed_without_the_name(office: Office) -> None:
    """The second person sees what is asked, by whom and why; whom it is about, the request says."""
    office.erase("officer")
    answer = office.ask("GET", "/v1/approvals", who="legal")
    (one,) = valid(privacy_schemas.APPROVALS, answer)["approvals"]

    assert ("erasure", "ticket 7", "data-protection-officer") == (one["what"], one["terms"]["request"], one["role"])
    assert "rna" not in answer.text
    office.erase("legal")
    assert [] == office.ask("GET", "/v1/approvals").json()["approvals"]


def test_a_dry_run_says_what_is_lost_and_what_stands_against_it(office: Office) -> None:
    """It names the hold, and erases nothing."""
    wish = {"scope": "channel", "value": "blog", "reason": "A claim."}
    hold = valid(RECORDED, office.ask("POST", "/v1/holds", wish))["id"]
    plan = valid(privacy_schemas.ERASURE_PLAN, office.erase("legal", checks=[office.check], dry_run=True))

    assert ("held", [hold]) == (plan["refused"], [one["id"] for one in plan["holds"]])
    assert {"full-replay", "answer"} == {one["code"] for one in plan["lost"]}
    assert_problem(office.erase("legal"), 409, "held")
    assert "erasure" not in office.types()


def test_two_people_release_a_hold(office: Office) -> None:
    """One cannot; in between it holds."""
    wish = {"scope": "check", "value": office.check, "reason": "A claim."}
    hold = office.ask("POST", "/v1/holds", wish).json()["id"]
    path, settled = f"/v1/holds/{hold}", {"reason": "Settled."}
    first = valid(RECORDED, office.ask("DELETE", path, settled))
    again = office.ask("DELETE", path, settled)
    between = valid(privacy_schemas.HOLDS, office.ask("GET", "/v1/holds", who="editor"))["holds"]
    second = valid(RECORDED, office.ask("DELETE", path, settled, "legal"))

    assert ("hold-release-asked", "hold-released") == (first["what"], second["what"])
    assert_problem(again, 409, "already-asked")
    assert [hold] == [one["id"] for one in between]
    assert [] == office.ask("GET", "/v1/holds").json()["holds"]
    assert_problem(office.ask("DELETE", path, settled), 404, "hold-unknown")


def test_retention_says_what_ends(office: Office) -> None:
    """A dry run records nothing, and neither does a run that finds nothing over."""
    size = office.http.gate.log.head().size
    for dry_run in (True, False):
        body = valid(privacy_schemas.RETENTION, office.ask("POST", "/v1/retention", {"dry_run": dry_run}))

        assert [] == body["records"]
    assert size == office.http.gate.log.head().size


def test_only_people_with_the_scope_may(office: Office) -> None:
    """An agent may not, whatever its key; nor a person without the scope; neither is on record."""
    assert_problem(office.erase("agent"), 403, "person-needed")
    assert_problem(office.ask("POST", "/v1/subjects:find", {"texts": [NAME]}, "agent"), 403, "person-needed")
    assert_problem(office.erase("editor"), 403, "forbidden")
    assert [] == office.types()


def test_roles_approve_only_where_nobody_has_a_key(office: Office) -> None:
    """With keys each person says so themselves."""
    refused = office.erase("officer", approved_by=["legal-counsel", "head-of-content"])

    assert_problem(refused, 403, "two-people-needed")


MISTAKES: dict[str, tuple[dict[str, Any], int, str]] = {
    "nobody": ({"subject": []}, 422, "bad-body"),
    "both": ({"checks": ["chk_1"], "subject": [NAME]}, 422, "bad-body"),
    "a field of a person": ({"field": "title"}, 422, "bad-body"),
    "an unknown key": ({"name": NAME}, 422, "bad-body"),
    "no such check": ({"checks": ["chk_none"]}, 404, "not-found"),
    "an empty name": ({"subject": [" "]}, 422, "nothing-asked"),
    "no ground": ({"ground": ""}, 422, "erasure-ground"),
    "no request": ({"request": " "}, 422, "missing-reason"),
    "the name in the reason": ({"reason": f"So {NAME.upper()} wrote."}, 422, "names-the-person"),
    "the name in the request": ({"request": f"Letter of {NAME}"}, 422, "names-the-person"),
    "somebody else": ({"subject": ["Bea Kurz"]}, 422, "nothing-to-erase"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_said_and_nothing_is_asked(office: Office, name: str) -> None:
    """What cannot be done is refused to the first person, and the refusal names nobody."""
    change, status, code = MISTAKES[name]
    document = assert_problem(office.erase("officer", **change), status, code)

    assert NAME not in str(document)
    assert "approval" not in office.types()


def test_without_keys_two_roles_approve(tmp_path: Path) -> None:
    """On the operator's own machine, as on the command line: by the word of whoever asks."""
    person = Principal("person", "legal-counsel")
    with served(tmp_path, principal=person) as http:
        check = http.check(TEXT).json()["check_id"]
        alone = http.client.post("/v1/erasures", json={"checks": [check], **ASKED})
        roles = {"approved_by": ["legal-counsel", "head-of-content"]}
        done = http.client.post("/v1/erasures", json={"checks": [check], **ASKED, **roles})

    assert_problem(alone, 403, "two-people-needed")
    valid(privacy_schemas.ERASURE_RECEIPT, done)


def test_a_receipt_is_given_once_per_key(office: Office) -> None:
    """Sent again under its idempotency key, an erasure gives the same receipt and makes no record."""
    office.erase("officer")
    body, key = {"subject": [NAME], **ASKED}, {"Idempotency-Key": "erase-7"}
    first = office.ask("POST", "/v1/erasures", body, "legal", **key)
    size = office.http.gate.log.head().size
    second = office.ask("POST", "/v1/erasures", body, "legal", **key)

    assert (first.content, size) == (second.content, office.http.gate.log.head().size)
    assert "true" == second.headers["Idempotency-Replayed"]


def test_the_examples_are_accepted(office: Office) -> None:
    """What the OpenAPI document shows can be sent as it stands."""
    paths = office.http.client.get("/openapi.json").json()["paths"]
    for path, method in (
        ("/v1/holds", "post"), ("/v1/retention", "post"), ("/v1/subjects:find", "post"), ("/v1/subjects:export", "post"),
    ):  # fmt: skip
        example = paths[path][method]["requestBody"]["content"]["application/json"]["example"]
        assert 200 == office.ask(method.upper(), path, example).status_code, path
    (hold,) = office.ask("GET", "/v1/holds").json()["holds"]
    settled = paths["/v1/holds/{hold_id}"]["delete"]["requestBody"]["content"]["application/json"]["example"]
    for who in ("officer", "legal"):
        assert 200 == office.ask("DELETE", f"/v1/holds/{hold['id']}", settled, who).status_code
    example = paths["/v1/erasures"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert 200 == office.ask("POST", "/v1/erasures", example).status_code


def test_a_receipt_is_shown_once_more(office: Office) -> None:
    """By its record, whoever lost it: the same parts and the same record, and the request as a reference only."""
    office.erase("officer")
    first = office.erase("legal").json()
    (listed,) = valid(privacy_schemas.ERASURES, office.ask("GET", "/v1/erasures", who="editor"))["erasures"]
    again = valid(privacy_schemas.ERASURE_RECEIPT, office.ask("GET", f"/v1/erasures/{listed['id']}"))

    assert ("gdpr-17-1-b", 2, 1) == (listed["ground"], listed["approvers"], listed["records"])
    assert ("ticket 7", None) == (first["request"], again["request"])
    same = ("at", "ground", "taken", "lost", "backups_end")
    assert [first[key] for key in same] == [again[key] for key in same]
    assert [one["record_id"] for one in first["records"]] == [one["record_id"] for one in again["records"]]


def test_the_record_of_processing_is_that_of_the_policy_in_force(office: Office) -> None:
    """What is said under `governance:`, and what follows from the system."""
    body = valid(privacy_schemas.PROCESSING_RECORD, office.ask("GET", "/v1/processing-record"))

    assert office.http.gate.policy.digest == body["policy_digest"]
    assert [] == body["missing"]
