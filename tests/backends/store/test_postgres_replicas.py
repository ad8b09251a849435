"""Several replicas and readers over one ledger in PostgreSQL."""

import subprocess
import threading
from contextlib import closing

import psycopg
import pytest

from guardrails.audit import tlog
from guardrails.audit.store import Append, Expected, Head, Link
from guardrails.audit.verify import verified
from guardrails.backends.store.postgres import PostgresStore
from tests.audit.samples import check, erase_text
from tests.backends.store.postgres_ledger import Ledger, code_of, cut
from tests.postgres import ADMIN, keys_in


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
