"""
Four lanes off the event loop: checks, everything short, what takes seconds, what reads the whole ledger.

A key is looked up while checks queue, and a policy is taken up while somebody searches for a person.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")
_SHORT_THREADS = 2


class Lanes:
    """
    Threads for blocking calls; ``contextvars`` go along.

    Args:
        checks: How many checks may be under way at once; more wait.
    """

    def __init__(self, checks: int) -> None:
        self._checks = ThreadPoolExecutor(checks, thread_name_prefix="check")
        self._short = ThreadPoolExecutor(_SHORT_THREADS, thread_name_prefix="short")
        self._slow = ThreadPoolExecutor(1, thread_name_prefix="slow")
        self._long = ThreadPoolExecutor(1, thread_name_prefix="long")

    async def check(self, call: Callable[[], _T]) -> _T:
        """Return what *call*, which evaluates, returns."""
        return await _run(self._checks, call)

    async def short(self, call: Callable[[], _T]) -> _T:
        """Return what *call*, which only looks something up, returns."""
        return await _run(self._short, call)

    async def slow(self, call: Callable[[], _T]) -> _T:
        """Return what *call*, which may take seconds, returns; one at a time."""
        return await _run(self._slow, call)

    async def long(self, call: Callable[[], _T]) -> _T:
        """Return what *call*, which reads the whole ledger, returns; one at a time."""
        return await _run(self._long, call)

    def close(self) -> None:
        """Finish what is under way, give up what waits."""
        self._long.shutdown(cancel_futures=True)
        self._slow.shutdown(cancel_futures=True)
        self._short.shutdown(cancel_futures=True)
        self._checks.shutdown(cancel_futures=True)


async def _run(executor: ThreadPoolExecutor, call: Callable[[], _T]) -> _T:
    within = functools.partial(contextvars.copy_context().run, call)
    return await asyncio.get_running_loop().run_in_executor(executor, within)
