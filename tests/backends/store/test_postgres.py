"""The ledger in PostgreSQL: what the server refuses, and what is refused when it is opened."""

import threading
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from guardrails.audit.store import SIGNING_KEY
from guardrails.backends.store import postgres, postgres_init
from guardrails.backends.store.credential import guarded
from guardrails.backends.store.postgres import PostgresStore
from guardrails.backends.store.postgres_init import make_schemas
from guardrails.backends.store.postgres_schema import KEYS_SCHEMA, LEDGER_SCHEMA
from guardrails.errors import LedgerError, SettingsError
from tests.backends.store.postgres_ledger import Ledger, code_of
from tests.postgres import ADMIN, SERVICE, keys_in

CHANGES = [
    "UPDATE guardrails.record SET bytes = ''",
    "DELETE FROM guardrails.record",
    "TRUNCATE guardrails.record",
    "UPDATE guardrails.node SET hash = ''",
    "DELETE FROM guardrails.node",
    "TRUNCATE guardrails.node",
    "UPDATE guardrails.bundle SET bytes = ''",
    "DELETE FROM guardrails.bundle",
    "TRUNCATE guardrails.bundle",
    "UPDATE guardrails.checkpoint SET note = ''",
    "DELETE FROM guardrails.checkpoint",
    "UPDATE guardrails.payload SET sealed = ''",
    "TRUNCATE guardrails.payload",
    "UPDATE guardrails.head SET size = 0",
    "DELETE FROM guardrails.head",
    "TRUNCATE guardrails.head",
]


@pytest.mark.parametrize(
    "statement",
    [
        *CHANGES,
        "INSERT INTO guardrails.record VALUES (1, 'chk_1', sha256(''), '')",
        "INSERT INTO guardrails.node VALUES (1, sha256(''))",
        "INSERT INTO guardrails.history VALUES ('', 'stop', 1, 0, 0)",
        "DELETE FROM guardrails.history",
        "UPDATE guardrails.tally SET sum = 0",
        "DELETE FROM guardrails.payload",
        "DROP TABLE guardrails.record",
        "ALTER TABLE guardrails.record DISABLE TRIGGER ALL",
        "CREATE TABLE guardrails.other (x int)",
        "SET ROLE guardrails_owner",
        "SET session_replication_role = replica",
        "SELECT guardrails.put_links('{}', '{}', '{}', '{}', '{}')",
    ],
)
def test_the_server_refuses_the_service(ledger, statement):
    """The service's role has no right to change, delete, replace or add anything past the functions."""
    with psycopg.connect(ledger.url) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute(statement)


@pytest.mark.parametrize("statement", CHANGES)
def test_triggers_refuse_the_administrator(ledger, statement):
    """Whoever has every right still meets a trigger: a mistake changes no record."""
    with pytest.raises(psycopg.errors.IntegrityError):
        ledger.ask(statement)


@pytest.mark.parametrize(
    ("first", "first_pos", "part_at"),
    [(0, 1, 0), (2, 1, 2), (1, 0, 1), (1, 5, 1), (1, 1, 0), (1, 1, 2)],
    ids=["again", "a gap", "a taken hash", "a missing hash", "payload before", "payload after"],
)
def test_records_follow_one_another(ledger, first, first_pos, part_at):
    """The function itself appends nothing that does not follow the head, the hashes and the record it belongs to."""
    sql = f"""
    SELECT guardrails.append({first}, '{{chk_1}}', ARRAY[sha256('')], ARRAY[''::bytea], {first_pos}, ARRAY[sha256('')],
    sha256(''), ARRAY[{part_at}]::bigint[], '{{p}}', ARRAY[''::bytea], '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', 0, '{{}}', '{{}}',
    '{{}}', '{{}}', '{{}}')"""
    with psycopg.connect(ledger.url) as db, pytest.raises(psycopg.errors.IntegrityError):
        db.execute(sql)


def test_a_role_that_could_change_records_is_refused(ledger):
    """A service that logs in as the administrator, or with rights it must not have, does not start."""
    admin = code_of(PostgresStore, ledger.cluster.url(ledger.database, ADMIN))
    ledger.run(f"GRANT DELETE ON guardrails.record TO {SERVICE}")
    granted = code_of(PostgresStore, ledger.url)

    assert ("ledger-unwritable", "ledger-unwritable") == (admin, granted)


def test_a_server_that_does_not_flush_is_refused(ledger):
    """Where a commit is not durable nothing is written; a default of the role is overruled by the session."""
    ledger.run(f"ALTER ROLE {SERVICE} SET synchronous_commit = off")
    with closing(PostgresStore(ledger.url)) as store:
        kept = store._writer.row("SHOW synchronous_commit")
    ledger.run(f"ALTER ROLE {SERVICE} RESET synchronous_commit")
    refused = code_of(PostgresStore, f"{ledger.url}&options=-c%20fsync%3Doff")
    ledger.ask("ALTER SYSTEM SET full_page_writes = off")
    ledger.ask("SELECT pg_reload_conf()")
    try:
        unsafe = until_code(ledger, "ledger-unwritable")
    finally:
        ledger.ask("ALTER SYSTEM RESET full_page_writes")
        ledger.ask("SELECT pg_reload_conf()")

    assert ("on",) == kept
    assert ("ledger-unwritable", "ledger-unwritable") == (refused, unsafe)


def until_code(ledger, code):
    """Open the ledger until it is refused with *code*: the server takes its settings up when it gets to it."""
    for _ in range(200):
        try:
            PostgresStore(ledger.url).close()
        except LedgerError as error:
            return error.code
        threading.Event().wait(0.05)
    return f"never {code}"


