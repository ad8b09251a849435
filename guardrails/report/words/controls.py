"""Part 13: every control, judged, with what breaks it or would show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from guardrails.report.controls import STATUSES, Control, Status
from guardrails.report.document import Bar, Bars, Block, Callout, Mark, Paragraph, Section, Tone
from guardrails.report.report import Report
from guardrails.report.words.phrases import day, listed
from guardrails.report.words.sheet import Column, Sheet

_TONES: Mapping[Status, Tone] = {
    "satisfied": "good",
    "not satisfied": "attention",
    "no evidence": "gap",
    "not applicable": "plain",
}
_HOW = (
    "Each control is judged by a query over the ledger. Satisfied: something was tested and nothing breaks it. No evidence: "
    "there was nothing to test; what is on record and cannot break it is said, not judged. Not applicable: the workspace "
    "declares so in a policy that people put in force. The report is aligned with the frameworks named; it certifies nothing."
)
_SHOWN = 5


def _broken(one: Control) -> str:
    more = f" and {len(one.exceptions) - _SHOWN} more" if len(one.exceptions) > _SHOWN else ""
    return f"{listed(one.exceptions[:_SHOWN])}{more}"


def _missing(one: Control) -> str:
    known = f"on record, not judged: {one.on_record}. It would take: " if one.on_record else ""
    return f"{known}{one.query.would}"


_ID = Column[Control]("Control", lambda one: one.definition.id, 16)
_TITLE = Column[Control]("Title", lambda one: one.definition.title, 34)
_OPEN: Mapping[Status, Sheet[Control]] = {
    "not satisfied": Sheet[Control]("Not satisfied", (_ID, _TITLE, Column("What breaks it", _broken, 50))),
    "no evidence": Sheet[Control](
        "No evidence",
        (_ID, _TITLE, Column("What would show it", _missing, 50)),
    ),
}


def controls(report: Report) -> Section:
    """Return the part."""
    return Section("controls", "13 Controls", tuple(_blocks(report)))


def _blocks(report: Report) -> Iterator[Block]:
    yield Paragraph(_HOW)
    if report.stray:
        text = f"The policy declares something of {listed(report.stray)}, which is no control of this report; it counts for nothing."
        yield Callout("A declaration names no control", text, "attention")
    names = dict.fromkeys(one.definition.framework for one in report.controls)
    by = {name: [one for one in report.controls if one.definition.framework == name] for name in names}
    yield _chart(by)
    for status, sheet in _OPEN.items():
        found = [one for one in report.controls if one.status == status]
        if found:
            yield sheet.of(found)
    by_whom = _by_whom(report)
    yield from (_table(name, by_whom).of(found) for name, found in by.items())


def _table(framework: str, by_whom: str) -> Sheet[Control]:
    """Return the table of one framework; *by_whom* tells who put declarations in force."""
    return Sheet(
        framework,
        (
            Column("Control", lambda one: one.definition.id, 15),
            Column("Title", _titled, 20),
            Column("Status", lambda one: Mark(one.status, _TONES[one.status]), 11),
            Column("Population", lambda one: one.population, 9),
            Column("Tested", lambda one: one.tested, 7),
            Column("Exceptions", lambda one: one.broken, 9),
            Column("What was asked (and of what)", lambda one: _asked(one, by_whom), 29),
        ),
    )


def _chart(by: Mapping[str, Sequence[Control]]) -> Bars:
    words = "; ".join(f"{name}: {listed(_count(found, status) for status in STATUSES)}" for name, found in by.items())
    bars = (
        Bar(name.split(",")[0], tuple(sum(one.status == status for one in found) for status in STATUSES))
        for name, found in by.items()
    )
    marks = tuple(Mark(status, _TONES[status]) for status in STATUSES)
    return Bars("Controls by status", f"Per framework. {words}.", marks, tuple(bars))


def _count(found: Sequence[Control], status: Status) -> str:
    return f"{sum(one.status == status for one in found)} {status}"


def _by_whom(report: Report) -> str:
    """Return who put in force what the policy declares, as the end of a sentence about it."""
    activated = [one for one in report.policies.events if one.event != "first-use"]
    if not activated:
        return ""
    last = activated[-1]
    return f" (put in force on {day(last.at_ms)} by {last.role}, proposed by {last.proposed_by or 'nobody'})"


def _titled(one: Control) -> str:
    since = f" since {one.definition.since}" if one.definition.since else ""
    return f"{one.definition.title} ({one.definition.basis}{since})"


def _asked(one: Control, by_whom: str) -> str:
    if one.status == "not applicable":
        return f"Declared: {one.reason}{by_whom}"
    return f"{one.query.asks} ({one.definition.evidence})"
