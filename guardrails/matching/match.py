"""What the scan hands on."""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.model.span import Extent


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """Where the scan found unit number *unit* of a rule's plan: index of the field, extent in its parsed text."""

    field: int
    extent: Extent
    unit: int
