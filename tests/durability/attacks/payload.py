"""What lies beside the records: payload and bundles."""

from __future__ import annotations

from tests.durability.attacks.attacker import Attacker, Expected, named

_SEALED = "SELECT idx, part, sealed FROM payload"


def edit_payload(at: Attacker) -> Expected:
    """Some bytes of an encrypted part."""
    index, part, data = at.one(_SEALED)
    at("UPDATE payload SET sealed = ? WHERE idx = ? AND part = ?", at.bent(data), index, part)
    return named(index)


def delete_payload(at: Attacker) -> Expected:
    """A part, or all of a record's."""
    index, part, _ = at.one(_SEALED)
    at("DELETE FROM payload WHERE idx = ? AND (part = ? OR ?)", index, part, at.draw.random() < 0.5)
    return named(index)


def swap_payload(at: Attacker) -> Expected:
    """Two parts, of one record or of two."""
    (one, part, first), (two, other, second) = at.draw.sample(at(_SEALED), 2)
    at("UPDATE payload SET sealed = ? WHERE idx = ? AND part = ?", second, one, part)
    at("UPDATE payload SET sealed = ? WHERE idx = ? AND part = ?", first, two, other)
    return named(one, two)


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


def add_payload(at: Attacker) -> Expected:
    """A part that no record commits to."""
    index = at.draw.choice((at.index(), at.size, -3, 2**40))
    at("INSERT INTO payload VALUES (?, 'other', ?)", index, at.draw.randbytes(40))
    return named(index)


def bring_back_erased(at: Attacker) -> Expected:
    """Payload of a record that was erased."""
    (index,) = at.one(
        "SELECT idx FROM record WHERE type_of(bytes) = 'check' AND idx NOT IN (SELECT idx FROM payload WHERE part = 'field:0')"
    )
    at("INSERT INTO payload VALUES (?, 'field:0', ?)", index, at.draw.randbytes(40))
    return named(index)


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
