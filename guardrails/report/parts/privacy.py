"""Part 11: what was erased, held and kept, and what is known of whose data is processed why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from guardrails.model.record import Record
from guardrails.report.evidence import Evidence

RETENTION = "retention"
"""Ground of what ends by itself; nobody has to approve it."""

_TWO_PEOPLE = 2


@dataclass(frozen=True, slots=True)
class Privacy:
    """
    Attributes below are counts of the period.

    Attributes:
        erasures: By ground, without retention; *one_person* are erasures that fewer than two people approved.

        requests: What was done for persons who asked (``subject-find``, ``subject-export``).

        holds: Legal holds set and released; *held* are those in force at the end; *retention* runs of retention.

        governance: What the workspace says of who answers for what.
    """

    erasures: tuple[tuple[str, int], ...]
    one_person: tuple[str, ...]
    requests: tuple[tuple[str, int], ...]
    holds: tuple[tuple[str, int], ...]
    held: int
    retention: int
    governance: tuple[tuple[str, str], ...]


def privacy_of(evidence: Evidence, governance: tuple[tuple[str, str], ...]) -> Privacy:
    """Return the part."""
    erasures = [one.record for one in evidence.events("erasure")]
    return Privacy(
        erasures=_counted(one.text("ground") for one in erasures if one.text("ground") != RETENTION),
        one_person=tuple(one.id for one in erasures if _is_by_one(one)),
        requests=_counted(_event(one.record.text("what")) for one in evidence.events("access")),
        holds=_counted(_event(one.record.text("event")) for one in evidence.events("hold")),
        held=_held(evidence),
        retention=sum(one.text("ground") == RETENTION for one in erasures),
        governance=governance,
    )


def _is_by_one(erasure: Record) -> bool:
    return erasure.text("ground") != RETENTION and len(set(erasure.texts("approved_by"))) < _TWO_PEOPLE


def _held(evidence: Evidence) -> int:
    holds = [one.record for one in evidence.history if one.record.type == "hold"]
    released = {one.text("of") for one in holds if one.text("event") == "released"}
    return sum(one.text("event") == "set" and one.id not in released for one in holds)


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items()))


def _event(name: str) -> str:
    return name or "unnamed"
