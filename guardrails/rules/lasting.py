"""
How long a text that passes now will, by the passing of time alone: the moment at which a rule may begin to object.

Two things move with time and not with the text. A rule kind that judges by a moment says up to when what it does not
find now cannot come up (``RuleKind.good_until``: a source grows too old, a fact ends). And a dated override ends: the
rule under it is run over the same text, and if it finds anything that holds, the pass ends with the override. (Mandates,
waivers and rulings are Rego's part of the weakest link.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from guardrails.model.day import day_end_ms
from guardrails.model.draft import Pairs
from guardrails.model.policy import Rule
from guardrails.rules.due import Due
from guardrails.rules.kind import Candidate, View
from guardrails.rules.kinds import kind
from guardrails.rules.run import run_rules
from guardrails.rules.scope import effect_in


def good_until(due: Due, candidates: Mapping[int, Sequence[Candidate]], view: View, parents: Pairs) -> int | None:
    """
    Return the first ms (the end, exclusive) at which a rule may object that does not now, or None if none will.

    Args:
        due: What is due now.

        candidates: Of every rule of the policy, by number.

        view: What the rules see.

        parents: The workspace's tree of markets and channels, for ``effects``.
    """
    return min((*_ends(due, candidates, view, parents), *_overrides(due, candidates, view, parents)), default=None)


def _ends(due: Due, candidates: Mapping[int, Sequence[Candidate]], view: View, parents: Pairs) -> Iterator[int]:
    for number in sorted(due.dated):
        rule = due.rules[number]
        if _holds(rule, view, parents):
            seen = replace(view, candidates=candidates.get(number, ()))
            end_ms = kind(rule.kind).good_until(seen, rule.plan)
            if end_ms is not None:
                yield end_ms


def _overrides(due: Due, candidates: Mapping[int, Sequence[Candidate]], view: View, parents: Pairs) -> Iterator[int]:
    for number, last_day in due.returning:
        rule = due.rules[number]
        if _holds(rule, view, parents):
            found = run_rules([(rule, candidates.get(number, ()))], view, parents)
            if found.findings or found.faults:
                yield day_end_ms(last_day)


def _holds(rule: Rule, view: View, parents: Pairs) -> bool:
    """Tell whether a finding of *rule* would hold the text."""
    return rule.status == "active" and effect_in(rule, view.context, parents) != "note"
