"""
What somebody might do to a ledger who owns its files, as statements against them; triggers do not stop an owner.

An attack changes a copy and returns the indices that a verification must name, −1 for the ledger as a whole. Where a
record was changed together with the hashes over it, those that are left say among which records it is: then any of
:attr:`Expected.one_of` will do.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
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


Attack = Callable[[Attacker], Expected]
ATTACKS: dict[str, Attack] = {}


def attack(function: Attack) -> Attack:
    """Register an attack."""
    ATTACKS[function.__name__] = function
    return function


def owner(pos: int) -> int:
    """Return the record whose appending completed the hash at *pos*."""
    return next(index for index in range(pos + 1) if pos < tlog.stored_count(index + 1))


def over(index: int, size: int) -> Iterator[int]:
    """Return the last records of all complete subtrees over a record."""
    level = 0
    while (end := ((index >> level) + 1) << level) <= size:
        yield end - 1
        level += 1


# -- records


@attack
def edit_record(at: Attacker) -> Expected:
    """Some bytes of a record."""
    index = at.index()
    (data,) = at("SELECT bytes FROM record WHERE idx = ?", index)[0]
    at.put_record(index, at.bent(data), leaf=False)
    return named(index)


@attack
def edit_record_and_leaf(at: Attacker) -> Expected:
    """A record that says something else, with its leaf hash."""
    index = at.index()
    at.put_record(index, at.retold(index), leaf=True)
    return named(index)


@attack
def edit_record_and_some_hashes(at: Attacker) -> Expected:
    """A record that says something else, with some of the hashes over it."""
    index, levels = at.index(), at.draw.randint(1, 3)
    at.put_record(index, at.retold(index), leaf=True)
    for level in range(levels):
        n = index >> level
        if ((n + 1) << level) > at.size:
            break
        below = [tlog.position(level - 1, 2 * n + side) for side in (0, 1)] if level else []
        pair = [at("SELECT hash FROM node WHERE pos = ?", pos)[0][0] for pos in below]
        made = tlog.node_hash(*pair) if pair else at("SELECT leaf FROM record WHERE idx = ?", index)[0][0]
        at("UPDATE node SET hash = ? WHERE pos = ?", made, tlog.position(level, n))
    return Expected(one_of=frozenset({*over(index, at.size), WHOLE}))


@attack
def edit_record_and_the_whole_tree(at: Attacker) -> Expected:
    """A record that says something else, with all hashes and the head: only the head that was seen is against it."""
    index = at.index()
    at.put_record(index, at.retold(index), leaf=True)
    at.grow_tree()
    return named(WHOLE)


@attack
def edit_id(at: Attacker) -> Expected:
    """A record is found under another id."""
    index = at.index()
    at("UPDATE record SET id = id || 'x' WHERE idx = ?", index)
    return named(index)


@attack
def copy_record(at: Attacker) -> Expected:
    """One record stands in the place of another, under the other's id."""
    index, other = at.two()
    at(
        "UPDATE record SET bytes = o.bytes, leaf = o.leaf FROM record o WHERE o.idx = ? AND record.idx = ?",
        other, index,
    )  # fmt: skip
    return named(index)


@attack
def delete_record(at: Attacker) -> Expected:
    """One record between others."""
    index = at.draw.randrange(at.size - 1)
    at("DELETE FROM record WHERE idx = ?", index)
    return named(index)


@attack
def delete_record_with_all_of_it(at: Attacker) -> Expected:
    """One record between others, with payload, index rows and keys."""
    index = at.draw.randrange(at.size - 1)
    at("DELETE FROM k.part_key WHERE record_id = (SELECT id FROM record WHERE idx = ?)", index)
    for table in ("record", "payload", "history"):
        at(f"DELETE FROM {table} WHERE idx = ?", index)
    return named(index)


@attack
def delete_and_renumber(at: Attacker) -> Expected:
    """One record, and those after it move up."""
    index = at.draw.randrange(at.size - 1)
    for table in ("record", "payload", "history"):
        at(f"DELETE FROM {table} WHERE idx = ?", index)
    at.shift(index, -1)
    return named(index, WHOLE)


@attack
def delete_renumber_and_grow(at: Attacker) -> Expected:
    """One record, those after it move up, and the tree is made again."""
    delete_and_renumber(at)
    at.grow_tree()
    return named(WHOLE)


