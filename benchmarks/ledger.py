"""
The ledger: durable records a second, and what proofs, verification and a start cost once there are a million.

Rates are those of `ledger_rate.py` (1 KB records, with and without 8 KB of sealed payload), for SQLite beside a plain
insert that is flushed each time, and pymerkle's SQLite tree. The million are checks of about 1 KB with their index rows,
made by `append_many` in batches of 256; every proof that is timed is also verified. `--parts` gives each of them so many
sealed parts of 300 bytes. With `--store postgres` everything is in a PostgreSQL that is started for it, with the defaults
of its `initdb`, and thrown away.

    PYTHONPATH=.:benchmarks python -m benchmarks.ledger [--store postgres] [--records 1000000] [--parts 0] [--seconds 5]
        [--rounds 2] [--folder DIR]

Zero records, or zero seconds, leave that half out. Times of processor are those of all our processes + all the server's.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import apsw

from benchmarks.ledger_place import Fresh, Place, places
from benchmarks.ledger_rate import RECORD_BYTES, Rate, durable_rate
from benchmarks.measure import machine, p50, p99, samples_ms
from guardrails import wiring
from guardrails.audit import tlog
from guardrails.audit.ids import new_id
from guardrails.audit.log import AuditLog
from guardrails.audit.projection import links_of
from guardrails.audit.seal import commitment, new_part_key, sealed
from guardrails.audit.store import Append, PartKey, Parts
from guardrails.audit.verify import VerifyReport, verified
from guardrails.model.canonical import Json
from guardrails.model.record import Record, record_bytes
from guardrails.wiring import upkeep

T = TypeVar("T")

BATCH = 256
PART_BYTES = 300
_PROOFS = 2000
_CHANCE = random.Random(4)


def rates(fresh: Fresh, seconds: float, rounds: int) -> Iterator[tuple[Rate, Took]]:
    """Yield the best of *rounds* for 1, 8 and 128 clients, without and with payload, and what that took."""
    for payload in (False, True):
        for clients in (1, 8, 128):
            found = []
            for _ in range(rounds):
                with fresh() as place:
                    store, keys = place.opened()
                    with closing(store), closing(keys):
                        run = partial(durable_rate, store, keys, clients=clients, payload=payload, seconds=seconds)
                        found.append(timed(place, run))
            yield max(found, key=lambda one: one[0].per_second)


def plain_rate(folder: Path | None, seconds: float, batch: int) -> float:
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


def pymerkle_rate(folder: Path | None, seconds: float) -> tuple[float, float] | None:
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


def check_record(n: int, parts: int) -> tuple[Record, Parts, list[PartKey]]:
    """Return a binding check of about 1 KB, as `audit/references.py` makes them, and its *parts* with their keys."""
    refs = [secrets.token_hex(32) for _ in range(9)]
    body: dict[str, Json] = {
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
    record_id = new_id("chk", 1_790_000_000_000 + n, os.urandom)
    keys = [new_part_key(record_id, f"field:{part}", os.urandom) for part in range(parts)]
    plain = secrets.token_bytes(PART_BYTES)
    if keys:
        body["commitments"] = {key.part: commitment(key, plain) for key in keys}
    payload = tuple((key.part, sealed(key, plain, os.urandom)) for key in keys)
    return Record(record_id, "check", 1_790_000_000_000 + n, body), payload, keys


def fill(place: Place, count: int, parts: int) -> float:
    """Make a ledger of *count* records and return how many a second that were, making them left out."""
    taken = 0.0
    store, keys = place.opened()
    with closing(store), closing(keys):
        keys.ledger_key()
        for start in range(0, count, BATCH):
            made = [check_record(n, parts) for n in range(start, min(start + BATCH, count))]
            items = [Append(record.id, record_bytes(record), payload, links_of(record)) for record, payload, _ in made]
            part_keys = [key for _, _, of_record in made for key in of_record]
            began = time.perf_counter()
            if part_keys:
                keys.put(part_keys, store.head())
            store.append_many(items)
            taken += time.perf_counter() - began
        keys.put((), store.head())
    return count / taken


@dataclass(frozen=True)
class Took:
    """Seconds on the clock, and of processor: ours and the server's."""

    clock: float
    ours: float
    server: float

    def __str__(self) -> str:
        """Return them for a table."""
        server = f" + {self.server:.1f}" if self.server else ""
        return f"{self.clock:.1f} ({self.ours:.1f}{server})"


