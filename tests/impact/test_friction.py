"""What the gate costs is counted text by text, and rule by rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.impact.friction import DAY_MS, friction
from guardrails.review.desk import Desk
from guardrails.review.dispute import dispute
from tests.e2e import nimbrel
from tests.gates import Clock, gate_in
from tests.review.office import AGENT, PRESS, Office


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
    office.decide(review, actor=PRESS)
    dispute(office.gate, str(answer.check_id), answer.assessment.findings[0].id, "too-strict", "", AGENT)
    cost = friction(office.gate.log, office.clock.ms)

    assert (1, 1, 100) == (cost.answers, cost.unchanged, cost.percent("unchanged"))
    assert all((1, 1) == (cost.cost(rule).holds, cost.cost(rule).unchanged) for rule in review.rules)
    assert 1 == cost.cost(answer.assessment.findings[0].rule.id).disputes


def test_the_window_is_thirty_days(office: Office) -> None:
    """What is older no longer counts, and nothing has no share."""
    office.submit()
    office.clock.ms += 30 * DAY_MS + 1
    cost = friction(office.gate.log, office.clock.ms)

    assert (0, None, None) == (cost.texts, cost.percent("held"), cost.percent("unchanged"))