@attack
def insert_record(at: Attacker) -> Expected:
    """A forged record between others."""
    index = at.index()
    at.shift(index, 1)
    data = canonical({"schema": "guardrails.record/v1", "id": "rec_forged", "type": "review", "at_ms": 1})
    at("INSERT INTO record VALUES (?, 'rec_forged', ?, ?)", index, tlog.leaf_hash(data), data)
    return named(index, WHOLE)


@attack
def insert_last(at: Attacker) -> Expected:
    """A forged record at the end."""
    data = canonical({"schema": "guardrails.record/v1", "id": "rec_forged", "type": "review", "at_ms": 1})
    at("INSERT INTO record VALUES (?, 'rec_forged', ?, ?)", at.size, tlog.leaf_hash(data), data)
    return named(at.size, WHOLE)


@attack
def insert_where_no_index_is(at: Attacker) -> Expected:
    """A forged record that only its id finds."""
    index = at.draw.choice((-1, -(2**62), -at.draw.randrange(1, 99), 2**62, at.size + at.draw.randrange(1, 9999)))
    data = canonical({"schema": "guardrails.record/v1", "id": "rec_forged", "type": "review", "at_ms": 1})
    at("INSERT INTO record VALUES (?, 'rec_forged', ?, ?)", index, tlog.leaf_hash(data), data)
    return named(index)


@attack
def swap_records(at: Attacker) -> Expected:
    """Two records, with all that is theirs."""
    index, other = at.two()
    for table in ("record", "payload", "history"):
        at(f"UPDATE {table} SET idx = -999 WHERE idx = ?", index)
        at(f"UPDATE {table} SET idx = ? WHERE idx = ?", index, other)
        at(f"UPDATE {table} SET idx = ? WHERE idx = -999", other)
    return named(index, other)


@attack
def swap_contents(at: Attacker) -> Expected:
    """The bytes of two records."""
    index, other = at.two()
    rows = dict(at("SELECT idx, bytes FROM record WHERE idx IN (?, ?)", index, other))
    at.put_record(index, rows[other], leaf=at.draw.random() < 0.5)
    at.put_record(other, rows[index], leaf=at.draw.random() < 0.5)
    return named(index, other)


@attack
def truncate(at: Attacker) -> Expected:
    """The last records."""
    at("DELETE FROM record WHERE idx >= ?", at.index())
    return named(WHOLE)


@attack
def truncate_all(at: Attacker) -> Expected:
    """The last records, with all that is theirs, and the head of those before them."""
    first = at.index()
    for table in ("record", "payload", "history"):
        at(f"DELETE FROM {table} WHERE idx >= ?", first)
    at.grow_tree()
    return named(WHOLE)


# -- the tree


@attack
def edit_leaf(at: Attacker) -> Expected:
    """A leaf hash."""
    index = at.index()
    at("UPDATE record SET leaf = ? WHERE idx = ?", at.draw.randbytes(32), index)
    return named(index)


@attack
def edit_hash(at: Attacker) -> Expected:
    """A tree hash."""
    pos, data = at.one("SELECT pos, hash FROM node")
    at("UPDATE node SET hash = ? WHERE pos = ?", at.bent(data), pos)
    return named(owner(pos))


@attack
def delete_hash(at: Attacker) -> Expected:
    """A tree hash is gone."""
    (pos,) = at.one("SELECT pos FROM node")
    at("DELETE FROM node WHERE pos = ?", pos)
    return named(owner(pos))


@attack
def add_hash(at: Attacker) -> Expected:
    """A tree hash of no record."""
    at("INSERT INTO node SELECT max(pos) + ?, ? FROM node", at.draw.randint(1, 9), at.draw.randbytes(32))
    return named(WHOLE)


@attack
def swap_hashes(at: Attacker) -> Expected:
    """Two tree hashes."""
    (one, first), (two, second) = at.draw.sample(at("SELECT pos, hash FROM node"), 2)
    at("UPDATE node SET hash = ? WHERE pos = ?", second, one)
    at("UPDATE node SET hash = ? WHERE pos = ?", first, two)
    return named(owner(one), owner(two))


