"""
The disk is full or fails: no verdict, no acknowledged record lost, and with room again the ledger goes on by itself.

Every write, flush, read and truncation of a short piece of work fails once; ``GUARDRAILS_FAILURES`` sets how many of each
are tried (default 12, spread over the work).
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw
import pytest

from guardrails.audit.log import AuditLog
from guardrails.errors import LedgerError
from tests.audit.samples import check, draft, sqlite_log
from tests.durability.history import Entry, Event, complaints
from tests.durability.machine import Machine
from tests.durability.test_power import opened
from tests.surfaces.http.serving import assert_problem, served

FAILURES = int(os.environ.get("GUARDRAILS_FAILURES", "12"))
LONGEST = 150  # operations of one kind that the work takes, at most
OFTEN = {"wal_autocheckpoint": "5"}  # so that the work moves the log into the database, too

KINDS = {
    "write": (apsw.SQLITE_IOERR_WRITE, "ledger-unwritable"),
    "full": (apsw.SQLITE_FULL, "ledger-full"),
    "sync": (apsw.SQLITE_IOERR_FSYNC, "ledger-unwritable"),
    "read": (apsw.SQLITE_IOERR_READ, "ledger-unwritable"),
    "truncate": (apsw.SQLITE_IOERR_TRUNCATE, "ledger-unwritable"),
}

# What a failing disk says while files are closed cannot be raised.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Work:
    """Records handed over one after the other, and what was said of each."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.codes: set[str] = set()

    def append(self, log: AuditLog) -> bool:
        """Hand over one, and tell whether it was taken."""
        entry = check(log, draft_parts=draft(b"x" * 5000))
        self.events.append(Event("invoke", "c", entry.check_id))
        try:
            told = log.append_check(entry)
        except LedgerError as error:
            self.codes.add(error.code)
            self.events.append(Event("info", "c", entry.check_id))
            return False
        self.events.append(Event("ok", "c", told.record_id, told.index, told.leaf_hash))
        return True

    def found(self, log: AuditLog) -> list[str]:
        """Return what is wrong with the ledger."""
        entries = [Entry(one.index, one.record_id, one.leaf_hash.hex()) for one in log._store.records()]
        return [*map(str, log.verify().problems), *complaints(self.events, entries, log._store.hashes)]


def failing_once(machine: Machine, kind: str, after: int) -> None:
    """Let one operation fail, after so many; a flush that fails has thrown away what it was to flush."""
    wanted, left = {"full": "write"}.get(kind, kind), after

    def fails(done: str, name: str) -> None:
        nonlocal left
        left -= done == wanted
        if done == wanted and left == -1:
            if kind == "sync":
                machine.files[name].pending.clear()
            raise apsw.exception_for(KINDS[kind][0])

    machine.fails = fails


@pytest.mark.parametrize("kind", KINDS)
def test_one_failure_loses_nothing(tmp_path, kind):
    """Whichever operation fails: what was acknowledged is there, the next record is taken, all of it survives a cut."""
    code = KINDS[kind][1]
    step = max(1, LONGEST // FAILURES)
    failed = 0
    for after in range(0, LONGEST, step):
        (folder := tmp_path / f"{after}").mkdir()
        work = Work()
        with Machine(random.Random(after), OFTEN) as machine:
            with opened(folder) as log:
                work.append(log)
            with machine.power_for(10**6), suppress(LedgerError), opened(folder) as log:
                failing_once(machine, kind, after)
                taken = [work.append(log) for _ in range(9)]
                machine.fails = lambda kind, name: None
                failed += not all(taken)

                assert work.append(log), (after, work.codes)
                assert [] == work.found(log), after

                machine.cut(share=0)
            with opened(folder) as log:
                assert [] == work.found(log), after

        assert work.codes <= {code}, after

    assert failed or kind == "truncate"


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_while_opening_loses_nothing(tmp_path, kind):
    """Whichever operation fails while a ledger is opened that a killed process left: it is refused or whole."""
    code = KINDS[kind][1]
    for after in range(min(FAILURES, 40)):
        (folder := tmp_path / f"{after}").mkdir()
        work = Work()
        with Machine(random.Random(after), OFTEN) as machine:
            with machine.killed_after(10**6), suppress(LedgerError), opened(folder) as log:
                for _ in range(4):
                    work.append(log)
                machine.kill()
            failing_once(machine, kind, after)
            refused = ""
            try:
                with opened(folder) as log:
                    work.append(log)
            except LedgerError as error:
                refused = error.code
            machine.fails = lambda kind, name: None
            with opened(folder) as log:
                assert [] == work.found(log), after

            assert refused in ("", code), after


def test_no_room_no_verdict(tmp_path):
    """While the disk is full the server answers 503 without a verdict; with room again it goes on."""
    with Machine(random.Random(1), OFTEN) as machine, served(tmp_path) as http:
        before = http.check()
        machine.fails = full
        during = [http.check() for _ in range(3)]
        machine.fails = lambda kind, name: None
        after = http.check()
        report = http.gate.log.verify()

        assert ["pass", "pass"] == [answer.headers["Guardrails-Verdict"] for answer in (before, after)]
        for answer in during:
            assert_problem(answer, 503, "ledger-full")
            assert "assessment" not in answer.json()
        assert report.ok
        assert after.json()["audit"]["index"] == before.json()["audit"]["index"] + 1


def full(kind: str, name: str) -> None:
    """Let no write be."""
    if kind == "write":
        raise apsw.FullError("database or disk is full")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a file system of two megabytes, or skip: that takes rights which a container may not have."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_really_is_full(tmp_path):
    """On a real file system, too: nothing acknowledged is lost, and when a file is deleted the ledger goes on."""
    with small_disk(tmp_path / "disk") as folder:
        (ballast := folder / "ballast").write_bytes(bytes(500_000))
        work = Work()
        log = sqlite_log(folder)
        while work.append(log):
            pass
        again = [work.append(log) for _ in range(3)]
        before = work.found(log)
        ballast.unlink()
        after = [work.append(log) for _ in range(3)]
        problems = work.found(log)
        log.close()

    assert ([], []) == (before, problems)
    assert ([False] * 3, [True] * 3) == (again, after)
    assert {"ledger-full"} == work.codes
