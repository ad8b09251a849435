"""
How long each stage of ``evaluate`` takes, against the budget; 1,000 against 10,000 terms.

The stages are those of the pipeline itself, with a stopwatch around what it calls; the total is measured in calls
without a stopwatch. Signals are lazy in the pipeline; here each is asked for before the rules run, so that they do not
count as rules; claims are those of the types that the workload's rule asks for. Warm, one core.

    python benchmarks/stages.py [--repeats 200]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import workload
from measure import machine, one_core, p50, p99, samples_ms

from guardrails import pipeline
from guardrails.backends.documents import READERS
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.matching.scanner import Scanner
from guardrails.model.canonical import canonical
from guardrails.model.draft import Draft
from guardrails.model.policy import CompiledPolicy
from guardrails.pipeline import Evaluate, evaluator
from guardrails.policy.load import load_policy
from guardrails.render.answer import assessment_json
from guardrails.rules.due import Due, Roster
from guardrails.signals.analysis import FieldSignals

BUDGET_MS = {"parse": 0.4, "scan": 1.0, "signals": 1.2, "rules": 0.9, "decide": 1.2, "render": 0.3, "total": 5.0}
"""p50 of a draft of 300 words under 1,000 terms and 500 rules, without fixes."""

P99_BUDGET_MS = 20.0
FIXES_BUDGET_MS = 5.0
TERMS_BUDGET_PERCENT = 10.0
FINDINGS = (0, 6, workload.MOST_FINDINGS)

_STAGE_OF = {
    "parse": "parse",
    "FieldSignals": "signals",
    "effective_context": "rules",
    "run_rules": "rules",
    "unread_faults": "rules",
    "field_faults": "rules",
    "language_faults": "rules",
    "uncovered_layers": "rules",
    "suppression_of": "rules",
    "ruling_for": "rules",
    "waiver_for": "rules",
    "content_sha256": "rules",
    "engine_input": "decide",
    "canonical": "decide",
    "decided": "decide",
    "groups_of": "decide",
    "with_outcomes": "decide",
    "suppression_notes": "decide",
    "assemble": "decide",
}
"""What ``pipeline`` calls, and the stage it counts to; what it calls on an object is added below."""

_STAGE_OF_METHOD = {(Scanner, "scan"): "scan", (Roster, "due"): "rules", (Due, "work"): "rules"}

_SIGNALS = [name for name, value in vars(FieldSignals).items() if isinstance(value, cached_property)]


class Stopwatch:
    """Adds up the time of the calls it wraps, per stage, until it is read."""

    def __init__(self) -> None:
        self._ns: dict[str, int] = defaultdict(int)

    def around(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return *call*, timed as *stage*."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter_ns()
            try:
                return call(*args, **kwargs)
            finally:
                self._ns[stage] += time.perf_counter_ns() - started

        return timed

    def read_ms(self) -> dict[str, float]:
        """Return the milliseconds per stage and start anew."""
        taken = {stage: ns / 1e6 for stage, ns in self._ns.items()}
        self._ns.clear()
        return taken


def stage_samples(policy: CompiledPolicy, subject: Draft, repeats: int) -> dict[str, list[float]]:
    """Return the samples of every stage, in ms."""
    taken: dict[str, list[float]] = defaultdict(list)
    watch = Stopwatch()
    with _timed_pipeline(watch) as timed:
        answer = watch.around("render", _rendered)
        for number in range(repeats + 10):
            answer(timed(subject, policy, workload.STATE, workload.AS_OF_MS), subject)
            for stage, ms in watch.read_ms().items():
                if number >= 10:
                    taken[stage].append(ms)
    return taken


def total_samples(evaluate: Evaluate, policy: CompiledPolicy, subject: Draft, repeats: int) -> list[float]:
    """Return the samples of a whole evaluation with its rendering, in ms, without any stopwatch inside."""
    return samples_ms(lambda: _rendered(evaluate(subject, policy, workload.STATE, workload.AS_OF_MS), subject), repeats)


@contextmanager
def _timed_pipeline(watch: Stopwatch) -> Iterator[Evaluate]:
    with ExitStack() as patched:
        for name, stage in _STAGE_OF.items():
            call = _all_signals if name == "FieldSignals" else getattr(pipeline, name)
            patched.enter_context(mock.patch.object(pipeline, name, watch.around(stage, call)))
        for (owner, name), stage in _STAGE_OF_METHOD.items():
            patched.enter_context(mock.patch.object(owner, name, watch.around(stage, getattr(owner, name))))
        yield evaluator(READERS, embedded_engine())


def _all_signals(*args: Any) -> FieldSignals:
    signals = FieldSignals(*args)
    for name in _SIGNALS:
        getattr(signals, name)
    signals.claims.of(workload.CLAIM_TYPES)
    return signals


def _rendered(evaluation: pipeline.Evaluation, subject: Draft) -> bytes:
    return canonical(assessment_json(evaluation.assessment, subject.fields))


def _policy(folder: Path, count: int) -> CompiledPolicy:
    policy = load_policy(workload.write_workspace(folder / str(count), count))
    workload.require(len(policy.rules) == workload.RULES, f"{len(policy.rules)} rules")
    evaluate = evaluator(READERS, embedded_engine())
    for findings in FINDINGS:
        given = evaluate(workload.draft(findings), policy, workload.STATE, workload.AS_OF_MS)
        workload.verify(given.assessment, findings)
    return policy


def _print_stages(columns: dict[int, dict[str, list[float]]]) -> None:
    heads = " | ".join(f"{findings} findings p50 / p99" for findings in columns)
    print(f"| stage | budget p50 | {heads} |\n|---|---|{'---|' * len(columns)}")
    for stage, budget in BUDGET_MS.items():
        cells = " | ".join(f"{p50(taken[stage]):.2f} / {p99(taken[stage]):.2f}" for taken in columns.values())
        print(f"| {stage} | {budget} | {cells} |")


def _print_fixes(evaluate: Evaluate, policy: CompiledPolicy, repeats: int) -> None:
    print("\nwith verified fixes:")
    for findings in FINDINGS[1:]:
        subject = workload.draft(findings, fixes=True)
        fixed = evaluate(subject, policy, workload.STATE, workload.AS_OF_MS).assessment.fixed
        count = len(fixed.fix_ids) if fixed else 0
        workload.require(count == min(findings, 18), f"{count} fixes")
        plain = p50(total_samples(evaluate, policy, workload.draft(findings), repeats))
        with_fixes = total_samples(evaluate, policy, subject, repeats)
        print(
            f"  {findings} findings, {count} fixes: p50 {p50(with_fixes):.2f}, p99 {p99(with_fixes):.2f};"
            f" {p50(with_fixes) - plain:+.2f} (budget +{FIXES_BUDGET_MS})"
        )


def _print_terms(policies: dict[int, CompiledPolicy], repeats: int) -> None:
    """Measure both sizes in turn, so that a busy moment hits both."""
    subject, evaluate = workload.draft(6), {count: evaluator(READERS, embedded_engine()) for count in policies}
    totals: dict[int, list[float]] = {count: [] for count in policies}
    scans: dict[int, list[float]] = {count: [] for count in policies}
    for _ in range(5):
        for count, policy in policies.items():
            totals[count] += total_samples(evaluate[count], policy, subject, repeats // 5)
            scans[count] += stage_samples(policy, subject, repeats // 5)["scan"]
    small, large = (p50(totals[count]) for count in policies)
    print(
        f"\n1,000 → 10,000 terms (6 findings): total {small:.2f} → {large:.2f} ms, {100 * (large / small - 1):+.1f} %"
    )
    best = 100 * (min(totals[10_000]) / min(totals[1_000]) - 1)
    print(
        f"  (best against best {best:+.1f} %, budget under +{TERMS_BUDGET_PERCENT} %); scan {' → '.join(f'{p50(scans[n]):.2f}' for n in policies)} ms"
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeats", type=int, default=200, help="calls per figure (default 200)")
    repeats = options.parse_args().repeats
    one_core()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        policies = {count: _policy(Path(folder), count) for count in (1_000, 10_000)}
    policy, evaluate = policies[1_000], evaluator(READERS, embedded_engine())
    columns = {}
    for findings in FINDINGS:
        subject = workload.draft(findings)
        columns[findings] = stage_samples(policy, subject, repeats)
        columns[findings]["total"] = total_samples(evaluate, policy, subject, repeats)
    _print_stages(columns)
    bests = ", ".join(f"{min(taken['total']):.2f}" for taken in columns.values())
    print(f"(total: best {bests}; budget of p99 {P99_BUDGET_MS})")
    _print_fixes(evaluate, policy, repeats // 2)
    _print_terms(policies, repeats // 2)
    print(machine())


if __name__ == "__main__":
    main()
