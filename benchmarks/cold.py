"""
``guardrails lint`` and ``guardrails check`` as whole processes, from a cached policy of 500 rules and 1,000 terms.

Every run's exit code, verdict and findings are verified; so is that the policy came from the cache. A check finds a
ledger with one record of another draft (a second round of its own would be another kind of check). The file system is warm and byte code is compiled. Beside them stands a Python that does nothing, the floor of any figure.

    python benchmarks/cold.py [--runs 20]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import workload
from measure import machine, p50

LINT_BUDGET_MS = 150.0
_REVISE = 1
_PROGRAM = [sys.executable, "-m", "guardrails.surfaces.cli"]
_NEVER = ("pydantic", "yaml", "structlog", "rich", "spacy")
"""What a lint with a cached policy must not import."""


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
        environ = os.environ | {
            "GUARDRAILS_CACHE": str(root / "cache"),
            "GUARDRAILS_LEDGER": str(ledger / "ledger.db"),
            "GUARDRAILS_KEYS": str(ledger / "keys.db"),
        }
        _measured(workspace, environ, runs)
        _print_imports(workspace, environ)
    print(machine())


def _measured(workspace: Path, environ: dict[str, str], runs: int) -> None:
    print(f"{'':28}{'best':>8}{'p50':>8} ms")
    _print_row("python -c pass", [_taken([sys.executable, "-c", "pass"], workspace, environ)[0] for _ in range(runs)])
    first = _verified("lint", workspace, environ)
    _print_row("guardrails lint, cached", [_cached_run("lint", workspace, environ) for _ in range(runs)])
    print(f"  (the first, which compiles the policy: {first:.0f} ms; budget of lint: {LINT_BUDGET_MS:.0f} ms)")
    ledger = Path(environ["GUARDRAILS_LEDGER"]).parent
    first = _verified("check", workspace, environ, workload.CLEAN_DRAFT)
    kept = shutil.copytree(ledger, ledger.with_name("kept"))
    _print_row("guardrails check, cached", [_check_run(workspace, environ, ledger, kept) for _ in range(runs)])
    print(f"  (the first, which makes the ledger: {first:.0f} ms)")
    without = [_verified("lint", workspace, environ | {"GUARDRAILS_CACHE": "off"}) for _ in range(3)]
    _print_row("guardrails lint, no cache", without)


def _check_run(workspace: Path, environ: dict[str, str], ledger: Path, kept: Path) -> float:
    """Return the time of a check in ms, in a copy of the ledger *kept*."""
    shutil.rmtree(ledger)
    shutil.copytree(kept, ledger)
    return _cached_run("check", workspace, environ)


def _cached_run(name: str, workspace: Path, environ: dict[str, str]) -> float:
    """Return the time of a run in ms; stop unless the policy came from the cache."""
    before = _cache_stamps(environ)
    taken = _verified(name, workspace, environ)
    workload.require(bool(before) and before == _cache_stamps(environ), f"{name} compiled the policy again")
    return taken


def _cache_stamps(environ: dict[str, str]) -> list[int]:
    return [file.stat().st_mtime_ns for file in Path(environ["GUARDRAILS_CACHE"]).glob("policy-*.json")]


def _verified(name: str, workspace: Path, environ: dict[str, str], file: str = workload.DRAFT) -> float:
    """Return the time of one run in ms; stop unless exit code and findings are right."""
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
) -> tuple[float, subprocess.CompletedProcess[str]]:
    started = time.perf_counter()
    done = subprocess.run(command, cwd=workspace, env=environ, capture_output=True, text=True, check=False)
    return (time.perf_counter() - started) * 1e3, done


def _print_row(name: str, samples: list[float]) -> None:
    print(f"{name:28}{min(samples):8.0f}{p50(samples):8.0f}   ({len(samples)} runs)")


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
