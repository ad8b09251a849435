"""A running server is never silent for long, and a silence is seen."""

import threading

import pytest

from guardrails.audit.heartbeat import Silence, beat, beating, silences
from guardrails.audit.log import AuditLog
from guardrails.errors import LedgerError
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import NOON, Clock, check

EVERY_MS = 900_000


@pytest.fixture
def log():
    """A ledger whose clock is moved."""
    return AuditLog(MemoryStore(), MemoryKeys(), Clock())


def test_an_idle_ledger_gets_a_heartbeat(log):
    """The first at once, then one whenever nothing was recorded for that long; a check counts as a sign of life."""
    first = beat(log, EVERY_MS)
    log.clock.now_ms += EVERY_MS - 1
    too_early = beat(log, EVERY_MS)
    log.append_check(check(log))
    log.clock.now_ms += EVERY_MS - 1
    after_check = beat(log, EVERY_MS)
    log.clock.now_ms += 1
    second = beat(log, EVERY_MS)

    assert (0, None, None, 2) == (first.index, too_early, after_check, second.index)
    assert (0, 2) == log.indices("heartbeat")


def test_two_servers_make_one_heartbeat(log):
    """Whoever looks second sees the first one's."""
    assert [beat(log, EVERY_MS), beat(log, EVERY_MS)][1] is None


def test_a_pause_of_more_than_two_heartbeats_is_a_silence(log):
    """Twice as long is none; before the first heartbeat there are none."""
    log.append("export", {})
    log.clock.now_ms += 100 * EVERY_MS
    for pause in (2 * EVERY_MS, 2 * EVERY_MS + 1, EVERY_MS):
        beat(log, EVERY_MS)
        log.clock.now_ms += pause
    beat(log, EVERY_MS)
    at = NOON + 102 * EVERY_MS

    assert [Silence(3, at, at + 2 * EVERY_MS + 1)] == list(silences(log.records()))


def test_it_beats_while_the_block_runs(log):
    """In a thread of its own; an append that fails is tried again; it ends with the block."""
    tries, done = [], threading.Event()
    append = log.append

    def failing_once(kind, body):
        tries.append(kind)
        if len(tries) == 1:
            raise LedgerError("ledger-full", "there is no room left")
        receipt = append(kind, body)
        done.set()
        return receipt

    log.append = failing_once
    with beating(log, 10):
        done.wait(timeout=10)

    assert ["heartbeat"] * 2 == tries[:2]
    assert not [one for one in threading.enumerate() if one.name == "ledger-heartbeat"]
