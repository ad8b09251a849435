"""One thread writing for many."""

import threading

import pytest

from guardrails.audit.entry import Idempotency
from guardrails.audit.log import AuditLog
from guardrails.audit.writer import GroupWriter
from guardrails.errors import LedgerError
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import Clock, check, sqlite_log


class Batches(MemoryStore):
    """A store that holds its first batch back and remembers the size of each."""

    def __init__(self):
        super().__init__()
        self.gate, self.sizes = threading.Event(), []

    def append_many(self, items):
        """Wait for the gate, then append."""
        self.gate.wait(10)
        self.sizes.append(len(items))
        return super().append_many(items)


@pytest.fixture
def store():
    """A store whose first batch waits."""
    return Batches()


@pytest.fixture
def log(store):
    """A log over that store."""
    return AuditLog(store, MemoryKeys(), Clock())


def test_what_waits_is_committed_together(store, log):
    """While one batch is written the others gather; all get receipts, in the order of submission."""
    writer = GroupWriter(log)
    futures = [writer.submit(check(log)) for _ in range(300)]
    store.gate.set()
    writer.close()

    assert list(range(300)) == [future.result(0).index for future in futures]
    assert len(store.sizes) <= 4
    assert max(store.sizes) <= 256


def test_one_bad_entry_spoils_no_other(store, log):
    """An entry that cannot be recorded gets its error; its neighbours get receipts."""
    store.gate.set()
    taken = Idempotency("k", "b", lambda receipt: b"")
    log.append_check(check(log, idempotency=taken))
    store.gate.clear()
    writer = GroupWriter(log)
    entries = [check(log), check(log), check(log, idempotency=taken), check(log)]
    futures = [writer.submit(entry) for entry in entries]
    store.gate.set()
    writer.close()

    assert futures[2].exception(0).code == "idempotency-key-in-use"
    assert [futures[n].result(0).index for n in (0, 1, 3)] == [1, 2, 3]


def test_one_bad_entry_spoils_no_other_on_disk(tmp_path):
    """In one batch over SQLite, too, the others get receipts and their payload opens."""
    log = sqlite_log(tmp_path)
    taken = Idempotency("k", "b", lambda receipt: b"")
    outcomes = log.append_each([check(log), check(log, idempotency=taken), check(log, idempotency=taken), check(log)])
    report = log.verify()
    log.close()

    assert [outcomes[n].index for n in (0, 1, 3)] == [0, 1, 2]
    assert outcomes[2].code == "idempotency-key-in-use"
    assert (report.size, report.ok) == (3, True)


def test_a_cancelled_entry_is_not_recorded(store, log):
    """Whoever stops waiting before the write leaves no record."""
    writer = GroupWriter(log)
    first = writer.submit(check(log))
    second = writer.submit(check(log))
    third = writer.submit(check(log))
    cancelled = third.cancel()
    store.gate.set()
    writer.close()

    assert first.done()
    assert second.done()
    assert log.head().size == (2 if cancelled else 3)


def test_a_closed_writer_takes_nothing(store, log):
    """After closing, submitting is an error and closing again is none."""
    store.gate.set()
    writer = GroupWriter(log)
    writer.close()
    writer.close()
    with pytest.raises(LedgerError) as caught:
        writer.submit(check(log))

    assert caught.value.code == "ledger-unwritable"
