"""
The power is cut while a ledger is written: what was acknowledged is there, and every record has its keys.

``GUARDRAILS_CUTS`` sets how often (default 24), with the ledger's own settings and, as the control that must lose
records, with ``synchronous=NORMAL``.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from guardrails.audit.entry import Idempotency
from guardrails.audit.log import AuditLog
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.errors import LedgerError
from tests.audit.samples import WRITER, Clock, check, draft, erase_text
from tests.durability.history import Entry, Event, complaints
from tests.durability.machine import Machine

# A process that dies while it closes its files cannot raise what it dies of.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

CUTS = int(os.environ.get("GUARDRAILS_CUTS", "24"))
CUTS_OF_ONE_LEDGER = 10


@contextmanager
def opened(folder: Path) -> Iterator[AuditLog]:
    """Open the ledger in *folder*; close all of it, whatever happens."""
    with closing(SqliteKeys(folder / "keys.db")) as keys, closing(SqliteStore(folder / "ledger.db")) as store:
        log = AuditLog(store, keys, Clock())
        yield log
        log.close()


class Work:
    """What clients do to one ledger until the power is cut, and what they were told."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.folder, self.machine, self.draw = folder, machine, machine.draw
        self.events: list[Event] = []
        self.erased: set[str] = set()

    def go_on(self) -> None:
        """Open the ledger and write until the call that the power is cut in."""
        with suppress(LedgerError), opened(self.folder) as log:
            while self.append(log) and (self.draw.random() > 0.1 or self.erase(log)):
                head = log.head()
                self.events.append(Event("head", "reader", size=head.size, root=head.root.hex()))

    def append(self, log: AuditLog) -> bool:
        """Hand over some records at once, and tell whether they were taken."""
        entries = [
            check(log, thread=f"t{n}", draft_parts=draft(b"x" * self.draw.randrange(9000)))
            for n in range(self.draw.choice((1, 1, 3, 9)))
        ]
        self.events += [Event("invoke", f"c{n}", entry.check_id) for n, entry in enumerate(entries)]
        for n, (entry, told) in enumerate(zip(entries, log.append_each(entries), strict=True)):
            if isinstance(told, Exception):
                self.events.append(Event("info", f"c{n}", entry.check_id))
            else:
                self.events.append(Event("ok", f"c{n}", told.record_id, told.index, told.leaf_hash))
        return not isinstance(told, Exception)

    def erase(self, log: AuditLog) -> bool:
        """Erase some check, and tell whether that was done."""
        known = {event.record_id for event in self.events if event.kind == "ok" and not event.client.startswith("of-")}
        if not known - self.erased:
            return True
        target = self.draw.choice(sorted(known - self.erased))
        try:
            (told,) = erase_text(log, target)
        except LedgerError:
            return False
        who = f"of-{told.record_id}"  # who erases again what a cut had left unheard of is told the same record
        if not any(event.client == who for event in self.events):
            self.events.append(Event("invoke", who, told.record_id))
        self.events.append(Event("ok", who, told.record_id, told.index, told.leaf_hash))
        self.erased.add(target)
        return True

    def found(self) -> list[str]:
        """Return what is wrong when the power is back; why it is not opened, if it is not."""
        try:
            with opened(self.folder) as log:
                return [*self.unaccounted(log), *self.readable(log)]
        except LedgerError as error:
            return [str(error)]

    def unaccounted(self, log: AuditLog) -> list[str]:
        """Hold the ledger against the history; an erasure may be recorded that nobody was told of."""
        records = [(stored, log.record(stored.index)) for stored in log._store.records()]
        told = {event.record_id for event in self.events}
        for stored, record in records:
            if record.type == "erasure" and stored.record_id not in told:
                self.events.append(Event("invoke", f"of-{stored.record_id}", stored.record_id))
        ledger = [Entry(one.index, one.record_id, one.leaf_hash.hex()) for one, _ in records]
        return complaints(self.events, ledger, log._store.hashes)

    def readable(self, log: AuditLog) -> list[str]:
        """Return every record that has not its keys, and every erased one that has; an interrupted erasure is no fault."""
        problems = [one for one in log.verify().problems if one.what != "erasure-unfinished"]
        back = [name for name in self.erased if log.keys.part_key(name, "field:0") is not None]
        return [*map(str, problems), *(f"{name} was erased and can be read" for name in back)]


