"""
The same drafts, in this process, in two workers, in a fresh interpreter with another hash seed, under shuffled rules and
under a policy that was stored and read again: the same bytes of assessment and of engine input.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from guardrails.backends.documents import READERS
from guardrails.backends.pool import WorkerPool
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.model.canonical import canonical, sha256_hex
from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import Round, State, Stop
from guardrails.pipeline import Evaluate, evaluator
from guardrails.policy.codec import policy_bytes, policy_of
from guardrails.render.answer import assessment_json
from tests.e2e import nimbrel

NAMES = sorted(str(path.relative_to(nimbrel.FIXTURES / "drafts")) for path in (nimbrel.FIXTURES / "drafts").glob("*/*"))
FIRST = State(principal=nimbrel.AGENT)
LATER = replace(
    FIRST,
    caller=(("market", "de"),),
    rounds=(Round(nimbrel.AS_OF_MS - 1, "revise", ("a", "b")),),
    stops=(Stop("stp_1", "channel", "press", "a reason"),),
    risk=3,
)
ASKED = [(name, state) for name in NAMES for state in (FIRST, LATER)]


def make_evaluate() -> Evaluate:
    """What each worker calls."""
    return evaluator(READERS, embedded_engine())


def digests(evaluate: Evaluate, policy: CompiledPolicy, *, threads: int = 1) -> list[str]:
    """One digest per question, over the assessment and the engine input."""

    def one(asked: tuple[str, State]) -> str:
        draft = nimbrel.draft(asked[0])
        found = evaluate(draft, policy, asked[1], nimbrel.AS_OF_MS)
        published = canonical(assessment_json(found.assessment, draft.fields))
        return sha256_hex(published + b"\0" + found.engine_input)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, ASKED))


@cache
def expected() -> list[str]:
    """The digests in this process."""
    return digests(make_evaluate(), nimbrel.policy())


def test_the_questions_differ() -> None:
    """Otherwise equal answers would say nothing: every draft and both states have an answer of their own."""
    assert len(ASKED) == len(set(expected()))
    assert len(ASKED) >= 100


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """Two workers."""
    made = WorkerPool(make_evaluate, nimbrel.policy(), size=2, deadline_s=60)
    yield made
    made.close()


@pytest.mark.parametrize("threads", [1, 4])
def test_workers_say_the_same(pool: WorkerPool, threads: int) -> None:
    """Whichever of two workers takes a draft, and whatever it has seen before."""
    assert expected() == digests(pool, nimbrel.policy(), threads=threads)


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_rules_say_the_same(seed: int) -> None:
    """Rules in another order, and drafts in another order."""
    policy = nimbrel.policy()
    rules = list(policy.rules)
    random.Random(seed).shuffle(rules)

    assert policy.rules != tuple(rules)
    assert expected() == digests(make_evaluate(), replace(policy, rules=tuple(rules)))


def test_a_stored_policy_says_the_same() -> None:
    """The copy in the cache or the ledger is the policy."""
    assert expected() == digests(make_evaluate(), policy_of(policy_bytes(nimbrel.policy())))


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_a_fresh_interpreter_says_the_same(seed: str) -> None:
    """Another process with another hash seed: no set or dictionary decides an order."""
    program = (
        "import json, sys; from tests.properties import test_same_everywhere as t; json.dump(t.expected(), sys.stdout)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Pacific/Auckland"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    assert expected() == json.loads(done.stdout)
