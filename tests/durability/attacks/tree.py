"""The tree over the records: hashes and head."""

from __future__ import annotations

from guardrails.audit import tlog
from tests.durability.attacks.attacker import WHOLE, Attacker, Expected, named, owner


def edit_leaf(at: Attacker) -> Expected:
    """A leaf hash."""
    index = at.index()
    at("UPDATE record SET leaf = ? WHERE idx = ?", at.draw.randbytes(32), index)
    return named(index)


def edit_hash(at: Attacker) -> Expected:
    """A tree hash."""
    pos, data = at.one("SELECT pos, hash FROM node")
    at("UPDATE node SET hash = ? WHERE pos = ?", at.bent(data), pos)
    return named(owner(pos))


def delete_hash(at: Attacker) -> Expected:
    """A tree hash is gone."""
    (pos,) = at.one("SELECT pos FROM node")
    at("DELETE FROM node WHERE pos = ?", pos)
    return named(owner(pos))


def add_hash(at: Attacker) -> Expected:
    """A tree hash of no record."""
    at("INSERT INTO node SELECT max(pos) + ?, ? FROM node", at.draw.randint(1, 9), at.draw.randbytes(32))
    return named(WHOLE)


def swap_hashes(at: Attacker) -> Expected:
    """Two tree hashes."""
    (one, first), (two, second) = at.draw.sample(at("SELECT pos, hash FROM node"), 2)
    at("UPDATE node SET hash = ? WHERE pos = ?", second, one)
    at("UPDATE node SET hash = ? WHERE pos = ?", first, two)
    return named(owner(one), owner(two))


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
