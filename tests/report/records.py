"""Records of a few words, and what they give evidence of."""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.model.record import Record, record_bytes
from guardrails.report.evidence import Evidence, Fold
from guardrails.report.period import Period

PERIOD = Period(1_000, 2_000)


def evidence(*records: tuple[str, dict[str, Json]]) -> Evidence:
    """The evidence of these records: ``(type, body)``, a millisecond apart from the beginning of the period."""
    fold = Fold(PERIOD)
    for number, (kind, body) in enumerate(records):
        record = Record(f"rec_{number}", kind, PERIOD.from_ms + number, body)
        fold.see(number, record, record_bytes(record))
    return Evidence.of(fold)
