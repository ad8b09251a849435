"""Part 5: where the usual way was not taken, or could not be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.model.record import Record
from guardrails.report.evidence import Event, Evidence
from guardrails.review.publishing import NO_PERMIT, PERMITTED


class WaiverLine(NamedTuple):
    """A waiver that was in force in the period: what it lifted is counted in checks."""

    id: str
    rule: str
    role: str
    from_ms: int
    until_ms: int
    ended_ms: int
    checks: int


class BreakGlass(NamedTuple):
    """A permit given past the gate by two people for a short time."""

    at: int
    record: str
    at_ms: int
    until_ms: int


class Unpermitted(NamedTuple):
    """Something published that had no permit for it: *outcome* says why not, *permit* which one it was held against."""

    at: int
    record: str
    at_ms: int
    outcome: str
    permit: str


@dataclass(frozen=True, slots=True)
class Exceptions:
    """
    Attributes below are counts of the period unless they say otherwise.

    Attributes:
        passed_with_fault: Checks that passed although something could not be checked, and no person had approved it:
            the gate fails closed, so this is 0 or a defect.

        approved: Final approvals by people; *unchanged* of them let the text through as it was.

        permits, published, revoked: Records of their kinds; *no_permit* are publications
            without a permit on record that was for them.

        unused_permits: Permits that ended in the period, and under which nothing was published until its end.

        has_permits: Whether the ledger knows permits and publications at all.
    """

    faults: tuple[tuple[str, int], ...]
    degraded: int
    passed_with_fault: int
    waivers: tuple[WaiverLine, ...]
    waived_checks: int
    approved: int
    unchanged: int
    permits: int
    published: int
    revoked: int
    no_permit: tuple[Unpermitted, ...]
    unused_permits: int
    break_glass: tuple[BreakGlass, ...]
    gate_failures: int
    recoveries: int
    has_permits: bool


def exceptions_of(evidence: Evidence) -> Exceptions:
    """Return the exceptions of the period."""
    binding = evidence.binding
    degraded = [one for one in binding if one.faults]
    final = [one.record for one in evidence.events("review") if one.record.member("final") is True]
    approved = [one for one in final if one.text("decision") == "approve"]
    permits = [one for one in evidence.history if one.record.type == "permit"]
    published = list(evidence.events("published"))
    known = {name for one in permits for name in _names(one.record)}
    named = {_permit_of(one.record.body) for one in evidence.history if one.record.type == "published"}
    return Exceptions(
        faults=tuple(sorted(Counter(code for one in binding for code in one.faults).items())),
        degraded=len(degraded),
        passed_with_fault=sum(one.verdict == "pass" and "approved" not in one.reasons for one in degraded),
        waivers=_waivers(evidence),
        waived_checks=sum(bool(one.waivers) for one in binding),
        approved=len(approved),
        unchanged=sum(one.member("edited") is False for one in approved),
        permits=sum(1 for _ in evidence.events("permit")),
        published=len(published),
        revoked=sum(1 for _ in evidence.events("permit_revoked")),
        no_permit=tuple(_unpermitted(one) for one in published if not _is_permitted(one.record, known)),
        unused_permits=sum(
            one.record.number("until_ms") in evidence.period and not _names(one.record) & named for one in permits
        ),
        break_glass=_break_glass(evidence),
        gate_failures=sum(1 for _ in evidence.events("gate_failure")),
        recoveries=sum(1 for _ in evidence.events("recovery")),
        has_permits=bool(permits or published),
    )


def _is_permitted(record: Record, known: set[str]) -> bool:
    """Tell whether a publication has a permit on record that was for it, by what was found when it was reported."""
    return _permit_of(record.body) in known and record.text("outcome") in ("", PERMITTED)


def _names(permit: Record) -> set[str]:
    """Return by what a publication may name a permit."""
    return {permit.id, permit.text("permit_id")} - {""}


def _unpermitted(event: Event) -> Unpermitted:
    record = event.record
    found = record.text("outcome")
    outcome = found if found not in ("", PERMITTED) else NO_PERMIT
    return Unpermitted(event.at, record.id, record.at_ms, outcome, _permit_of(record.body))


def _permit_of(body: object) -> str:
    value = body.get("permit") if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""


def _break_glass(evidence: Evidence) -> tuple[BreakGlass, ...]:
    """Return the permits that carry the level BREAK_GLASS."""
    return tuple(
        BreakGlass(one.at, one.record.id, one.record.at_ms, one.record.number("until_ms"))
        for one in evidence.events("permit")
        if "BREAK_GLASS" in (one.record.text("level"), *one.record.texts("levels"))
    )


def _waivers(evidence: Evidence) -> tuple[WaiverLine, ...]:
    records = [one.record for one in evidence.history if one.record.type == "waiver"]
    asked = {one.id: one for one in records if one.text("event") == "requested"}
    ended = {one.text("of"): one.at_ms for one in records if one.text("event") == "ended"}
    used = Counter(name for one in evidence.binding for name in one.waivers)
    lines = (
        WaiverLine(
            id=one.text("of"),
            rule=one.text("rule"),
            role=one.text("role"),
            from_ms=one.at_ms,
            until_ms=one.number("until_ms"),
            ended_ms=ended.get(one.text("of"), 0),
            checks=used[one.text("of")],
        )
        for one in records
        if one.text("event") == "approved" and one.text("of") in asked
    )
    start = evidence.period.from_ms
    return tuple(one for one in lines if (one.ended_ms or one.until_ms) > start)
