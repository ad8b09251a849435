"""Part 5: where the usual way was not taken, or could not be."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.render.published import OUTCOMES
from guardrails.report.document import Block, Callout, Paragraph, Section
from guardrails.report.parts.exceptions import BreakGlass, Exceptions, Unpermitted, WaiverLine
from guardrails.report.report import Report
from guardrails.report.words.phrases import listed, minute, nought
from guardrails.report.words.sheet import MOST, Column, Line, Lines, Sheet


def _degraded(found: Exceptions) -> str:
    all_escalated = found.degraded and not found.passed_with_fault
    return f"{found.degraded:,}{'; each of them escalated' if all_escalated else ''}"


_LEFT_OPEN = Lines[Exceptions](
    (
        Line("Passed although something was left unchecked", lambda one: nought(one.passed_with_fault)),
        Line("Checks in which something could not be checked", _degraded),
        Line("What could not be checked", lambda one: listed(f"{count:,} {code}" for code, count in one.faults)),
        Line(
            "Approved by people against the gate's verdict",
            lambda one: f"{one.approved:,}, of these {one.unchanged:,} unchanged",
        ),
        Line("Checks in which a waiver lifted something", lambda one: f"{one.waived_checks:,}"),
        Line("Failures of the gate on record", lambda one: nought(one.gate_failures)),
        Line("Gaps in the ledger that people accepted", lambda one: nought(one.recoveries)),
    )
)
_CLOSED = (
    "There is no switch that opens the gate when something fails: without a record there is no verdict. What an author writes "
    "into a text to suppress a rule has no effect in a check that binds."
)
_WAIVERS = Sheet[WaiverLine](
    "Waivers in force in the period",
    (
        Column("Rule", lambda one: one.rule, 24),
        Column("Approved by", lambda one: one.role, 14),
        Column("From", lambda one: minute(one.from_ms), 14),
        Column("Until", lambda one: minute(one.ended_ms or one.until_ms), 14),
        Column("Checks", lambda one: one.checks, 7),
        Column("Waiver", lambda one: one.id, 27),
    ),
)
_PERMITS = Lines[Exceptions](
    (
        Line("Permits given", lambda one: f"{one.permits:,}"),
        Line("Permits that ended in the period and were never used", lambda one: f"{one.unused_permits:,}"),
        Line("Permits revoked", lambda one: f"{one.revoked:,}"),
        Line("Publications", lambda one: f"{one.published:,}"),
        Line("Published without a permit for it on record", lambda one: nought(len(one.no_permit))),
    )
)
_UNTOLD = Callout(
    "Whether anything was published without a permit cannot be told",
    "Neither permits nor publications are on record in this period.",
    "gap",
)
_UNPERMITTED = Sheet[Unpermitted](
    "Published without a permit for it",
    (
        Column("Record", lambda one: one.at, 8),
        Column("Reported", lambda one: minute(one.at_ms), 18),
        Column("Why not", lambda one: OUTCOMES.get(one.outcome, one.outcome), 40),
        Column("Permit", lambda one: one.permit or "–", 34),
    ),
)
_GLASS = Sheet[BreakGlass](
    "Break-glass permits",
    (
        Column("Record", lambda one: one.at, 10),
        Column("Given", lambda one: minute(one.at_ms), 25),
        Column("Until", lambda one: minute(one.until_ms), 25),
        Column("Permit", lambda one: one.record, 40),
    ),
)


def exceptions(report: Report) -> Section:
    """Return the part."""
    found = report.exceptions
    blocks = (
        _LEFT_OPEN.of(found),
        Paragraph(_CLOSED),
        _WAIVERS.of(found.waivers),
        *_published(found),
        _GLASS.of(found.break_glass),
    )
    return Section("exceptions", "5 Exceptions", blocks)


def _published(found: Exceptions) -> Iterator[Block]:
    yield _PERMITS.of(found) if found.has_permits else _UNTOLD
    if found.no_permit:
        more = len(found.no_permit) - MOST
        yield _UNPERMITTED.of(found.no_permit[:MOST], after=f" ({more} more)" if more > 0 else "")
