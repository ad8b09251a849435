"""What came of replaying one check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Status = Literal["identical", "explained", "erased", "undecided", "unreadable", "differs", "lost"]
"""
``identical``: the same bytes. ``explained``: another engine, and the difference is listed. ``erased``: what it takes was
erased, on the record. ``undecided``: no engine decided then (a fault, which escalated). ``unreadable``: the policy was
compiled by another version, which is named, and cannot be run here; the decision, which needs no compiled policy, is made
again and comes out the same, or the status is its. ``differs``: not the same, and nothing explains it. ``lost``: what it
takes is missing or damaged, and no erasure accounts for it.
"""

FAILED: tuple[Status, ...] = ("differs", "lost")
"""What must not happen."""


class Difference(NamedTuple):
    """Something that is not as it was: *what* names it (``verdict``, ``finding brand.no-gos body:12``)."""

    what: str
    stored: str
    replayed: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """
    One replay.

    Attributes:
        kind: ``decision`` or ``full``.

        engine: Parts of the engine's identity that are not as they were (full replay only).

        detail: Why, where *differences* do not say it.
    """

    check: str
    index: int
    kind: Literal["decision", "full"]
    status: Status
    differences: tuple[Difference, ...] = ()
    engine: tuple[Difference, ...] = ()
    detail: str = ""

    @property
    def failed(self) -> bool:
        """Tell whether something is wrong with the record or with this program."""
        return self.status in FAILED
