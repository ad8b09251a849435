"""
The ports of the audit stage: where records lie, and where the keys to their payload lie.

The two are separate files with separate back-ups: who destroys a key has erased the text in every copy of the ledger.
Every method raises :class:`~guardrails.errors.LedgerError` (``ledger-unwritable``, ``ledger-full``,
``ledger-damaged``) when storage fails. Implementations are in ``backends/store/``; one contract suite holds for all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from guardrails.model.context import Principal, Values

Parts = tuple[tuple[str, bytes], ...]
"""Encrypted parts of a record's payload, sorted by name."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record stands: its index from 0, and its leaf hash."""

    index: int
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The state of the tree: number of records and Merkle root."""

    size: int
    root: bytes


class Link(NamedTuple):
    """One row of the index: *principal* did something at *at_ms* that is found again by *key*; see ``projection``."""

    principal: str
    key: str
    at_ms: int
    index: int  # type: ignore[assignment] # hides a method of tuples that nobody calls
    amount: int = 0


@dataclass(frozen=True, slots=True)
class AnswerSlot:
    """
    What to remember under an idempotency key; of a check in its record's own transaction.

    Attributes:
        key: Keyed reference of the key, *body* of the request's body.

        now_ms: An earlier answer whose ``expires_ms`` is not after this moment is forgotten.

        sealed: Makes the encrypted answer once the record's position is known.
    """

    key: str
    body: str
    now_ms: int
    expires_ms: int
    sealed: Callable[[Position], bytes]


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An encrypted answer found under an idempotency key, and the record it belongs to."""

    body: str
    index: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Expected:
    """What must still be so when a record is appended: the index has *count* rows of nobody under *key*."""

    key: str
    count: int


@dataclass(frozen=True, slots=True)
class Append:
    """One record to append: its canonical bytes and everything that is stored with it or not at all."""

    record_id: str
    record: bytes
    payload: Parts = ()
    links: tuple[Link, ...] = ()  # with index 0: the store fills it in
    answer: AnswerSlot | None = None
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record as it lies in the store; nothing here is verified."""

    index: int
    record_id: str
    leaf_hash: bytes
    record: bytes


class RecordStore(Protocol):
    """An append-only sequence of records with its Merkle hashes, payloads, bundles and index."""

    def append(self, record_id: str, record: bytes, payload: Parts = ()) -> Position:
        """Append one record; it is durable when this returns."""

    def append_many(self, items: Sequence[Append]) -> tuple[Position, ...]:
        """
        Append records in order, all of them or none, in one durable transaction.

        Raises:
            LedgerError: ``idempotency-key-in-use`` if an unexpired answer already has the key of an item;
                ``overtaken`` if what an item expects is not so any more.
        """

    def head(self) -> Head:
        """Return the head as it is stored."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Let everything that is read in the block be of one moment, whoever writes meanwhile."""

    def read(self, index: int) -> StoredRecord | None:
        """Return the record at *index*, or None if there is none."""

    def records(self, start: int = 0, end: int | None = None) -> Iterator[StoredRecord]:
        """Yield the records whose index is in ``[start, end)``, in order."""

    def find(self, record_id: str) -> StoredRecord | None:
        """Return the record with this id, or None."""

    def hashes(self, positions: Sequence[int]) -> Sequence[bytes]:
        """Return stored tree hashes (see ``tlog``); a missing one is ``ledger-damaged``."""

    def payload(self, index: int) -> Parts:
        """Return the encrypted parts stored with a record; empty if there are none."""

    def payloads(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, str, bytes]]:
        """Yield (index, part, encrypted part) of all payload with an index in ``[start, end)``, sorted."""

    def drop_payload(self, index: int, parts: Sequence[str]) -> None:
        """Forget encrypted parts: the only thing that may leave a ledger."""

    def drop_answers(self, index: int) -> None:
        """Forget the answers remembered with a record."""

    def put_bundle(self, digest: str, data: bytes) -> None:
        """Keep *data* under its SHA-256 *digest* (hex); keeping it again changes nothing."""

    def bundle(self, digest: str) -> bytes | None:
        """Return what is kept under *digest*, or None."""

    def history(self, principal: str, keys: Sequence[str], since_ms: int) -> tuple[Link, ...]:
        """
        Return the index rows of *principal* under any of *keys* at or after *since_ms*, sorted.

        Of rows that are no principal's (what is in force) a lost or changed one is ``ledger-damaged``.
        """

    def links(self, start: int = 0, end: int | None = None) -> Iterator[Link]:
        """Return the index rows of the records with an index in ``[start, end)``, by index and sorted."""

    def strays(self) -> tuple[tuple[str, str], ...]:
        """
        Return what is in the store and belongs to no record, as what it is and a detail; empty as a rule.

        ``schema-differs``: other tables or triggers. ``index-differs``: what notices losses of the index does not fit
        it. ``tree-hash-unexpected``: hashes beyond the last record's.
        """

    def replace_links(self, links: Iterable[Link]) -> None:
        """Replace the whole index, which is a projection of the records."""

    def put_answer(self, slot: AnswerSlot, at: Position) -> None:
        """Remember an answer that belongs to the record at *at*; errors of keys as in :meth:`append_many`."""

    def answer(self, key: str, now_ms: int) -> StoredAnswer | None:
        """Return the answer remembered under an idempotency key, unless it has expired."""

    def put_checkpoint(self, size: int, note: str) -> None:
        """Keep a signed *note* over the first *size* records; keeping it again changes nothing."""

    def checkpoints(self, size: int | None = None) -> tuple[str, ...]:
        """Return the notes kept over the first *size* records (default: all), by size, then as they were kept."""

    def last_checkpoint(self) -> str | None:
        """Return the last of all notes that are kept, or None."""

    def close(self) -> None:
        """Release the files; further calls fail."""


