"""Escalations are answered by people, and an answer holds for exactly what was asked."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from guardrails.audit.earlier import risk
from guardrails.errors import DraftError, LedgerError
from guardrails.model.context import Actor, Principal
from guardrails.model.draft import Draft, Field
from guardrails.review import stop
from guardrails.review.deciding import _Decided, decide, decide_alike
from guardrails.review.desk import Desk
from guardrails.review.queue import folded
from guardrails.review.reading import page
from tests.audit.samples import erase_text
from tests.e2e import nimbrel
from tests.gates import DAY_MS
from tests.review.office import AGENT, CREATIVE, EDITOR, LEGAL, PLACE, PRESS, Office, asking, changed, plain, under


def with_words(words: str) -> Draft:
    """The asking draft with one paragraph more."""
    first = asking().fields[0]
    return Draft((replace(first, text=f"{first.text}\n{words}\n"),))


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


def test_nobody_decides_in_another_role_about_their_own_text(office: Office) -> None:
    """Nor about what their agent submitted with a key of theirs."""
    office.submit(actor=named(EDITOR, "ada"))
    office.submit(actor=named(AGENT, "ben"))

    assert "own-text" == refusal(office, actor=named(PRESS, "ada"))
    assert "own-text" == refusal(office, actor=named(PRESS, "ben"))
    assert "decided" == office.decide(office.only_review(), actor=named(PRESS, "cem")).status


def test_only_the_queues_people_are_asked(office: Office) -> None:
    """A role that the queue does not name may not answer."""
    narrow = with_queue(office, roles=("legal-counsel",))

    assert "not-asked" == refusal(narrow, actor=PRESS)
    assert "decided" == narrow.decide(narrow.only_review(), actor=LEGAL).status


def test_approved_findings_count_as_risk(office: Office) -> None:
    """Once, for whoever submitted them, however often the text is checked afterwards."""
    office.submit()
    before = risk(office.gate.log, AGENT.principal, now_ms=office.clock.ms)
    asked = office.desk.submission(office.only_review())
    office.decide(office.only_review())
    for _ in range(3):
        office.submit()

    assert before + asked.risk == risk(office.gate.log, AGENT.principal, now_ms=office.clock.ms)


def test_the_queue_follows_from_the_records_alone(office: Office) -> None:
    """Folded from every record, and from an index made anew, it is the same."""
    office.submit()
    office.submit(market="de")
    office.decide(office.desk.reviews()[0], "send-back")
    shown = {review.id: review for review in office.desk.reviews(status="all")}

    assert shown == folded(office.gate.log.records())
    office.gate.log.rebuild_index()
    assert shown == {review.id: review for review in Desk(office.gate).reviews(status="all")}


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


def test_nobody_sends_their_own_text_through_an_agent(office: Office) -> None:
    """Who has submitted this very text anywhere does not decide about it, whoever submits it afterwards."""
    office.submit(actor=PRESS, market="de")
    office.submit()
    (review,) = (one for one in office.desk.reviews() if one.author_kind == "agent")

    assert "own-text" == refusal(office, review=review)


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


def test_many_threads_see_each_submission_once(office: Office) -> None:
    """A desk may be read from several threads while checks go on."""
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            office.submit()
            assert 1 == len({one.submissions for (one,) in pool.map(lambda _: office.desk.reviews(), range(8))})

    assert 5 == office.only_review().submissions


def test_a_review_is_moot_while_its_author_asks_nobody(office: Office) -> None:
    """Lifted stop: the text passes and nobody needs to answer; held again, the same review is open again."""
    draft = nimbrel.draft(nimbrel.PASSING)
    first = stop.stop(office.gate, "all", "", "Wait.", EDITOR)
    office.submit(draft)
    review = office.only_review()
    before = office.desk.version()
    stop.resume(office.gate, first.record_id, "Go on.", EDITOR)
    office.submit(draft)

    assert ("moot", ()) == (office.desk.find(review.id).status, office.desk.reviews())
    assert before < office.desk.version()
    assert "review-decided" == refusal(office, review=office.desk.find(review.id))
    stop.stop(office.gate, "all", "", "Wait again.", EDITOR)
    office.submit(draft)
    assert (review.id, 2) == (office.only_review().id, office.only_review().submissions)
    shown = {one.id: one for one in office.desk.reviews(status="all")}
    assert shown == folded(office.gate.log.records())
    assert shown == {one.id: one for one in Desk(office.gate).reviews(status="all")}


def test_a_decided_text_may_be_erased(office: Office) -> None:
    """The lists of what was decided go on without it."""
    answer = office.submit()
    office.decide(office.only_review(), actor=PRESS)
    erase_text(office.gate.log, str(answer.check_id))

    assert ("decided",) == tuple(one.status for one in office.desk.reviews(status="all"))
    assert [None] == [text for one in page(office.desk, status="all").questions for _, text in one.texts]


def test_an_erased_text_is_no_question_any_more(office: Office) -> None:
    """The list goes on without it; the same text, submitted again, is a new question."""
    answer = office.submit()
    review = office.only_review()
    erase_text(office.gate.log, str(answer.check_id))

    assert ("erased", ()) == (office.desk.find(review.id).status, office.desk.reviews())
    office.submit()
    assert review.id != office.only_review().id
    shown = {one.id: one for one in office.desk.reviews(status="all")}
    assert shown == folded(office.gate.log.records())
    assert shown == {one.id: one for one in Desk(office.gate).reviews(status="all")}


def test_a_review_is_found_by_any_of_its_checks(office: Office) -> None:
    """Who has the id of a check, first or later, finds what became of it."""
    checks = [office.submit().check_id for _ in range(2)]

    assert {office.only_review().id} == {office.desk.find(str(check)).id for check in checks}


PASSAGE = "The light of Lampadio is dull."


def test_one_passage_is_one_question(office: Office) -> None:
    """Texts that share what holds them ask the same; one more finding, or nothing but a missing mandate, asks its own."""
    place = {"channel": "blog", "market": "uk", "locale": "en-GB"}
    for words in ("We like lamps.", "We like chairs.", "We like tables. Results guaranteed in a week."):
        office.submit(plain(f"{words}\n\n{PASSAGE}"), **place)
    office.submit(plain("We like books."), CREATIVE, **place)
    office.submit(plain("We like ships."), CREATIVE, **place)
    asked = Counter(review.question_ref for review in office.desk.reviews())

    assert [1, 1, 1, 2] == sorted(asked.values())


def test_one_answer_for_one_question(office: Office) -> None:
    """Each text of the same question gets a record of its own; the others stay open."""
    place = {"market": "uk", "locale": "en-GB"}
    for channel in ("linkedin", "blog"):
        office.submit(plain(PASSAGE), channel=channel, **place)
    office.submit(plain("Lampadio again, in other words."), channel="blog", **place)
    review = office.desk.reviews()[0]
    done = decide_alike(office.desk, review.id, office.answer(review), LEGAL)

    assert ["decided", "decided"] == [one.status for _, one in done]
    assert 1 == len(office.desk.reviews())
    for channel in ("linkedin", "blog"):
        assert "pass" == office.submit(plain(PASSAGE), channel=channel, **place).assessment.verdict


def test_one_answer_for_all_or_for_none(office: Office) -> None:
    """If one text of the question may not be answered, nothing is recorded about any."""
    office = under(office, workspace=replace(office.gate.policy.workspace, queues=()))
    office.submit(plain(PASSAGE), channel="blog", market="uk", locale="en-GB")
    office.submit(plain(f"{PASSAGE}\n"), LEGAL, channel="blog", market="uk", locale="en-GB")
    size = office.gate.log.head().size
    review = office.desk.reviews()[0]
    with pytest.raises(DraftError) as refused:
        decide_alike(office.desk, review.id, office.answer(review), LEGAL)

    assert ("own-text", size) == (refused.value.code, office.gate.log.head().size)


def test_an_edited_text_stays_in_its_place(office: Office) -> None:
    """Front matter is part of the text, and may not take an approval elsewhere."""
    front = "---\nchannel: {}\nmarket: uk\nlocale: en-GB\n---\n\n" + PASSAGE
    draft = Draft((Field("body", front.format("linkedin"), "markdown"),))
    office.submit(draft)
    edited = (replace(draft.fields[0], text=front.format("blog")),)

    assert "bad-edits" == refusal(office, actor=LEGAL, edited=edited)
