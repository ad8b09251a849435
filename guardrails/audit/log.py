"""
The ledger of events: commitments in the leaves, copy encrypted beside them, keys apart.

An append goes through these steps; a failure in any leaves no record and therefore no verdict:

1. make a key and a salt for every part of the payload, commit to the part, seal it (``prepared``);
2. make the keys durable, together with the head as it is now;
3. append record, sealed parts, index rows and remembered answer in one durable transaction.

A crash between 2 and 3 leaves keys that open nothing. The head kept with the keys is what a ledger restored from an
old copy fails to extend.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from guardrails.audit import tlog
from guardrails.audit.answers import Answers, receipt_at
from guardrails.audit.entry import CheckEntry, Receipt
from guardrails.audit.erased import Erasures, Taken
from guardrails.audit.ids import Clock, Entropy, new_id
from guardrails.audit.parts import ANSWER
from guardrails.audit.prepared import Prepared, prepared, prepared_check
from guardrails.audit.projection import links_of
from guardrails.audit.references import References
from guardrails.audit.rollback import require_no_rollback
from guardrails.audit.seal import commitment, opened
from guardrails.audit.store import Expected, Head, KeyStore, Link, PartKey, RecordStore, StoredRecord
from guardrails.audit.verify import VerifyReport, verified
from guardrails.errors import LedgerError
from guardrails.model.canonical import Json, sha256_hex
from guardrails.model.record import ID_PREFIXES, RECORD_TYPES, Record, parsed_record, record_bytes

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A check as the ledger has it."""

    receipt: Receipt
    record: Record


