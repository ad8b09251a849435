"""Moments as people write them, in milliseconds since the epoch (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from guardrails.errors import DraftError
from guardrails.model.day import day_end_ms, day_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_ms(text: str) -> int:
    """
    Return the moment that ISO 8601 *text* names; a date alone is its first millisecond in UTC, a time without zone UTC.

    Raises:
        DraftError: ``bad-moment``.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise DraftError(
            "bad-moment", f"{text!r} is no ISO 8601 date or time", help="write 2026-12-01 or 2026-12-01T08:00:00Z"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(milliseconds=1)


def end_ms(text: str) -> int:
    """
    Return when something ends that is good until ISO 8601 *text*, exclusive: a date alone counts as the whole UTC day.

    Raises:
        DraftError: ``bad-moment``.
    """
    is_day = len(text) == len("2026-12-01")
    return day_end_ms(day_of(moment_ms(text))) if is_day else moment_ms(text)
