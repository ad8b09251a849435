"""
Part keys and other secrets in a database, wrapped under epochs in a file: what key stores have in common.

A store hands over its rows (:class:`KeyRows`); what is current is said in the database and changed under its write lock, so
that of several processes and replicas each wraps under the same epoch. On several machines the file is a secret that all
of them mount; it changes only at a rotation.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import NamedTuple, Protocol, TypeVar, cast

from guardrails.audit.epochs import BARE, KEY_BYTES, unwrapped, wrapped
from guardrails.audit.store import LEDGER_KEY, PartKey, PartKeyLookup
from guardrails.backends.store.credential import guarded, whole
from guardrails.backends.store.epoch_file import EpochFile
from guardrails.errors import LedgerError

T = TypeVar("T")

_AT_ONCE = 5000


class KeyRow(NamedTuple):
    """One wrapped key as it lies in a database."""

    record_id: str
    part: str
    epoch: int
    wrapped: bytes


class KeyRows(Protocol):
    """The rows of a database of keys."""

    def locked(self, work: Callable[[], T]) -> T:
        """Keep all others from writing while *work* runs, and make durable what it did; it may run twice."""

    def current(self) -> int:
        """Return the number of the current epoch, or :data:`BARE` before the first."""

    def set_current(self, number: int) -> None:
        """Say what is current."""

    def earlier(self, number: int, after: tuple[str, str], limit: int) -> list[KeyRow]:
        """Return rows of epochs before *number*, by record id and part, from behind *after* on."""

    def replace(self, rows: Sequence[KeyRow]) -> None:
        """Put these in the place of the rows of the same record and part."""

    def row(self, record_id: str, part: str) -> KeyRow | None:
        """Return the row of a record and part, or None."""

    def add(self, row: KeyRow) -> None:
        """Keep a row, unless there is one of its record and part."""

    def has_bare(self) -> bool:
        """Tell whether secrets other than part keys lie bare, as a database of an earlier version had them."""


class Epochs:
    """The epochs of one database of keys."""

    def __init__(self, rows: KeyRows, file: EpochFile) -> None:
        self._rows = rows
        self._file = file

    def require(self, *, read_only: bool) -> bool:
        """
        Refuse a file of epochs that is missing or older than these keys, and keys from before its epochs; wrap what lies bare.

        Tells whether keys may have been wrapped anew.

        Raises:
            LedgerError: ``epochs-missing``; ``keys-missing`` if the epoch of the ledger's key has ended.
        """
        current = self._rows.current()
        if current != BARE and max(self._file.numbers(), default=BARE) < current:
            why = "is older than the keys" if self._file.exists() else "has vanished"
            raise self._missing(f"{why}, and without it no part of a payload opens")
        if read_only:
            return False
        if current == BARE or self._file.cipher(current) is None:
            self._ledger_key()
            self._begin()
            return True
        if self._rows.has_bare():
            self._wrap_earlier(current)
            return True
        return False

    def ledger_key(self, where: object, require_unused: Callable[[], None]) -> bytes:
        """Return the ledger's key; the first use makes one, unless *require_unused* refuses."""
        found = self._ledger_key()
        if found is None:
            require_unused()
            made = PartKey(*LEDGER_KEY, *cast("tuple[bytes, bytes]", guarded(secrets.token_bytes(KEY_BYTES))))
            self._rows.locked(lambda: self._rows.add(self.wrapped([made], self._rows.current())[0]))
            return self.ledger_key(where, require_unused)
        (key,) = whole((found.key, found.salt), "the ledger's key", where)
        return cast("bytes", key)

    def part_key(self, record_id: str, part: str) -> PartKey | None:
        """See the port of key stores."""
        row = self._rows.row(record_id, part)
        return None if row is None else self.unwrapped(row)

    def rotate(self) -> int:
        """Wrap everything under a new epoch, destroy the earlier ones, and return its number."""
        number = self._begin()
        self._rows.locked(lambda: self._file.destroy_before(number))  # nobody else writes the file meanwhile
        return number

    def has(self, number: int) -> bool:
        """Tell whether the key of an epoch is there."""
        return self._file.cipher(number) is not None

    def wrapped(self, keys: Sequence[PartKey], number: int) -> list[KeyRow]:
        """Return *keys* as rows of epoch *number*, which must be current when they are written."""
        cipher = self._file.cipher(number)
        if cipher is None:
            raise self._missing(f"does not have epoch {number}, which part keys are wrapped under now")
        data = wrapped(cipher, keys, secrets.token_bytes)
        return [KeyRow(one.record_id, one.part, number, blob) for one, blob in zip(keys, data, strict=True)]

    def unwrapped(self, row: KeyRow) -> PartKey | None:
        """Return the key in *row*, or None if its epoch has been destroyed; ``key-damaged`` if it is another."""
        cipher = None if row.epoch == BARE else self._file.cipher(row.epoch)
        if cipher is None and row.epoch != BARE:
            return None
        return unwrapped(cipher, row.record_id, row.part, row.wrapped)

    def lookup(self, rows: Sequence[KeyRow], record_ids: Collection[str], otherwise: PartKeyLookup) -> PartKeyLookup:
        """Return what finds keys in *rows*, which are all there are of *record_ids*, and those of others by *otherwise*."""
        known, found = frozenset(record_ids), {(row.record_id, row.part): row for row in rows}

        def part_key(record_id: str, part: str) -> PartKey | None:
            if record_id not in known:
                return otherwise(record_id, part)
            row = found.get((record_id, part))
            return None if row is None else self.unwrapped(row)

        return part_key

    def _begin(self) -> int:
        """
        Begin an epoch and wrap under it whatever still opens; the earlier epochs' keys stay.

        What crashes on the way leaves keys of several epochs, all of which open; doing it again finishes it.
        """
        number = self._rows.locked(self._begun)
        self._wrap_earlier(number)
        return number

    def _wrap_earlier(self, number: int) -> None:
        last: tuple[str, str] | None = ("", "")
        while last is not None:
            last = self._rows.locked(partial(self._rewrapped, last, number))

    def _ledger_key(self) -> PartKey | None:
        row = self._rows.row(*LEDGER_KEY)
        key = None if row is None else self.unwrapped(row)
        if row is not None and key is None:
            raise LedgerError(
                "keys-missing",
                f"these keys are from before the last rotation of {self._file.path}, and open nothing any more",
                help="Restore the newest copy of the key database; docs/operate.md, “The keys are lost”.",
            )
        return key

    def _begun(self) -> int:
        number = self._file.begin(self._rows.current() + 1)
        self._rows.set_current(number)
        return number

    def _rewrapped(self, after: tuple[str, str], number: int) -> tuple[str, str] | None:
        """Wrap the next keys of earlier epochs; return the last one's name, or None if there was none."""
        rows = self._rows.earlier(number, after, _AT_ONCE)
        keys = [key for key in map(self.unwrapped, rows) if key is not None]
        self._rows.replace(self.wrapped(keys, number))
        return rows[-1][:2] if rows else None

    def _missing(self, why: str) -> LedgerError:
        message = f"{self._file.path} {why}"
        return LedgerError("epochs-missing", message, help="Restore the newest copy of this file.")
