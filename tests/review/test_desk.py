"""Escalations are answered by people, and an answer holds for exactly what was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guardrails.audit.earlier import risk
from guardrails.model.context import Actor, Principal
from guardrails.model.draft import Draft, Field
from tests.e2e import nimbrel
from tests.gates import DAY_MS
from tests.review.office import (
    AGENT,
    EDITOR,
    LEGAL,
    PASSAGE,
    PLACE,
    PRESS,
    Office,
    asking,
    changed,
    plain,
    refusal,
    under,
)


def with_words(words: str) -> Draft:
    """The asking draft with one paragraph more."""
    first = asking().fields[0]
    return Draft((replace(first, text=f"{first.text}\n{words}\n"),))


def test_an_approved_text_passes_on_the_approvers_account(office: Office) -> None:
    """Escalate, approve, check again: pass, and the approver's role answers for it."""
    assert "escalate" == office.submit().assessment.verdict
    office.decide(office.only_review())
    again = office.submit().assessment

    assert ("pass", "role:head-of-communications") == (again.verdict, again.accountable)
    assert "approved" in [reason.code for reason in again.reasons]
    assert () == office.desk.reviews()


def test_one_changed_character_is_another_text(office: Office) -> None:
    """The approval is void for it."""
    office.submit()
    office.decide(office.only_review())

    assert "escalate" == office.submit(changed(asking()), **PLACE).assessment.verdict


def test_another_place_is_another_question(office: Office) -> None:
    """What was approved for one market is not approved for another."""
    office.submit(market="de")
    office.decide(office.only_review())

    assert "pass" == office.submit(market="de").assessment.verdict
    assert "escalate" == office.submit(market="at").assessment.verdict


def test_an_approval_ends(office: Office) -> None:
    """It holds until its last millisecond and no longer."""
    office.submit()
    end = office.clock.ms + DAY_MS
    office.decide(office.only_review(), until_ms=end)
    verdicts = []
    for moment in (end - 1, end):
        office.clock.ms = moment
        verdicts.append(office.submit().assessment.verdict)

    assert ["pass", "escalate"] == verdicts


def test_another_policy_voids_an_approval(office: Office) -> None:
    """Under other rules the text must be judged again."""
    office.submit()
    office.decide(office.only_review())
    other = under(office, digest="sha256:other")

    assert "escalate" == other.submit().assessment.verdict
    assert "review-moved" == refusal(office, review=other.only_review())


def test_what_was_sent_back_is_to_be_revised(office: Office) -> None:
    """The author gets the reviewer's words, and no new question is asked."""
    office.submit()
    office.decide(office.only_review(), "send-back", instructions=("Name the source.",))
    again = office.submit().assessment

    assert ("revise", ["sent-back"]) == (again.verdict, [r.code for r in again.reasons if r.outcome == "revise"])
    assert "Name the source." in again.next.instructions
    assert () == office.desk.reviews()


def test_an_answer_to_a_person_is_none_to_an_agent(office: Office) -> None:
    """A person need not stop at layoffs, an agent must: whoever sent the person's text back did not see that."""
    office.submit(plain("There will be layoffs [fact:N-006]."), EDITOR, channel="blog", market="uk", locale="en-GB")
    office.decide(office.only_review(), "send-back", actor=PRESS)
    again = office.submit(
        plain("There will be layoffs [fact:N-006]."), AGENT, channel="blog", market="uk", locale="en-GB"
    ).assessment

    assert ("escalate", ["must-stop-topic", "sent-back"]) == (again.verdict, [one.code for one in again.reasons])


def test_what_was_rejected_stays_out_and_asks_nobody(office: Office) -> None:
    """The same text escalates with that reason and opens no review."""
    office.submit()
    office.decide(office.only_review(), "reject")
    given = office.submit()
    again = given.assessment

    assert "rejected" in [reason.code for reason in again.reasons]
    assert "escalate" == again.verdict
    assert () == office.desk.reviews()
    assert "decided" == office.desk.find(str(given.check_id)).status


