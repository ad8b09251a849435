"""What is particular to the ledger in PostgreSQL: privileges, lost connections, several replicas."""

import signal
import subprocess
import threading
from contextlib import closing
from dataclasses import dataclass, replace

import psycopg
import pytest

from guardrails.audit import tlog
from guardrails.audit.log import AuditLog
from guardrails.audit.store import SIGNING_KEY, Append, Expected, Head, Link, PartKey
from guardrails.audit.verify import verified
from guardrails.backends.store import postgres, postgres_init, postgres_session
from guardrails.backends.store.credential import guarded
from guardrails.backends.store.postgres import PostgresStore
from guardrails.backends.store.postgres_init import make_schemas
from guardrails.backends.store.postgres_schema import KEYS_SCHEMA, LEDGER_SCHEMA
from guardrails.errors import LedgerError, SettingsError
from tests.audit.samples import Clock, check, erase_text
from tests.postgres import ADMIN, SERVICE, Cluster, keys_in


@dataclass
class Ledger:
    """A ledger of one record, with payload and a bundle, in a database of its own."""

    cluster: Cluster
    database: str

    @property
    def url(self):
        """Its address for the service."""
        return self.cluster.url(self.database)

    def run(self, sql):
        """Run a statement as the administrator, around every trigger."""
        return self.cluster.run(f"SET session_replication_role = replica; {sql}", self.database)

    def ask(self, sql):
        """Run a query as the administrator."""
        return self.cluster.run(sql, self.database)

    def log(self):
        """Open it as the service does."""
        return AuditLog(PostgresStore(self.url), keys_in(self.url), Clock())


@pytest.fixture
def ledger(cluster):
    """A ledger of one record, closed."""
    made = Ledger(cluster, cluster.ledger())
    with closing(PostgresStore(made.url)) as store:
        store.append("chk_0", b"record", (("draft", b"sealed"),))
        store.put_bundle("d", b"bundle")
        with closing(keys_in(made.url)) as keys:
            keys.ledger_key()
            keys.put([], store.head())
    return made


def code_of(call, *args, **kwargs):
    """Return the code of the LedgerError that a call raises."""
    with pytest.raises(LedgerError) as caught:
        call(*args, **kwargs)
    return caught.value.code


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


def cut(ledger):
    """Cut every connection of the service."""
    ledger.ask(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        f"WHERE usename = '{SERVICE}' AND datname = '{ledger.database}'"
    )


def test_a_cut_connection_is_made_again(ledger):
    """Whatever was idle when its connection was cut goes on with a new one."""
    with closing(PostgresStore(ledger.url)) as store, closing(keys_in(ledger.url)) as keys:
        cut(ledger)
        keys.put([PartKey("chk_1", "draft", b"k" * 32, b"s" * 32)], store.head())
        cut(ledger)
        index = store.append("chk_1", b"record 1").index
        cut(ledger)

        assert (1, b"record 1") == (index, store.read(1).record)
        assert Head(1, tlog.leaf_hash(b"record")) == keys.seen()


class Cable:
    """The writer's connection, cut once at a chosen statement: before it is sent, or before its end is heard of."""

    def __init__(self, db, ledger, statement, *, heard):
        self._db, self._ledger, self._statement, self._heard = db, ledger, statement, heard

    def __getattr__(self, name):
        """Be the connection in everything else."""
        return getattr(self._db, name)

    def execute(self, query, *args, **kwargs):
        """Run a statement, or lose the connection at the chosen one."""
        if self._statement in str(query):
            if not self._heard:
                self._db.execute(query, *args, **kwargs)
            cut(self._ledger)
        return self._db.execute(query, *args, **kwargs)