@attack
def edit_head(at: Attacker) -> Expected:
    """Size, root or all of the head."""
    (size, root) = at("SELECT size, root FROM head")[0]
    earlier = tlog.root(at.index(), lambda wanted: [dict(at("SELECT pos, hash FROM node"))[pos] for pos in wanted])
    changes = (
        ("UPDATE head SET size = ?", size + at.draw.choice((-1, 1, 2**40))),
        ("UPDATE head SET root = ?", at.bent(root)),
        ("UPDATE head SET root = ?", earlier),
        ("DELETE FROM head WHERE one = ?", 1),
    )
    at(*at.draw.choice(changes))
    return named(WHOLE)


# -- payload and bundles

_SEALED = "SELECT idx, part, sealed FROM payload"


@attack
def edit_payload(at: Attacker) -> Expected:
    """Some bytes of an encrypted part."""
    index, part, data = at.one(_SEALED)
    at("UPDATE payload SET sealed = ? WHERE idx = ? AND part = ?", at.bent(data), index, part)
    return named(index)


@attack
def delete_payload(at: Attacker) -> Expected:
    """A part, or all of a record's."""
    index, part, _ = at.one(_SEALED)
    at("DELETE FROM payload WHERE idx = ? AND (part = ? OR ?)", index, part, at.draw.random() < 0.5)
    return named(index)


@attack
def swap_payload(at: Attacker) -> Expected:
    """Two parts, of one record or of two."""
    (one, part, first), (two, other, second) = at.draw.sample(at(_SEALED), 2)
    at("UPDATE payload SET sealed = ? WHERE idx = ? AND part = ?", second, one, part)
    at("UPDATE payload SET sealed = ? WHERE idx = ? AND part = ?", first, two, other)
    return named(one, two)


@attack
def swap_payload_and_keys(at: Attacker) -> Expected:
    """Two parts of one record with their keys."""
    index, record_id = at.one(
        "SELECT idx, id FROM record WHERE idx IN (SELECT idx FROM payload WHERE part = 'field:0')"
    )
    names = ("CASE part WHEN 'field:0' THEN 'state' ELSE 'field:0' END", "('field:0', 'state')")
    for part in ("field:0", "state"):
        at(f"UPDATE payload SET part = '_' || {names[0]} WHERE idx = ? AND part = ?", index, part)
        at(f"UPDATE k.part_key SET part = '_' || {names[0]} WHERE record_id = ? AND part = ?", record_id, part)
    at("UPDATE payload SET part = ltrim(part, '_') WHERE idx = ?", index)
    at("UPDATE k.part_key SET part = ltrim(part, '_') WHERE record_id = ?", record_id)
    return named(index)


@attack
def add_payload(at: Attacker) -> Expected:
    """A part that no record commits to."""
    index = at.draw.choice((at.index(), at.size, -3, 2**40))
    at("INSERT INTO payload VALUES (?, 'other', ?)", index, at.draw.randbytes(40))
    return named(index)


@attack
def bring_back_erased(at: Attacker) -> Expected:
    """Payload of a record that was erased."""
    (index,) = at.one(
        "SELECT idx FROM record WHERE type_of(bytes) = 'check' AND idx NOT IN (SELECT idx FROM payload WHERE part = 'field:0')"
    )
    at("INSERT INTO payload VALUES (?, 'field:0', ?)", index, at.draw.randbytes(40))
    return named(index)


@attack
def edit_bundle(at: Attacker) -> Expected:
    """A policy as it was kept, or under which digest."""
    digest, data = at.one("SELECT digest, bytes FROM bundle")
    changes = (
        ("UPDATE bundle SET bytes = ? WHERE digest = ?", at.bent(data)),
        ("UPDATE bundle SET digest = ? WHERE digest = ?", "ab" * 32),
        ("DELETE FROM bundle WHERE digest IS NOT ? AND digest = ?", ""),
    )
    statement, value = at.draw.choice(changes)
    at(statement, value, digest)
    return named(*(index for (index,) in at("SELECT idx FROM record WHERE instr(bytes, ?)", digest)))


# -- the index


