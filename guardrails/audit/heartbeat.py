"""
Signs of life: while a server runs, a ledger is never silent for long.

Records are numbered without gaps, so none can be missing between two others; but nothing recorded for a night could mean
that nobody asked, that no server ran, or that the answers of that night were given elsewhere. A server therefore appends
a ``heartbeat`` (with ``every_ms``) when nothing else was recorded for that long. From the first one on, a pause of more
than twice as long between two records is a :class:`Silence`, which somebody should be able to explain.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from guardrails.audit.entry import Receipt
from guardrails.audit.log import AuditLog
from guardrails.errors import LedgerError
from guardrails.model.record import Record

_TYPE = "heartbeat"
_LOOKS = 10
"""How often in the time of one heartbeat the ledger is looked at."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was recorded between two moments (ms), although heartbeats were due; *index* is of the record after it."""

    index: int
    from_ms: int
    to_ms: int


def beat(log: AuditLog, every_ms: int) -> Receipt | None:
    """Append a heartbeat if nothing was recorded for *every_ms*; several servers on one ledger make one between them."""
    size = log.head().size
    if size and log.clock() - log.record(size - 1).at_ms < every_ms:
        return None
    return log.append(_TYPE, {"every_ms": every_ms})


@contextmanager
def beating(log: AuditLog, every_ms: int) -> Iterator[None]:
    """Append heartbeats for as long as the block runs. One that cannot be appended is tried again at the next look."""
    stopped = threading.Event()

    def run() -> None:
        while not stopped.wait(every_ms / 1000 / _LOOKS):
            try:
                beat(log, every_ms)
            except LedgerError:
                continue  # no check can be recorded now either: readiness says so, and the silence stays on the record

    thread = threading.Thread(target=run, name="ledger-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def silences(records: Iterable[tuple[int, Record]]) -> Iterator[Silence]:
    """Yield every silence between two of *records*, which follow one another."""
    every_ms, last_ms = 0, 0
    for index, record in records:
        if every_ms and record.at_ms - last_ms > 2 * every_ms:
            yield Silence(index, last_ms, record.at_ms)
        if record.type == _TYPE:
            every_ms = record.number("every_ms")
        last_ms = record.at_ms
