"""What ends by itself: when, what stays although its time is over, and how it stands on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from guardrails.model.draft import Draft, Field
from guardrails.model.policy import Keep
from guardrails.privacy.published import Desk, add_hold, erase, retention
from guardrails.privacy.retention import moment_before
from tests.privacy.conftest import OFFICER, PEOPLE
from tests.privacy.test_erasing import DAY_MS, SAID, TWO, left
from tests.review.office import EDITOR, Office

KEEP = (Keep("check", "assessment", "10d"), Keep("check", "draft", "5d"), Keep("review", "reason", "5d"))


@pytest.fixture
def keeping(desk: Desk) -> Desk:
    """The desk of a workspace that keeps drafts for five days and answers for ten."""
    return replace(desk, workspace=replace(desk.workspace, keep=KEEP))


def numbered(number: int) -> Draft:
    """One of many drafts; people submit them, so that they ask nobody."""
    return Draft((Field("body", f"We have lamp number {number}."),))


def moment(*when: int) -> int:
    """Return a moment of UTC in ms."""
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc]  # a date and a time


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("90d", moment(2026, 8, 28, 12)), ("1m", moment(2026, 10, 26, 12)), ("13m", moment(2025, 10, 26, 12)),
        ("2y", moment(2024, 11, 26, 12)),
    ],
)  # fmt: skip
def test_spans_are_of_the_calendar(span: str, expected: int) -> None:
    """A month before the 26th is the 26th of the month before."""
    assert expected == moment_before(moment(2026, 11, 26, 12), span)


def test_a_month_before_its_last_day_exists() -> None:
    """A day that the earlier month may lack is its 28th: never shorter than said by more than three days."""
    assert moment(2026, 2, 28) == moment_before(moment(2026, 3, 31), "1m")


def test_parts_end_when_their_time_is_over(office: Office, keeping: Desk) -> None:
    """After five days the draft goes, after ten the answer; the rest stays, and all is accounted for."""
    answer = office.submit(TWO)
    assert answer.audit is not None
    shown = []
    for days in (4, 2, 5):
        office.clock.ms += days * DAY_MS
        retention(keeping, {"dry_run": False})
        shown.append(left(keeping, answer.audit.index))

    assert {"assessment", "context", "engine_input", "field:0", "field:1", "state"} == shown[0]
    assert {"assessment", "engine_input", "state"} == shown[1]
    assert {"engine_input", "state"} == shown[2]
    assert keeping.log.verify().ok


def test_one_record_says_all_that_went(office: Office, keeping: Desk) -> None:
    """Many texts are one range; a second run finds nothing over and records nothing."""
    for number in range(5):
        office.submit(numbered(number), actor=EDITOR)
    office.clock.ms += 20 * DAY_MS
    before = retention(keeping, {"dry_run": True})
    first, second = (retention(keeping, {"dry_run": False}) for _ in range(2))
    erasures = [record for _, record in keeping.log.records() if record.type == "erasure"]

    assert [{"type": "check", "records": 5}] == before["over"]
    assert (1, 0) == (len(first["records"]), len(second["records"]))  # type: ignore[arg-type]
    assert [[1, 6]] == erasures[0].member("erased")[0]["ranges"]  # type: ignore[index,call-overload]
    assert ("retention", ()) == (erasures[0].text("ground"), erasures[0].texts("approved_by"))
    assert 1 == len(erasures)


def test_a_dry_run_ends_nothing(office: Office, keeping: Desk) -> None:
    """It counts, and every part stays."""
    answer = office.submit(TWO)
    assert answer.audit is not None
    office.clock.ms += 20 * DAY_MS
    size = keeping.log.head().size
    retention(keeping, {"dry_run": True})

    assert "field:0" in left(keeping, answer.audit.index)
    assert size == keeping.log.head().size


def test_what_is_held_is_kept(office: Office, keeping: Desk) -> None:
    """A text under a legal hold breaks the range and stays until it is released."""
    answers = [office.submit(numbered(number), actor=EDITOR) for number in range(3)]
    add_hold(keeping, {"scope": "check", "reason": "A claim.", "value": answers[1].check_id})
    office.clock.ms += 20 * DAY_MS
    body = retention(keeping, {"dry_run": False})
    kept = ["field:0" in left(keeping, one.audit.index) for one in answers if one.audit]

    assert [False, True, False] == kept
    assert 1 == body["held"]
    assert keeping.log.verify().ok


def test_an_open_question_is_kept(office: Office, keeping: Desk) -> None:
    """What a person still has to read is not taken away; once decided it ends."""
    answer = office.submit()
    assert answer.audit is not None
    office.clock.ms += 20 * DAY_MS
    waiting = retention(keeping, {"dry_run": False})["waiting"]
    kept = "field:0" in left(keeping, answer.audit.index)
    office.decide(office.only_review())
    retention(keeping, {"dry_run": False})

    assert (1, True) == (waiting, kept)
    assert "field:0" not in left(keeping, answer.audit.index)


def test_what_was_erased_is_not_counted_again(office: Office, keeping: Desk) -> None:
    """An erased text is neither over nor named in the record."""
    answer = office.submit(TWO)
    erase(keeping, {"checks": [answer.check_id], **SAID}, people=PEOPLE)
    office.clock.ms += 20 * DAY_MS

    assert [] == retention(keeping, {"dry_run": False})["over"]


def test_retention_finishes_what_was_cut_short(office: Office, keeping: Desk) -> None:
    """An erasure on record whose keys are still there is finished by the next run."""
    answer = office.submit(TWO)
    keeping.log.append(
        "erasure", {"target": str(answer.check_id), "erased": [{"record": str(answer.check_id), "parts": ["field:0"]}]}
    )
    unfinished = [one.what for one in keeping.log.verify().problems]
    retention(keeping, {"dry_run": False})

    assert ["erasure-unfinished"] == unfinished
    assert keeping.log.verify().ok


def test_without_a_word_about_it_everything_is_kept(office: Office, desk: Desk) -> None:
    """A workspace without `keep:` ends nothing."""
    office.submit(TWO)
    office.clock.ms += 10_000 * DAY_MS
    body = retention(replace(desk, workspace=replace(desk.workspace, keep=())), {"dry_run": False})

    assert ([], [], []) == (body["keep"], body["over"], body["records"])
    assert OFFICER == desk.caller.actor


def test_what_was_said_about_an_erasure_ends(office: Office, desk: Desk) -> None:
    """Its reason goes when its time is over; that, and by whose approval, it was erased stays."""
    receipt = erase(desk, {"checks": [office.submit(TWO).check_id], **SAID}, people=PEOPLE)
    keeping = replace(desk, workspace=replace(desk.workspace, keep=(Keep("erasure", "reason", "1y"),)))
    office.clock.ms += 367 * DAY_MS
    body = retention(keeping, {"dry_run": False})
    (record_id,) = [one["record_id"] for one in receipt["records"]]  # type: ignore[union-attr,call-overload,index]
    erasure = desk.log.find(str(record_id))
    assert erasure is not None

    assert [{"type": "erasure", "records": 1}] == body["over"]
    assert set() == left(desk, erasure[0])
    assert 2 == len(erasure[1].texts("approved_by"))
    assert desk.log.verify().ok