def test_a_database_without_a_ledger_is_said(cluster):
    """It is not made by the service: whoever has rights does it once."""
    url = cluster.url(cluster.empty())

    assert ("ledger-missing", "ledger-missing") == (code_of(PostgresStore, url), code_of(keys_in, url))


def test_a_server_that_is_not_there_is_said(tmp_path):
    """The message names the place, and neither role nor password."""
    with pytest.raises(LedgerError) as caught:
        PostgresStore(f"postgresql://somebody:s3cret@/ledger?host={tmp_path}")

    assert "ledger-unwritable" == caught.value.code
    assert "s3cret" not in caught.value.message
    assert str(tmp_path) in caught.value.message


def test_a_wrong_address_is_not_repeated():
    """It may hold a password."""
    with pytest.raises(SettingsError) as caught:
        PostgresStore("postgresql://somebody:s3%ret@host/ledger")

    assert "s3%ret" not in str(caught.value)


OPENS = {LEDGER_SCHEMA: PostgresStore, KEYS_SCHEMA: keys_in}
VERSIONS = [
    ("UPDATE about SET version = {newest} + 1", "ledger-later"),
    ("UPDATE about SET version = {oldest} - 1", "ledger-damaged"),
    ("DELETE FROM about", "ledger-damaged"),
    ("DROP TABLE about", "ledger-damaged"),
]


@pytest.mark.parametrize("schema", OPENS, ids=lambda schema: schema.name)
@pytest.mark.parametrize(("statement", "code"), VERSIONS)
def test_another_version_is_refused(ledger, schema, statement, code):
    """A schema of a later or an unknown version is neither used nor touched by who makes schemas."""
    changed = statement.format(newest=schema.newest, oldest=schema.version)
    ledger.ask(f"SET search_path = {schema.name}; {changed}")
    admin = ledger.cluster.url(ledger.database, ADMIN)
    with pytest.raises(LedgerError) as caught:
        make_schemas(admin, admin, ledger=ledger.url, keys=ledger.url)

    assert [code] * 3 == [code_of(OPENS[schema], ledger.url, read_only=read) for read in (False, True)] + [
        caught.value.code
    ]
    assert schema.name in caught.value.message


UPGRADES = (
    "CREATE TABLE more (x integer)",
    """
CREATE OR REPLACE FUNCTION take_sequencer() RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(20110395823056241); -- as before
$$""",
)


@pytest.mark.parametrize("steps", [1, 2])
def test_an_earlier_version_is_brought_up_by_an_administrator(ledger, monkeypatch, steps):
    """The service says what is to be done; afterwards everything is there, as if it had been made so."""
    later = replace(LEDGER_SCHEMA, upgrades=(*LEDGER_SCHEMA.upgrades, *UPGRADES[:steps]))
    monkeypatch.setattr(postgres, "LEDGER_SCHEMA", later)
    monkeypatch.setattr(postgres_init, "_LEDGER", replace(postgres_init._LEDGER, schema=later))
    admin = ledger.cluster.url(ledger.database, ADMIN)
    codes = [code_of(PostgresStore, ledger.url, read_only=read) for read in (False, True)]
    said = [make_schemas(admin, admin, ledger=ledger.url, keys=ledger.url)[0] for _ in range(2)]
    with closing(PostgresStore(ledger.url)) as store:
        found = store.append("chk_1", b"record 1").index, store.strays()
    monkeypatch.undo()

    assert ["ledger-earlier"] * 2 == codes
    assert f"brought up from version {LEDGER_SCHEMA.newest} to {later.newest}" in said[0]
    assert "was there" in said[1]
    assert (1, ()) == found
    assert "ledger-later" == code_of(PostgresStore, ledger.url)


def test_secrets_of_an_earlier_version_are_wrapped(cluster, monkeypatch):
    """What lay bare in version 2 of the keys is the same afterwards, and bare in no row."""
    earlier = replace(KEYS_SCHEMA, upgrades=())
    with monkeypatch.context() as then:
        then.setattr(postgres_init, "_KEYS", replace(postgres_init._KEYS, schema=earlier))
        made = Ledger(cluster, cluster.ledger())
    digest = guarded(b"L" * 32)[1]
    made.run(
        "SET search_path = guardrails_keys;"
        "INSERT INTO signing_key VALUES ('a key', repeat('K', 32)::bytea, repeat('S', 32)::bytea);"
        f"INSERT INTO ledger_key VALUES (1, repeat('L', 32)::bytea, '\\x{digest.hex()}')"
    )
    admin = cluster.url(made.database, ADMIN)
    refused = code_of(keys_in, made.url)
    said = make_schemas(admin, admin, ledger=made.url, keys=made.url)[1]
    with closing(keys_in(made.url)) as keys:
        found = keys.part_key(SIGNING_KEY, "a key").key, keys.ledger_key()
    rows = made.ask("SELECT encode(wrapped, 'escape') FROM guardrails_keys.part_key WHERE epoch > 0")

    assert "ledger-earlier" == refused
    assert "brought up from version 2 to 3" in said
    assert (b"K" * 32, b"L" * 32) == found
    assert 2 == len(rows)
    assert not any(secret in str(rows) for secret in ("K" * 32, "L" * 32))


def test_schemas_are_made_once(ledger):
    """Making them again keeps what is there and lets another role in; the service itself cannot make them."""
    admin = ledger.cluster.url(ledger.database, ADMIN)
    other = ledger.cluster.url(ledger.database, "second")
    said = make_schemas(admin, admin, ledger=other, keys=other)
    with closing(PostgresStore(other)) as store:
        size = store.head().size
    with pytest.raises(SettingsError) as caught:
        make_schemas(ledger.url, ledger.url, ledger=ledger.url, keys=ledger.url)

    assert 1 == size
    assert all("was there" in line for line in said)
    assert "admin-needed" == caught.value.code
