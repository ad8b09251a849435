"""
Waiting for news at the desk: one look at the ledger serves everybody who waits.

A waiting request holds no thread. It sleeps on the event loop and looks now and then, off the loop; looks of many
waiters within :data:`LOOK_S` are one. What other processes record is seen too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

LOOK_S = 0.25
"""How often the desk's version is looked up while somebody waits, at most."""


class Watch:
    """
    Knows the desk's version; used on the event loop only.

    Args:
        look: Returns the version as it is now, from off the loop.
    """

    def __init__(self, look: Callable[[], Awaitable[int]]) -> None:
        self._look = look
        self._lock = asyncio.Lock()
        self._version, self._at = 0, float("-inf")

    async def other_than(self, version: int, wait_s: float, is_over: Callable[[], Awaitable[bool]]) -> None:
        """Return as soon as the version is another one than *version*, *is_over* says so, or *wait_s* have passed."""
        ends = _now() + wait_s
        self._at = float("-inf")  # the caller's version may be newer than the last look
        while await self._known() == version and _now() < ends and not await is_over():  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(min(LOOK_S, max(ends - _now(), 0)))

    async def _known(self) -> int:
        async with self._lock:
            if _now() - self._at >= LOOK_S:
                self._version = await self._look()
                self._at = _now()
            return self._version


def _now() -> float:
    return asyncio.get_running_loop().time()
