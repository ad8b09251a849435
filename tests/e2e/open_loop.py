"""Requests at a fixed rate, whether or not earlier ones were answered; a latency counts from when its request was due."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TIMEOUT_S = 60


@dataclass(frozen=True)
class Reply:
    """What came back for the draft with this number; *status* is 0 if nothing did."""

    number: int
    status: int
    body: Any
    took_s: float


async def send(port: int, rate: float, draft: Callable[[int], Any], is_over: Callable[[], bool]) -> list[Reply]:
    """POST drafts at *rate* per second until *is_over*, then wait for what is under way."""
    begin, tasks = time.perf_counter(), []
    while not is_over():
        due = begin + len(tasks) / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        number = len(tasks)
        tasks.append(asyncio.create_task(_reply(port, number, json.dumps(draft(number)).encode(), due)))
    return list(await asyncio.gather(*tasks))


async def _reply(port: int, number: int, body: bytes, due: float) -> Reply:
    try:
        head, _, answer = (await asyncio.wait_for(_exchanged(port, body), TIMEOUT_S)).partition(b"\r\n\r\n")
        return Reply(number, int(head.split()[1]), json.loads(answer), time.perf_counter() - due)
    except (OSError, TimeoutError, ValueError, IndexError) as error:
        return Reply(number, 0, repr(error), time.perf_counter() - due)


async def _exchanged(port: int, body: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = "POST /v1/checks HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    return answer
