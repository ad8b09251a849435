"""When a rule is due, and what it then speaks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guardrails.matching.match import Candidate
from guardrails.model.context import EffectiveContext
from guardrails.model.policy import Accepted, Literal_, Plan, Rule, Scope
from guardrails.model.span import Extent
from guardrails.rules.due import Due, Roster, uncovered_layers
from tests.decide.support import WORKSPACE, policy, rule

CONTEXT = EffectiveContext((("channel", ("blog",)), ("locale", ("de-AT",))))
TERM = Plan((Literal_("cure"),))
DAY = "2026-11-23"


def due(*rules: Rule, context: EffectiveContext = CONTEXT, day: str = DAY, **workspace: Any) -> Due:
    """Return which of *rules* are due."""
    return Roster(policy(*rules, workspace=replace(WORKSPACE, **workspace))).due(context, day)


def called(found: Due) -> list[str]:
    """Return the ids of the rules that are called if the scan finds something for each."""
    everywhere = dict.fromkeys(range(10), (Candidate(0, Extent(0, 1), 0),))
    return [one.id for one, _ in found.work(everywhere)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"status": "observe"}, True),
        ({"status": "draft"}, False),
        ({"status": "retired"}, False),
        ({"scope": Scope((("channel", ("blog",)),))}, True),
        ({"scope": Scope((("channel", ("press",)),))}, False),
        ({"locales": ("de", "en")}, True),
        ({"locales": ("fr",)}, False),
    ],
)
def test_a_rule_is_due_where_it_runs_and_applies(changes: dict[str, Any], expected: bool) -> None:
    """Status, scope and the languages of its kind decide, each by itself."""
    found = due(rule("a", **changes))

    assert (["a"] if expected else []) == called(found)


def test_what_is_not_due_is_counted() -> None:
    """A rule that runs elsewhere is not applicable; one that runs nowhere is not counted."""
    elsewhere = rule("a", scope=Scope((("channel", ("press",)),)))
    found = due(elsewhere, rule("b"), rule("c", status="retired"))

    assert 1 == found.not_applicable


@pytest.mark.parametrize(("day", "expected"), [("2026-11-22", 2), ("2026-11-23", 2), ("2026-11-24", 1)])
def test_a_dated_override_counts_through_its_day(day: str, expected: int) -> None:
    """Up to and including its day the rule is as overridden; after it, as shipped."""
    shipped = rule("a", version=1)
    overridden = replace(shipped, version=2, override_until="2026-11-23", base=shipped)
    found = due(overridden, day=day)

    assert [expected] == [one.version for one, _ in found.work({0: (), 1: ()})]


def test_an_override_can_end_a_rule_for_a_time() -> None:
    """A rule that an override has put to rest is due again after its day."""
    shipped = rule("a")
    resting = replace(shipped, status="draft", override_until="2026-11-23", base=shipped)

    assert [] == called(due(resting, day="2026-11-23"))
    assert ["a"] == called(due(resting, day="2026-11-24"))


def test_what_is_unsupported_is_never_due() -> None:
    """A rule listed as unsupported is not called, and counts as not applicable."""
    found = due(rule("a"), rule("b"), unsupported=(Accepted("a", "no engine for it", "legal"),))

    assert ["b"] == called(found)
    assert 1 == found.not_applicable


def test_a_rule_without_candidates_is_not_called() -> None:
    """Only what found something, scans for nothing or looks at the whole draft is called; an unknown kind is, to fail."""
    rules = (rule("a", plan=TERM), rule("b", plan=TERM), rule("c"), rule("d", kind="limits", plan=TERM))
    found = due(*rules, rule("e", kind="none-such", plan=TERM))
    candidates = (Candidate(0, Extent(0, 4), 0),)

    assert [("b", candidates), ("c", ()), ("d", ()), ("e", ())] == [
        (one.id, its) for one, its in found.work({1: candidates})
    ]


UNCOVERED = "no working brand rule for de-AT: none names de under “applies_to: locales”"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"locales": ("de",)}, []),
        ({"locales": ("de",), "status": "observe"}, [UNCOVERED]),
        ({"scope": Scope((("locale", ("de", "en")),))}, []),
        ({"scope": Scope((("locale", ("de-AT",)),))}, []),
        ({}, [UNCOVERED]),
    ],
)
def test_a_layer_is_covered_by_an_active_rule_that_names_the_language(
    changes: dict[str, Any], expected: list[str]
) -> None:
    """A rule that works everywhere proves nothing about a language, nor does one that is only observed."""
    made = policy(rule("a", **changes))
    faults = uncovered_layers(made, Roster(made).due(CONTEXT, DAY), CONTEXT)

    assert expected == [fault.message for fault in faults if "brand" in fault.message]
