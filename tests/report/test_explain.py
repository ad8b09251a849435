"""The page about one text says who decided, and what is gone, as it is."""

from dataclasses import replace

import pytest

from guardrails.report.forms.text import text_of
from guardrails.report.one_text import one_text
from guardrails.review.desk import Desk
from tests.audit.samples import erase_text
from tests.e2e import nimbrel
from tests.gates import Clock, gate_in
from tests.review.office import EDITOR, LEGAL, PRESS, Office, under


@pytest.fixture
def office(tmp_path):
    """A desk over the fixture workspace."""
    clock = Clock()
    gate = gate_in(tmp_path, clock=clock)
    yield Office(gate, Desk(gate), clock)
    gate.close()


def page(office, check, replay="identical"):
    """The page, in one line."""
    return " ".join(text_of(one_text(office.gate.log, str(check), replay)).decode().split())


def approved(office, *people):
    """Have the text held, approved by people one after the other, and checked again; the passing check."""
    held = office.submit()
    for person in people:
        office.clock.ms += 60_000
        office.decide(office.only_review(), actor=person)
    office.clock.ms += 60_000
    given = office.submit()

    assert "pass" == str(given.assessment.verdict)
    return str(held.check_id), str(given.check_id)


def test_an_approved_text_names_who_approved_it(office):
    """The check after the approval asked nobody, but somebody answered: that review is named, with the role."""
    held, passed = approved(office, PRESS)
    said = page(office, passed)

    assert (
        f"1 person had answered about exactly this text, in this place and under this policy, when check {held}" in said
    )
    assert "head-of-communications; Answer: approve; Final: yes" in said
    assert "asked no person" not in said


def test_two_approvals_are_both_named(office):
    """Where it takes two people, the page has both."""
    workspace = office.gate.policy.workspace
    queues = tuple(replace(one, quorum=2) if one.name == "press-office" else one for one in workspace.queues)
    office = under(office, workspace=replace(workspace, queues=queues))
    _, passed = approved(office, PRESS, EDITOR)
    said = page(office, passed)

    assert "2 people had answered" in said
    assert "Answer: approve; Final: no" in said
    assert "Answer: approve; Final: yes" in said


def test_an_answer_that_did_not_hold_is_told_apart(office):
    """The same text in another place asked anew; the earlier answer is elsewhere."""
    held, _ = approved(office, PRESS)
    other = office.submit(channel="blog")
    said = page(office, other.check_id)

    assert "had answered about exactly this text" not in said
    assert f"Queue: press-office; Now: decided; Check: {held}" in said


def test_nobody_was_asked_where_nobody_was(office):
    """A text that passed by itself asked no person."""
    given = office.submit(nimbrel.draft(nimbrel.PASSING))

    assert "This check asked no person." in page(office, given.check_id)


def test_after_an_erasure_nothing_false_is_said(office):
    """It passed; who is accountable is gone, not nobody; who approved it is still on record."""
    _, passed = approved(office, PRESS)
    erase_text(office.gate.log, passed)
    said = page(office, passed, "erased")

    assert "The text passed" in said
    assert "Accountable: gone with the assessment (erased, on the record)" in said
    assert "Good until: gone" in said
    assert "1 person had answered" in said
    assert "it did not pass" not in said
    assert "Packs of rules: none" not in said
    assert LEGAL.principal.id not in said
