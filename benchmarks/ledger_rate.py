"""
How many durable records a second a store takes from many clients, and how long each waits.

A record is 1 KB of canonical bytes; with payload 8 KB more, sealed with AES-256-GCM under a key that is kept first, as the
ledger does it. Clients are coroutines that hand over one record after the other; one thread commits what waits.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import p50, p99
from guardrails.audit.seal import new_part_key, sealed
from guardrails.audit.store import Append, KeyStore, Link, PartKey, RecordStore

RECORD_BYTES, PAYLOAD_BYTES = 1024, 8192
MAX_BATCH = 256
SECONDS = 5.0


@dataclass(frozen=True)
class Rate:
    """What was measured; times in ms."""

    clients: int
    payload_bytes: int
    records: int
    per_second: float
    p50_ms: float
    p99_ms: float
    batch: float


@dataclass
class _Job:
    item: Append
    keys: tuple[PartKey, ...]
    done: asyncio.Future[None]


class _Bench:
    def __init__(self, store: RecordStore, keys: KeyStore, payload_bytes: int, seconds: float) -> None:
        self.store, self.keys, self.payload_bytes = store, keys, payload_bytes
        self.jobs: list[_Job] = []
        self.came = asyncio.Event()
        self.waits: list[float] = []
        self.sizes: list[int] = []
        self.ends = time.perf_counter() + seconds

    async def client(self, name: str) -> None:
        n, loop = 0, asyncio.get_running_loop()
        body = secrets.token_hex(RECORD_BYTES // 2).encode()
        payload = secrets.token_bytes(self.payload_bytes)
        while time.perf_counter() < self.ends:
            began, n = time.perf_counter(), n + 1
            record_id = f"chk_{name}{n}"
            key = (new_part_key(record_id, "draft", os.urandom),) if payload else ()
            parts = tuple((one.part, sealed(one, payload, os.urandom)) for one in key)
            links = (Link(name, f"content:{record_id}", n, 0),)
            job = _Job(Append(record_id, record_id.encode() + body, parts, links), key, loop.create_future())
            self.jobs.append(job)
            self.came.set()
            await job.done
            self.waits.append(time.perf_counter() - began)

    async def writer(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self.came.wait()
            batch, self.jobs = self.jobs[:MAX_BATCH], self.jobs[MAX_BATCH:]
            if not self.jobs:
                self.came.clear()
            await loop.run_in_executor(None, self.write, batch)
            self.sizes.append(len(batch))
            for job in batch:
                job.done.set_result(None)

    def write(self, batch: Sequence[_Job]) -> None:
        kept = [key for job in batch for key in job.keys]
        if kept:
            self.keys.put(kept, self.store.head())
        self.store.append_many([job.item for job in batch])


async def _measured(bench: _Bench, clients: int) -> None:
    writer = asyncio.ensure_future(bench.writer())
    prefix = secrets.token_hex(6)
    await asyncio.gather(*(bench.client(f"{prefix}.{n}.") for n in range(clients)))
    writer.cancel()


def durable_rate(
    store: RecordStore, keys: KeyStore, *, clients: int, payload: bool = False, seconds: float = SECONDS
) -> Rate:
    """Return how many records a second *clients* get acknowledged for *seconds*."""
    bench = _Bench(store, keys, PAYLOAD_BYTES if payload else 0, seconds)
    began = time.perf_counter()
    asyncio.run(_measured(bench, clients))
    took = time.perf_counter() - began
    waits = [one * 1000 for one in bench.waits]
    return Rate(
        clients=clients,
        payload_bytes=bench.payload_bytes,
        records=len(waits),
        per_second=round(len(waits) / took, 1),
        p50_ms=round(p50(waits), 2),
        p99_ms=round(p99(waits), 2),
        batch=round(statistics.mean(bench.sizes), 1),
    )
