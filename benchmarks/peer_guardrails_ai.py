"""
guardrails-ai, run in its own environment by ``peers_env.py``: a guard with one validator over all patterns.

The package itself ships no list or expression check: those are in its hub, which needs an account. The validator here
is the plainest one that answers the question: every pattern compiled once, searched one by one, spans reported.
"""

from __future__ import annotations

import json
import re
import sys
import time
from importlib.metadata import version
from pathlib import Path

from measure import one_core, p50, p99, samples_ms

_started = time.perf_counter()
from guardrails.validator_base import (  # noqa: E402
    ErrorSpan,
    FailResult,
    PassResult,
    ValidationResult,
    Validator,
    register_validator,
)

from guardrails import Guard  # noqa: E402 - its import is timed

_IMPORT_S = time.perf_counter() - _started


@register_validator(name="bench/patterns", data_type="string")
class Patterns(Validator):
    """Fails on any of the patterns it is given."""

    def __init__(self, patterns: list[str], on_fail: str = "noop") -> None:
        super().__init__(on_fail=on_fail, patterns=patterns)
        self._compiled = [(pattern, re.compile(pattern)) for pattern in patterns]

    def _validate(self, value: str, metadata: dict[str, object]) -> ValidationResult:  # noqa: ARG002 - its interface
        spans = [
            ErrorSpan(start=found.start(), end=found.end(), reason=pattern)
            for pattern, compiled in self._compiled
            for found in compiled.finditer(value)
        ]
        return FailResult(error_message="listed words", error_spans=spans) if spans else PassResult()


def main() -> None:
    """Verify, measure and print."""
    one_core()
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    guard = Guard().use(Patterns(task["patterns"]))
    [summary] = guard.validate(task["text"]).validation_summaries
    if sorted(span.reason for span in summary.error_spans) != sorted(task["expected"]):
        raise SystemExit("not verified: other patterns were found")
    if not guard.validate(task["clean"]).validation_passed:
        raise SystemExit("not verified: something was found in the clean text")
    taken = samples_ms(lambda: guard.validate(task["text"]), 50, warm=5)
    print(
        f"guardrails-ai {version('guardrails-ai')}: {len(task['patterns'])} patterns, {len(task['expected'])} hits",
        end="",
    )
    print(f" verified; Guard.validate p50 {p50(taken):.2f}, p99 {p99(taken):.2f} ms; import {_IMPORT_S:.1f} s")


if __name__ == "__main__":
    main()
