"""
One thread that writes the ledger for many: what waits while one commit runs shares the next.

Durable commits cost a disk's flush each. A server therefore hands its entries to a :class:`GroupWriter`; under load
they are committed together, alone an entry waits for nothing.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from typing import TypeAlias

from guardrails.audit.entry import CheckEntry, Receipt
from guardrails.audit.log import AuditLog
from guardrails.errors import LedgerError

# Beyond this size batches gain nothing and single answers wait longer.
_MAX_BATCH = 256

_Job: TypeAlias = tuple[CheckEntry, "Future[Receipt]"]


class GroupWriter:
    """Appends entries to *log* in its own thread, in the order of :meth:`submit`."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, entry: CheckEntry) -> Future[Receipt]:
        """
        Return the future of the entry's receipt; it is done once the record is durable.

        Raises:
            LedgerError: ``ledger-unwritable`` after :meth:`close`.
        """
        future: Future[Receipt] = Future()
        with self._lock:
            if self._closed:
                raise LedgerError("ledger-unwritable", "the ledger's writer is closed")
            self._jobs.put((entry, future))
        return future

    def close(self) -> None:
        """Write what was submitted, then stop. The log stays open."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            jobs, ended = self._batch()
            self._write(jobs)
            if ended:
                return

    def _batch(self) -> tuple[list[_Job], bool]:
        first = self._jobs.get()
        jobs: list[_Job] = []
        while first is not None:
            jobs.append(first)
            if len(jobs) == _MAX_BATCH or self._jobs.empty():
                return jobs, False
            first = self._jobs.get()
        return jobs, True

    def _write(self, jobs: list[_Job]) -> None:
        running = [(entry, future) for entry, future in jobs if future.set_running_or_notify_cancel()]
        outcomes = self._log.append_each([entry for entry, _ in running])
        for (_, future), outcome in zip(running, outcomes, strict=True):
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
