"""Two people let a text out that does not pass."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from guardrails.backends.documents.rendered import html_of
from guardrails.errors import DraftError
from guardrails.model.context import Actor
from guardrails.review.break_glass import LONGEST, Wish, break_glass
from guardrails.review.permits import Issued
from tests.gates import DAY_MS
from tests.permit.test_issuing import passing, said, verified
from tests.review.office import AGENT, EDITOR, LEGAL, PRESS, Office, asking

WHY = "A recall: people must know tonight."


def broken(office: Office, check: str, actor: Actor, why: str = WHY) -> Issued | Wish:
    """Ask, or join."""
    return break_glass(office.gate, check, why, actor, html_of)


def held(office: Office) -> str:
    """A check that asks a person."""
    return str(office.submit().check_id)


def code(office: Office, check: str, actor: Actor, why: str = WHY) -> str:
    """The code with which it is refused."""
    with pytest.raises(DraftError) as error:
        broken(office, check, actor, why)
    return error.value.code


def test_two_people_let_it_out_for_four_hours(office: Office) -> None:
    """The first asks, the second issues; the permit says that nothing passed, and who it was."""
    check = held(office)
    wish, one = broken(office, check, LEGAL), broken(office, check, EDITOR)

    assert isinstance(wish, Wish)
    assert isinstance(one, Issued)
    assert ("BREAK_GLASS", LONGEST) == (said(one).level, said(one).until_ms - said(one).from_ms)
    assert b'"verificationResult":"FAILED"' in one.envelope.payload
    assert ["head-of-content", "legal-counsel"] == sorted(each.role for each in said(one).approvals)
    assert verified(office, one.envelope, asking().fields).may_publish
    refused = verified(office, one.envelope, asking().fields, levels=("AUTO_PASS", "HUMAN_1", "HUMAN_2"))
    assert ["level"] == [each.code for each in refused.refusals]


def test_both_are_events_on_the_record_with_their_reasons(office: Office) -> None:
    """So that the report can show them first."""
    check, log = held(office), office.gate.log
    broken(office, check, LEGAL, "A recall.")
    broken(office, check, EDITOR, "Lives are at stake.")
    (wish,) = log.indices("break_glass")
    (index,) = log.indices("permit")
    asked = log.indices(f"break_glass:{check}")

    assert [b"A recall.", b"Lives are at stake."] == [log.decrypt(at, "reason") for at in asked]
    assert (wish, index) == asked
    assert "break-glass" == log.record(index).text("event")
    assert "BREAK_GLASS" == log.record(index).text("level")
    assert log.verify().problems == ()


def test_it_takes_two(office: Office) -> None:
    """Nobody joins themselves, no agent breaks glass, and everybody says why."""
    check = held(office)
    broken(office, check, LEGAL)

    assert "already-asked" == code(office, check, LEGAL)
    assert "person-needed" == code(office, check, AGENT)
    assert "missing-reason" == code(office, check, EDITOR, " ")


def test_two_people_have_names_and_are_not_one(office: Office) -> None:
    """A key without a name is nobody's; another case and more blanks make nobody another person."""
    check, edda = held(office), replace(EDITOR, credential="key-other", person=" EDDA ")

    assert "name-needed" == code(office, check, replace(LEGAL, person=""))
    broken(office, check, EDITOR)
    assert "already-asked" == code(office, check, edda)


def test_of_two_who_join_at_once_one_does(office: Office) -> None:
    """The other asks anew: no permit is issued twice for one wish."""
    check = held(office)
    broken(office, check, LEGAL)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda actor: broken(office, check, actor), (EDITOR, PRESS)))

    assert [Issued, Wish] == sorted(map(type, found), key=lambda kind: kind.__name__)


def test_a_wish_that_nobody_joins_is_over(office: Office) -> None:
    """After four hours the second person is a first one."""
    check = held(office)
    broken(office, check, LEGAL)
    office.clock.ms += LONGEST

    assert isinstance(broken(office, check, EDITOR), Wish)
    assert isinstance(broken(office, check, PRESS), Issued)


def test_nobody_lets_out_a_text_of_their_own(office: Office) -> None:
    """Not even with somebody else."""
    given = office.submit(asking(), actor=EDITOR, channel="press", market="uk", locale="en-GB")

    assert "own-text" == code(office, str(given.check_id), EDITOR)


def test_what_passed_needs_no_glass_broken(office: Office) -> None:
    """It has a permit of its own."""
    assert "passed" == code(office, str(office.submit(passing()).check_id), LEGAL)
    assert "not-found" == code(office, "chk_nothing", LEGAL)
    assert DAY_MS > LONGEST