@pytest.mark.parametrize("heard", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("statement", ["BEGIN", "locked_head", "guardrails.append", "COMMIT"])
def test_a_connection_cut_anywhere_doubles_and_loses_nothing(ledger, statement, heard):
    """Wherever an append loses its connection, its records are there once, where it says."""
    items = [Append(f"chk_{n}", b"record %d" % n, (("draft", b"s"),)) for n in (1, 2)]
    with closing(PostgresStore(ledger.url)) as store:
        store._writer._db = Cable(store._writer._db, ledger, statement, heard=heard)
        positions = store.append_many(items)
        more = store.append("chk_3", b"record 3")
        records = list(store.records())

        assert [1, 2, 3] == [at.index for at in (*positions, more)]
        assert ["chk_0", "chk_1", "chk_2", "chk_3"] == [one.record_id for one in records]
        assert tlog.root(4, store.hashes) == store.head().root


def test_keys_whose_keeping_was_not_heard_of_are_kept_once(ledger):
    """A cut after the commit of the keys is no second key."""
    key = PartKey("chk_1", "draft", b"k" * 32, b"s" * 32)
    with closing(keys_in(ledger.url)) as keys:
        keys._db._db = Cable(keys._db._db, ledger, "part_key\n", heard=False)
        keys.put([key], Head(1, b"r" * 32))

        assert key == keys.part_key("chk_1", "draft")


def test_a_rotation_is_seen_by_the_other_replica(ledger):
    """Who wrapped under the epoch that has ended meanwhile keeps nothing, and wraps again under the new one."""
    with closing(keys_in(ledger.url)) as one, closing(keys_in(ledger.url)) as other:
        made = [PartKey(f"chk_{n}", "draft", b"k" * 32, b"s" * 32) for n in range(3)]
        one.put(made[:1], Head(1, b"r" * 32))
        number = other.rotate_epoch()
        one.put(made[1:2], Head(2, b"r" * 32))
        other.put(made[2:], Head(3, b"r" * 32))

        assert made == [one.part_key(key.record_id, "draft") for key in made]
        assert [(number,)] * 4 == ledger.ask("SELECT epoch FROM guardrails_keys.part_key")  # the ledger's key is one
        assert Head(3, b"r" * 32) == other.seen()


def test_no_key_lies_bare_in_the_database(ledger):
    """The database holds wrapped keys only: its log and its back-ups open nothing without the epochs."""
    with closing(keys_in(ledger.url)) as keys:
        keys.put([PartKey("chk_1", "draft", b"k" * 32, b"s" * 32)], Head(1, b"r" * 32))
        secrets = (b"k" * 32, b"s" * 32, keys.ledger_key())
    rows = [bytes(wrapped) for (wrapped,) in ledger.ask("SELECT wrapped FROM guardrails_keys.part_key")]

    assert 2 == len(rows)
    assert [] == [secret for secret in secrets for row in rows if secret in row]


def test_an_append_whose_end_nobody_heard_of_is_found_later(ledger, monkeypatch):
    """If the server stays away the error is honest, and trying again under the same id finds the record."""
    monkeypatch.setattr(postgres_session, "_RECONNECT_S", 0)
    item = Append("chk_1", b"record 1")
    with closing(PostgresStore(ledger.url)) as store:
        store._writer._db = Cable(store._writer._db, ledger, "COMMIT", heard=False)
        opened, store._writer._opened = store._writer._opened, gone
        code = code_of(store.append_many, [item])
        store._writer._opened = opened
        store.append("chk_2", b"record 2")
        found = store.append_many([item])

        assert ("ledger-unwritable", 1, 3) == (code, found[0].index, store.head().size)


def gone():
    """What connecting to a server does that is not there."""
    raise psycopg.OperationalError("nobody is there")


def test_another_record_under_a_taken_id_is_not_taken_for_it(ledger):
    """After a lost connection only the very same record counts as already there."""
    with closing(PostgresStore(ledger.url)) as store:
        store._writer._db = Cable(store._writer._db, ledger, "locked_head", heard=True)

        assert "ledger-damaged" == code_of(store.append, "chk_0", b"another")
        assert 1 == store.head().size


def test_a_server_that_crashed_is_waited_for(ledger, monkeypatch):
    """After an immediate shutdown and a restart everything acknowledged is there, and replicas go on by themselves."""
    monkeypatch.setattr(postgres_session, "_RECONNECT_S", 120)
    ledger.ask("CHECKPOINT")  # what other tests did is not to be recovered here
    with closing(PostgresStore(ledger.url)) as store:
        store.append("chk_1", b"record 1")
        ledger.cluster.stop(how=signal.SIGQUIT)
        starting = threading.Thread(target=ledger.cluster.start)
        starting.start()
        index = store.append("chk_2", b"record 2").index
        starting.join()

        assert 2 == index
        assert tlog.root(3, store.hashes) == store.head().root


def test_a_server_that_is_down_is_said(ledger, monkeypatch):
    """While it is away nothing is recorded; afterwards it goes on."""
    monkeypatch.setattr(postgres_session, "_RECONNECT_S", 0.2)
    with closing(PostgresStore(ledger.url)) as store:
        ledger.cluster.stop()
        codes = [code_of(store.append, "chk_1", b"x"), code_of(store.append, "chk_1", b"x"), code_of(store.head)]
        ledger.cluster.start()

        assert ["ledger-unwritable"] * 3 == codes
        assert 1 == store.append("chk_1", b"x").index


def test_a_writer_that_says_nothing_loses_its_turn(ledger, monkeypatch):
    """A replica that stops while it has the sequencer is put out; the other goes on, and nothing is half there."""
    monkeypatch.setattr(postgres_session, "_WRITING", postgres_session._WRITING.replace("timeout=3000", "timeout=200"))
    with closing(PostgresStore(ledger.url)) as stopped, closing(PostgresStore(ledger.url)) as other:
        holds, goes_on = threading.Event(), threading.Event()

        def stop_once(session=stopped._writer, taken=stopped._writer._fetched):
            def fetched(sql, values):
                rows = taken(sql, values)
                if "locked_head" in sql and not holds.is_set():
                    holds.set()
                    goes_on.wait(30)
                return rows

            session._fetched = fetched

        stop_once()
        found = []
        slow = threading.Thread(target=lambda: found.append(stopped.append("chk_slow", b"slow").index))
        slow.start()
        holds.wait(30)
        index = other.append("chk_1", b"record 1").index
        goes_on.set()
        slow.join()

        assert (1, [2]) == (index, found)


def test_a_sequencer_that_is_never_given_back_is_said(ledger, monkeypatch):
    """A writer does not wait for ever."""
    waiting = postgres_session._WRITING.replace(f"lock_timeout={postgres_session.LOCK_MS}", "lock_timeout=100")
    monkeypatch.setattr(postgres_session, "_WRITING", waiting)
    with (
        closing(PostgresStore(ledger.url)) as store,
        psycopg.connect(ledger.cluster.url(ledger.database, ADMIN)) as other,
    ):
        other.execute("SELECT guardrails.take_sequencer()")
        code = code_of(store.append, "chk_1", b"record 1")
        other.rollback()

        assert ("ledger-unwritable", 1) == (code, store.append("chk_1", b"record 1").index)


def test_a_full_disk_is_said(ledger):
    """When there is no room the error is `ledger-full`, and nothing is recorded."""
    ledger.ask(
        "CREATE FUNCTION guardrails.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$; "
        "CREATE TRIGGER no_room BEFORE INSERT ON guardrails.node EXECUTE FUNCTION guardrails.full()"
    )
    with closing(PostgresStore(ledger.url)) as store:
        code, size = code_of(store.append, "chk_1", b"x"), store.head().size
        ledger.ask("DROP TRIGGER no_room ON guardrails.node")

        assert ("ledger-full", 1, 1) == (code, size, store.append("chk_1", b"x").index)


def test_a_closed_store_answers_nothing(ledger):
    """After closing every call is `ledger-unwritable`."""
    store = PostgresStore(ledger.url)
    store.close()

    assert ["ledger-unwritable"] * 2 == [code_of(store.head), code_of(store.append, "chk_1", b"x")]


def test_replicas_extend_one_tree(ledger):
    """Several replicas, each with threads of its own, write one ledger: dense, one tree, proofs hold."""
    with closing(PostgresStore(ledger.url)) as one, closing(PostgresStore(ledger.url)) as other:

        def write(store, name):
            for n in range(20):
                store.append_many([Append(f"{name}_{n}_{m}", f"{name} {n} {m}".encode()) for m in range(3)])

        threads = [
            threading.Thread(target=write, args=(store, f"{n}"))
            for n, store in enumerate((one, other, one, other))
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        records = list(one.records())
        tree = tlog.Frontier()
        for record in records:
            tree.push(tlog.leaf_hash(record.record))

        assert list(range(1 + 4 * 20 * 3)) == [record.index for record in records]
        assert Head(tree.size, tree.root()) == other.head()


def test_what_one_replica_records_another_expects(ledger):
    """Of two answers to one question the second is overtaken, whoever gives it."""
    with closing(PostgresStore(ledger.url)) as one, closing(PostgresStore(ledger.url)) as other:
        first = Append("r_1", b"1", links=(Link("", "review:r", 5, 0),), expected=Expected("review:r", 0))
        one.append_many([first])

        assert "overtaken" == code_of(other.append_many, [Append("r_2", b"2", expected=Expected("review:r", 0))])
        assert "overtaken" == code_of(
            other.append_many,
            [
                Append("r_3", b"3", links=(Link("", "review:r", 6, 0),)),
                Append("r_4", b"4", expected=Expected("review:r", 1)),
            ],
        )
        assert 2 == other.head().size


def test_a_whole_log_verifies(cluster):
    """Checks with payload, an erasure and a second replica: everything the ledger claims can be recomputed."""
    ledger = Ledger(cluster, cluster.ledger())
    with closing(ledger.log()) as log, closing(ledger.log()) as other:
        first = log.append_check(check(log))
        outcomes = other.append_each([check(other) for _ in range(5)])
        erase_text(log, first.record_id)
        draft = log.decrypt(outcomes[0].index, "field:0")
    with (
        closing(keys_in(ledger.url, read_only=True)) as keys,
        closing(PostgresStore(ledger.url, read_only=True)) as store,
    ):
        report = verified(store, keys)

    assert b"CANARY-draft: the best serum in the world" == draft
    assert (7, 1, True) == (report.size, report.erased, report.ok)


def test_a_reader_sees_one_moment(ledger):
    """What is read in one block is of one moment, whoever writes meanwhile; the reader writes nothing."""
    with (
        closing(ledger.log()) as log,
        closing(keys_in(ledger.url, read_only=True)) as keys,
        closing(PostgresStore(ledger.url, read_only=True)) as store,
    ):
        with store.snapshot():
            log.append_check(check(log))
            log.append_check(check(log))
            then = store.head().size, len(list(store.records()))

        assert ((1, 1), 3, 1) == (then, store.head().size, keys.seen().size)
        assert "ledger-unreadable" == code_of(store.append, "chk_1", b"x")
        assert "ledger-unreadable" == code_of(keys.reset_seen, Head(1, b""))


def test_a_moment_that_is_lost_is_said(ledger):
    """A cut connection ends the block with an error, and not with what came later."""
    with closing(PostgresStore(ledger.url)) as store:
        with store.snapshot():
            cut(ledger)
            codes = [code_of(store.head), code_of(store.head)]

        assert (["ledger-unwritable"] * 2, 1) == (codes, store.head().size)


def test_ledger_and_keys_are_backed_up_apart(cluster):
    """Each schema alone is dumped and restored, with what guards it; together they are the ledger again."""
    ledger = Ledger(cluster, cluster.ledger())
    with closing(ledger.log()) as log:
        receipt = log.append_check(check(log))
    for schema in ("guardrails", "guardrails_keys"):
        address, file = cluster.url(ledger.database, ADMIN), cluster.folder / f"{schema}.dump"
        dump = [cluster.programs / "pg_dump", f"--schema={schema}", "--format=custom", f"--file={file}", address]
        subprocess.run(dump, check=True, capture_output=True)
        cluster.run(f"DROP SCHEMA {schema} CASCADE", ledger.database)
        restore = [cluster.programs / "pg_restore", "--exit-on-error", f"--dbname={address}", file]
        subprocess.run(restore, check=True, capture_output=True)
    with closing(ledger.log()) as log:
        log.append_check(check(log))
        found, report = log.find_check(receipt.record_id), log.verify()

    assert receipt == found.receipt
    assert (2, True) == (report.size, report.ok)
    with psycopg.connect(ledger.url) as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("DELETE FROM guardrails.record")
