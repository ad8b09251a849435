"""What the gate costs is counted text by text, and rule by rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.audit.projection import DAY_MS
from guardrails.impact.friction import friction
from guardrails.model.review import FEWEST
from guardrails.review.desk import Desk
from guardrails.review.dispute import dispute
from tests.e2e import nimbrel
from tests.gates import Clock, gate_in
from tests.review.office import AGENT, PLACE, PRESS, Office, asking, changed


@pytest.fixture
def office(tmp_path: Path):
    """A desk over a new ledger."""
    clock = Clock()
    gate = gate_in(tmp_path, clock=clock)
    yield Office(gate, Desk(gate), clock)
    gate.close()


def test_texts_count_once(office: Office) -> None:
    """However often it is checked, a text is one text, judged by its first check."""
    for _ in range(3):
        office.submit(nimbrel.draft(nimbrel.REVISING))
    office.submit(nimbrel.draft(nimbrel.PASSING))
    cost = friction(office.gate.log, office.clock.ms)

    assert (2, 1) == (cost.texts, cost.held)
    assert 50 == cost.percent("held")


def test_an_approval_as_it_was_is_counted_by_rule(office: Office) -> None:
    """A stop that was not needed speaks against the rule that made it; so does a dispute."""
    answer = office.submit()
    review = office.only_review()
    approved_by(office, FEWEST)
    dispute(office.gate, str(answer.check_id), answer.assessment.findings[0].id, "too-strict", "", AGENT)
    cost = friction(office.gate.log, office.clock.ms)

    assert (FEWEST, FEWEST, 100) == (cost.answers, cost.unchanged, cost.percent("unchanged"))
    assert all((FEWEST, FEWEST) == (cost.cost(rule).holds, cost.cost(rule).unchanged) for rule in review.rules)
    assert 1 == cost.cost(answer.assessment.findings[0].rule.id).disputes


def test_few_people_are_no_group(office: Office) -> None:
    """While fewer than five people decided, no figure says how: one of them could be told from it."""
    office.submit()
    rules = office.only_review().rules
    approved_by(office, FEWEST - 1)
    cost = friction(office.gate.log, office.clock.ms)

    assert (FEWEST - 1, None, None) == (cost.answers, cost.unchanged, cost.percent("unchanged"))
    assert [None] * len(rules) == [cost.cost(rule).unchanged for rule in rules]


def approved_by(office: Office, count: int) -> None:
    """Have as many texts approved, each by somebody else; the first has been submitted."""
    draft = asking()
    for number in range(count):
        office.decide(office.only_review(), actor=replace(PRESS, credential=f"key-{number}", person=f"Press {number}"))
        draft = changed(draft)
        if number + 1 < count:
            office.submit(draft, **PLACE)


def test_the_window_is_thirty_days(office: Office) -> None:
    """What is older no longer counts, and nothing has no share."""
    office.submit()
    office.clock.ms += 30 * DAY_MS + 1
    cost = friction(office.gate.log, office.clock.ms)

    assert (0, None, None) == (cost.texts, cost.percent("held"), cost.percent("unchanged"))
