"""
Somebody who owns the files of a ledger, with statements against them; triggers do not stop an owner.

An attack changes a copy and returns the indices that a verification must name, −1 for the ledger as a whole. Where a
record was changed together with the hashes over it, those that are left say among which records it is: then any of
:attr:`Expected.one_of` will do.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

import apsw

from guardrails.audit import tlog
from guardrails.model.canonical import canonical

WHOLE = -1
FILES = ("ledger.db", "keys.db")


@dataclass(frozen=True)
class Expected:
    """What must be named: all of *named*, and one of *one_of* if there are any."""

    named: frozenset[int] = frozenset()
    one_of: frozenset[int] = frozenset()

    def holds(self, found: set[int]) -> bool:
        """Tell whether the indices *found* are what was expected."""
        return bool(found) and self.named <= found and (not self.one_of or bool(self.one_of & found))


def named(*indices: int) -> Expected:
    """Expect all of *indices*."""
    return Expected(frozenset(indices))


@dataclass
class Attacker:
    """Somebody with the files in *folder* (the keys as schema ``k``), and luck."""

    folder: Path
    draw: random.Random
    db: apsw.Connection = field(init=False)

    def __enter__(self) -> Self:
        """Open the files, triggers switched off."""
        self.db = apsw.Connection(str(self.folder / "ledger.db"))
        self.db.execute("ATTACH ? AS k", (str(self.folder / "keys.db"),))
        self.db.execute("PRAGMA synchronous=OFF; PRAGMA k.synchronous=OFF")
        self.db.create_scalar_function("type_of", lambda data: json.loads(data)["type"], 1)
        self.db.create_scalar_function("popcount", int.bit_count, 1)
        self.db.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
        return self

    def __exit__(self, *_: object) -> None:
        """Close them."""
        self.db.close()

    def __call__(self, sql: str, *values: object) -> list[tuple]:
        """Run a statement."""
        return list(self.db.execute(sql, values))

    @cached_property
    def size(self) -> int:
        """How many records there are."""
        return self("SELECT count(*) FROM record")[0][0]

    def index(self, at_least: int = 0) -> int:
        """Return some record's index."""
        return self.draw.randrange(at_least, self.size)

    def two(self) -> tuple[int, int]:
        """Return the indices of two records."""
        return tuple(self.draw.sample(range(self.size), 2))

    def one(self, sql: str) -> tuple:
        """Return some row of a query."""
        return self.draw.choice(self(sql))

    def bent(self, data: bytes) -> bytes:
        """Return other bytes: some changed, lost, gained or moved."""
        at, junk = self.draw.randrange(len(data)), self.draw.randbytes(self.draw.randint(1, 8))
        options = (
            data[:at] + bytes([data[at] ^ self.draw.randint(1, 255)]) + data[at + 1 :],
            data[:at] + data[at + self.draw.randint(1, 40) :],
            data[:at] + junk + data[at:],
            data + junk,
            data[at:] + data[:at] + junk,
        )
        return self.draw.choice([option for option in options if option != data])

    def retold(self, index: int) -> bytes:
        """Return a record that says something else, in canonical form, under its own id and found as before."""
        body = json.loads(self("SELECT bytes FROM record WHERE idx = ?", index)[0][0])
        return canonical({**body, "engine": {"guardrails": f"9.{self.draw.randrange(10**6)}"}})

    def put_record(self, index: int, data: bytes, *, leaf: bool) -> None:
        """Put other bytes in the place of a record, their leaf hash too if *leaf*."""
        self("UPDATE record SET bytes = ? WHERE idx = ?", data, index)
        if leaf:
            self("UPDATE record SET leaf = ? WHERE idx = ?", tlog.leaf_hash(data), index)

    def grow_tree(self) -> None:
        """Make the tree and the head again from the records as they are now."""
        self("DELETE FROM node")
        frontier = tlog.Frontier()
        for (data,) in self("SELECT bytes FROM record ORDER BY idx"):
            for hash_ in frontier.push(tlog.leaf_hash(data)):
                self("INSERT INTO node SELECT coalesce(max(pos) + 1, 0), ? FROM node", hash_)
        self("UPDATE record SET leaf = (SELECT hash FROM node WHERE pos = 2 * idx - popcount(idx))")
        self("UPDATE head SET size = ?, root = ?", frontier.size, frontier.root())

    def shift(self, first: int, by: int) -> None:
        """Move all records from *first* on, with their payload and index rows."""
        for table in ("record", "payload", "history"):
            self(f"UPDATE {table} SET idx = -idx - 1000 WHERE idx >= ?", first)
            self(f"UPDATE {table} SET idx = -(idx + 1000) + ? WHERE idx <= -1000", by)


def owner(pos: int) -> int:
    """Return the record whose appending completed the hash at *pos*."""
    return next(index for index in range(pos + 1) if pos < tlog.stored_count(index + 1))


def over(index: int, size: int) -> Iterator[int]:
    """Return the last records of all complete subtrees over a record."""
    level = 0
    while (end := ((index >> level) + 1) << level) <= size:
        yield end - 1
        level += 1
