"""
An event ready for the ledger: its record, which commits to every part of its payload, and the parts, sealed.

This is the first step of an append (``log``): nothing here is stored yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from guardrails.audit.answers import answer_slot
from guardrails.audit.entry import CheckEntry
from guardrails.audit.ids import Entropy
from guardrails.audit.projection import links_of
from guardrails.audit.references import References, check_body
from guardrails.audit.seal import commitment, new_part_key, sealed
from guardrails.audit.store import AnswerSlot, Append, Expected, PartKey
from guardrails.audit.tiles import require_entry
from guardrails.model.canonical import Json
from guardrails.model.record import Record, record_bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is appended, and the keys that must be durable before it is."""

    keys: tuple[PartKey, ...]
    append: Append


def prepared(
    record: Record,
    parts: Mapping[str, bytes],
    entropy: Entropy,
    *,
    answer: tuple[PartKey, AnswerSlot] | None = None,
    expected: Expected | None = None,
) -> Prepared:
    """
    Return *record* with a commitment to each of *parts*, which are sealed under keys of their own.

    Raises:
        LedgerError: ``record-too-large``.
    """
    keys = tuple(new_part_key(record.id, part, entropy) for part in sorted(parts))
    promised: dict[str, Json] = {key.part: commitment(key, parts[key.part]) for key in keys}
    body = {**record.body, "commitments": promised} if promised else record.body
    committed = Record(record.id, record.type, record.at_ms, body)
    payload = tuple((key.part, sealed(key, parts[key.part], entropy)) for key in keys)
    slot = answer[1] if answer else None
    data = record_bytes(committed)
    require_entry(data)
    append = Append(record.id, data, payload, links_of(committed), slot, expected)
    return Prepared((*keys, answer[0]) if answer else keys, append)


def prepared_check(entry: CheckEntry, refs: References, entropy: Entropy) -> Prepared:
    """Return the record of one check, and the answer to remember with it if there is one; see :func:`prepared`."""
    record = Record(entry.check_id, "check", entry.at_ms, check_body(entry, refs))
    wanted = entry.idempotency
    answer = answer_slot(wanted, entry.principal, record.id, entry.at_ms, refs, entropy) if wanted else None
    return prepared(record, entry.parts, entropy, answer=answer)
