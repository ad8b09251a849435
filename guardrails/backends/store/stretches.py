"""
A long ledger verified in several processes, a stretch at a time.

Each stretch is read by a process of its own over connections of its own, so that one interpreter's pace does not bound
how fast a million records are gone through.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from typing import TypeAlias

from guardrails.audit.store import KeyStore, RecordStore
from guardrails.audit.stretch import Stretch, recomputed
from guardrails.audit.verify import Stretches

Opened: TypeAlias = Callable[[], tuple[RecordStore, KeyStore]]
"""Opens a ledger and its keys for reading; can be pickled."""

Bounds: TypeAlias = "tuple[int, int | None]"


def in_processes(opened: Opened, workers: int) -> Stretches:
    """Return what recomputes stretches in up to *workers* processes; one stretch is read in this one."""

    def read(bounds: Sequence[Bounds]) -> Iterator[Stretch]:
        if min(workers, len(bounds)) <= 1:
            yield from map(partial(_recomputed, opened), bounds)
            return
        context = multiprocessing.get_context("forkserver")
        # Nothing read here makes cycles, and there is much of it.
        with ProcessPoolExecutor(min(workers, len(bounds)), mp_context=context, initializer=gc.disable) as pool:
            yield from pool.map(partial(_recomputed, opened), bounds)

    return read


def _recomputed(opened: Opened, bounds: Bounds) -> Stretch:
    store, keys = opened()
    with closing(store), closing(keys):
        return recomputed(store, keys, *bounds)
