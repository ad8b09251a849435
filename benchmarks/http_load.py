"""
``guardrails serve`` under load, with every answer on record: capacity first, then an open loop at half of it.

A real server process on loopback with two workers and a ledger on disk. Capacity is what eight clients in a closed loop
get answered; the open loop then sends at half that rate whether or not earlier answers have come, and a latency counts
from the moment its request was due, so that waiting is not hidden. Every draft is different, and about 330 words long (or the server would see
rounds of one draft); every answer's verdict and number of findings is verified, and so is the number of records.

    python benchmarks/http_load.py [--seconds 10] [--findings 6]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import workload
from measure import machine, p50, p99

P99_BUDGET_MS = 50.0
_CLIENTS, _CAPACITY_S, _MOST_REQUESTS = 8, 5.0, 5_000
_LETTERS = str.maketrans("0123456789", "bdfgklmnpr")
_STARTUP_S, _TIMEOUT_S = 30.0, 20.0


@dataclass
class Drafts:
    """Bodies of different drafts, each with the same number of findings."""

    findings: int
    sent: int = 0
    _chance: random.Random = field(default_factory=lambda: random.Random(workload.SEED))

    def body(self) -> bytes:
        """Return the next body: words of its own end every sentence, so that no finding is seen twice."""
        self.sent += 1
        number = f"{self.sent:04}".translate(_LETTERS)
        words = f"{self._chance.choice('bdfgkl')}a{number[:2]} {self._chance.choice('mnprst')}y{number[2:]}"
        text = re.sub(r"(?<=\w)\.", f" {words}.", workload.text(self.findings))
        draft = {"schema": "guardrails.draft/v1", "fields": [{"id": "body", "format": "markdown", "text": text}]}
        context = {"channel": "blog", "locale": "en-GB", "action": "publish"}
        return json.dumps(draft | {"context": context}).encode()


async def answered_ms(port: int, drafts: Drafts, due: float) -> float:
    """Send one draft over a new connection and return the ms from *due* to its verified answer."""
    body = drafts.body()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /v1/checks HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    answer = await asyncio.wait_for(reader.read(), _TIMEOUT_S)
    taken = (time.perf_counter() - due) * 1e3
    writer.close()
    _verify(answer, drafts.findings)
    return taken


def _verify(answer: bytes, findings: int) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    workload.require(head.startswith(b"HTTP/1.1 200"), answer[:500].decode())
    given = json.loads(body)
    assessment = given["assessment"]
    counted = len(assessment["findings"])
    verdict = "revise" if findings else "pass"
    workload.require(
        assessment["verdict"] == verdict and counted == findings,
        f"{assessment['verdict']}, {counted}, {assessment['reasons']}",
    )
    workload.require(given["audit"] is not None, "no record")


async def _closed_loop(port: int, drafts: Drafts, seconds: float) -> float:
    """Return answers per second that the clients get, each sending again as soon as it is answered."""
    until, done = time.perf_counter() + seconds, 0

    async def client() -> None:
        nonlocal done
        while time.perf_counter() < until and drafts.sent < _MOST_REQUESTS:
            await answered_ms(port, drafts, time.perf_counter())
            done += 1

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(_CLIENTS)))
    return done / (time.perf_counter() - started)


async def _open_loop(port: int, drafts: Drafts, rate: float, seconds: float) -> list[float]:
    """Return latencies in ms at *rate* requests per second, evenly spaced."""
    count = min(int(rate * seconds), _MOST_REQUESTS)
    begin, tasks = time.perf_counter(), []
    for number in range(count):
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(answered_ms(port, drafts, due)))
    return list(await asyncio.gather(*tasks))


async def _measured(port: int, findings: int, seconds: float) -> int:
    """Measure, print, and return how many drafts were sent."""
    drafts = Drafts(findings)
    await _closed_loop(port, drafts, 2.0)  # warm
    capacity = await _closed_loop(port, drafts, _CAPACITY_S)
    print(f"{findings} findings: capacity {capacity:.1f} answers/s ({_CLIENTS} clients, {_CAPACITY_S:.0f} s)")
    rate = capacity / 2
    taken = await _open_loop(port, drafts, rate, seconds)
    print(
        f"  open loop at {rate:.1f}/s, {len(taken)} requests: p50 {p50(taken):.1f}, p99 {p99(taken):.1f},"
        f" most {max(taken):.1f} ms (p99 budget {P99_BUDGET_MS:.0f})"
    )
    return drafts.sent


@contextmanager
def _server(workspace: Path) -> Iterator[int]:
    port = _free_port()
    environ = os.environ | {"GUARDRAILS_CACHE": str(workspace / "cache")}
    command = [sys.executable, "-m", "guardrails.surfaces.cli", "serve", "--port", str(port), "--workers", "2"]
    with (workspace / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=workspace, env=environ, stdout=log, stderr=log)
    try:
        _wait_ready(port, server, workspace)
        yield port
    finally:
        server.terminate()
        server.wait(15)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_ready(port: int, server: subprocess.Popen[bytes], workspace: Path) -> None:
    until = time.monotonic() + _STARTUP_S
    while time.monotonic() < until:
        log = (workspace / "server.log").read_text(encoding="utf-8")[-2000:]
        workload.require(server.poll() is None, f"the server ended: {log}")
        try:
            _records(port)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    workload.require(False, "the server is not ready")


def _records(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=_TIMEOUT_S) as answer:
        return int(json.load(answer)["records"])


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=10.0, help="length of the open loop (default 10)")
    options.add_argument("--findings", type=int, nargs="*", default=[0, 6], help="findings per draft (default 0 6)")
    chosen = options.parse_args()
    print(machine())
    for findings in chosen.findings:
        with tempfile.TemporaryDirectory() as folder, _server(workload.write_workspace(Path(folder), 1_000)) as port:
            before = _records(port)
            sent = asyncio.run(_measured(port, findings, chosen.seconds))
            recorded = _records(port) - before
            workload.require(recorded >= sent, f"{sent} sent, {recorded} recorded")
            print(f"  {sent} answers verified, {recorded} records added")
    print(machine())


if __name__ == "__main__":
    main()
