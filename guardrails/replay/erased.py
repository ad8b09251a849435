"""
Which records the erasures on record account for, whichever version wrote them.

An erasure names one check (``target``), or what it took (``erased``): single records, or ranges of indices by type.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guardrails.model.canonical import Json
from guardrails.model.record import Record

_PAIR = 2


@dataclass(frozen=True, slots=True)
class Erased:
    """Ids of erased records, and ranges ``(type, start, end)`` of indices."""

    ids: frozenset[str] = frozenset()
    ranges: tuple[tuple[str, int, int], ...] = ()

    def covers(self, index: int, record_id: str, kind: str = "check") -> bool:
        """Tell whether the record at *index* was erased, in part or whole."""
        is_within = any(kind == one and start <= index < end for one, start, end in self.ranges)
        return record_id in self.ids or is_within


def erased_by(erasures: Iterable[Record]) -> Erased:
    """Return what *erasures* account for."""
    ids: set[str] = set()
    ranges: list[tuple[str, int, int]] = []
    for record in erasures:
        ids.add(record.text("target"))
        listed = record.member("erased")
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, dict):
                ids.add(str(one.get("record", "")))
                ranges += _ranges(str(one.get("type", "")), one.get("ranges"))
    return Erased(frozenset(ids - {""}), tuple(ranges))


def _ranges(kind: str, listed: Json) -> list[tuple[str, int, int]]:
    pairs = (pair for pair in (listed if isinstance(listed, list) else ()) if isinstance(pair, list))
    bounds = (tuple(at for at in pair if isinstance(at, int)) for pair in pairs)
    return [(kind, *pair) for pair in bounds if len(pair) == _PAIR]  # type: ignore[misc]  # two integers
