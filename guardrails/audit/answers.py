"""Answers that are remembered for a day under an idempotency key, encrypted like the payload of their records."""

from __future__ import annotations

from guardrails.audit.entry import Idempotency, Receipt
from guardrails.audit.ids import Entropy
from guardrails.audit.parts import ANSWER
from guardrails.audit.projection import DAY_MS
from guardrails.audit.references import References
from guardrails.audit.seal import new_part_key, opened, sealed
from guardrails.audit.store import AnswerSlot, KeyStore, PartKey, Position, RecordStore
from guardrails.errors import DraftError, LedgerError
from guardrails.model.context import Principal


class Answers:
    """The answers that one ledger remembers."""

    def __init__(self, store: RecordStore, keys: KeyStore, refs: References, entropy: Entropy) -> None:
        self._store = store
        self._keys = keys
        self._refs = refs
        self._entropy = entropy

    def given(self, principal: Principal, key: str, body_sha256: str, *, now_ms: int) -> bytes | None:
        """
        Return the answer given to this request before, or None.

        Raises:
            DraftError: ``idempotency-key-reused`` if the key came with another body in the 24 hours before *now_ms*.
        """
        slot_key = self._refs.idempotency(principal, key)
        stored = self._store.answer(slot_key, now_ms)
        if stored is None:
            return None
        if stored.body != self._refs.of("body", body_sha256):
            raise DraftError(
                "idempotency-key-reused",
                "this idempotency key was used with another body",
                help="Send a new key with every new request.",
            )
        plaintext = opened(self._key(stored.index), stored.sealed)
        bound = _bound(slot_key, stored.body)
        if not plaintext.startswith(bound):
            raise LedgerError("payload-damaged", f"the answer to record {stored.index} stands under another key")
        return plaintext[len(bound) :]

    def remember(self, principal: Principal, wanted: Idempotency, record_id: str, *, now_ms: int) -> None:
        """
        Remember the answer to a request that made the record *record_id*, as ``AuditLog.append_check`` does of a check.

        Raises:
            LedgerError: ``record-unknown``, ``idempotency-key-in-use``, or it could not be made durable.
        """
        stored = self._store.find(record_id)
        if stored is None:
            raise LedgerError("record-unknown", f"no record with id {record_id!r}")
        key, slot = answer_slot(wanted, principal, record_id, now_ms, self._refs, self._entropy)
        self._keys.put([key], self._store.head())
        self._store.put_answer(slot, Position(stored.index, stored.leaf_hash))

    def _key(self, index: int) -> PartKey:
        stored = self._store.read(index)
        key = None if stored is None else self._keys.part_key(stored.record_id, ANSWER)
        if key is None:
            raise LedgerError("payload-missing", f"the key of the answer to record {index} is gone")
        return key


def answer_slot(
    wanted: Idempotency, principal: Principal, record_id: str, now_ms: int, refs: References, entropy: Entropy
) -> tuple[PartKey, AnswerSlot]:
    """Return where the answer that belongs to a record is remembered, and the key it is sealed with."""
    key = new_part_key(record_id, ANSWER, entropy)
    slot_key, body = refs.idempotency(principal, wanted.key), refs.of("body", wanted.body_sha256)
    bound = _bound(slot_key, body)
    slot = AnswerSlot(
        key=slot_key,
        body=body,
        now_ms=now_ms,
        expires_ms=now_ms + DAY_MS,
        sealed=lambda at: sealed(key, bound + wanted.answer(receipt_at(record_id, at)), entropy),
    )
    return key, slot


def receipt_at(record_id: str, at: Position) -> Receipt:
    """Return the receipt of a record that stands at *at*."""
    return Receipt(record_id, at.index, at.leaf_hash.hex())


def _bound(slot_key: str, body: str) -> bytes:
    """Return how a remembered answer begins: with the request that it answers, so that it answers no other."""
    return f"{slot_key} {body}\n".encode()
