"""
Two replicas write one ledger in PostgreSQL for many clients while something breaks; then it is held against what they saw.

``GUARDRAILS_CYCLES`` sets how often each thing breaks (default 1).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import psycopg
import pytest

from guardrails.audit.log import AuditLog
from guardrails.backends.store.postgres import PostgresStore
from tests.audit.samples import Clock
from tests.durability.history import Entry, Event, complaints
from tests.durability.writer import heard
from tests.postgres import ADMIN, SERVICE, Cluster, keys_in

CYCLES = int(os.environ.get("GUARDRAILS_CYCLES", "1"))
CLIENTS = 16
PATIENCE_S = 60
TURN = 40
"""How many more records are acknowledged before something breaks."""


@dataclass
class Fleet:
    """Replicas of one ledger, and what their clients were told so far, in the order in which it happened."""

    cluster: Cluster
    url: str
    events: list[Event] = field(default_factory=list)
    replicas: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _pipe: tuple[int, int] = field(default_factory=os.pipe)
    _count: int = 0

    def start(self) -> None:
        """Start one more replica."""
        name, self._count = f"r{self._count}", self._count + 1
        command = [sys.executable, "-m", "tests.durability.replica", self.url, name, str(CLIENTS)]
        environment = {**os.environ, "PYTHONPATH": "."}
        self.replicas[name] = subprocess.Popen(command, stdout=self._pipe[1], env=environment)

    def listen(self) -> None:
        """Hear what the clients are told until nobody can tell any more."""
        with os.fdopen(self._pipe[0], "rb") as lines:
            for line in lines:
                event = heard(line)
                assert event is not None, line
                self.events.append(event)

    def hang_up(self) -> None:
        """Leave the pipe to the replicas alone."""
        os.close(self._pipe[1])

    def acknowledged(self, name: str = "") -> int:
        """Return how many records the clients of one replica, or of all, were told of."""
        return sum(
            event.kind == "ok" and event.client.startswith(f"{name}." if name else "") for event in self.events[:]
        )

    def wait_for(self, more: int = TURN, name: str = "") -> None:
        """Wait until so many more records are acknowledged."""
        before, end = self.acknowledged(name), time.monotonic() + PATIENCE_S
        while self.acknowledged(name) < before + more:
            assert time.monotonic() < end, f"nothing is acknowledged any more ({self.acknowledged(name)})"
            time.sleep(0.01)

    def kill(self, name: str) -> None:
        """Kill a replica as the kernel does."""
        process = self.replicas.pop(name)
        process.send_signal(signal.SIGKILL)
        process.send_signal(signal.SIGCONT)
        process.wait(PATIENCE_S)

    def holder(self) -> str:
        """Return the replica that has the sequencer now, or nothing."""
        rows = self.cluster.run(
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND granted",
            "ledger",
        )
        return rows[0][0] if rows else ""

    def seized(self) -> str:
        """Stop, with SIGSTOP, a replica that has the sequencer, and return its name."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            name = self.holder()
            if name not in self.replicas:
                continue
            self.replicas[name].send_signal(signal.SIGSTOP)
            time.sleep(0.05)
            if self.holder() == name:
                return name
            self.replicas[name].send_signal(signal.SIGCONT)
        raise AssertionError("no replica was stopped while it had the sequencer")


@contextmanager
def fleet(cluster: Cluster) -> Iterator[Fleet]:
    """Run two replicas over an empty ledger for the block; then end them, having heard all they said."""
    made = Fleet(cluster, cluster.url(cluster.ledger()))
    listening = threading.Thread(target=made.listen)
    listening.start()
    try:
        made.start()
        made.start()
        for name in tuple(made.replicas):
            made.wait_for(1, name)
        yield made
    finally:
        for name in tuple(made.replicas):
            made.kill(name)
        made.hang_up()
        listening.join(PATIENCE_S)


def wrong(made: Fleet) -> list[str]:
    """Return everything that is wrong with the ledger."""
    with closing(AuditLog(PostgresStore(made.url), keys_in(made.url), Clock())) as log:
        entries = [Entry(one.index, one.record_id, one.leaf_hash.hex()) for one in log._store.records()]
        problems = [str(one) for one in log.verify().problems]
        return problems + complaints(made.events, entries, log._store.hashes)


def killed(made: Fleet) -> None:
    """A replica is killed under load; another takes its place."""
    made.kill(next(iter(made.replicas)))
    made.start()


def cut(made: Fleet) -> None:
    """Every connection is cut, whatever it is doing, several times."""
    for _ in range(5):
        made.cluster.run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{SERVICE}'", "ledger"
        )
        made.wait_for(5)


def cut_in_commit(made: Fleet) -> None:
    """Connections are cut while they commit: the record may be there, the client was not told."""
    found, end = 0, time.monotonic() + PATIENCE_S
    with psycopg.connect(made.cluster.url("ledger", ADMIN), autocommit=True) as db:
        while found < 5 and time.monotonic() < end:
            rows = db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s AND state = 'active' "
                "AND (query = 'COMMIT' OR wait_event IN ('WALSync', 'WALWrite'))",
                (SERVICE,),
            ).fetchall()
            found += len(rows)

    assert found >= 5


def stopped(made: Fleet) -> None:
    """The replica that has the sequencer stops; the other goes on, and the first one does when it wakes."""
    name = made.seized()
    (other,) = made.replicas.keys() - {name}
    made.wait_for(TURN, other)
    made.replicas[name].send_signal(signal.SIGCONT)
    made.wait_for(TURN, name)


def stopped_for_ever(made: Fleet) -> None:
    """The replica that has the sequencer stops and is killed."""
    name = made.seized()
    (other,) = made.replicas.keys() - {name}
    made.wait_for(TURN, other)
    made.kill(name)
    made.start()


def crashed(made: Fleet) -> None:
    """The server ends at once, as after a crash, and comes back."""
    made.cluster.stop(how=signal.SIGQUIT)
    made.cluster.start()


@pytest.mark.parametrize("breaks", [killed, cut, cut_in_commit, stopped, stopped_for_ever, crashed])
def test_nothing_acknowledged_is_lost_whatever_breaks(cluster: Cluster, breaks: Callable[[Fleet], None]) -> None:
    """No acknowledged record is lost, doubled or changed, indices are dense, and every head holds."""
    with fleet(cluster) as made:
        for _ in range(CYCLES):
            made.wait_for(random.Random(CYCLES).randrange(TURN))
            breaks(made)
            for name in tuple(made.replicas):
                made.wait_for(TURN, name)
    uncertain = sum(event.kind == "info" for event in made.events)
    print(f"{breaks.__name__}: {made.acknowledged()} acknowledged, {uncertain} uncertain")  # noqa: T201 - reported from full runs

    assert [] == wrong(made)
