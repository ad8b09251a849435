"""Moments in published form: RFC 3339 in UTC with milliseconds, ``2026-03-31T08:15:00.000Z``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from guardrails.model.day import day_of, day_start_ms

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(ms: int) -> str:
    """
    Return the moment *ms* milliseconds after the epoch.

    Raises:
        OverflowError: Outside the years 1 to 9999.
    """
    moment = _EPOCH + timedelta(milliseconds=ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def minute(published: str) -> str:
    """Return a published moment as people read it, ``2026-03-31 08:15 UTC``."""
    return f"{published[:10]} {published[11:16]} UTC"


def last_minute(published: str) -> str:
    """Return a published end (exclusive) as people read it; midnight is the end of the day before."""
    if not published.endswith("T00:00:00.000Z"):
        return minute(published)
    return f"the end of {day_of(day_start_ms(published[:10]) - 1)}"
