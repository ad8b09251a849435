"""
What an operator waits for on a large ledger: the texts that rest on a fact, the open reviews.

A ledger of 100,000 checks is made (one in a hundred rests on the fact, one in twenty escalates, one in forty of those is
answered), closed, opened again, and asked. Every answer is counted before it is timed.

    python benchmarks/history.py [--records 100000]
"""

from __future__ import annotations

import argparse
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from measure import machine
from workload import require

from guardrails.audit.entry import CheckEntry, Summary, Work
from guardrails.audit.log import AuditLog
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.model.context import Principal
from guardrails.review.history import where
from guardrails.review.queue import folded

FACT, EVERY = "fact:N-1", 100
ESCALATED_EVERY = 20
BATCH = 500
BUDGET_S = 2.0
START_MS = 1_795_000_000_000


def main() -> None:
    """Make the ledger, ask it, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=100_000, help="checks on record (default 100,000)")
    count = options.parse_args().records
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        fill(log_in(Path(folder)), count)
        print(f"made {count} records in {time.perf_counter() - started:.1f} s")
        log = log_in(Path(folder))
        print(f"opened and head: {_timed(log.head)[0]:.3f} s")
        for repeat in range(3):
            took, found = _timed(lambda: where(log, FACT))
            require(len(found) == -(-count // EVERY), f"{len(found)} texts")
            print(f"where {FACT}: {len(found)} texts in {took:.3f} s (run {repeat + 1}, budget {BUDGET_S})")
        took, reviews = _timed(lambda: folded(log.record(index) for index in log.indices("escalated")))
        require(len(reviews) == -(-count // ESCALATED_EVERY), f"{len(reviews)} reviews")
        print(f"all {len(reviews)} reviews folded in {took:.3f} s")
        took, found = _timed(lambda: where(log, "rule:brand.rule-7"))
        print(f"where rule: every record read in {took:.3f} s ({len(found)} texts)")
        log.close()


def log_in(folder: Path) -> AuditLog:
    """Return the ledger in *folder*."""
    return AuditLog(SqliteStore(folder / "ledger.db"), SqliteKeys(folder / "keys.db"), lambda: START_MS)


def fill(log: AuditLog, count: int) -> None:
    """Record *count* checks and close the ledger."""
    entries = list(_entries(count))
    for at in range(0, count, BATCH):
        log.append_checks(entries[at : at + BATCH])
    log.close()


def _entries(count: int) -> Iterator[CheckEntry]:
    for number in range(count):
        yield CheckEntry(
            check_id=f"chk_{secrets.token_hex(13)}",
            at_ms=START_MS + number,
            principal=Principal("agent", "writer"),
            binding=True,
            work=Work(f"{number:064x}"),
            summary=Summary(
                policy_digest="sha256:bench",
                engine=(("bench", "1"),),
                as_of_ms=START_MS + number,
                verdict="escalate" if number % ESCALATED_EVERY == 0 else "pass",
                context=b"{}",
                channels=("newsletter",),
                markets=("de",),
            ),
            parts={
                "context": b"{}" * 20,
                "field:0": b"{}" * 80,
                "assessment": b"{}" * 300,
                "engine_input": b"{}" * 300,
                "state": b"{}" * 50,
            },
            rests_on=(FACT,) if number % EVERY == 0 else (),
        )


def _timed(call: Callable[[], object]) -> tuple[float, object]:
    started = time.perf_counter()
    result = call()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    main()
