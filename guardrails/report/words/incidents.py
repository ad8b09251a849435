"""Part 12: what was stopped, withdrawn or went wrong."""

from __future__ import annotations

from guardrails.audit.heartbeat import Silence
from guardrails.report.document import Mark, Section
from guardrails.report.parts.incidents import IncidentLine, StopLine
from guardrails.report.report import Report
from guardrails.report.words.phrases import minute
from guardrails.report.words.sheet import MOST, Column, Sheet

_STOPS = Sheet[StopLine](
    "Stops",
    (
        Column("Scope", lambda one: one.scope, 10),
        Column("Set by", lambda one: one.role, 16),
        Column("From", lambda one: minute(one.from_ms), 16),
        Column("Until", lambda one: minute(one.until_ms) if one.until_ms else Mark("in force", "attention"), 16),
        Column("Checks held", lambda one: one.held, 11),
        Column("Stop", lambda one: one.id, 31),
    ),
)
_OTHERS = Sheet[IncidentLine](
    "Facts withdrawn, gaps, failures",
    (
        Column("Record", lambda one: one.at, 10),
        Column("When", lambda one: minute(one.at_ms), 20),
        Column("What", lambda one: one.what, 35),
        Column("Which", lambda one: one.detail, 35),
    ),
)


_SILENCES = Sheet[Silence](
    "Pauses without a record although heartbeats were due",
    (
        Column("Record after it", lambda one: one.index, 20),
        Column("From", lambda one: minute(one.from_ms), 30),
        Column("To", lambda one: minute(one.to_ms), 30),
        Column("Minutes", lambda one: (one.to_ms - one.from_ms) // 60_000, 20),
    ),
)


def incidents(report: Report) -> Section:
    """Return the part."""
    found = report.incidents
    blocks = (_STOPS.of(found.stops), _OTHERS.of(found.others[:MOST]), _SILENCES.of(found.silences[:MOST]))
    return Section("incidents", "12 Incidents", blocks)