def timed(place: Place, work: Callable[[], T]) -> tuple[T, Took]:
    """Return what *work* returns, and what it took."""
    clock, (ours, server) = time.perf_counter(), place.processor_s()
    value = work()
    took, (ours_then, server_then) = time.perf_counter() - clock, place.processor_s()
    return value, Took(took, ours_then - ours, server_then - server)


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
    print(f"| consistency proof, ms p50 / p99 | {p50(consistency):.2f} / {p99(consistency):.2f} |", flush=True)


def verified_alone(place: Place) -> VerifyReport:
    """Verify in this process."""
    store, keys = place.read_only()
    with closing(store), closing(keys):
        return verified(store, keys)


def large(place: Place, count: int, parts: int) -> None:
    """Measure a ledger of *count* records."""
    print(f"\n| {count:,} records, {parts} parts each | |\n|---|---|")
    print(f"| appended in batches of {BATCH}, a second | {fill(place, count, parts):,.0f} |")
    print(f"| ledger and keys, MB | {place.bytes() / 1e6:,.0f} |", flush=True)
    if place.cluster is not None:
        print(f"| the server again after a crash, s | {place.recovered_s():.1f} |")
    began = time.perf_counter()
    with closing(wiring.open_log(place.settings)) as log:
        print(f"| start (head, last record and root checked), ms | {(time.perf_counter() - began) * 1000:.1f} |")
        prove(log, count)
    report, together = timed(place, lambda: upkeep.verify_ledger(place.settings))
    print(f"| verified as a whole, a process per core, s (of processor) | {together} |", flush=True)
    again, alone = timed(place, lambda: verified_alone(place))
    print(f"| verified as a whole, in one process, s (of processor) | {alone} |")
    assert again == report
    assert report.ok, report.problems[:3]
    assert report.size == count


def quick(fresh: Fresh, seconds: float, rounds: int) -> None:
    """Measure rates."""
    print(
        "\n| clients | payload, bytes | durable a second | p50, ms | p99, ms | records a commit "
        "| µs of processor a record |\n|---|---|---|---|---|---|---|"
    )
    for rate, took in rates(fresh, seconds, rounds):
        used = f"{took.ours / rate.records * 1e6:.0f} + {took.server / rate.records * 1e6:.0f}"
        print(
            f"| {rate.clients} | {rate.payload_bytes} | {rate.per_second:,.0f} | {rate.p50_ms} | {rate.p99_ms} "
            f"| {rate.batch} | {used} |",
            flush=True,
        )


def others(folder: Path | None, seconds: float) -> None:
    """Measure the rates of others."""
    print(f"\nplain insert, 1 to a commit: {plain_rate(folder, seconds, 1):,.0f} a second")
    print(f"plain insert, 128 to a commit: {plain_rate(folder, seconds, 128):,.0f} a second")
    merkle = pymerkle_rate(folder, seconds)
    if merkle:
        print(f"pymerkle: {merkle[0]:,.0f} a second; a proof then takes {merkle[1]:.1f} ms")


def main() -> None:
    """Print everything as tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--parts", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    print(machine())
    with places(given.store, given.folder) as fresh:
        if given.seconds:
            quick(fresh, given.seconds, given.rounds)
        if given.seconds and given.store == "sqlite":
            others(given.folder, given.seconds)
        if given.records:
            with fresh() as place:
                large(place, given.records, given.parts)
    print(f"\n{machine()}")


if __name__ == "__main__":
    main()
