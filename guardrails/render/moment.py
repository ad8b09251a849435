"""Moments in published form: RFC 3339 in UTC with milliseconds, ``2026-03-31T08:15:00.000Z``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(ms: int) -> str:
    """
    Return the moment *ms* milliseconds after the epoch.

    Raises:
        OverflowError: Outside the years 1 to 9999.
    """
    moment = _EPOCH + timedelta(milliseconds=ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
