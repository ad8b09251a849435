"""The time a report is about: whole UTC days or moments, half-open."""

from __future__ import annotations

from typing import NamedTuple

from guardrails.errors import DraftError
from guardrails.text.moment import end_ms, moment_ms


class Period(NamedTuple):
    """``[from_ms, until_ms)``."""

    from_ms: int
    until_ms: int

    def __contains__(self, at_ms: object) -> bool:
        """Tell whether a moment is in the period."""
        return isinstance(at_ms, int) and self.from_ms <= at_ms < self.until_ms

    def has_ended(self, as_of_ms: int) -> bool:
        """Tell whether nothing more can happen in it after a moment."""
        return self.until_ms <= as_of_ms + 1

    def known(self, as_of_ms: int) -> Period:
        """Return what of it had happened at a moment, whose millisecond is included."""
        return Period(self.from_ms, min(self.until_ms, as_of_ms + 1))


def period_of(since: str, until: str) -> Period:
    """
    Return the period from the day or moment *since* to *until*; a day counts whole.

    Raises:
        DraftError: ``bad-moment`` or ``bad-period``.
    """
    period = Period(moment_ms(since), end_ms(until))
    if period.until_ms <= period.from_ms:
        raise DraftError("bad-period", f"the period from {since} to {until} is empty")
    return period
