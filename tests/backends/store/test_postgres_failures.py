"""Lost connections, crashes and full disks: nothing is doubled or lost, and every failure has a name."""

import signal
import threading
from contextlib import closing

import psycopg
import pytest

from guardrails.audit import tlog
from guardrails.audit.store import Append, Head, PartKey
from guardrails.backends.store import postgres_session
from guardrails.backends.store.postgres import PostgresStore
from tests.backends.store.postgres_ledger import code_of, cut
from tests.postgres import ADMIN, keys_in


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
