"""Part 6: what people were asked, and how they answered, per queue."""

from __future__ import annotations

from collections.abc import Callable

from guardrails.model.review import FEWEST
from guardrails.report.document import Bar, Bars, Cell, Mark, Paragraph, Section
from guardrails.report.parts.oversight import Agreement, Manner, Oversight, QueueLine
from guardrails.report.report import Report
from guardrails.report.words.phrases import counted, nought, span
from guardrails.report.words.sheet import Column, Sheet

WITHHELD = "withheld"
"""Instead of a figure about fewer than five people."""


def _manner(said: Callable[[Manner], Cell]) -> Callable[[QueueLine], Cell]:
    """Return what says something of how a queue was answered, where it may be said."""
    return lambda line: WITHHELD if line.manner is None else said(line.manner)


_ASKED = Sheet[QueueLine](
    "Questions by queue",
    (
        Column("Queue", lambda one: one.queue),
        Column("Asked", lambda one: one.asked),
        Column("Answered", lambda one: one.answered),
        Column("No longer asked", lambda one: one.moot),
        Column("Open", lambda one: one.open),
        Column("Overdue", lambda one: nought(one.overdue)),
    ),
)
_ANSWERED = Sheet[QueueLine](
    "How they were answered",
    (
        Column("Queue", lambda one: one.queue),
        Column("Median time", _manner(lambda one: span(one.median_min))),
        Column("Slowest tenth", _manner(lambda one: span(one.slow_min))),
        Column("Approved", _manner(lambda one: f"{one.approved} %")),
        Column("Unchanged", _manner(lambda one: f"{one.unchanged} %")),
        Column("Sent back", _manner(lambda one: f"{one.sent_back} %")),
        Column("Rejected", _manner(lambda one: f"{one.rejected} %")),
        Column("Right to ask", _manner(lambda one: f"{one.needed} %")),
        Column("Within a minute", _manner(lambda one: f"{one.quick} %")),
    ),
)
_HOW = (
    f"Times and shares are per queue, never per person, and only where {FEWEST} or more people answered. Approvals within "
    "a minute of the question are a sign that nobody weighed them."
)


def oversight(report: Report) -> Section:
    """Return the part."""
    found = report.oversight
    lines = (*found.queues, found.all) if found.queues else ()
    blocks = (Paragraph(_what(found)), _chart(found), _ASKED.of(lines), _ANSWERED.of(lines), Paragraph(_HOW))
    return Section("oversight", "6 Human oversight", blocks)


def _what(found: Oversight) -> str:
    return (
        f"People were asked {counted(found.all.asked, 'question')}; {found.all.answered:,} were answered, {found.in_time:,} of them in "
        f"time, {found.two_people:,} by two or more people. {_agreement(found.agreement)} Authors disputed "
        f"{counted(found.disputes, 'finding')}."
    )


def _agreement(found: Agreement | None) -> str:
    if found is None:
        return f"Whether people agree is {WITHHELD}: fewer than {FEWEST} answered a question together with others."
    return f"Of {counted(found.questions, 'question')} that several people answered, all agreed in {found.same:,}."


def _chart(found: Oversight) -> Bars:
    words = "; ".join(
        f"{q.queue}: {q.answered} answered, {q.open} open, {q.moot} no longer asked" for q in found.queues
    )
    return Bars(
        "Questions by queue",
        f"Per queue. {words or 'No question'}.",
        (Mark("answered", "good"), Mark("open", "attention"), Mark("no longer asked", "plain")),
        tuple(Bar(one.queue, (one.answered, one.open, one.moot)) for one in found.queues),
    )
