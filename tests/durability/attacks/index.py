"""The index, and the file as a whole."""

from __future__ import annotations

import re

from tests.durability.attacks.attacker import WHOLE, Attacker, Expected, named


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


def add_to_index(at: Attacker) -> Expected:
    """A row of some record, or of none."""
    index, principal = at.draw.choice((at.index(), -2, at.size)), at.draw.choice(("", "x"))
    at("INSERT INTO history VALUES (?, 'stop', 1, ?, 0)", principal, index)
    return named(index)


def edit_tally(at: Attacker) -> Expected:
    """What notices losses of the index."""
    (key,) = at.one("SELECT key FROM tally")
    change = at.draw.choice(("DELETE FROM tally", "UPDATE tally SET sum = sum + 7", "UPDATE tally SET key = 'x'"))
    at(f"{change} WHERE key = ?", key)
    return named(WHOLE)


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
