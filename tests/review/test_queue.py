"""What waits for a person: one question for everything that asks the same."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from guardrails.errors import DraftError
from guardrails.review import stop
from guardrails.review.deciding import decide_alike
from guardrails.review.desk import Desk
from guardrails.review.queue import folded
from guardrails.review.reading import page
from tests.audit.samples import erase_text
from tests.e2e import nimbrel
from tests.review.office import (
    CREATIVE,
    EDITOR,
    LEGAL,
    PASSAGE,
    PRESS,
    Office,
    plain,
    refusal,
    under,
)


def test_a_replayed_submission_asks_once(office: Office) -> None:
    """Twenty times the same text is one review, with twenty submissions."""
    for _ in range(20):
        office.submit()

    assert 20 == office.only_review().submissions


def test_the_queue_follows_from_the_records_alone(office: Office) -> None:
    """Folded from every record, and from an index made anew, it is the same."""
    office.submit()
    office.submit(market="de")
    office.decide(office.desk.reviews()[0], "send-back")
    shown = {review.id: review for review in office.desk.reviews(status="all")}

    assert shown == folded(office.gate.log.records())
    office.gate.log.rebuild_index()
    assert shown == {review.id: review for review in Desk(office.gate).reviews(status="all")}


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
