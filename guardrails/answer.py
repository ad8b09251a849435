"""
An assessment with what is not pure about it: ``guardrails.answer/v1``.

The linter's home is here and not in the gate, so that a cold ``lint`` imports no ledger and no cryptography.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from guardrails.model.assessment import Assessment
from guardrails.model.canonical import canonical, sha256_hex
from guardrails.model.draft import Draft, Pairs
from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import State
from guardrails.pipeline import Evaluate, Evaluation
from guardrails.render.answer import Receipt, assessment_json

LINT = (("action", "lint"),)
"""Context that only the linter sets."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    An assessment with what is not pure about it (``guardrails.answer/v1``).

    ``check_id`` and ``audit`` are None for lint; ``timing_us`` holds microseconds per step.
    """

    check_id: str | None
    binding: bool
    assessment: Assessment
    assessment_bytes: bytes
    assessment_sha256: str
    audit: Receipt | None
    timing_us: tuple[tuple[str, int], ...]


class StoredAnswer(NamedTuple):
    """An answer as the ledger has it: what was digested and where it stands, without timings."""

    check_id: str
    binding: bool
    assessment_bytes: bytes
    assessment_sha256: str
    audit: Receipt
    timing_us: tuple[tuple[str, int], ...] = ()


def assessed(draft: Draft, evaluation: Evaluation) -> dict[str, Any]:
    """Return the parts of an answer that hold the assessment, its canonical bytes and their digest."""
    data = canonical(assessment_json(evaluation.assessment, draft.fields))
    return {
        "assessment": evaluation.assessment,
        "assessment_bytes": data,
        "assessment_sha256": sha256_hex(data),
    }


@dataclass(frozen=True)
class Linter:
    """Evaluates and records nothing; its answers are never binding."""

    policy: CompiledPolicy
    evaluate: Evaluate
    clock: Callable[[], int]

    def lint(self, draft: Draft, *, caller: Pairs = (), as_of_ms: int | None = None) -> Answer:
        """Return what the rules find in *draft*; mandates, stops, rounds and obligations are not asked."""
        started = time.perf_counter_ns()
        state = State(caller=tuple(sorted((*(pair for pair in caller if pair[0] != "action"), *LINT))))
        now_ms = self.clock() if as_of_ms is None else as_of_ms
        evaluation = self.evaluate(replace(draft, fixes="none"), self.policy, state, now_ms)
        took = (("evaluate", (time.perf_counter_ns() - started) // 1000),)
        return Answer(check_id=None, binding=False, **assessed(draft, evaluation), audit=None, timing_us=took)
