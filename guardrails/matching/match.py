"""What the scan hands on."""

from __future__ import annotations

from typing import NamedTuple

from guardrails.model.span import Extent


class Candidate(NamedTuple):
    """Where the scan found unit number *unit* of a rule's plan: index of the field, extent in its parsed text."""

    field: int
    extent: Extent
    unit: int
