"""Part 10: who had access, and whether duties were kept apart."""

from __future__ import annotations

from typing import NamedTuple

from guardrails.report.document import Section
from guardrails.report.parts.access import Access, Duties, KeyLine
from guardrails.report.report import Report
from guardrails.report.words.phrases import listed, minute, nought
from guardrails.report.words.sheet import MOST, Column, Line, Lines, Sheet


class _Duty(NamedTuple):
    """A duty in words, the records looked at and those that break it."""

    words: str
    looked_at: int
    broken: tuple[str, ...]


_DUTIES = Sheet[_Duty](
    "Duties kept apart",
    (
        Column("Duty", lambda one: one.words, 60),
        Column("Looked at", lambda one: one.looked_at, 20),
        Column("Broken", lambda one: nought(len(one.broken)), 20),
    ),
)
_ACCESS = Lines[Access](
    (
        Line("Personal data shown unmasked, on record", lambda one: f"{one.disclosures:,}"),
        Line("Other access on record", lambda one: listed(f"{count:,} {what}" for what, count in one.accesses)),
        Line("Reports issued in the period", lambda one: f"{one.reports:,}"),
        Line("Exports of the ledger", lambda one: f"{one.exports:,}"),
    )
)
_KEYS = Sheet[KeyLine](
    "Keys that came or went",
    (
        Column("Record", lambda one: one.at, 8),
        Column("When", lambda one: minute(one.at_ms), 18),
        Column("What", lambda one: one.event.replace("-", " "), 18),
        Column("Key", lambda one: one.what, 24),
        Column("Whose", lambda one: one.whose or "–", 12),
        Column("By", lambda one: one.by or "–", 10),
        Column("Scopes", lambda one: listed(one.scopes, "–"), 10),
    ),
)


def access(report: Report) -> Section:
    """Return the part."""
    found = report.access
    blocks = (_DUTIES.of(_duties(found.duties)), _ACCESS.of(found), _KEYS.of(found.keys[-MOST:]))
    return Section("access", "10 Access, keys, separation of duties", blocks)


def _duties(found: Duties) -> tuple[_Duty, ...]:
    return (
        _Duty("The author does not answer for the text", found.answers, found.own_text),
        _Duty("Who proposes a policy does not activate it", found.activations, found.own_policy),
        _Duty("Who asks for a waiver does not approve it", found.waivers, found.own_waiver),
        _Duty("Keys for reading make no record", found.reading_keys, found.auditors),
    )