def losses(folder: Path, pragmas: dict[str, str], only: str = "", until: str = "") -> Counter[str]:
    """
    Cut the power again and again; return how often something was wrong, what, and how much was acknowledged.

    A control goes on *until* that was among it, twenty times as long at most: what a cut leaves is chance.
    """
    counts: Counter[str] = Counter()
    draw = random.Random(f"{pragmas}{only}")
    while counts["cuts"] < CUTS or (counts["cuts"] < 20 * CUTS and not any(until in what for what in counts)):
        counts += one_ledger(folder / str(counts["cuts"]), draw, pragmas, only)
    print(dict(counts))  # noqa: T201 - the figures are reported from full runs
    return counts


def one_ledger(folder: Path, draw: random.Random, pragmas: dict[str, str], only: str) -> Counter[str]:
    """Cut the power while one ledger is written until something is wrong with it, at most ten times."""
    folder.mkdir()
    counts: Counter[str] = Counter()
    with Machine(draw, {**pragmas, "wal_autocheckpoint": str(draw.choice((5, 50, 4000)))}, only) as machine:
        work = Work(folder, machine)
        for _ in range(CUTS_OF_ONE_LEDGER):
            with machine.power_for(draw.randrange(draw.choice((50, 500, 2000)))):
                work.go_on()
            counts["cuts"] += 1
            if found := work.found():
                counts["wrong"] += 1
                counts[re.sub(r"chk_\w+|rec_\w+|\d+", "…", found[0].replace(str(folder), ""))] += 1
                break
    counts["acknowledged"] = sum(event.kind == "ok" for event in work.events)
    return counts


def test_no_power_cut_loses_what_was_acknowledged(tmp_path):
    """As it is: nothing acknowledged is lost, doubled or damaged, every record has its keys, what was erased stays so."""
    counts = losses(tmp_path, {})

    assert 0 == counts["wrong"], counts
    assert counts["acknowledged"] > 5 * CUTS


def test_the_control_loses_acknowledged_records(tmp_path):
    """Without a flush at every commit records are lost, or the test above would prove nothing."""
    assert losses(tmp_path, {"synchronous": "NORMAL"}, until="wrong")["wrong"] > 0


def test_the_control_loses_keys(tmp_path):
    """If only the keys are not flushed there are records without keys: the order alone would not do."""
    counts = losses(tmp_path, {"synchronous": "NORMAL"}, only="keys.db", until="key-missing")

    assert any("key-missing" in what for what in counts)


def answer_to(log: AuditLog) -> bytes | None:
    """Return the answer that is remembered of the request below."""
    return log.answers.given(WRITER, "k", "body", now_ms=log.clock())


def test_what_is_read_after_a_crash_is_durable(tmp_path):
    """A record that a killed process left in the cache, once it was read, survives a power cut."""
    answered = 0
    for operations in range(120):
        (folder := tmp_path / str(operations)).mkdir()
        with Machine(random.Random(operations)) as machine:
            with opened(folder) as log:
                log.append_check(check(log))
            with machine.killed_after(operations), suppress(LedgerError), opened(folder) as log:
                log.append_check(check(log, idempotency=Idempotency("k", "body", lambda receipt: b"answer")))
            with machine.power_for(10**6), suppress(LedgerError), opened(folder) as log:
                told = answer_to(log)
                machine.cut(share=0)
            with opened(folder) as log:
                assert told in (None, answer_to(log)), operations

                answered += told is not None

    assert 0 < answered < 120
