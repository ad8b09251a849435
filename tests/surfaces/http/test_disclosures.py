"""``/v1/checks/{id}/disclosures``: nobody is shown personal data off the record."""

from __future__ import annotations

from guardrails.model.context import Principal
from tests.surfaces.http.serving import Served, assert_problem


def test_a_disclosure_is_a_record(http: Served) -> None:
    """It names the check and the text, and who asked, by reference."""
    check_id = http.check().json()["check_id"]
    answer = http.client.post(f"/v1/checks/{check_id}/disclosures")
    audit = answer.json()["audit"]
    index, record = http.gate.log.find(audit["record_id"]) or (None, None)
    check = http.gate.log.find_check(check_id)

    assert (200, check_id, audit["index"]) == (answer.status_code, answer.json()["check_id"], index)
    assert record is not None
    assert check is not None
    assert ("disclosure", check_id) == (record.type, record.text("check"))
    assert check.record.text("content_ref") == record.text("content_ref")
    assert http.gate.log.verify().ok


def test_what_was_never_checked_is_not_disclosed(http: Served) -> None:
    """An unknown id is a 404, and nothing is recorded."""
    before = http.gate.log.head().size

    assert_problem(http.client.post("/v1/checks/chk_nothing/disclosures"), 404, "not-found")
    assert before == http.gate.log.head().size


def test_a_key_needs_the_scope(http: Served) -> None:
    """A key that may only check is refused."""
    key = http.key("check")
    check_id = http.check(headers=key).json()["check_id"]
    refused = http.client.post(f"/v1/checks/{check_id}/disclosures", headers=key)
    person = http.key("disclose", principal=Principal("person", "legal-counsel"))
    given = http.client.post(f"/v1/checks/{check_id}/disclosures", headers=person)

    assert_problem(refused, 403, "forbidden")
    assert 200 == given.status_code
