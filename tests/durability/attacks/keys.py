"""The key database."""

from __future__ import annotations

from tests.durability.attacks.attacker import WHOLE, Attacker, Expected, named

_OF_A_RECORD = "SELECT r.idx, p.record_id, p.part FROM k.part_key p JOIN record r ON r.id = p.record_id JOIN payload USING (idx, part)"


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


def edit_other_keys(at: Attacker) -> Expected:
    """The ledger's key, a credential, the head that was seen."""
    at(at.draw.choice((
        "UPDATE k.part_key SET wrapped = randomblob(92) WHERE record_id = 'ledger'",
        "DELETE FROM k.part_key WHERE record_id = 'ledger'",
        "UPDATE k.part_key SET epoch = 0 WHERE record_id = 'ledger'", "UPDATE k.api_key SET revoked_ms = 9",
        "UPDATE k.api_key SET secret_sha256 = 'x'", "UPDATE k.api_key SET permits = '{}'",
        "UPDATE k.api_key SET name = name || 'x'", "UPDATE k.seen SET size = size + 1",
        "UPDATE k.seen SET root = randomblob(32)", "DELETE FROM k.seen",
    )))  # fmt: skip
    return named(WHOLE)
