"""Escalations are answered by people, and an answer holds for exactly what was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guardrails.errors import DraftError
from guardrails.model.context import Actor, Principal
from guardrails.model.draft import Draft
from guardrails.review.desk import Desk
from guardrails.review.queue import folded
from tests.e2e import nimbrel
from tests.gates import DAY_MS
from tests.review.office import AGENT, EDITOR, LEGAL, PRESS, Office


def changed(draft: Draft) -> Draft:
    """The same draft with one character more."""
    first = draft.fields[0]
    return replace(draft, fields=(replace(first, text=first.text.rstrip("\n") + " \n"), *draft.fields[1:]))


def refusal(office: Office, **changes: Any) -> str:
    """The code with which an answer is refused."""
    actor = changes.pop("actor", PRESS)
    review = changes.pop("review", None) or office.only_review()
    decision = changes.pop("decision", "approve")
    with pytest.raises(DraftError) as refused:
        office.decide(review, decision, actor, **changes)
    return refused.value.code


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

    assert "escalate" == office.submit(changed(nimbrel.draft(nimbrel.ESCALATING))).assessment.verdict


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
    other = replace(office.gate, policy=replace(office.gate.policy, digest="sha256:other"))

    assert "escalate" == other.check(nimbrel.draft(nimbrel.ESCALATING), principal=AGENT.principal).assessment.verdict


def test_a_replayed_submission_asks_once(office: Office) -> None:
    """Twenty times the same text is one review, with twenty submissions."""
    for _ in range(20):
        office.submit()

    assert 20 == office.only_review().submissions


def test_what_was_sent_back_is_to_be_revised(office: Office) -> None:
    """The author gets the reviewer's words, and no new question is asked."""
    office.submit()
    office.decide(office.only_review(), "send-back", instructions=("Name the source.",))
    again = office.submit().assessment

    assert ("revise", ["sent-back"]) == (again.verdict, [r.code for r in again.reasons if r.outcome == "revise"])
    assert "Name the source." in again.next.instructions
    assert () == office.desk.reviews()


def test_what_was_rejected_stays_out_and_asks_nobody(office: Office) -> None:
    """The same text escalates with that reason and opens no review."""
    office.submit()
    office.decide(office.only_review(), "reject")
    again = office.submit().assessment

    assert "rejected" in [reason.code for reason in again.reasons]
    assert "escalate" == again.verdict
    assert () == office.desk.reviews()


def test_an_edited_text_is_approved_and_the_original_is_not(office: Office) -> None:
    """Approve with edits: exactly the edited text passes."""
    draft = nimbrel.draft(nimbrel.ESCALATING)
    office.submit(draft)
    office.decide(office.only_review(), edited=changed(draft).fields)

    assert "pass" == office.submit(changed(draft)).assessment.verdict
    assert "escalate" == office.submit(draft).assessment.verdict


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"actor": AGENT}, "person-needed"),
        ({"actor": Actor(Principal())}, "person-needed"),
        ({"actor": Actor(Principal("person", "intern"))}, "unknown-role"),
        ({"content_sha256": "0" * 64}, "review-moved"),
        ({"policy_digest": "sha256:other"}, "review-moved"),
        ({"reason": "  "}, "missing-reason"),
        ({"decision": "send-back", "instructions": (" ",)}, "missing-instructions"),
        ({"until_ms": 0}, "bad-end"),
        ({"until_ms": nimbrel.AS_OF_MS + 91 * DAY_MS}, "bad-end"),
        ({"edited": (replace(nimbrel.draft(nimbrel.ESCALATING).fields[0], id="other"),)}, "bad-edits"),
    ],
)
def test_what_is_no_whole_answer_is_refused(office: Office, changes: dict[str, Any], code: str) -> None:
    """Nothing is recorded of it, and the review stays open."""
    office.submit()

    assert code == refusal(office, **changes)
    assert () == office.only_review().answers


def test_nobody_decides_about_their_own_text(office: Office) -> None:
    """Neither with the same key nor in the same role."""
    office.submit(actor=EDITOR)

    assert "own-text" == refusal(office, actor=EDITOR)
    assert "own-text" == refusal(office, actor=replace(EDITOR, credential="another-key"))


def test_an_answer_is_given_once(office: Office) -> None:
    """A decided review is not decided again."""
    office.submit()
    review = office.only_review()
    office.decide(review)

    assert "review-decided" == refusal(office, review=review, actor=LEGAL)


def with_queue(office: Office, **changes: Any) -> Office:
    """The office under a policy in which the queue of its question has other reviewers."""
    routing = office.submit().assessment.routing
    assert routing is not None
    workspace = office.gate.policy.workspace
    queue = replace(workspace.queue(routing.queue), **changes)
    policy = replace(office.gate.policy, workspace=replace(workspace, queues=(queue,)))
    gate = replace(office.gate, policy=policy)
    return Office(gate, Desk(gate), office.clock)


def test_a_queue_of_two_needs_two_people(office: Office) -> None:
    """The first approval changes nothing, a second one by the same person is refused."""
    two = with_queue(office, quorum=2)
    first = two.decide(two.only_review(), actor=PRESS)

    assert ("open", 1) == (first.status, len(first.answers))
    assert "escalate" == two.submit().assessment.verdict
    assert "already-answered" == refusal(two, actor=PRESS)
    assert "decided" == two.decide(two.only_review(), actor=LEGAL).status
    assert "pass" == two.submit().assessment.verdict


def test_only_the_queues_people_are_asked(office: Office) -> None:
    """A role that the queue does not name may not answer."""
    narrow = with_queue(office, roles=("legal-counsel",))

    assert "not-asked" == refusal(narrow, actor=PRESS)
    assert "decided" == narrow.decide(narrow.only_review(), actor=LEGAL).status


def test_approved_findings_count_as_risk(office: Office) -> None:
    """Once, for whoever submitted them, however often the text is checked afterwards."""
    office.submit()
    before = office.gate.log.risk(AGENT.principal, now_ms=office.clock.ms)
    asked = office.desk.submission(office.only_review())
    office.decide(office.only_review())
    for _ in range(3):
        office.submit()

    assert before + asked.risk == office.gate.log.risk(AGENT.principal, now_ms=office.clock.ms)


def test_the_queue_follows_from_the_records_alone(office: Office) -> None:
    """Folded from every record, and from an index made anew, it is the same."""
    office.submit()
    office.submit(market="de")
    office.decide(office.desk.reviews()[0], "send-back")
    shown = {review.id: review for review in office.desk.reviews(status="all")}

    assert shown == folded(record for _, record in office.gate.log.records())
    office.gate.log.rebuild_index()
    assert shown == {review.id: review for review in Desk(office.gate).reviews(status="all")}
