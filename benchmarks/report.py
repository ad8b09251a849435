"""
How long an auditor waits: the whole `guardrails report` over a ledger of 100,000 decisions, in every form.

The ledger is that of ``history.py`` (one decision in twenty escalates), the workspace the one that ``init`` makes. Each call
is a process of its own, as an operator would start it; what it wrote is counted before it is timed.

    python benchmarks/report.py [--records 100000]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from history import START_MS, fill, log_in
from measure import machine
from workload import require

from guardrails.model.day import day_of

BUDGET_S = 20.0
FORMS = ("html", "json", "csv", "pdf")


def main() -> None:
    """Make the ledger, report on it, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=100_000, help="checks on record (default 100,000)")
    count = options.parse_args().records
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        _run("init", str(workspace), cwd=Path(folder))
        (workspace / "var").mkdir(exist_ok=True)
        fill(log_in(workspace / "var"), count)
        for forms in (("html",), FORMS):
            took, worked = _reported(workspace, forms, count)
            named = ", ".join(forms)
            print(
                f"report over {count} decisions as {named}: {took:.1f} s, {worked:.1f} s of CPU (budget {BUDGET_S:.0f})"
            )
        print(f"most memory of one: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")


def _reported(workspace: Path, forms: tuple[str, ...], count: int) -> tuple[float, float]:
    """Return how long it took, and how long a processor worked: the first says little on a busy machine."""
    day = day_of(START_MS)
    out = workspace / f"out-{len(forms)}"
    started, before = time.perf_counter(), _worked()
    _run(
        "report", "--from", day, "--to", day, *(f"--format={form}" for form in forms), "--out", str(out), cwd=workspace
    )
    took, worked = time.perf_counter() - started, _worked() - before
    listed = out / "decisions.csv"
    if listed.exists():
        require(listed.read_text().count("\n") == count + 1, "not every decision is listed")
    return took, worked


def _worked() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(*args: str, cwd: Path) -> None:
    command = [sys.executable, "-m", "guardrails.surfaces.cli", *args]
    done = subprocess.run(command, cwd=cwd, env=os.environ, capture_output=True, text=True, check=False)
    require(done.returncode == 0, f"{args[0]}: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
