"""Part 12: what was stopped, withdrawn or went wrong, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from guardrails.audit.heartbeat import Silence
from guardrails.report.evidence import Evidence

GAP = "gap in the ledger accepted"
"""How records that were lost for good are told."""

IN_FLIGHT_MS = 10_000
"""What was asked just before something ended, and recorded just after it, was in flight; no check takes longer."""


class StopLine(NamedTuple):
    """
    A stop that was set in the period: *until_ms* is 0 while it stands.

    *held* are checks that it held, *passed* those that passed although everything was stopped; of a narrower stop the record
    does not say what it stopped.
    """

    id: str
    scope: str
    role: str
    from_ms: int
    until_ms: int
    held: int
    passed: int


class IncidentLine(NamedTuple):
    """Something else that went wrong, or a fact that was taken back."""

    at: int
    at_ms: int
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Incidents:
    """Stops and other incidents of the period, in ledger order, and pauses in which heartbeats were due."""

    stops: tuple[StopLine, ...]
    others: tuple[IncidentLine, ...]
    silences: tuple[Silence, ...]


def incidents_of(evidence: Evidence) -> Incidents:
    """Return the part."""
    ended = {
        one.record.text("of"): one.record.at_ms
        for one in evidence.history
        if _is_end(one.record.type, one.record.text("event"))
    }
    held = [one.at_ms for one in evidence.binding if "stop-in-force" in one.reasons]
    passed = [one.at_ms for one in evidence.binding if one.verdict == "pass"]
    stops = []
    for event in evidence.events("stop", "set"):
        record = event.record
        scope, start, until = record.text("scope"), record.at_ms, ended.get(record.id, 0)
        stopped = sum(start <= at and (not until or at < until) for at in held)
        out = sum(start + IN_FLIGHT_MS < at and (not until or at < until) for at in passed) if scope == "all" else 0
        stops.append(StopLine(record.id, scope, record.text("role"), start, until, stopped, out))
    return Incidents(tuple(stops), tuple(_others(evidence)), evidence.silences)


def _is_end(kind: str, event: str) -> bool:
    return kind == "stop" and event == "ended"


def _others(evidence: Evidence) -> list[IncidentLine]:
    lines = []
    for index, record in evidence.history:
        if record.at_ms not in evidence.period:
            continue
        match record.type:
            case "withdrawal":
                lines.append(IncidentLine(index, record.at_ms, f"fact {record.text('event')}", record.text("fact")))
            case "recovery":
                lines.append(IncidentLine(index, record.at_ms, GAP, record.id))
            case "incident" | "gate_failure":
                lines.append(
                    IncidentLine(index, record.at_ms, record.type.replace("_", " "), record.text("code") or record.id)
                )
    return lines
