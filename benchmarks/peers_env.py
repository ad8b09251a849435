"""
The same list of terms as checks of guardrails-ai and nemoguardrails, each in an environment of its own.

Makes virtual environments in a temporary folder, installs the latest release of each with uv (bounded in time, from the
package index that uv is set up for) and runs ``peer_guardrails_ai.py`` and ``peer_nemoguardrails.py`` there. Each gets
the terms as regular expressions, must name the 18 that are in the draft, and is then timed on one core. Not in CI.

    python benchmarks/peers_env.py [--terms 1000]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import workload
from measure import machine

_HERE = Path(__file__).parent
_UV = str(_HERE.parent / ".tools" / "bin" / "uv")  # what `make setup` installs
_PEERS = {"guardrails-ai": "peer_guardrails_ai.py", "nemoguardrails": "peer_nemoguardrails.py"}
_INSTALL_S, _RUN_S = 300, 200


def main() -> None:
    """Install, measure and print; a peer that cannot be installed or run is reported as such."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--terms", type=int, default=1_000, help="length of the list (default 1000)")
    count = options.parse_args().terms
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        task = _task(Path(folder), count)
        for package, script in _PEERS.items():
            try:
                print(_measured(Path(folder), package, script, task), end="")
            except subprocess.TimeoutExpired as error:
                print(f"{package}: not measured, took more than {error.timeout:.0f} s")
            except subprocess.CalledProcessError as error:
                print(f"{package}: not measured, failed: {error.stderr[-500:]}")
    print(machine())


def _task(folder: Path, count: int) -> Path:
    terms = workload.terms(count)
    patterns = [rf"(?i)(?<!\w){re.escape(term)}(?!\w)" for term in terms]
    text = workload.text()
    expected = [pattern for pattern in patterns if re.search(pattern, text)]
    workload.require(len(expected) == 18, f"{len(expected)} patterns match")
    task = folder / "task.json"
    clean = workload.text(0)
    task.write_text(json.dumps({"patterns": patterns, "text": text, "clean": clean, "expected": expected}))
    return task


def _measured(folder: Path, package: str, script: str, task: Path) -> str:
    environment = folder / package
    python = environment / "bin" / "python"
    _ran([_UV, "venv", "--quiet", "--python", sys.executable, str(environment)], folder, _INSTALL_S)
    _ran([_UV, "pip", "install", "--quiet", "--python", str(python), package], folder, _INSTALL_S)
    return _ran([str(python), str(_HERE / script), str(task)], folder, _RUN_S)


def _ran(command: list[str], folder: Path, seconds: float) -> str:
    """Return the output of *command*; peers get a home of their own, so that they report nothing of anybody."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if not command[0].endswith("uv"):
        (folder / ".guardrailsrc").write_text("enable_metrics=false\n", encoding="utf-8")
        environ |= {"HOME": str(folder), "OTEL_SDK_DISABLED": "true", "NEMO_GUARDRAILS_TELEMETRY": "false"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=seconds, check=True)
    return done.stdout


if __name__ == "__main__":
    main()
