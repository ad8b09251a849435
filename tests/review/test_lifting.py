"""At the desk, single findings are excepted for a time, or said to be wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guardrails.errors import DraftError
from guardrails.model.context import Actor
from guardrails.model.draft import Draft
from guardrails.model.review import Review
from guardrails.review.deciding import seen_now
from guardrails.review.lifting import Lift, mark_wrong, waive_finding
from tests.gates import DAY_MS
from tests.review.office import AGENT, EDITOR, LEGAL, PRESS, Office, plain, under

PASSAGE = plain("The light of Lampadio is dull.")
HEALTH = plain("This lamp cures headaches.")
BLOG = {"channel": "blog", "market": "uk", "locale": "en-GB"}


def asked(office: Office, draft: Draft = PASSAGE, actor: Actor = AGENT, **place: str) -> Review:
    """Submit a draft that names a rival, and return the review of it."""
    office.submit(draft, actor, **{**BLOG, **place})
    return office.only_review()


def lift(office: Office, review: Review, finding: str = "f1", **changes: Any) -> Lift:
    """A whole wish about one finding of *review*."""
    wish = Lift(finding, "They agreed to be named.", seen_now(office.desk, review), office.clock.ms + DAY_MS)
    return replace(wish, **changes)


def verdict(office: Office, draft: Draft = PASSAGE, **place: str) -> str:
    """The verdict about a draft on the blog."""
    return office.submit(draft, **{**BLOG, **place}).assessment.verdict


def test_a_waived_finding_lets_its_words_pass_there(office: Office) -> None:
    """Also in another text, but not in another place; the review is moot once the author asks again."""
    review = asked(office)
    waive_finding(office.desk, review.id, lift(office, review), LEGAL)

    assert ["pass", "escalate"] == [verdict(office), verdict(office, channel="linkedin")]
    assert "moot" == office.desk.find(review.id).status
    assert "pass" == verdict(office, plain("We like lamps.\n\nThe light of Lampadio is dull."))


def test_a_waiver_given_at_the_desk_ends(office: Office) -> None:
    """It holds until its last millisecond, for gate and author alike."""
    review = asked(office)
    waive_finding(office.desk, review.id, lift(office, review), LEGAL)
    end, found = office.clock.ms + DAY_MS, []
    for moment in (end - 1, end, end + 1):
        office.clock.ms = moment
        found.append(verdict(office))

    assert ["pass", "escalate", "escalate"] == found


def test_the_author_is_the_asker_on_record(office: Office) -> None:
    """The waiver names who submitted and who gave it, and the review."""
    review = asked(office)
    waive_finding(office.desk, review.id, lift(office, review), LEGAL)
    (waiver,) = office.gate.standing.waivers()
    found = office.gate.log.find(waiver.id)
    assert found is not None

    assert ("agent:distribution", "legal-counsel") == (waiver.requested_by, waiver.approved_by)
    assert review.id == found[1].text("review")


def test_a_wrong_finding_holds_this_text_no_more(office: Office) -> None:
    """One changed character asks again; the rule is told."""
    review = asked(office)
    mark_wrong(office.desk, review.id, lift(office, review, until_ms=None), LEGAL)
    (disputed,) = office.gate.log.indices("dispute")
    record = office.gate.log.record(disputed)

    assert "pass" == verdict(office)
    assert "escalate" == verdict(office, plain("The light of Lampadio is dull. "))
    assert ("nimbrel-escalation.competitors", "wrong") == (record.text("rule"), record.text("complaint"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"actor": AGENT}, "person-needed"),
        ({"actor": PRESS}, "not-asked"),
        ({"finding": "f9"}, "finding-unknown"),
        ({"reason": " "}, "missing-reason"),
        ({"until_ms": 0}, "bad-end"),
        ({"until_ms": 2**52}, "bad-end"),
        ({"draft": HEALTH}, "rule-not-waivable"),
    ],
)
@pytest.mark.parametrize("way", [waive_finding, mark_wrong])
def test_what_may_not_be_lifted_is_refused(office: Office, way: Any, changes: dict[str, Any], code: str) -> None:
    """Nothing is recorded of it."""
    wanted = {"actor": LEGAL, "draft": PASSAGE, **changes}
    actor, review = wanted.pop("actor"), asked(office, wanted.pop("draft"))
    size = office.gate.log.head().size
    with pytest.raises(DraftError) as refused:
        way(office.desk, review.id, lift(office, review, **wanted), actor)

    assert (code, size) == (refused.value.code, office.gate.log.head().size)


def test_nobody_lifts_a_finding_of_their_own(office: Office) -> None:
    """Neither by an exception nor by calling it wrong."""
    review = asked(office, actor=LEGAL)
    codes = []
    for way in (waive_finding, mark_wrong):
        with pytest.raises(DraftError) as refused:
            way(office.desk, review.id, lift(office, review), LEGAL)
        codes.append(refused.value.code)

    assert ["own-text", "own-text"] == codes


def test_one_of_two_lifts_nothing(office: Office) -> None:
    """Where a text takes two people, one person may not take away what holds it."""
    workspace = office.gate.policy.workspace
    office = under(office, workspace=replace(workspace, queues=(replace(workspace.queue("legal"), quorum=2),)))
    review = asked(office)
    with pytest.raises(DraftError) as refused:
        waive_finding(office.desk, review.id, lift(office, review), LEGAL)

    assert "quorum-needed" == refused.value.code


def test_whose_finding_was_lifted_has_asked_for_nothing(office: Office) -> None:
    """A person whose text got an exception at the desk still decides about other texts under that rule."""
    workspace = office.gate.policy.workspace
    queue = replace(workspace.queue("legal"), roles=("head-of-content", "legal-counsel"))
    office = under(office, workspace=replace(workspace, queues=(queue,)))
    review = asked(office, actor=EDITOR)
    waive_finding(office.desk, review.id, lift(office, review), LEGAL)
    office.submit(plain("Lampadio sells lamps."), **BLOG)
    (other,) = (one for one in office.desk.reviews() if one.id != review.id)

    assert "head-of-content" == office.desk.role_of(other, EDITOR)
