"""A report on a period that has not ended says so first, and can be made again."""

import json

import pytest

from guardrails.errors import DraftError
from guardrails.render.moment import rfc3339
from guardrails.report.forms.html import html_of
from guardrails.report.forms.oscal import oscal_of
from guardrails.report.forms.text import text_of
from guardrails.report.issue import FORMS, issued
from guardrails.report.period import Period
from guardrails.report.words.page import document_of
from tests.gates import DAY_MS, Clock
from tests.report.conftest import AUDITOR, PERIOD, books_in

HOUR_MS = 3_600_000


@pytest.fixture
def running(books):
    """The books on the last morning of the period."""
    books.log.clock = Clock(PERIOD.until_ms - 8 * HOUR_MS)
    return books


def last_ms(books):
    """When the last record was made."""
    return max(record.at_ms for _, record in books.log.records())


def test_it_is_of_the_last_record(running):
    """What the clock shows is in no byte: an hour later the same ledger gives the same report."""
    first = running.report()
    running.log.clock.ms += HOUR_MS

    assert last_ms(running) == first.about.as_of_ms
    assert first == running.report()


def test_once_the_period_is_over_it_is_of_its_end(books):
    """However long ago the last record was made."""
    books.log.clock = Clock(PERIOD.until_ms)

    assert PERIOD.until_ms == books.report().about.as_of_ms
    assert books.report().about.has_ended


def test_every_form_says_so_first(running):
    """Nobody reads a figure before that the period has not ended, and up to when the records go."""
    report = running.report()
    document, known = document_of(report), rfc3339(last_ms(running))
    result = json.loads(oscal_of(report))["assessment-results"]["results"][0]

    for page in (html_of(document).decode(), text_of(document).decode().replace("\n", " ")):
        head = page[: page.index("were decided")]
        assert "This period has not ended" in head
        assert f"records up to {known} and none later" in head
    assert result["description"].startswith("This period has not ended.")
    assert {"period-ended": "no"}.items() <= {one["name"]: one["value"] for one in result["props"]}.items()
    assert "(not ended)" in document.foot


def test_a_period_that_has_ended_is_not_said_to_go_on(report):
    """The sentence is in no report on the past."""
    assert b"not ended" not in html_of(document_of(report))


def test_later_records_change_it_and_the_moment_brings_it_back(running):
    """A record more is another report; asked for as of then, every file is the same again."""
    before = running.report()
    files = issued(running.log, before, tuple(FORMS), AUDITOR).files
    running.log.append("heartbeat", {})
    again = running.maker().made(PERIOD, before.about.as_of_ms)

    assert running.report() != before
    assert before == again
    assert files == issued(running.log, again, tuple(FORMS), AUDITOR).files


def test_nothing_recorded_later_is_in_it(books):
    """As of a day in the period, only what was recorded until then counts."""
    middle = PERIOD.from_ms + 14 * DAY_MS
    found = books.maker().made(PERIOD, middle)
    whole = books.maker().made(Period(PERIOD.from_ms, middle + 1))

    assert [one.id for one in whole.decisions] == [one.id for one in found.decisions]
    assert whole.population.sample == found.population.sample
    assert not found.about.has_ended


def test_a_question_that_is_not_yet_due_is_not_late(books):
    """What is due by the end of the period, but not yet, is open and not overdue."""
    asked = next(one for one in books.report().decisions if one.queue == "management")
    queues = books.maker().made(PERIOD, asked.at_ms).oversight.queues
    found = next(one for one in queues if one.queue == "management")

    assert (1, 0) == (found.open, found.overdue)


def test_a_moment_to_come_is_refused(running):
    """Nobody dates a report so that its period seems over."""
    with pytest.raises(DraftError, match="passed"):
        running.maker().made(PERIOD, PERIOD.until_ms)


def test_an_empty_ledger_in_a_running_period_is_reported_on(tmp_path):
    """There is no last record then: nothing is known from the first moment on."""
    books = books_in(tmp_path)
    books.log.clock = Clock(PERIOD.from_ms + DAY_MS)
    report = books.report()
    books.log.close()

    assert PERIOD.from_ms == report.about.as_of_ms
    assert not report.about.has_ended