LEDGER_KEY = ("ledger", "references")
"""Under which record and part the ledger's key lies."""

SIGNING_KEY = "signing-key"
"""Under which record the secret halves of signing keys lie."""


@dataclass(frozen=True, slots=True)
class PartKey:
    """
    The key and the commitment's salt of one part of one record, 32 bytes each.

    Other secrets lie in the same way: :data:`LEDGER_KEY`, and the seed of a signing key as a part, with the name of the public
    key, of :data:`SIGNING_KEY`; their salt is not used.
    """

    record_id: str
    part: str
    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """
    A credential; only the SHA-256 of its secret is kept.

    Empty *brands*, *channels*, *markets* or *locales* permit every one of the workspace's. *revoked_ms* is 0 while the
    key is live. *person* names whose it is, empty if nobody said: several keys may be one person's.
    """

    id: str
    secret_sha256: str = field(repr=False)
    principal: Principal
    scopes: tuple[str, ...]
    created_ms: int
    brands: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    revoked_ms: int = 0
    person: str = ""

    @property
    def permitted(self) -> Values:
        """Return what the key permits, per context key; a key that is absent permits all of the workspace's."""
        named = {"brand": self.brands, "channel": self.channels, "locale": self.locales, "market": self.markets}
        return tuple((key, tuple(sorted(values))) for key, values in sorted(named.items()) if values)


PartKeyLookup: TypeAlias = Callable[[str, str], PartKey | None]
"""Answers as :meth:`KeyStore.part_key` does."""


class KeyStore(Protocol):
    """Keys, salts, credentials and the last head that was seen; nothing here is ever in the ledger's own files."""

    def ledger_key(self) -> bytes:
        """
        Return the key of this ledger's references (32 bytes), made on first use.

        Raises:
            LedgerError: ``keys-missing`` if its epoch has been destroyed: this is an old copy of the keys.
        """

    def put(self, keys: Sequence[PartKey], seen: Head) -> None:
        """
        Keep *keys* durably, and *seen* if it is larger than the head kept so far.

        Raises:
            LedgerError: ``ledger-damaged`` if one of these parts has a key already; then none is kept.
        """

    def part_key(self, record_id: str, part: str) -> PartKey | None:
        """
        Return the key of a part, or None if it was never made or has been destroyed, by itself or with its epoch.

        One that is not what was written is ``key-damaged``.
        """

    def part_keys(self, record_ids: Collection[str]) -> PartKeyLookup:
        """
        Return :meth:`part_key` for many parts of these records, read all at once; those of others are read when asked for.

        A damaged one is said when it is asked for, and not instead of the others.
        """

    def drop(self, parts: Sequence[tuple[str, str]]) -> None:
        """Destroy the keys of *parts* (record id, part), leaving no copy of them in the files; none need be there."""

    def rotate_epoch(self) -> int:
        """Wrap all that is kept under a new epoch's key, destroy the earlier ones, and return the new one's number."""

    def reset_seen(self, head: Head) -> None:
        """Keep *head* instead of the largest one: the gap below it was accepted, and that is on record."""

    def seen(self) -> Head | None:
        """Return the largest head kept; a ledger that does not extend it has been rolled back."""

    def put_api_key(self, key: ApiKey) -> None:
        """Keep a credential, replacing the one with the same id."""

    def api_key(self, key_id: str) -> ApiKey | None:
        """Return a credential, revoked or not, or None."""

    def api_keys(self) -> tuple[ApiKey, ...]:
        """Return every credential, by time of creation and id."""

    def close(self) -> None:
        """Release the files; further calls fail."""
