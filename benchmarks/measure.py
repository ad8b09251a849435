"""Timing in milliseconds: repeated calls, percentiles, and the state of the machine beside them."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def samples_ms(call: Callable[[], object], repeats: int, *, warm: int = 10) -> list[float]:
    """Return how long each of *repeats* calls took, after *warm* calls that do not count."""
    for _ in range(warm):
        call()
    taken = []
    for _ in range(repeats):
        started = time.perf_counter_ns()
        call()
        taken.append((time.perf_counter_ns() - started) / 1e6)
    return taken


def percentile(samples: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile (0 to 100) of *samples*, of which there is at least one."""
    rank = -(-len(samples) * percent // 100)
    return sorted(samples)[max(0, int(rank) - 1)]


def p50(samples: Sequence[float]) -> float:
    """Return the median, nearest rank."""
    return percentile(samples, 50)


def p99(samples: Sequence[float]) -> float:
    """Return the 99th percentile, nearest rank."""
    return percentile(samples, 99)


def machine() -> str:
    """Return one line on the machine and how busy it is; figures mean nothing without it."""
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, {_model()}, Python {platform.python_version()}, load average {load}"


def one_core() -> None:
    """Stay on one core from here on, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _model() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    except OSError:
        return platform.processor()