class AuditLog:
    """
    The one way into the ledger; may be used from several threads and beside other processes.

    *refs* makes this ledger's references, *answers* are those it remembers.

    With *accept_gap* a ledger that does not extend the head its keys have seen is opened all the same; only
    ``recovery`` does that.

    Raises:
        LedgerError: ``ledger-damaged`` if the ledger does not extend the head that its keys have seen, ``keys-missing`` if
            these are the keys of another one.
    """

    def __init__(
        self,
        store: RecordStore,
        keys: KeyStore,
        clock: Clock,
        entropy: Entropy = secrets.token_bytes,
        *,
        accept_gap: bool = False,
    ) -> None:
        self.keys = keys
        self.clock = clock
        self.entropy = entropy
        self._store = store
        self.refs = References(keys.ledger_key())
        self.answers = Answers(store, keys, self.refs, entropy)
        if not accept_gap:
            require_no_rollback(store, keys)

    # -- appending

    def new_check_id(self) -> str:
        """Return a fresh id for a check."""
        return new_id("chk", self.clock(), self.entropy)

    def append_check(self, entry: CheckEntry) -> Receipt:
        """Record one check; it is durable when this returns."""
        return self.append_checks([entry])[0]

    def append_checks(self, entries: Sequence[CheckEntry]) -> tuple[Receipt, ...]:
        """
        Record checks in order, all or none, in one durable transaction.

        Raises:
            LedgerError: The record could not be made durable; ``idempotency-key-in-use`` if another request
                got in first with the same key.
        """
        return self._append([self._check(entry) for entry in entries])

    def append_each(self, entries: Sequence[CheckEntry]) -> tuple[Receipt | Exception, ...]:
        """
        Record checks in order, in one durable transaction if all can be, else each in its own.

        An entry that cannot be recorded spoils no other: what :meth:`append_check` would raise stands in its place.
        """
        items = [_attempted(partial(self._check, entry)) for entry in entries]
        able = [one for one in items if isinstance(one, Prepared)]
        outcomes = iter(self._append_each(able))
        return tuple(next(outcomes) if isinstance(one, Prepared) else one for one in items)

    def append(
        self,
        kind: str,
        body: Mapping[str, Json],
        *,
        parts: Mapping[str, bytes] | None = None,
        expected: Expected | None = None,
    ) -> Receipt:
        """
        Record any other event; *parts* are encrypted and committed to.

        The body must hold no copy and no person in clear: use ``refs`` for people and *parts* for text.

        Raises:
            LedgerError: The record could not be made durable; ``overtaken`` if what is *expected* is not so any more.
        """
        if kind not in RECORD_TYPES or kind == "check":
            raise ValueError(f"no record of type {kind!r} is appended this way")
        at_ms = self.clock()
        record = Record(new_id(ID_PREFIXES.get(kind, "rec"), at_ms, self.entropy), kind, at_ms, body)
        return self._append([prepared(record, parts or {}, self.entropy, expected=expected)])[0]

    def destroy(self, parts: Sequence[tuple[int, str, Sequence[str]]]) -> None:
        """
        Destroy keys, salts and sealed bytes of *parts*: ``(index, record id, names)``.

        Only ``erasure`` calls this, once it is on the record; what is gone already is passed over.
        """
        self.keys.drop([(record_id, name) for _, record_id, names in parts for name in names])
        for index, _, names in parts:
            self._store.drop_payload(index, names)
            if ANSWER in names:
                self._store.drop_answers(index)

    def left_behind(self, known: Erasures) -> tuple[Taken, ...]:
        """Return the parts that are there although *known* erasures took them."""
        return tuple(known.unfinished(self._store, self.keys))

    # -- reading

    def head(self) -> Head:
        """Return the number of records and the root of the tree."""
        return self._store.head()

    def find_check(self, check_id: str) -> StoredCheck | None:
        """Return a check, or None if the ledger has none with this id."""
        stored = self._store.find(check_id)
        record = None if stored is None else _record(stored)
        if stored is None or record is None or record.type != "check":
            return None
        return StoredCheck(Receipt(stored.record_id, stored.index, stored.leaf_hash.hex()), record)

    def records(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Record]]:
        """Yield the records with an index in ``[start, end)``."""
        return ((stored.index, _record(stored)) for stored in self._store.records(start, end))

    def sound_records(self) -> Iterator[tuple[int, Record, bytes]]:
        """Yield every record that is what was hashed when it was written, with its bytes; others are passed over."""
        for stored in self._store.records():
            with suppress(LedgerError):
                yield stored.index, _record(stored), stored.record

    def find(self, record_id: str) -> tuple[int, Record] | None:
        """Return the index of a record and the record, or None if the ledger has none with this id."""
        stored = self._store.find(record_id)
        return None if stored is None else (stored.index, _record(stored))

    def indices(self, key: str, *, principal: str = "", since_ms: int = 0) -> tuple[int, ...]:
        """Return where the records stand that the index has under *key* (``projection``), in order."""
        return tuple(sorted(link.index for link in self.links((key,), principal=principal, since_ms=since_ms)))

    def links(self, keys: Sequence[str], *, principal: str = "", since_ms: int = 0) -> tuple[Link, ...]:
        """Return the index rows under any of *keys* at or after *since_ms*; of nobody unless a *principal* is named."""
        return self._store.history(principal, keys, since_ms)

    def stored(self, start: int = 0, end: int | None = None) -> Iterator[StoredRecord]:
        """Yield the records with an index in ``[start, end)`` as they lie in the store, unverified."""
        return self._store.records(start, end)

    def record(self, index: int) -> Record:
        """
        Return the record at *index*.

        Raises:
            LedgerError: ``ledger-damaged`` if there is none, because an index named it.
        """
        stored = self._store.read(index)
        if stored is None:
            raise LedgerError("ledger-damaged", f"the index names record {index}, which is missing")
        return _record(stored)

    def receipt(self, index: int) -> Receipt:
        """Return where the record at *index* stands; ``ledger-damaged`` as :meth:`record`."""
        record = self.record(index)
        return Receipt(record.id, index, tlog.leaf_hash(record_bytes(record)).hex())

    def decrypt(self, index: int, part: str) -> bytes:
        """
        Return one part of a record's payload in clear.

        Raises:
            LedgerError: ``record-unknown``; ``payload-missing`` if the part or its key is gone (erased or lost: verify
                tells which); ``payload-damaged`` if it does not open or is not what the record commits to.
        """
        stored = self._store.read(index)
        if stored is None:
            raise LedgerError("record-unknown", f"no record at index {index}")
        plaintext, key = self._opened(stored, part)
        if _record(stored).commitments().get(part) != commitment(key, plaintext):
            raise LedgerError(
                "payload-damaged", f"part {part!r} of {stored.record_id} is not what its record commits to"
            )
        return plaintext

    def keep(self, data: bytes) -> str:
        """Keep *data* beside the records, and return the SHA-256 (hex) by which it is found."""
        digest = sha256_hex(data)
        self._store.put_bundle(digest, data)
        return digest

    def kept(self, digest: str) -> bytes:
        """
        Return what is kept under *digest*.

        Raises:
            LedgerError: ``ledger-damaged`` if it is gone or was changed.
        """
        data = self._store.bundle(digest)
        if data is None or sha256_hex(data) != digest:
            what = "missing" if data is None else "not what was recorded"
            raise LedgerError(
                "ledger-damaged", f"the bundle {digest} is {what}", help="Run `guardrails ledger verify`."
            )
        return data

    def rebuild_index(self) -> None:
        """Make the index again from the records alone."""
        self._store.replace_links([link for index, record in self.records() for link in links_of(record, index)])

    # -- proving

    @property
    def origin(self) -> str:
        """What checkpoints call this ledger: derived from its key, so that no two have the same."""
        return f"guardrails/{self.refs.of('origin', 'checkpoint')[:16]}"

    def keep_checkpoint(self, size: int, note: str) -> None:
        """Keep a signed note over the first *size* records."""
        self._store.put_checkpoint(size, note)

    def checkpoints(self, size: int | None = None) -> tuple[str, ...]:
        """Return the notes kept over the first *size* records (default: all)."""
        return self._store.checkpoints(size)

    def inclusion_proof(self, index: int, size: int | None = None) -> tlog.Proof:
        """Return the proof that record *index* is in the tree of *size* records (default: of all)."""
        return tlog.inclusion_proof(index, self.head().size if size is None else size, self._store.hashes)

    def root(self, size: int) -> bytes:
        """Return the root of the tree of the first *size* records, from its stored hashes."""
        return tlog.root(size, self._store.hashes)

    def consistency_proof(self, size1: int, size2: int | None = None) -> tlog.Proof:
        """Return the proof that the tree of *size1* records is a prefix of that of *size2* (default: of all)."""
        return tlog.consistency_proof(size1, self.head().size if size2 is None else size2, self._store.hashes)

    def verify(self) -> VerifyReport:
        """Recompute everything the ledger claims; problems are reported, not raised."""
        return verified(self._store, self.keys)

    def close(self) -> None:
        """Keep the last head with the keys and release both, even if the head cannot be read."""
        with ExitStack() as both:
            both.callback(self.keys.close)
            both.callback(self._store.close)
            self.keys.put((), self._store.head())

    # -- inside

    def _check(self, entry: CheckEntry) -> Prepared:
        return prepared_check(entry, self.refs, self.entropy)

    def _append(self, items: Sequence[Prepared]) -> tuple[Receipt, ...]:
        self._keep_keys(items)
        return self._append_kept(items)

    def _append_each(self, items: Sequence[Prepared]) -> Sequence[Receipt | Exception]:
        # Keys are kept once: they are made for one record, whichever transaction it gets in with.
        kept = _attempted(partial(self._keep_keys, items))
        if kept is not None:
            return [kept] * len(items)
        together = _attempted(partial(self._append_kept, items))
        if not isinstance(together, Exception):
            return together
        if len(items) == 1:
            return [together]
        alone = [_attempted(partial(self._append_kept, [one])) for one in items]
        return [one if isinstance(one, Exception) else one[0] for one in alone]

    def _keep_keys(self, items: Sequence[Prepared]) -> None:
        self.keys.put([key for one in items for key in one.keys], self._store.head())

    def _append_kept(self, items: Sequence[Prepared]) -> tuple[Receipt, ...]:
        positions = self._store.append_many([one.append for one in items])
        return tuple(receipt_at(one.append.record_id, at) for one, at in zip(items, positions, strict=True))

    def _opened(self, stored: StoredRecord, part: str) -> tuple[bytes, PartKey]:
        key = self.keys.part_key(stored.record_id, part)
        data = dict(self._store.payload(stored.index)).get(part)
        if key is None or data is None:
            gone = "key" if key is None else "payload"
            raise LedgerError("payload-missing", f"the {gone} of part {part!r} of {stored.record_id} is gone")
        return opened(key, data), key


def _attempted(action: Callable[[], _T]) -> _T | Exception:
    """Return what *action* returns or raises."""
    try:
        return action()
    except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the entry
        return error


def _record(stored: StoredRecord) -> Record:
    """Return the record in *stored*; one that is not what was hashed when it was written speaks for nobody."""
    if tlog.leaf_hash(stored.record) != stored.leaf_hash:
        raise LedgerError(
            "ledger-damaged", f"record {stored.index} is not what was recorded", help="Run `guardrails ledger verify`."
        )
    return parsed_record(stored.record)
