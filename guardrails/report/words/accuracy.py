"""Part 7: how often rules were disputed or overruled."""

from __future__ import annotations

from guardrails.report.document import Paragraph, Section
from guardrails.report.parts.accuracy import RuleWorth
from guardrails.report.report import Report
from guardrails.report.words.sheet import MOST, Column, Sheet

_HOW = (
    "What a rule held and a person let through unchanged is the nearest that a ledger comes to a false alarm; the "
    "interval is of 95 % (Wilson). Precision and recall need texts that people have labelled, and what was missed "
    "is on nobody's record: neither is shown. Each activation tests every rule on its own examples (part 3)."
)
_RULES = Sheet[RuleWorth](
    "Rules that held texts",
    (
        Column("Rule", lambda one: one.rule, 36),
        Column("Texts held", lambda one: one.held, 14),
        Column("Disputed", lambda one: one.disputed, 14),
        Column("Let through unchanged", lambda one: one.let_through, 18),
        Column("Share let through", lambda one: f"{_tenths(one.low_pm)} to {_tenths(one.high_pm)} %", 18),
    ),
)


def accuracy(report: Report) -> Section:
    """Return the part."""
    return Section("accuracy", "7 Accuracy", (Paragraph(_HOW), _RULES.of(report.accuracy[:MOST])))


def _tenths(thousandths: int) -> str:
    return f"{thousandths // 10}.{thousandths % 10}"
