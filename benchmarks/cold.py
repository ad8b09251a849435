"""
``guardrails lint`` and ``guardrails check`` as whole processes, from a cached policy of 500 rules and 1,000 terms.

Every run's exit code, verdict and findings are verified; so is that the policy came from the cache and that byte code is
compiled. A check finds a ledger with one record of another draft (a second round of its own would be another kind of
check). The file system is warm. Beside them stands a Python that does nothing, the floor of any figure. Processor time
is given too: on a machine that others use it says more than the clock.

    python benchmarks/cold.py [--runs 20]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import workload
from measure import machine, p50

LINT_BUDGET_MS = 150.0
_REVISE = 1
_PROGRAM = [sys.executable, "-m", "guardrails.surfaces.cli"]
_UNCOMPILED = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
"""Variables that keep byte code from being kept where it is looked for."""

_NEVER = ("pydantic", "yaml", "structlog", "rich", "spacy")
"""What a lint with a cached policy must not import."""


@dataclass(frozen=True)
class Taken:
    """What a process took, in ms: by the clock and of the processor."""

    clock: float
    processor: float


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=20, help="processes per figure (default 20)")
    runs = options.parse_args().runs
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        workspace = workload.write_workspace(root / "workspace", 1_000)
        time.sleep(0.1)  # files younger than 50 ms are not cached
        ledger = root / "ledger"
        environ = {name: value for name, value in os.environ.items() if name not in _UNCOMPILED} | {
            "GUARDRAILS_CACHE": str(root / "cache"),
            "GUARDRAILS_LEDGER": str(ledger / "ledger.db"),
            "GUARDRAILS_KEYS": str(ledger / "keys.db"),
        }
        _measured(workspace, environ, runs)
        _print_imports(workspace, environ)
    print(machine())


def _measured(workspace: Path, environ: dict[str, str], runs: int) -> None:
    print(f"{'':28}{'best':>8}{'p50':>8}{'processor':>12} ms")
    _print_row("python -c pass", [_taken([sys.executable, "-c", "pass"], workspace, environ)[0] for _ in range(runs)])
    first = _verified("lint", workspace, environ)
    _require_byte_code()
    _print_row("guardrails lint, cached", [_cached_run("lint", workspace, environ) for _ in range(runs)])
    print(f"  (the first, which compiles the policy: {first.clock:.0f} ms; budget of lint: {LINT_BUDGET_MS:.0f} ms)")
    ledger = Path(environ["GUARDRAILS_LEDGER"]).parent
    first = _verified("check", workspace, environ, workload.CLEAN_DRAFT)
    kept = shutil.copytree(ledger, ledger.with_name("kept"))
    _print_row("guardrails check, cached", [_check_run(workspace, environ, ledger, kept) for _ in range(runs)])
    print(f"  (the first, which makes the ledger: {first.clock:.0f} ms)")
    without = [_verified("lint", workspace, environ | {"GUARDRAILS_CACHE": "off"}) for _ in range(3)]
    _print_row("guardrails lint, no cache", without)


def _require_byte_code() -> None:
    spec = importlib.util.find_spec("guardrails.pipeline")
    workload.require(spec is not None and Path(spec.cached or "").is_file(), "byte code is not kept")


def _check_run(workspace: Path, environ: dict[str, str], ledger: Path, kept: Path) -> Taken:
    """Return what a check takes in a copy of the ledger *kept*."""
    shutil.rmtree(ledger)
    shutil.copytree(kept, ledger)
    return _cached_run("check", workspace, environ)


def _cached_run(name: str, workspace: Path, environ: dict[str, str]) -> Taken:
    """Return what a run takes; stop unless the policy came from the cache."""
    before = _cache_stamps(environ)
    taken = _verified(name, workspace, environ)
    workload.require(bool(before) and before == _cache_stamps(environ), f"{name} compiled the policy again")
    return taken


def _cache_stamps(environ: dict[str, str]) -> list[int]:
    return [file.stat().st_mtime_ns for file in Path(environ["GUARDRAILS_CACHE"]).glob("policy-*.json")]


def _verified(name: str, workspace: Path, environ: dict[str, str], file: str = workload.DRAFT) -> Taken:
    """Return what one run takes; stop unless exit code and findings are right."""
    command = [*_PROGRAM, name, file, "--format", "json", "--channel", "blog", "--locale", "en-GB"]
    expected = workload.expected(workload.MOST_FINDINGS if file == workload.DRAFT else 0)
    taken, done = _taken(command, workspace, environ)
    workload.require(
        done.returncode == (_REVISE if expected else 0),
        f"{name} ended with {done.returncode}: {(done.stderr or done.stdout)[:500]}",
    )
    assessment = json.loads(done.stdout)["results"][0]["answer"]["assessment"]
    found = Counter((finding["rule"]["id"], finding["spans"][0]["quote"]) for finding in assessment["findings"])
    workload.require(found == expected, f"{name} has {sum(found.values())} findings, or wrong ones")
    return taken


def _taken(
    command: list[str], workspace: Path, environ: dict[str, str]
) -> tuple[Taken, subprocess.CompletedProcess[str]]:
    worked, started = _processor_s(), time.perf_counter()
    done = subprocess.run(command, cwd=workspace, env=environ, capture_output=True, text=True, check=False)
    return Taken((time.perf_counter() - started) * 1e3, (_processor_s() - worked) * 1e3), done


def _processor_s() -> float:
    """Return the processor time of all processes that were run, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _print_row(name: str, samples: list[Taken]) -> None:
    clock, processor = [one.clock for one in samples], [one.processor for one in samples]
    print(f"{name:28}{min(clock):8.0f}{p50(clock):8.0f}{p50(processor):12.0f}   ({len(samples)} runs)")


def _print_imports(workspace: Path, environ: dict[str, str]) -> None:
    """Print what takes longest to import in a lint, own time and with what it imports, in ms."""
    command = [sys.executable, "-X", "importtime", *_PROGRAM[1:], "lint", "-q", workload.DRAFT]
    lines = _taken(command, workspace, environ)[1].stderr.splitlines()
    rows = [line.removeprefix("import time:").split("|") for line in lines if line.startswith("import time:")][1:]
    parsed = [(int(own), int(whole), name.strip()) for own, whole, name in rows]
    print(f"\nimports of lint: {len(parsed)} modules, {sum(own for own, _, _ in parsed) / 1e3:.0f} ms under importtime")
    for own, whole, name in sorted(parsed, reverse=True)[:10]:
        print(f"  {own / 1e3:6.1f} own {whole / 1e3:7.1f} whole  {name}")
    loaded = {name.partition(".")[0] for _, _, name in parsed}
    print(
        f"  never imported: {', '.join(sorted(set(_NEVER) - loaded))}; imported all the same: {sorted(loaded & set(_NEVER))}"
    )


if __name__ == "__main__":
    main()
