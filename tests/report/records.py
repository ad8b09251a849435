"""Records of a few words, and what they give evidence of."""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.model.record import Record, record_bytes
from guardrails.report.evidence import Evidence, Fold
from guardrails.report.period import Period

PERIOD = Period(1_000, 2_000)


def evidence(*records: tuple[str, dict[str, Json]] | None, period: Period = PERIOD) -> Evidence:
    """The evidence of these records: ``(type, body)``, a millisecond apart from the beginning of the period; None is none."""
    fold = Fold(period)
    made = [
        Record(f"rec_{at}", one[0], period.from_ms + at, one[1]) for at, one in enumerate(records) if one is not None
    ]
    fold.take((at, record, record_bytes(record)) for at, record in enumerate(made))
    return Evidence.of(fold)
