"""What is particular to the ledger in SQLite: triggers, processes, crashes, full and locked files."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from contextlib import closing, contextmanager
from pathlib import Path

import apsw
import pytest

from guardrails.audit.checkpoint import checkpoint_text
from guardrails.audit.note import signed
from guardrails.audit.store import Append, Link
from guardrails.audit.verify import verified
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.errors import LedgerError
from tests.audit.samples import check, sqlite_log

CYCLES = int(os.environ.get("GUARDRAILS_CYCLES", "20"))

WRITER = textwrap.dedent("""
    import sys, pathlib
    from tests.audit.samples import check, sqlite_log
    log = sqlite_log(pathlib.Path(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        print(log.append_check(check(log)).record_id, flush=True)
""")


@pytest.fixture
def path(tmp_path):
    """A closed ledger of one record, with payload and a bundle."""
    store = SqliteStore(tmp_path / "ledger.db")
    store.append("chk_0", b"record", (("draft", b"sealed"),))
    store.put_bundle("d", b"bundle")
    store.put_checkpoint(1, str(signed(checkpoint_text("demo", store.head()), "demo", bytes(32))))
    store.close()
    return tmp_path / "ledger.db"


def code_of(call, *args, **kwargs):
    """Return the code of the LedgerError that a call raises."""
    with pytest.raises(LedgerError) as caught:
        call(*args, **kwargs)
    return caught.value.code


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record SET bytes = x'00'",
        "DELETE FROM record",
        "INSERT OR REPLACE INTO record VALUES (0, 'chk_0', x'00', x'00')",
        "INSERT OR REPLACE INTO record VALUES (1, 'chk_0', x'00', x'00')",
        "INSERT INTO record VALUES (5, 'chk_5', x'00', x'00')",
        "UPDATE node SET hash = x'00'",
        "DELETE FROM node",
        "INSERT OR REPLACE INTO node VALUES (0, x'00')",
        "UPDATE bundle SET bytes = x'00'",
        "DELETE FROM bundle",
        "INSERT OR REPLACE INTO bundle VALUES ('d', x'00')",
        "UPDATE payload SET sealed = x'00'",
        "INSERT OR REPLACE INTO payload VALUES (0, 'draft', x'00')",
        "UPDATE checkpoint SET note = 'x'",
        "DELETE FROM checkpoint",
        "INSERT OR REPLACE INTO checkpoint VALUES (1, 1, 'another')",
        "UPDATE head SET size = 0",
        "UPDATE head SET root = x'00'",
        "DELETE FROM head",
    ],
)
def test_the_database_itself_refuses_change(path, statement):
    """Records, hashes, bundles, payload and head cannot be changed or replaced, even by another program."""
    db = apsw.Connection(str(path))
    with pytest.raises(apsw.ConstraintError):
        db.execute(statement)
    db.close()


def test_every_commit_is_flushed(path):
    """The ledger runs with a write-ahead log and synchronous=FULL, and says what it is."""
    store = SqliteStore(path)
    pragmas = [store._db._pragma(name) for name in ("journal_mode", "synchronous", "user_version")]
    store.close()

    assert pragmas == ["wal", 2, 3]


def test_a_full_disk_is_said(path):
    """When there is no room the error is `ledger-full`, and nothing is recorded."""
    store = SqliteStore(path)
    store._db.rows("PRAGMA max_page_count = 1")
    code = code_of(store.append, "chk_1", b"x" * 100_000)
    size = store.head().size
    store._db.rows("PRAGMA max_page_count = 100000")
    index = store.append("chk_1", b"x").index
    store.close()

    assert (code, size, index) == ("ledger-full", 1, 1)


def test_a_locked_file_is_said(path):
    """Another program that holds the write lock for too long makes the ledger unwritable, not wrong."""
    store = SqliteStore(path, busy_timeout_ms=10)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    code = code_of(store.append, "chk_1", b"x")
    other.execute("ROLLBACK")
    other.close()
    index = store.append("chk_1", b"x").index
    store.close()

    assert (code, index) == ("ledger-unwritable", 1)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    """A ledger in a missing folder is unwritable."""
    assert code_of(SqliteStore, tmp_path / "none" / "ledger.db") == "ledger-unwritable"


def test_another_programs_file_is_refused(tmp_path):
    """A database of something else, or no database at all, is not taken for a ledger."""
    db = apsw.Connection(str(tmp_path / "other.db"))
    db.execute("CREATE TABLE t (x)")
    db.close()
    (tmp_path / "text.db").write_text("this is no database at all\n" * 100)

    assert code_of(SqliteStore, tmp_path / "other.db") == "ledger-damaged"
    assert code_of(SqliteStore, tmp_path / "text.db") == "ledger-damaged"


@pytest.mark.parametrize(("version", "code"), [(99, "ledger-later"), (1, "ledger-damaged"), (0, "ledger-damaged")])
def test_another_version_is_refused(path, version, code):
    """A ledger of a later version, of an unknown one or of none is not written to."""
    db = apsw.Connection(str(path))
    db.execute(f"PRAGMA user_version = {version}")
    db.close()

    assert [code] * 2 == [code_of(SqliteStore, path, read_only=read) for read in (False, True)]


def test_an_earlier_version_is_not_called_damaged(path):
    """Who only looks cannot bring a ledger up to date, and is told what does."""
    db = apsw.Connection(str(path))
    db.execute("DROP TABLE checkpoint; PRAGMA user_version = 2")
    db.close()

    assert code_of(SqliteStore, path, read_only=True) == "ledger-earlier"
    SqliteStore(path).close()
    SqliteStore(path, read_only=True).close()


def test_a_truncated_file_is_damage(path):
    """Half a file is not opened."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])

    assert code_of(SqliteStore, path) == "ledger-damaged"


def test_a_closed_store_answers_nothing(path):
    """After closing every call is `ledger-unwritable`."""
    store = SqliteStore(path)
    store.close()

    assert code_of(store.head) == "ledger-unwritable"


def test_the_file_is_for_its_owner(path):
    """A ledger is made with mode 0600."""
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failed_open_closes_its_connection(path):
    """A ledger that is refused, by its header or by its end, is not kept open."""
    closed = []
    for statement in ("UPDATE head SET size = 9", "PRAGMA user_version = 99"):
        db = apsw.Connection(str(path))
        db.execute(statement)
        db.close()
        closed.append((code_of(SqliteStore, path), [one for one in apsw.connections() if one.filename == str(path)]))

    assert [("ledger-damaged", []), ("ledger-later", [])] == closed


@contextmanager
def unprivileged(folder):
    """Make *folder* read-only, and be somebody who may not write it."""
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.fixture
def copy():
    """A ledger with its keys, of one check, in a folder that everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = sqlite_log(folder)
        log.append_check(check(log))
        log.close()
        for file in folder.iterdir():
            file.chmod(0o444)
        yield folder


def test_a_read_only_copy_is_verified(copy):
    """Somebody who may not write verifies a copy, and leaves it as it was."""
    before = {file.name: file.read_bytes() for file in copy.iterdir()}
    with (
        unprivileged(copy),
        closing(SqliteStore(copy / "ledger.db", read_only=True)) as store,
        closing(SqliteKeys(copy / "keys.db", read_only=True)) as keys,
    ):
        report = verified(store, keys)

    assert (report.size, report.ok) == (1, True)
    assert before == {file.name: file.read_bytes() for file in copy.iterdir()}


def test_a_log_without_its_index_is_not_passed_over(copy):
    """A read-only copy with records in a -wal that cannot be read is unreadable, never an older ledger."""
    (copy / "ledger.db-wal").write_bytes(b"records")
    with unprivileged(copy):
        code = code_of(SqliteStore, copy / "ledger.db", read_only=True)

    assert code == "ledger-unreadable"


def test_reading_only_writes_and_makes_nothing(path):
    """A store opened for reading refuses to append and does not make a missing file."""
    missing = path.with_name("none.db")
    with closing(SqliteStore(path, read_only=True)) as store:
        code = code_of(store.append, "chk_1", b"record")

    assert (code, code_of(SqliteStore, missing, read_only=True)) == ("ledger-unreadable", "ledger-unreadable")
    assert not missing.exists()


def test_reading_only_waits_for_no_writer(path):
    """A ledger that another connection is writing is read all the same."""
    with (
        closing(SqliteStore(path)) as writer,
        writer._db.transaction(),
        closing(SqliteStore(path, busy_timeout_ms=0, read_only=True)) as store,
    ):
        size = store.head().size

    assert size == 1


def test_no_database_is_not_advised_to_verify(path):
    """What is no database cannot be verified: the advice is to restore a copy."""
    path.write_text("this is no database at all\n" * 100)
    with pytest.raises(LedgerError) as caught:
        SqliteStore(path, read_only=True)

    assert caught.value.code == "ledger-damaged"
    assert "verify" not in caught.value.help


def test_a_failed_answer_leaves_no_record(tmp_path):
    """If making the answer fails, neither answer nor record is there."""
    from guardrails.audit.entry import Idempotency

    def fails(receipt):
        raise ZeroDivisionError

    log = sqlite_log(tmp_path)
    with pytest.raises(ZeroDivisionError):
        log.append_check(check(log, idempotency=Idempotency("k", "b", fails)))
    size = log.head().size
    log.append_check(check(log))
    report = log.verify()
    log.close()

    assert (size, report.ok) == (0, True)


def process(folder, count):
    """Start a process that appends *count* checks and prints the id of each once it is durable."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(count)],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}, text=True,
    )  # fmt: skip


def test_two_processes_extend_one_tree(tmp_path):
    """Two processes and this one write the same ledger; every record is there once and all proofs hold."""
    writers = [process(tmp_path, 40) for _ in range(2)]
    log = sqlite_log(tmp_path)
    ids = [log.append_check(check(log)).record_id for _ in range(40)]
    for writer in writers:
        ids += writer.communicate(timeout=60)[0].split()
    recorded = [record.id for _, record in log.records()]
    report = log.verify()
    log.close()

    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(ids) == sorted(recorded)
    assert (report.size, report.ok) == (120, True)


def test_killing_a_writer_loses_nothing_acknowledged(tmp_path):
    """However often a writer is killed while appending, what it acknowledged is there and the ledger is whole."""
    acknowledged = []
    for cycle in range(CYCLES):
        writer = process(tmp_path, 1_000_000)
        acknowledged += [writer.stdout.readline().strip() for _ in range(1 + cycle % 7)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [line for line in writer.stdout.read().split("\n") if len(line) == 30]
        writer.wait(10)
        writer.stdout.close()
    log = sqlite_log(tmp_path)
    recorded = {record.id for _, record in log.records()}
    report = log.verify()
    log.close()

    assert set() == set(acknowledged) - recorded
    assert len(acknowledged) >= CYCLES
    assert report.ok


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM history WHERE key = 'stop'",
        "UPDATE history SET idx = 1 WHERE key = 'stop'",
        "UPDATE history SET at_ms = 1 WHERE key = 'stop'",
        "DELETE FROM tally",
        "INSERT INTO history VALUES ('', 'stop', 1, 7, 0); UPDATE tally SET sum = 1",
    ],
)
def test_a_lost_or_changed_row_of_the_index_is_noticed(tmp_path, statement):
    """What is in force is found by the index: a row that is gone would lift a stop."""
    path = tmp_path / "ledger.db"
    with closing(SqliteStore(path)) as store:
        store.append_many([Append("a", b"{}", links=(Link("", "stop", 5, 0), Link("me", "risk", 5, 0, 3)))])
        assert [Link("", "stop", 5, 0)] == list(store.history("", ("stop",), 0))
    db = apsw.Connection(str(path))
    db.execute(statement)
    db.close()

    with closing(SqliteStore(path)) as store:
        assert "ledger-damaged" == code_of(store.history, "", ("stop",), 0)
        assert () == store.history("", ("waiver",), 0)
        assert [Link("me", "risk", 5, 0, 3)] == list(store.history("me", ("risk",), 0))


def test_an_index_made_again_is_whole(tmp_path):
    """Replacing the index replaces what is kept to notice losses."""
    with closing(SqliteStore(tmp_path / "ledger.db")) as store:
        store.append_many([Append("a", b"{}", links=(Link("", "stop", 5, 0),))])
        store.replace_links([Link("", "stop", 5, 0), Link("", "stop", 6, 0)])

        assert [5, 6] == [link.at_ms for link in store.history("", ("stop",), 0)]


def test_a_ledger_of_an_older_version_is_brought_up(tmp_path):
    """What an earlier version wrote is read and gets what this version adds."""
    path = tmp_path / "ledger.db"
    with closing(SqliteStore(path)) as made:
        made.append("chk_0", b"record 0")
    with closing(apsw.Connection(str(path))) as older:
        older.execute("DROP TABLE checkpoint; PRAGMA user_version=2")
    with closing(SqliteStore(path)) as opened:
        opened.put_checkpoint(1, "note")

        assert opened.read(0).record == b"record 0"
        assert opened.checkpoints() == ("note",)