@attack
def edit_index(at: Attacker) -> Expected:
    """A row is gone or says something else."""
    row = at.one("SELECT principal, key, at_ms, idx FROM history")
    change = at.draw.choice((
        "DELETE FROM history", "UPDATE history SET amount = amount + 1", "UPDATE history SET at_ms = at_ms - 1",
        "UPDATE history SET key = key || 'x'", "UPDATE history SET principal = 'x' || principal",
        "UPDATE history SET idx = idx + 1",
    ))  # fmt: skip
    at(f"{change} WHERE principal = ? AND key = ? AND at_ms = ? AND idx = ?", *row)
    return named(row[3])


@attack
def add_to_index(at: Attacker) -> Expected:
    """A row of some record, or of none."""
    index, principal = at.draw.choice((at.index(), -2, at.size)), at.draw.choice(("", "x"))
    at("INSERT INTO history VALUES (?, 'stop', 1, ?, 0)", principal, index)
    return named(index)


@attack
def edit_tally(at: Attacker) -> Expected:
    """What notices losses of the index."""
    (key,) = at.one("SELECT key FROM tally")
    change = at.draw.choice(("DELETE FROM tally", "UPDATE tally SET sum = sum + 7", "UPDATE tally SET key = 'x'"))
    at(f"{change} WHERE key = ?", key)
    return named(WHOLE)


# -- keys

_OF_A_RECORD = "SELECT r.idx, p.record_id, p.part FROM k.part_key p JOIN record r ON r.id = p.record_id JOIN payload USING (idx, part)"


@attack
def edit_key(at: Attacker) -> Expected:
    """A key or a salt of some part, or whose it is."""
    index, record_id, part = at.one(_OF_A_RECORD)
    change = at.draw.choice((
        "UPDATE k.part_key SET wrapped = randomblob(92)", "UPDATE k.part_key SET epoch = epoch + 1",
        "UPDATE k.part_key SET wrapped = substr(wrapped, 2)", "DELETE FROM k.part_key",
        "UPDATE k.part_key SET part = 'x'", "UPDATE k.part_key SET record_id = 'x'",
        "UPDATE k.part_key SET epoch = 0", "UPDATE k.part_key SET epoch = 0, wrapped = randomblob(64)",
    ))  # fmt: skip
    at(f"{change} WHERE record_id = ? AND part = ?", record_id, part)
    return named(index)


@attack
def swap_keys(at: Attacker) -> Expected:
    """The keys of two parts."""
    (one, *first), (two, *second) = at.draw.sample(at(_OF_A_RECORD), 2)
    sql = "UPDATE k.part_key SET epoch = ?, wrapped = ? WHERE record_id = ? AND part = ?"
    values = [
        at("SELECT epoch, wrapped FROM k.part_key WHERE record_id = ? AND part = ?", *name)[0]
        for name in (first, second)
    ]
    at(sql, *values[1], *first)
    at(sql, *values[0], *second)
    return named(one, two)


@attack
def edit_other_keys(at: Attacker) -> Expected:
    """The ledger's key, a credential, the head that was seen."""
    at(at.draw.choice((
        "UPDATE k.ledger_key SET key = randomblob(32)", "DELETE FROM k.ledger_key",
        "UPDATE k.ledger_key SET sha256 = randomblob(32)", "UPDATE k.api_key SET revoked_ms = 9",
        "UPDATE k.api_key SET secret_sha256 = 'x'", "UPDATE k.api_key SET permits = '{}'",
        "UPDATE k.api_key SET name = name || 'x'", "UPDATE k.seen SET size = size + 1",
        "UPDATE k.seen SET root = randomblob(32)", "DELETE FROM k.seen",
    )))  # fmt: skip
    return named(WHOLE)


# -- the file


@attack
def edit_schema(at: Attacker) -> Expected:
    """A trigger is gone, weaker or new; an index is gone."""
    name, sql = at.one("SELECT name, sql FROM main.sqlite_schema WHERE sql LIKE '%raise(ABORT%'")
    weaker = re.sub(r"raise\(ABORT, '[^']*'\)", "1", sql)
    for statement in at.draw.choice((
        (f"DROP TRIGGER {name}",), (f"DROP TRIGGER {name}", weaker), ("DROP INDEX answer_by_expiry",),
        (f"CREATE TRIGGER {name}_2 AFTER INSERT ON record BEGIN DELETE FROM history; END",),
    )):  # fmt: skip
        at(statement)
    return named(WHOLE)
