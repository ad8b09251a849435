"""
The ledger: durable records a second, and what proofs, verification and a start cost once there are a million.

Rates are those of `ledger_rate.py` over SQLite (1 KB records, with and without 8 KB of sealed payload), beside a plain
insert that is flushed each time, and pymerkle's SQLite tree. The million are checks of about 1 KB with their index rows,
made by `append_many` in batches of 256; every proof that is timed is also verified.

    PYTHONPATH=.:benchmarks python -m benchmarks.ledger [--records 1000000] [--seconds 5] [--rounds 2] [--folder DIR]

Zero records, or zero seconds, leave that half out.

"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw

from benchmarks.ledger_rate import RECORD_BYTES, Rate, durable_rate
from benchmarks.measure import machine, p50, p99, samples_ms
from guardrails import wiring
from guardrails.audit import tlog
from guardrails.audit.ids import new_id
from guardrails.audit.log import AuditLog
from guardrails.audit.projection import links_of
from guardrails.audit.store import Append
from guardrails.audit.verify import verified
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.model.record import Record, record_bytes
from guardrails.settings import Settings, read_settings
from guardrails.wiring import upkeep

BATCH = 256
_PROOFS = 2000
_CHANCE = random.Random(4)


def rates(folder: Path, seconds: float, rounds: int) -> Iterator[Rate]:
    """Yield the best of *rounds* for 1, 8 and 128 clients, without and with payload."""
    for payload in (False, True):
        for clients in (1, 8, 128):
            found = []
            for _ in range(rounds):
                with tempfile.TemporaryDirectory(dir=folder) as name:
                    home = Path(name)
                    with (
                        closing(SqliteStore(home / "ledger.db")) as store,
                        closing(SqliteKeys(home / "keys.db")) as keys,
                    ):
                        found.append(durable_rate(store, keys, clients=clients, payload=payload, seconds=seconds))
            yield max(found, key=lambda rate: rate.per_second)


def plain_rate(folder: Path, seconds: float, batch: int) -> float:
    """Return how many 1 KB rows a second are durable in a table of nothing else, *batch* to a commit."""
    with tempfile.TemporaryDirectory(dir=folder) as name, closing(apsw.Connection(f"{name}/plain.db")) as db:
        for sql in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE row (id INTEGER PRIMARY KEY, b BLOB)",
        ):
            db.execute(sql).fetchall()
        body, count, began = secrets.token_bytes(RECORD_BYTES), 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT INTO row (b) VALUES (?)", [(body,)] * batch)
            db.execute("COMMIT")
            count += batch
        return count / (time.perf_counter() - began)


def pymerkle_rate(folder: Path, seconds: float) -> tuple[float, float] | None:
    """Return pymerkle's appends a second, and its ms for a proof among so many; None where it is not installed."""
    try:
        from pymerkle import SqliteTree
    except ImportError:
        return None
    with tempfile.TemporaryDirectory(dir=folder) as name:
        tree, body, began, count = (
            SqliteTree(f"{name}/tree.db"),
            secrets.token_bytes(RECORD_BYTES),
            time.perf_counter(),
            0,
        )
        while time.perf_counter() - began < seconds:
            tree.append_entry(body)
            count += 1
        rate = count / (time.perf_counter() - began)
        proof = p50(samples_ms(lambda: tree.prove_inclusion(_CHANCE.randint(1, count), count), 20, warm=1))
        tree.con.close()
        return rate, proof


def check_record(n: int) -> Record:
    """Return a binding check of about 1 KB, as `audit/references.py` makes them."""
    refs = [secrets.token_hex(32) for _ in range(9)]
    body = {
        "principal": {"kind": "agent", "ref": refs[0]},
        "actor_ref": refs[0],
        "binding": True,
        "policy_digest": f"sha256:{'a' * 64}",
        "engine": {"guardrails": "0.1.0", "regopy": "1.5.2"},
        "as_of_ms": n,
        "verdict": "revise",
        "reasons": ["findings"],
        "rules": [{"id": "brand.superlatives", "calls_for": "revise", "count": 2}],
        "completeness": {"complete": True, "faults": []},
        "channels": ["press"],
        "markets": ["de"],
        "place_ref": refs[1],
        "content_ref": refs[2],
        "context_ref": refs[3],
        "thread_ref": refs[4],
        "revise": refs[5:7],
        "rests_on": [],
        "waivers": [],
    }
    return Record(new_id("chk", 1_790_000_000_000 + n, os.urandom), "check", 1_790_000_000_000 + n, body)


