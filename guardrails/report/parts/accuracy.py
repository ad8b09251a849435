"""Part 7: how often rules were disputed or overruled. Precision and recall need labelled texts, which no ledger has."""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import NamedTuple

from guardrails.report.evidence import Evidence

_Z = 1.96
"""Of the 95 % interval (Wilson, 1927)."""


class RuleWorth(NamedTuple):
    """
    What became of the texts that a rule held.

    Attributes:
        held: Different texts held; *disputed* disputes about the rule; *let_through* held texts approved as they were.

        low_pm, high_pm: 95 % interval of *let_through* of *held*, in thousandths.
    """

    rule: str
    held: int
    disputed: int
    let_through: int
    low_pm: int
    high_pm: int


def accuracy_of(evidence: Evidence) -> tuple[RuleWorth, ...]:
    """Return every rule that held a text in the period, those that were let through most first."""
    held: dict[str, set[str]] = {}
    for one in evidence.binding:
        for hit in one.rules:
            if hit.calls_for in ("revise", "escalate"):
                held.setdefault(hit.rule, set()).add(one.content_ref)
    disputed = Counter(one.record.text("rule") for one in evidence.events("dispute"))
    let_through: Counter[str] = Counter()
    for event in evidence.events("review"):
        record = event.record
        is_unchanged = record.text("decision") == "approve" and record.member("edited") is False
        if record.member("final") is True and is_unchanged:
            let_through.update(record.texts("rules"))
    lines = (
        RuleWorth(rule, len(texts), disputed[rule], let_through[rule], *wilson_pm(let_through[rule], len(texts)))
        for rule, texts in held.items()
    )
    return tuple(sorted(lines, key=lambda one: (-one.let_through, -one.disputed, -one.held, one.rule)))


def wilson_pm(hits: int, trials: int) -> tuple[int, int]:
    """Return the 95 % interval of a share, in thousandths; (0, 1000) of nothing."""
    if not trials:
        return 0, 1000
    share = min(hits / trials, 1.0)
    scale = 1 + _Z**2 / trials
    middle = share + _Z**2 / (2 * trials)
    spread = _Z * sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return round(max((middle - spread) / scale, 0) * 1000), round(min((middle + spread) / scale, 1) * 1000)