def test_an_edited_text_is_approved_and_the_original_is_not(office: Office) -> None:
    """Approve with edits: exactly the edited text passes."""
    office.submit()
    office.decide(office.only_review(), edited=changed(asking()).fields)

    assert "pass" == office.submit(changed(asking()), **PLACE).assessment.verdict
    assert "escalate" == office.submit().assessment.verdict


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"actor": AGENT}, "person-needed"),
        ({"actor": Actor(Principal())}, "person-needed"),
        ({"actor": Actor(Principal("person", "intern"))}, "unknown-role"),
        ({"seen": {"content_sha256": "0" * 64}}, "review-moved"),
        ({"seen": {"policy_digest": "sha256:other"}}, "review-moved"),
        ({"seen": {"question_ref": "0" * 64}}, "review-moved"),
        ({"reason": "  "}, "missing-reason"),
        ({"decision": "send-back", "instructions": (" ",)}, "missing-instructions"),
        ({"until_ms": 0}, "bad-end"),
        ({"until_ms": nimbrel.AS_OF_MS + 91 * DAY_MS}, "bad-end"),
        ({"edited": (replace(asking().fields[0], id="other"),)}, "bad-edits"),
        ({"edited": with_words("The best lamp in the world, guaranteed.").fields}, "edits-add-findings"),
    ],
)
def test_what_is_no_whole_answer_is_refused(office: Office, changes: dict[str, Any], code: str) -> None:
    """Nothing is recorded of it, and the review stays open."""
    office.submit()

    assert code == refusal(office, **changes)
    assert () == office.only_review().answers


def test_an_answer_is_given_once(office: Office) -> None:
    """A decided review is not decided again."""
    office.submit()
    review = office.only_review()
    office.decide(review)

    assert "review-decided" == refusal(office, review=review, actor=LEGAL)


def test_approved_findings_count_as_risk(office: Office) -> None:
    """Once, for whoever submitted them, however often the text is checked afterwards."""
    office.submit()
    before = risk(office.gate.log, AGENT.principal, now_ms=office.clock.ms)
    asked = office.desk.submission(office.only_review())
    office.decide(office.only_review())
    for _ in range(3):
        office.submit()

    assert before + asked.risk == risk(office.gate.log, AGENT.principal, now_ms=office.clock.ms)


@pytest.mark.parametrize("submissions", [1, 2, 3, 4])
def test_an_approval_outlasts_the_tries_that_led_to_it(office: Office, submissions: int) -> None:
    """However often the agent asked before, and whatever the approval adds to its risk, the text passes then."""
    for _ in range(submissions):
        office.submit()
    office.decide(office.only_review())

    assert "pass" == office.submit().assessment.verdict


def test_an_approval_does_not_end_itself_by_its_risk(office: Office) -> None:
    """What the approved findings add is counted, and holds other texts, not this one."""
    office = under(office, workspace=replace(office.gate.policy.workspace, risk_limit=1))
    office.submit()
    office.decide(office.only_review())

    assert 1 < risk(office.gate.log, AGENT.principal, now_ms=office.clock.ms)
    assert "pass" == office.submit().assessment.verdict


@pytest.mark.parametrize("key", ["action", "audience", "stage", "content_type"])
def test_every_closed_key_is_part_of_the_place(office: Office, key: str) -> None:
    """Who agrees that a text is handed on has not agreed that it is published."""
    values = {"action": ("prepare", "publish")} | dict(office.gate.policy.workspace.values)
    office.submit(**{key: values[key][0]})
    office.decide(office.only_review())

    assert "pass" == office.submit(**{key: values[key][0]}).assessment.verdict
    assert "escalate" == office.submit(**{key: values[key][1]}).assessment.verdict


def test_an_edited_text_stays_in_its_place(office: Office) -> None:
    """Front matter is part of the text, and may not take an approval elsewhere."""
    front = "---\nchannel: {}\nmarket: uk\nlocale: en-GB\n---\n\n" + PASSAGE
    draft = Draft((Field("body", front.format("linkedin"), "markdown"),))
    office.submit(draft)
    edited = (replace(draft.fields[0], text=front.format("blog")),)

    assert "bad-edits" == refusal(office, actor=LEGAL, edited=edited)
