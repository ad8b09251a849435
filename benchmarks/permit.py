"""
``guardrails permit verify`` as a whole process, the check alone, and issuing, on the fixture workspace.

Every run's exit code is verified; a page with one word changed is refused first. Beside the figures stands a Python that does
nothing, the floor of any process. Processor time is given too: on a machine that others use it says more than the clock.

    PYTHONPATH=. python benchmarks/permit.py [--runs 30]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import workload
from measure import machine, p50

from guardrails.audit.approvers import trust_of
from guardrails.audit.dsse import Envelope, envelope_bytes
from guardrails.audit.permit_check import Content, Question, verified_permit
from guardrails.audit.trust import Trust, trust_json
from guardrails.backends.documents.rendered import html_of
from guardrails.gate import Gate
from guardrails.model.context import Actor
from guardrails.model.draft import Draft, content_sha256
from guardrails.review.permits import issue
from guardrails.review.revoking import revocations
from guardrails.text.canon import text_digest
from tests.e2e import nimbrel
from tests.gates import gate_in

BUDGET_MS = 60
_PERMITS = 2_000


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=30, help="processes per figure (default 30)")
    runs = options.parse_args().runs
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        _measured(Path(folder), runs)
    print(machine())


def _measured(folder: Path, runs: int) -> None:
    gate, draft = gate_in(folder), nimbrel.draft(nimbrel.PASSING)
    actor = Actor(nimbrel.AGENT, "key-agent")
    check = gate.check(draft, principal=nimbrel.AGENT, who=actor.who)
    started = time.perf_counter()
    permit = issue(gate, str(check.check_id), actor, html_of)
    print(f"the first permit (and the key): {(time.perf_counter() - started) * 1000:.1f} ms")
    page = html_of(draft.fields[0].text)
    files = {
        "page.html": page,
        "other.html": page.replace(" ", " nicht ", 1),
        "checked.md": draft.fields[0].text,
        "permit.json": envelope_bytes(permit.envelope).decode(),
        "trust.json": json.dumps(trust_json(trust_of(gate.log))),
        "list.txt": str(revocations(gate)),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"envelope: {len(files['permit.json'])} bytes")
    print(f"{'':34}{'best':>8}{'p50':>8}{'processor':>12} ms")
    _row("python -c pass", [_taken([sys.executable, "-c", "pass"], folder, 0) for _ in range(runs)])
    verify = [sys.executable, "-m", "guardrails.surfaces.cli", "permit", "verify"]
    rest = ["permit.json", "--trust", "trust.json", "--at", nimbrel.AS_OF, "--channel", "newsletter"]
    _taken([*verify, "other.html", *rest], folder, 1)
    _row("the bytes that were checked", [_taken([*verify, "checked.md", *rest], folder, 0) for _ in range(runs)])
    _row("a page", [_taken([*verify, "page.html", *rest], folder, 0) for _ in range(runs)])
    listed = [*rest, "--revocations", "list.txt"]
    _row(
        "a page, with a list of revocations", [_taken([*verify, "page.html", *listed], folder, 0) for _ in range(runs)]
    )
    print(f"  (budget: {BUDGET_MS} ms)")
    _in_process(permit.envelope, draft, trust_of(gate.log), gate.clock())
    _many(gate, draft, actor)
    gate.close()


def _in_process(envelope: Envelope, draft: Draft, trust: Trust, at_ms: int) -> None:
    data, raw = envelope_bytes(envelope), content_sha256(draft.fields)
    asked = Question(Content(raw, lambda: text_digest(draft.fields, html_of)), trust, at_ms)
    taken = []
    for _ in range(500):
        started = time.perf_counter()
        answer = verified_permit(data, asked)
        taken.append((time.perf_counter() - started) * 1000)
        workload.require(answer.may_publish, "refused")
    print(f"the check alone, in a process that runs: best {min(taken):.2f} ms, p50 {p50(taken):.2f} ms")


def _many(gate: Gate, draft: Draft, actor: Actor) -> None:
    checks = [gate.check(draft, principal=nimbrel.AGENT, who=actor.who) for _ in range(_PERMITS)]
    started = time.perf_counter()
    for check in checks:
        issue(gate, str(check.check_id), actor, html_of)
    each = (time.perf_counter() - started) / _PERMITS * 1000
    started = time.perf_counter()
    revocations(gate)
    print(
        f"one of {_PERMITS} permits: {each:.1f} ms; a list over all of them: {(time.perf_counter() - started) * 1000:.0f} ms"
    )


def _taken(command: list[str], folder: Path, expected: int) -> tuple[float, float]:
    """Return what a process takes, in ms by the clock and of the processor; stop at another exit code."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    clock = (time.perf_counter() - started) * 1000
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    workload.require(done.returncode == expected, f"exit code {done.returncode}: {(done.stderr or done.stdout)[:300]}")
    return clock, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def _row(name: str, taken: list[tuple[float, float]]) -> None:
    clock, processor = [one[0] for one in taken], [one[1] for one in taken]
    print(f"{name:34}{min(clock):8.1f}{p50(clock):8.1f}{min(processor):12.1f}")


if __name__ == "__main__":
    main()
