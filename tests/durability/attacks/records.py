"""Records: changed, lost, added, moved, cut off."""

from __future__ import annotations

from guardrails.audit import tlog
from guardrails.model.canonical import canonical
from tests.durability.attacks.attacker import WHOLE, Attacker, Expected, named, over


def edit_record(at: Attacker) -> Expected:
    """Some bytes of a record."""
    index = at.index()
    (data,) = at("SELECT bytes FROM record WHERE idx = ?", index)[0]
    at.put_record(index, at.bent(data), leaf=False)
    return named(index)


def edit_record_and_leaf(at: Attacker) -> Expected:
    """A record that says something else, with its leaf hash."""
    index = at.index()
    at.put_record(index, at.retold(index), leaf=True)
    return named(index)


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


def edit_record_and_the_whole_tree(at: Attacker) -> Expected:
    """A record that says something else, with all hashes and the head: only the head that was seen is against it."""
    index = at.index()
    at.put_record(index, at.retold(index), leaf=True)
    at.grow_tree()
    return named(WHOLE)


def edit_id(at: Attacker) -> Expected:
    """A record is found under another id."""
    index = at.index()
    at("UPDATE record SET id = id || 'x' WHERE idx = ?", index)
    return named(index)


def copy_record(at: Attacker) -> Expected:
    """One record stands in the place of another, under the other's id."""
    index, other = at.two()
    at(
        "UPDATE record SET bytes = o.bytes, leaf = o.leaf FROM record o WHERE o.idx = ? AND record.idx = ?",
        other, index,
    )  # fmt: skip
    return named(index)


def delete_record(at: Attacker) -> Expected:
    """One record between others."""
    index = at.draw.randrange(at.size - 1)
    at("DELETE FROM record WHERE idx = ?", index)
    return named(index)


def delete_record_with_all_of_it(at: Attacker) -> Expected:
    """One record between others, with payload, index rows and keys."""
    index = at.draw.randrange(at.size - 1)
    at("DELETE FROM k.part_key WHERE record_id = (SELECT id FROM record WHERE idx = ?)", index)
    for table in ("record", "payload", "history"):
        at(f"DELETE FROM {table} WHERE idx = ?", index)
    return named(index)


def delete_and_renumber(at: Attacker) -> Expected:
    """One record, and those after it move up."""
    index = at.draw.randrange(at.size - 1)
    for table in ("record", "payload", "history"):
        at(f"DELETE FROM {table} WHERE idx = ?", index)
    at.shift(index, -1)
    return named(index, WHOLE)


def delete_renumber_and_grow(at: Attacker) -> Expected:
    """One record, those after it move up, and the tree is made again."""
    delete_and_renumber(at)
    at.grow_tree()
    return named(WHOLE)


def insert_record(at: Attacker) -> Expected:
    """A forged record between others."""
    index = at.index()
    at.shift(index, 1)
    data = canonical({"schema": "guardrails.record/v1", "id": "rec_forged", "type": "review", "at_ms": 1})
    at("INSERT INTO record VALUES (?, 'rec_forged', ?, ?)", index, tlog.leaf_hash(data), data)
    return named(index, WHOLE)


def insert_last(at: Attacker) -> Expected:
    """A forged record at the end."""
    data = canonical({"schema": "guardrails.record/v1", "id": "rec_forged", "type": "review", "at_ms": 1})
    at("INSERT INTO record VALUES (?, 'rec_forged', ?, ?)", at.size, tlog.leaf_hash(data), data)
    return named(at.size, WHOLE)


def insert_where_no_index_is(at: Attacker) -> Expected:
    """A forged record that only its id finds."""
    index = at.draw.choice((-1, -(2**62), -at.draw.randrange(1, 99), 2**62, at.size + at.draw.randrange(1, 9999)))
    data = canonical({"schema": "guardrails.record/v1", "id": "rec_forged", "type": "review", "at_ms": 1})
    at("INSERT INTO record VALUES (?, 'rec_forged', ?, ?)", index, tlog.leaf_hash(data), data)
    return named(index)


def swap_records(at: Attacker) -> Expected:
    """Two records, with all that is theirs."""
    index, other = at.two()
    for table in ("record", "payload", "history"):
        at(f"UPDATE {table} SET idx = -999 WHERE idx = ?", index)
        at(f"UPDATE {table} SET idx = ? WHERE idx = ?", index, other)
        at(f"UPDATE {table} SET idx = ? WHERE idx = -999", other)
    return named(index, other)


def swap_contents(at: Attacker) -> Expected:
    """The bytes of two records."""
    index, other = at.two()
    rows = dict(at("SELECT idx, bytes FROM record WHERE idx IN (?, ?)", index, other))
    at.put_record(index, rows[other], leaf=at.draw.random() < 0.5)
    at.put_record(other, rows[index], leaf=at.draw.random() < 0.5)
    return named(index, other)


def truncate(at: Attacker) -> Expected:
    """The last records."""
    at("DELETE FROM record WHERE idx >= ?", at.index())
    return named(WHOLE)


def truncate_all(at: Attacker) -> Expected:
    """The last records, with all that is theirs, and the head of those before them."""
    first = at.index()
    for table in ("record", "payload", "history"):
        at(f"DELETE FROM {table} WHERE idx >= ?", first)
    at.grow_tree()
    return named(WHOLE)
