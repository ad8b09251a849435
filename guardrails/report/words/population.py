"""Part 4: what was decided, and the sample that can be checked again."""

from __future__ import annotations

from guardrails.report.document import Bar, Bars, Mark, Paragraph, Section
from guardrails.report.parts.population import Population, RuleCount, Sampled, Verdicts
from guardrails.report.report import Report
from guardrails.report.words.phrases import counted, minute, short
from guardrails.report.words.sheet import MOST, Column, Sheet

VERDICTS = (Mark("passed", "good"), Mark("to be revised", "gap"), Mark("put before a person", "plain"))
_BY_VERDICT = (
    Column[Verdicts]("Passed", lambda one: one.passed),
    Column[Verdicts]("To be revised", lambda one: one.revise),
    Column[Verdicts]("Put before a person", lambda one: one.escalate),
    Column[Verdicts]("All", lambda one: one.total),
)
_CHANNELS = Sheet[Verdicts]("By channel", (Column("Channel", lambda one: one.name), *_BY_VERDICT))
_MARKETS = Sheet[Verdicts]("By market", (Column("Market", lambda one: one.name), *_BY_VERDICT))
_REASONS = Sheet[tuple[str, int]](
    "By reason", (Column("Reason", lambda one: one[0], 70), Column("Checks", lambda one: one[1], 30))
)
_RULES = Sheet[RuleCount](
    "By rule",
    (
        Column("Rule", lambda one: one.rule),
        Column("Checks with a finding", lambda one: one.texts),
        Column("To be revised", lambda one: one.revise),
        Column("To be decided", lambda one: one.escalate),
    ),
)
_SAMPLE = Sheet[Sampled](
    "The sample",
    (
        Column("Record", lambda one: one.at, 8),
        Column("When (UTC)", lambda one: minute(one.at_ms), 16),
        Column("Check", lambda one: one.check, 30),
        Column("Verdict", lambda one: one.verdict, 10),
        Column("Leaf", lambda one: short(one.leaf), 13),
        Column("In the tree", lambda one: "proved" if one.proved else Mark("NOT proved", "attention"), 10),
        Column("Decided again", lambda one: _replay(one.replay), 13),
    ),
)


def population(report: Report) -> Section:
    """Return the part."""
    found = report.population
    more = len(found.by_rule) - MOST
    blocks = (
        Paragraph(_all(found)),
        _chart("Checks by week", "Week from Monday", found.by_week),
        _CHANNELS.of(found.by_channel),
        _MARKETS.of(found.by_market),
        _REASONS.of(found.by_reason[:MOST]),
        _RULES.of(found.by_rule[:MOST], after=f" ({more} more in the JSON form)" if more > 0 else ""),
        Paragraph(_drawn(found)),
        _SAMPLE.of(found.sample),
    )
    return Section("population", "4 Population and sample", blocks)


def _all(found: Population) -> str:
    return (
        f"{counted(found.binding.total, 'binding check')} of {counted(found.texts, 'text')}, and "
        f"{counted(found.simulated, 'simulation')}, which bind nobody. The complete list, with the index of each in "
        "the ledger, is the CSV form of this report."
    )


def _drawn(found: Population) -> str:
    return (
        f"A sample of {counted(len(found.sample), 'check')} was drawn with the seed `{found.seed}`, which is the SHA-256 of "
        f"root and period (`{found.seeded}`). It follows from the records; whoever set the end of the period could have tried several ends, "
        "so set it yourself where that matters. Each was proved to be in the tree and decided again from its stored input "
        "and bundle. The proofs are in the JSON form."
    )


def _chart(title: str, what: str, found: tuple[Verdicts, ...]) -> Bars:
    """Return the chart; its alternative says every number that it shows."""
    shown = found[-MOST:]
    words = "; ".join(
        f"{one.name}: {one.passed} passed, {one.revise} to be revised, {one.escalate} put before a person"
        for one in shown
    )
    bars = tuple(Bar(one.name, (one.passed, one.revise, one.escalate)) for one in shown)
    return Bars(title, f"{what}. {words or 'No check'}.", VERDICTS, bars)


def _replay(status: str) -> Mark | str:
    if status in ("differs", "lost"):
        return Mark(status, "attention")
    return Mark("the same", "good") if status == "identical" else status
