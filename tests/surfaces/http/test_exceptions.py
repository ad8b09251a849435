"""Waivers, disputes and stops over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.surfaces.http.people import People, refused, verdict
from tests.surfaces.http.serving import assert_problem


def test_the_life_of_a_waiver(people: People) -> None:
    """Asked for by one, approved by another, used, ended; the list says so at every step."""
    rule = "nimbrel-escalation.competitors"
    wish = {"rule": rule, "reason": "A partner.", "until": "2026-12-01", "scope": {"channels": ["blog"]}}
    asked = people.ask("POST", "/v1/waivers", "press", json=wish).json()["id"]

    def state() -> tuple[str, bool, int]:
        (one,) = people.ask("GET", "/v1/waivers", "agent").json()["waivers"]
        return one["status"], one["unused"], one["checks"]

    assert ("requested", False, 0) == state()
    assert_problem(people.ask("POST", f"/v1/waivers/{asked}/approval", "press"), 403, "own-request")
    assert_problem(people.ask("POST", f"/v1/waivers/{asked}/approval", "bold"), 403, "person-needed")
    assert "waiver-approved" == people.ask("POST", f"/v1/waivers/{asked}/approval", "legal").json()["what"]
    assert ("in-force", True, 0) == state()
    assert ["pass", "escalate"] == [verdict(people, channel=channel)[0] for channel in ("blog", "linkedin")]
    assert ("in-force", False, 1) == state()
    people.ask("DELETE", f"/v1/waivers/{asked}", "press")
    assert "escalate" == verdict(people)[0]
    assert [] == people.ask("GET", "/v1/waivers").json()["waivers"]


def test_a_waiver_may_be_for_one_finding_or_one_text(people: People) -> None:
    """Named by the check in which it was found."""
    check = people.submit()["check_id"]
    wish = {"rule": "nimbrel-escalation.competitors", "reason": "A partner.", "until": "2026-12-01", "check": check}
    for more in ({"finding": "f1"}, {}):
        people.ask("POST", "/v1/waivers", "agent", json={**wish, **more})
    finding, text = people.ask("GET", "/v1/waivers").json()["waivers"]

    assert (1, None) == (len(finding["fingerprints"]), finding["content_sha256"])
    assert (0, 64) == (len(text["fingerprints"]), len(text["content_sha256"]))
    wrong_rule = {**wish, "rule": "eu-claims.guarantees-en", "finding": "f1"}
    assert_problem(people.ask("POST", "/v1/waivers", json=wrong_rule), 422, "bad-body")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"rule": "no.such"}, 422, "unknown-rule"),
        ({"rule": "eu-claims.health-effects-en"}, 422, "rule-not-waivable"),
        ({"until": "2027-12-01"}, 422, "bad-end"),
        ({"scope": {"channels": ["blgo"]}}, 422, "unknown-value"),
        ({"scope": {"channel": ["blog"]}}, 422, "bad-body"),
        ({"reason": ""}, 422, "missing-reason"),
        ({"check": "chk_nothing"}, 404, "not-found"),
        ({"finding": "f1"}, 422, "bad-body"),
    ],
)
def test_a_bad_wish_is_refused(people: People, changes: dict[str, Any], status: int, code: str) -> None:
    """With the place where there is one, and nothing recorded."""
    wish = {"rule": "nimbrel-escalation.competitors", "reason": "A partner.", "until": "2026-12-01", **changes}
    size = people.http.gate.log.head().size

    assert_problem(people.ask("POST", "/v1/waivers", json=wish), status, code)
    assert size == people.http.gate.log.head().size


def test_a_dispute_is_counted(people: People) -> None:
    """Agents dispute too; a finding that is not there is 404."""
    check = people.submit()["check_id"]
    body = {"check": check, "finding": "f1", "reason": "unclear"}

    assert "finding-disputed" == people.ask("POST", "/v1/disputes", "agent", json=body).json()["what"]
    assert_problem(people.ask("POST", "/v1/disputes", json={**body, "finding": "f7"}), 404, "finding-unknown")
    assert_problem(people.ask("POST", "/v1/disputes", json={**body, "reason": "bad"}), 422, "bad-body")


def test_a_stop_holds_and_lets_go(people: People) -> None:
    """The next check escalates, and no approval lets it through; lifted, it passes."""
    text = "We like lamps."
    halt = {"scope": "channel", "value": "blog", "reason": "A wrong price."}
    stop_id = people.ask("POST", "/v1/stops", "editor", json=halt).json()["id"]

    assert "escalate" == verdict(people, text)[0]
    review = people.review("editor")
    assert (422, "decision-not-allowed") == refused(people, review=review, who="editor")
    assert_problem(people.ask("POST", "/v1/stops", "bold", json=halt), 403, "person-needed")
    assert_problem(people.ask("POST", "/v1/stops", json={**halt, "value": "blgo"}), 422, "unknown-value")
    assert "stop-ended" == people.ask("DELETE", f"/v1/stops/{stop_id}", json={"reason": "Mended."}).json()["what"]
    assert "pass" == verdict(people, text)[0]
    assert [] == people.ask("GET", "/v1/stops").json()["stops"]
