"""Damage to a ledger in PostgreSQL is noticed where it is."""

from contextlib import closing

import pytest

from guardrails.audit.store import Append, Link
from guardrails.backends.store.postgres import PostgresStore
from tests.backends.store.postgres_ledger import code_of
from tests.postgres import keys_in


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE guardrails.head SET root = sha256('')", "open"),
        ("UPDATE guardrails.head SET size = 2", "open"),
        ("DELETE FROM guardrails.head", "open"),
        ("UPDATE guardrails.record SET bytes = '\\x00'", "open"),
        ("UPDATE guardrails.node SET hash = sha256('')", "open"),
        ("DELETE FROM guardrails.node", "open"),
        ("DELETE FROM guardrails.record", "open"),
        ("ALTER TABLE guardrails.record RENAME COLUMN bytes TO other", "open"),
        ("UPDATE guardrails.head SET root = sha256('')", "append"),
        ("DELETE FROM guardrails.node", "append"),
    ],
)
def test_damage_is_noticed(ledger, statement, where):
    """A ledger whose end does not fit is neither opened nor continued."""
    if where == "open":
        ledger.run(statement)
        code = code_of(PostgresStore, ledger.url)
    else:
        with closing(PostgresStore(ledger.url)) as store:
            ledger.run(statement)
            code = code_of(store.append, "chk_1", b"record 1")

    assert "ledger-damaged" == code


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM guardrails.history WHERE key = 'stop'",
        "UPDATE guardrails.history SET idx = 7 WHERE key = 'stop'",
        "UPDATE guardrails.history SET at_ms = 1 WHERE key = 'stop'",
        "DELETE FROM guardrails.tally",
    ],
)
def test_a_lost_or_changed_row_of_the_index_is_noticed(ledger, statement):
    """What is in force is found by the index: a row that is gone would lift a stop."""
    with closing(PostgresStore(ledger.url)) as store:
        store.append_many([Append("a", b"{}", links=(Link("", "stop", 5, 0), Link("me", "risk", 5, 0, 3)))])
        before = store.history("", ("stop", "waiver"), 0)
        ledger.run(statement)

        assert (Link("", "stop", 5, 1),) == before
        assert "ledger-damaged" == code_of(store.history, "", ("waiver", "stop"), 0)
        assert ["index-differs"] == [what for what, _ in store.strays()]
        assert () == store.history("", ("waiver",), 0)
        assert (Link("me", "risk", 5, 1, 3),) == store.history("me", ("risk",), 0)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("ALTER TABLE guardrails.record DISABLE TRIGGER kept", "schema-differs"),
        ("DROP TRIGGER kept ON guardrails.payload", "schema-differs"),
        ("CREATE TABLE guardrails.other (x int)", "schema-differs"),
        (
            "CREATE OR REPLACE FUNCTION guardrails.refused() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN OLD; END$$",
            "schema-differs",
        ),
        ("INSERT INTO guardrails.node VALUES (9, sha256(''))", "tree-hash-unexpected"),
        ("SELECT 1", None),
    ],
)
def test_what_belongs_to_no_record_is_found(ledger, statement, expected):
    """Triggers and functions that were changed or are gone, tables and hashes that are too many."""
    ledger.run(statement)
    with closing(PostgresStore(ledger.url, read_only=True)) as store:
        found = [what for what, _ in store.strays()]

    assert ([expected] if expected else []) == found


def test_a_lost_ledger_key_is_no_new_ledger(ledger):
    """With another key no reference would be found again."""
    ledger.run("DELETE FROM guardrails_keys.part_key WHERE record_id = 'ledger'")
    with closing(keys_in(ledger.url)) as keys:
        assert "ledger-damaged" == code_of(keys.ledger_key)


_OTHER_KEY = "UPDATE part_key SET wrapped = '\\x00' WHERE record_id = 'ledger'"


@pytest.mark.parametrize("statement", ["UPDATE api_key SET revoked_ms = 0", _OTHER_KEY])
def test_a_changed_key_is_damage(ledger, statement):
    """A revoked key does not live again by a flipped bit, and a ledger's key is not another one unnoticed."""
    from guardrails.audit.store import ApiKey
    from guardrails.model.context import Principal

    with closing(keys_in(ledger.url)) as keys:
        keys.ledger_key()
        keys.put_api_key(ApiKey("k", "s", Principal("agent", "a"), (), 1, channels=("press",), revoked_ms=9))
        ledger.run(f"SET search_path = guardrails_keys; {statement}")

        expected, read = (
            ("key-damaged", keys.ledger_key) if statement == _OTHER_KEY else ("ledger-damaged", keys.api_keys)
        )
        assert expected == code_of(read)
