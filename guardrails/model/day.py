"""UTC days, written ``2027-03-31``, and moments in ms since the epoch: half-open, ``[day_start_ms, day_end_ms)``."""

from __future__ import annotations

from datetime import date

_DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()


def day_start_ms(day: str) -> int:
    """Return the first ms of the UTC day *day* (``2027-03-31``)."""
    return (date.fromisoformat(day).toordinal() - _EPOCH) * _DAY_MS


def day_end_ms(day: str) -> int:
    """Return the first ms after the UTC day *day*."""
    return day_start_ms(day) + _DAY_MS


def day_of(ms: int) -> str:
    """
    Return the UTC day of the moment *ms*; the inverse of both functions above.

    Raises:
        ValueError: Outside the years 1 to 9999.
    """
    return date.fromordinal(_EPOCH + ms // _DAY_MS).isoformat()
