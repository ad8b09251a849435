"""A share of counted things, and how far it may be trusted: in whole thousandths, so that equal counts give equal bytes."""

from __future__ import annotations

from math import isqrt
from typing import NamedTuple

_Z2 = 38_416
"""Square of 1.96, of the 95 % interval, in ten-thousandths."""

_FINER = 10_000
"""How much finer than :data:`_Z2` the root is taken."""


class Share(NamedTuple):
    """*hits* of *trials*, and the 95 % interval (Wilson, 1927) of what they are a sample of, in thousandths."""

    hits: int
    trials: int
    low_pm: int
    high_pm: int

    def is_apart(self, other: Share) -> bool:
        """Tell whether the two intervals have nothing in common."""
        return self.high_pm < other.low_pm or other.high_pm < self.low_pm


def share_of(hits: int, trials: int) -> Share:
    """
    Return *hits* of *trials* with their interval; all is possible of nothing.

    With h hits of n and z = 1.96 the bounds are (2h + z² ± z √(z² + 4h(n - h)/n)) / (2(n + z²)).
    """
    if not trials:
        return Share(0, 0, 0, 1000)
    middle = 2 * hits * 10_000 + _Z2
    inside = _Z2 * (_Z2 * trials + 40_000 * hits * (trials - hits)) * _FINER**2 // trials
    spread = isqrt(inside)
    whole = 2 * (trials * 10_000 + _Z2)
    low, high = (_thousandths(middle * _FINER + sign * spread, whole * _FINER) for sign in (-1, 1))
    return Share(hits, trials, max(low, 0), min(high, 1000))


def _thousandths(part: int, whole: int) -> int:
    return (2000 * part + whole) // (2 * whole)
