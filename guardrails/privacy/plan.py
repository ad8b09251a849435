"""
What an erasure would take, what goes with it, what is lost by it, what stands against it, and where copies are.

The rules of what goes with what are in ``docs/adr/0014-what-erasure-takes.md``. A plan changes nothing; the same plan is
shown by ``--dry-run`` and carried out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from guardrails.audit.erased import Taken
from guardrails.audit.erasure import erasures, whole_text
from guardrails.audit.log import AuditLog
from guardrails.audit.parts import (
    ANSWER,
    ASSESSMENT,
    ENGINE_INPUT,
    STATE,
    WHOLE_DRAFT,
    draft_part_names,
    field_parts,
    holds_text,
    opened_or_none,
)
from guardrails.audit.projection import DAY_MS
from guardrails.audit.standing import TERMS, Standing
from guardrails.errors import DraftError
from guardrails.model.canonical import Json
from guardrails.privacy.holds import Hold, against, holds
from guardrails.privacy.search import Found
from guardrails.review.queue import folded

_WORDS = ("reason", "note", "edited", "permit", TERMS)  # a permit holds a bare digest of its text
_ABOUT_TEXTS = ("review", "dispute", "permit", "permit_revoked", "break_glass")
_NO_COPY = ("check", "review", "dispute", "waiver", "stop", "withdrawal", "erasure", "hold", "key_event", "approval")


@dataclass(frozen=True, slots=True)
class Loss:
    """Evidence that is gone afterwards: of which record, a code of what, and it in words."""

    record: str
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Something that left the ledger with these texts in it, or about them: its record, type and time."""

    record: str
    type: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What is to be erased.

    Attributes:
        target: The check it is all about, if it is one.

        blocked: Records whose terms are in force (a stop, a waiver): each is ended first.

        backups_end_ms: When the last back-up made until now ends; None if the workspace does not say.
    """

    taken: tuple[Taken, ...]
    target: str
    lost: tuple[Loss, ...]
    holds: tuple[Hold, ...]
    blocked: tuple[str, ...]
    copies: tuple[Copy, ...]
    backups_end_ms: int | None


def of_checks(log: AuditLog, checks: Sequence[str], field: str = "") -> tuple[Taken, ...]:
    """
    Return what the erasure of texts takes, or of one field of each: with it all words that may quote them.

    Raises:
        DraftError: ``not-found`` or ``field-unknown``.
    """
    found = [_one_field(log, one, field) if field else whole_text(log, one) for one in checks]
    return _merged([*found, *(taken for one in checks for taken in _said_about(log, one))])


def of_found(log: AuditLog, found: Iterable[Found]) -> tuple[Taken, ...]:
    """Return what the erasure of a person takes: every part that names them, and what may quote those."""
    taken = [_with_quotes(log, one) for one in found]
    texts = [one.record for one in taken if ASSESSMENT in one.parts]
    return _merged([*taken, *(said for check in texts for said in _said_about(log, check))])


def plan(log: AuditLog, taken: Sequence[Taken], *, backups_days: int | None, now_ms: int) -> Plan:
    """Return what erasing *taken* would mean."""
    living = tuple(sorted(taken))
    known = holds(log)
    checks = {one.record for one in living if log.record(one.index).type == "check"}
    return Plan(
        taken=living,
        target=next(iter(checks)) if len(checks) == 1 else "",
        lost=(*(loss for one in living for loss in _losses(log, one)), *_unanswered(log, living)),
        holds=tuple({hold.id: hold for one in living for hold in against(log, known, one.index)}.values()),
        blocked=tuple(_in_force(log, living)),
        copies=tuple(_copies(log, {one.record for one in living}, living[0].index if living else 0)),
        backups_end_ms=None if backups_days is None else now_ms + backups_days * DAY_MS,
    )


def _one_field(log: AuditLog, check_id: str, field: str) -> Taken:
    whole = whole_text(log, check_id)
    names = log.record(whole.index).commitments()
    if WHOLE_DRAFT in names:
        raise DraftError(
            "field-unknown", f"check {check_id} was recorded before fields could be erased alone", help="erase its text"
        )
    ids = {_id_of(log, whole.index, part): part for part in field_parts(names)}
    if field not in ids:
        known = ", ".join(name for name in ids if name) or "none"
        raise DraftError("field-unknown", f"check {check_id} has no field {field!r}", help=f"it has: {known}")
    return Taken(whole.index, check_id, tuple(sorted((ids[field], ASSESSMENT, STATE, ANSWER))))


def _id_of(log: AuditLog, index: int, part: str) -> str:
    data = opened_or_none(log, index, part)
    return "" if data is None else str(json.loads(data)["id"])


def _said_about(log: AuditLog, check_id: str) -> Iterator[Taken]:
    """Yield what was said about a check: in reviews, in disputes, and in its permits."""
    for key in _ABOUT_TEXTS:
        for index in log.indices(key):
            record = log.record(index)
            parts = tuple(part for part in sorted(record.commitments()) if part in _WORDS)
            if record.text("check") == check_id and parts:
                yield Taken(index, record.id, parts)


def _with_quotes(log: AuditLog, found: Found) -> Taken:
    parts = set(found.parts)
    if found.type == "check" and parts & set(draft_part_names(log.record(found.index).commitments())):
        parts |= {ASSESSMENT, STATE}
    if ASSESSMENT in parts:
        parts |= {ANSWER}
    return Taken(found.index, found.record, tuple(sorted(parts)))


def _merged(taken: Iterable[Taken]) -> tuple[Taken, ...]:
    merged: dict[int, Taken] = {}
    for one in taken:
        before = merged.get(one.index)
        parts = tuple(sorted({*one.parts, *(before.parts if before else ())}))
        merged[one.index] = Taken(one.index, one.record, parts)
    return tuple(merged[index] for index in sorted(merged))


def _losses(log: AuditLog, one: Taken) -> Iterator[Loss]:
    record = log.record(one.index)
    match record.type:
        case "check":
            if any(map(holds_text, one.parts)):
                yield Loss(one.record, "full-replay", "the text cannot be checked again as it was")
            if ASSESSMENT in one.parts:
                yield Loss(
                    one.record, "answer", "reports and the page for auditors show no quotes, only counts and codes"
                )
            if ENGINE_INPUT in one.parts:
                yield Loss(one.record, "decision-replay", "the decision cannot be made again from its input")
        case "review":
            yield Loss(
                one.record,
                "review",
                f"what the reviewer said is gone ({', '.join(one.parts)}), that and how it was decided stays",
            )
        case "permit":
            yield Loss(
                one.record, "permit", "the permit cannot be printed again; whoever has it can verify it all the same"
            )
        case _:
            yield Loss(one.record, "words", f"of the {record.type} only the record stays ({', '.join(one.parts)} gone)")


def _unanswered(log: AuditLog, taken: Sequence[Taken]) -> Iterator[Loss]:
    """Yield the questions that still wait for a person and could not be answered any more."""
    asking = {
        one.record for one in taken if ASSESSMENT in one.parts and log.record(one.index).text("verdict") == "escalate"
    }
    reviews = folded(log.records()).values() if asking else ()
    for review in reviews:
        if review.status == "open" and review.check in asking:
            yield Loss(review.check, "question", f"{review.id} waits for a person; it is closed without an answer")


def _in_force(log: AuditLog, taken: Sequence[Taken]) -> Iterator[str]:
    standing = Standing(log)
    live = {one.id for one in (*standing.waivers(), *standing.requested())} | {one.id for one in standing.stops()}
    return (one.record for one in taken if one.record in live and TERMS in one.parts)


def _copies(log: AuditLog, records: set[str], start: int) -> Iterator[Copy]:
    """Yield records of what left the ledger: those that name one of *records*, and reports, which may name any."""
    for _, record in log.records(start):
        if record.type in _NO_COPY:
            continue
        if record.type == "report_issued" or any(one in records for one in _words(record.body)):
            yield Copy(record.id, record.type, record.at_ms)


def _words(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _words(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _words(member)


def is_on_record(log: AuditLog, taken: Sequence[Taken]) -> bool:
    """Tell whether every part of *taken* is accounted for by an erasure, finished or not."""
    known = erasures(log)
    return all(known.by(one.index, log.record(one.index), part) is not None for one in taken for part in one.parts)