def fill(settings: Settings, count: int) -> float:
    """Make a ledger of *count* records and return how many a second that were, making them left out."""
    taken = 0.0
    with closing(SqliteStore(settings.ledger)) as store, closing(SqliteKeys(settings.keys)) as keys:
        keys.ledger_key()
        for start in range(0, count, BATCH):
            items = []
            for n in range(start, min(start + BATCH, count)):
                record = check_record(n)
                items.append(Append(record.id, record_bytes(record), (), links_of(record)))
            began = time.perf_counter()
            store.append_many(items)
            taken += time.perf_counter() - began
        keys.put((), store.head())
    return count / taken


def prove(log: AuditLog, size: int) -> None:
    """Time proofs for records and sizes by chance, and verify each."""
    root = log.head().root
    inclusion, consistency = [], []
    for _ in range(_PROOFS):
        index, before = _CHANCE.randrange(size), _CHANCE.randrange(1, size)
        began = time.perf_counter()
        proof = log.inclusion_proof(index, size)
        inclusion.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        grown = log.consistency_proof(before, size)
        consistency.append((time.perf_counter() - began) * 1000)
        assert tlog.inclusion_holds(index, size, next(log.stored(index, index + 1)).leaf_hash, proof, root)
        assert tlog.consistency_holds(before, size, log.root(before), root, grown)
    print(f"| inclusion proof, ms p50 / p99 | {p50(inclusion):.2f} / {p99(inclusion):.2f} |")
    print(f"| consistency proof, ms p50 / p99 | {p50(consistency):.2f} / {p99(consistency):.2f} |")


def large(folder: Path, count: int) -> None:
    """Measure a ledger of *count* records."""
    settings = read_settings(folder, {})
    settings.ledger.parent.mkdir()
    print(f"\n| {count:,} records | |\n|---|---|")
    print(f"| appended in batches of {BATCH}, a second | {fill(settings, count):,.0f} |")
    print(f"| file, MB | {settings.ledger.stat().st_size / 1e6:,.0f} |")
    began = time.perf_counter()
    with closing(wiring.open_log(settings)) as log:
        print(f"| start (head, last record and root checked), ms | {(time.perf_counter() - began) * 1000:.1f} |")
        prove(log, count)
    with closing(SqliteStore(settings.ledger, read_only=True)) as store, closing(SqliteKeys(settings.keys)) as keys:
        began = time.process_time()
        alone = verified(store, keys)
        used = time.process_time() - began
    began = time.perf_counter()
    report = upkeep.verify_ledger(settings)
    took = time.perf_counter() - began
    assert alone == report
    assert report.ok, report.problems[:3]
    assert report.size == count
    print(f"| verified as a whole, in a process per core, s | {took:.1f} |")
    print(f"| verified as a whole, in one process, s of processor | {used:.1f} |")


def quick(folder: Path, seconds: float, rounds: int) -> None:
    """Measure rates, ours and others'."""
    print(
        "\n| clients | payload, bytes | durable a second | p50, ms | p99, ms | records a commit |\n|---|---|---|---|---|---|"
    )
    for rate in rates(folder, seconds, rounds):
        print(
            f"| {rate.clients} | {rate.payload_bytes} | {rate.per_second:,.0f} | {rate.p50_ms} | {rate.p99_ms} "
            f"| {rate.batch} |",
            flush=True,
        )
    print(f"\nplain insert, 1 to a commit: {plain_rate(folder, seconds, 1):,.0f} a second")
    print(f"plain insert, 128 to a commit: {plain_rate(folder, seconds, 128):,.0f} a second")
    merkle = pymerkle_rate(folder, seconds)
    if merkle:
        print(f"pymerkle: {merkle[0]:,.0f} a second; a proof then takes {merkle[1]:.1f} ms")


def main() -> None:
    """Print everything as tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        print(machine())
        if given.seconds:
            quick(folder, given.seconds, given.rounds)
        if given.records:
            large(folder, given.records)
        print(f"\n{machine()}")


if __name__ == "__main__":
    main()
