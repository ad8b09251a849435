"""Who may answer: the people of a queue, each once, never about a text of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guardrails.errors import LedgerError
from guardrails.model.context import Actor
from guardrails.review import stop
from guardrails.review.deciding import _Decided, decide
from guardrails.review.desk import Desk
from tests.gates import DAY_MS
from tests.review.office import (
    AGENT,
    EDITOR,
    LEGAL,
    PLACE,
    PRESS,
    Office,
    asking,
    changed,
    plain,
    refusal,
    under,
)


def test_nobody_decides_about_their_own_text(office: Office) -> None:
    """Neither with the same key nor in the same role."""
    office.submit(actor=EDITOR)

    assert "own-text" == refusal(office, actor=EDITOR)
    assert "own-text" == refusal(office, actor=replace(EDITOR, credential="another-key"))


def test_nobody_decides_in_another_role_about_their_own_text(office: Office) -> None:
    """Nor about what their agent submitted with a key of theirs."""
    office.submit(actor=named(EDITOR, "ada"))
    office.submit(actor=named(AGENT, "ben"))

    assert "own-text" == refusal(office, actor=named(PRESS, "ada"))
    assert "own-text" == refusal(office, actor=named(PRESS, "ben"))
    assert "decided" == office.decide(office.only_review(), actor=named(PRESS, "cem")).status


def test_nobody_sends_their_own_text_through_an_agent(office: Office) -> None:
    """Who has submitted this very text anywhere does not decide about it, whoever submits it afterwards."""
    office.submit(actor=PRESS, market="de")
    office.submit()
    (review,) = (one for one in office.desk.reviews() if one.author_kind == "agent")

    assert "own-text" == refusal(office, review=review)


def test_only_the_queues_people_are_asked(office: Office) -> None:
    """A role that the queue does not name may not answer."""
    narrow = with_queue(office, roles=("legal-counsel",))

    assert "not-asked" == refusal(narrow, actor=PRESS)
    assert "decided" == narrow.decide(narrow.only_review(), actor=LEGAL).status


def with_queue(office: Office, **changes: Any) -> Office:
    """The office under a policy in which the queue of its question has other reviewers."""
    routing = office.submit().assessment.routing
    assert routing is not None
    workspace = office.gate.policy.workspace
    queue = replace(workspace.queue(routing.queue), **changes)
    return under(office, workspace=replace(workspace, queues=(queue,)))


def test_a_queue_of_two_needs_two_people(office: Office) -> None:
    """The first approval changes nothing, a second one by the same person is refused."""
    two = with_queue(office, quorum=2)
    first = two.decide(two.only_review(), actor=PRESS)

    assert ("open", 1) == (first.status, len(first.answers))
    assert "escalate" == two.submit().assessment.verdict
    assert "already-answered" == refusal(two, actor=PRESS)
    assert "decided" == two.decide(two.only_review(), actor=EDITOR).status
    assert "pass" == two.submit().assessment.verdict


def named(actor: Actor, person: str) -> Actor:
    """The same role and another key, whose person is known."""
    return Actor(actor.principal, f"{actor.credential}-{person}", person)


def test_two_keys_of_one_person_are_one_person(office: Office) -> None:
    """Whatever their roles; two people of one role are two."""
    two = with_queue(office, quorum=2)
    two.decide(two.only_review(), actor=named(PRESS, "ada"))

    assert "already-answered" == refusal(two, actor=named(EDITOR, "ada"))
    assert "decided" == two.decide(two.only_review(), actor=named(PRESS, "ben")).status


def test_four_eyes_see_the_same_text(office: Office) -> None:
    """Approvals of different texts do not add up: two people approve the edited one, or two the original."""
    two = with_queue(office, quorum=2)
    edited = changed(asking()).fields
    two.decide(two.only_review(), actor=PRESS, edited=edited)
    after = two.decide(two.only_review(), actor=EDITOR)

    assert ("open", 2) == (after.status, len(after.answers))
    assert "decided" == two.decide(two.only_review(), actor=EDITOR, edited=edited).status
    assert "pass" == two.submit(changed(asking()), **PLACE).assessment.verdict
    assert "escalate" == two.submit().assessment.verdict


def test_four_eyes_see_the_same_question(office: Office) -> None:
    """An approval does not count for a reason that came up afterwards; its giver looks again."""
    two = with_queue(office, quorum=2)
    two.decide(two.only_review(), actor=PRESS)
    stop.withdraw(two.gate, "N-006", "The figure was wrong.", LEGAL)
    two.submit()

    assert "open" == two.decide(two.only_review(), actor=EDITOR).status
    assert "decided" == two.decide(two.only_review(), actor=PRESS).status
    assert "pass" == two.submit().assessment.verdict


def test_an_answer_of_several_ends_with_the_first(office: Office) -> None:
    """The shortest approval counts; one that has ended counts no longer."""
    two = with_queue(office, quorum=2)
    soon = two.clock.ms + DAY_MS
    two.decide(two.only_review(), actor=PRESS, until_ms=soon)
    two.decide(two.only_review(), actor=EDITOR)

    good_until = two.submit().assessment.good_until_ms
    assert soon == good_until
    two.clock.ms = soon
    two.submit()
    two.decide(two.only_review(), actor=PRESS, until_ms=soon + 1)
    two.clock.ms = soon + 1
    assert "open" == two.decide(two.only_review(), actor=EDITOR).status


def test_a_second_approval_lifts_what_the_first_did(office: Office) -> None:
    """A new reason asks again; with that approved too, the reasons lifted before stay lifted."""
    draft = plain("There will be layoffs [fact:N-006].")  # a topic at which the agent must stop
    office = under(office, workspace=replace(office.gate.policy.workspace, queues=()))
    office.submit(draft, **PLACE)
    office.decide(office.only_review())
    stop.withdraw(office.gate, "N-006", "The figure was wrong.", LEGAL)

    assert "escalate" == office.submit(draft, **PLACE).assessment.verdict
    office.decide(office.only_review())
    assert "pass" == office.submit(draft, **PLACE).assessment.verdict


def test_two_people_at_the_same_moment_count_as_two(office: Office) -> None:
    """The ledger refuses an answer to a review that was answered in the meantime, and the answer is given anew."""
    two = with_queue(office, quorum=2)
    review = two.only_review()
    other = Desk(two.gate)
    stale = _Decided.of(other, other.find(review.id), two.answer(review), EDITOR)
    two.decide(review, actor=PRESS)
    with pytest.raises(LedgerError, match="in the meantime"):
        stale.recorded()

    assert "decided" == decide(other, review.id, two.answer(review), EDITOR)[1].status
