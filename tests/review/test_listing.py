"""The list of questions comes in pages, and one text that is lost hides no other."""

from __future__ import annotations

from collections import Counter

import pytest

from guardrails.audit.keys import Caller
from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.render.paint import Paint
from guardrails.render.review_text import review_list_lines
from guardrails.review.published import list_reviews
from guardrails.review.reading import page
from tests.audit.samples import erase_text
from tests.review.office import PRESS, Office, plain, under

TEXTS = 5


@pytest.fixture
def busy(office: Office) -> Office:
    """Five texts that each ask a question of their own."""
    for number in range(TEXTS):
        office.clock.ms += 1
        office.submit(
            plain(f"The light of Lampadio is dull in room {number}."), channel="blog", market="uk", locale="en-GB"
        )
    return office


def decrypted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the parts of payloads that are decrypted."""
    counts: Counter[str] = Counter()
    real = AuditLog.decrypt

    def counting(log: AuditLog, index: int, part: str) -> bytes:
        counts[part] += 1
        return real(log, index, part)

    monkeypatch.setattr(AuditLog, "decrypt", counting)
    return counts


def test_pages_join_to_the_whole_list(busy: Office) -> None:
    """In the same order, each question once; the figures are about all of them."""
    whole = page(busy.desk)
    found, after, pages = [], "", 0
    while pages == 0 or after:
        part = page(busy.desk, limit=2, after=after)
        found += part.questions
        after, pages = part.after, pages + 1
        assert (TEXTS, TEXTS, 0) == (part.waiting, part.texts, part.overdue)

    assert (list(whole.questions), 3) == (found, pages)
    assert TEXTS == len(whole.questions)


def test_only_the_texts_of_a_page_are_decrypted(busy: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many wait."""
    busy.desk.reviews()
    counts = decrypted(monkeypatch)
    page(busy.desk, limit=2)

    assert {"assessment": 2, "context": 2, "field:0": 2, "state": 2} == counts


def test_an_answer_between_two_pages_loses_no_question(busy: Office) -> None:
    """What was answered is gone, the rest comes."""
    first = page(busy.desk, limit=2)
    erase_text(busy.gate.log, first.questions[1].texts[0][0].check)
    rest = page(busy.desk, limit=TEXTS, after=first.after)

    assert TEXTS - 2 == len(rest.questions)


def test_a_lost_key_hides_one_text(busy: Office) -> None:
    """It is listed as one that cannot be read; the others are as they were."""
    before = page(busy.desk)
    lost = before.questions[1].texts[0][0]
    busy.gate.log.keys.drop([(lost.check, "field:0")])
    body = list_reviews(busy.desk, Caller(PRESS))
    texts = [one["texts"][0] for one in body["questions"]]

    assert [lost.id] == [one["id"] for one in texts if not one["readable"]]
    assert ("", "agent", "") == (texts[1]["starts"], texts[1]["author"]["kind"], texts[1]["author"]["id"])
    assert all(one["starts"] for one in texts if one["readable"])


def test_a_question_of_an_earlier_policy_says_so(busy: Office) -> None:
    """Nobody can answer it before its author has the text checked again, and the list says that too."""
    body = list_reviews(under(busy, digest="sha256:other").desk, Caller(PRESS))
    before = list_reviews(busy.desk, Caller(PRESS))

    assert [False] * TEXTS == [one["policy_current"] for one in body["questions"]]
    assert [True] * TEXTS == [one["policy_current"] for one in before["questions"]]
    assert TEXTS == "\n".join(review_list_lines(body, Paint())).count("another policy is in force since")


@pytest.mark.parametrize("after", ["x", "2.1.rev_1", "0.-1.rev_1", "0.1.", "0.٣.rev_1"])
def test_a_cursor_is_taken_as_it_was_given(office: Office, after: str) -> None:
    """Anything else is refused."""
    with pytest.raises(DraftError) as refused:
        page(office.desk, after=after)

    assert "bad-cursor" == refused.value.code
