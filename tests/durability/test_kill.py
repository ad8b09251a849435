"""
A writer for 64 clients is killed in the middle of it, again and again: what it acknowledged is there, once, unchanged.

``GUARDRAILS_CYCLES`` sets how often (default 5).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

from guardrails.audit.store import Head
from guardrails.audit.verify import verified
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from tests.audit.samples import sqlite_log
from tests.durability.history import Entry, Event, complaints
from tests.durability.writer import heard

CYCLES = int(os.environ.get("GUARDRAILS_CYCLES", "5"))
CYCLES_OF_ONE_LEDGER = 10


def killed(folder: Path, name: str, after: int) -> list[Event]:
    """Return what a writer's clients saw until it was killed, after so many were told something (0: while it opens)."""
    command = [sys.executable, "-m", "tests.durability.writer", str(folder), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}) as process:
        lines = [process.stdout.readline()] if after else []
        while sum(line.startswith(b"ok ") for line in lines) < after:
            lines.append(process.stdout.readline())
        with suppress(subprocess.TimeoutExpired):
            process.wait(0 if after else random.Random(name).uniform(0.1, 0.6))
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    return [event for event in map(heard, lines) if event]


def left(folder: Path) -> tuple[Head, list[str]]:
    """Return the head as the killed writer left it, and what a verification that writes nothing finds."""
    with (
        closing(SqliteKeys(folder / "keys.db", read_only=True)) as keys,
        closing(SqliteStore(folder / "ledger.db", read_only=True)) as store,
    ):
        return store.head(), [str(one) for one in verified(store, keys).problems]


def found(folder: Path, events: list[Event]) -> list[str]:
    """Return what is wrong with the ledger before and after it is opened again."""
    # Killed while it makes the files, before anything was acknowledged, it leaves none that can be read.
    before = left(folder) if any(event.kind == "ok" for event in events) else None
    with closing(sqlite_log(folder)) as log:
        head = log.head()
        entries = [Entry(one.index, one.record_id, one.leaf_hash.hex()) for one in log._store.records()]
        problems = [str(one) for one in log.verify().problems]
        problems += complaints(events, entries, log._store.hashes)
    return problems if before in (None, (head, [])) else [*problems, f"{before} was left, {head} was found"]


def test_killing_the_writer_of_many_loses_nothing(tmp_path):
    """However often it is killed: no acknowledged record is lost, doubled or changed, and every head holds."""
    draw = random.Random(64)
    acknowledged = 0
    for cycle in range(CYCLES):
        if cycle % CYCLES_OF_ONE_LEDGER == 0:
            folder, events = tmp_path / str(cycle), []
            folder.mkdir()
        events += killed(folder, f"w{cycle}", draw.choice((0, 1, 65, 200, draw.randrange(1_000))))

        assert [] == found(folder, events), cycle

        acknowledged += sum(event.kind == "ok" and event.client.startswith(f"w{cycle}.") for event in events)

    print(f"{CYCLES} cycles, {acknowledged} acknowledged")  # noqa: T201 - the figure is reported from full runs

    assert acknowledged > 10 * CYCLES
