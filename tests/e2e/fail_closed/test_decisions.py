"""
What goes to the decision engine and what comes back: input, bundle, decision. Nothing that was removed or corrupted on
the way passes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.backends.documents import READERS
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.decide.contract import DATA, INPUT, misfit
from guardrails.decide.engine import decided, parse_decision, parse_input
from guardrails.errors import EngineError, GuardrailsError
from guardrails.model.canonical import canonical
from guardrails.model.policy import Bundle, CompiledPolicy, Module
from guardrails.model.state import State
from guardrails.pipeline import Evaluate, evaluator
from guardrails.policy.bundle import bundle_of
from tests.e2e import nimbrel
from tests.mutations import Mutant, at, damaged, drawn, rendered, trees
from tests.rego import support

ENGINE = embedded_engine()
STATE = State(principal=nimbrel.AGENT)
GOOD = nimbrel.draft(nimbrel.PASSING)
BUNDLE = support.bundle()
FACTS = support.facts(
    {
        "groups": [{"rule": "brand.note"}, {"id": "g2", "rule": "brand.revise", "waiver": "w1"}],
        "waivers": [{"id": "w1", "rule": "brand.revise", "until_ms": 5_000}],
    }
)
"""An input that passes and in which most parts are at work: a note, a waived finding, a live mandate."""

FREE = {"campaign", "task", "thread", "rule", "field", "owner", "role", "id", "waivable", "topics", "observed", "codes"}
"""Where any other sound value leads to the same pass: names, and what only counts for findings that hold something."""


@cache
def _decision() -> Any:
    return json.loads(ENGINE.decide(BUNDLE, canonical(FACTS)))


def verdict(facts: Any = FACTS, bundle: Bundle = BUNDLE) -> str:
    """The verdict that is believed; none if none is."""
    try:
        return decided(ENGINE, bundle, facts, canonical(facts)).verdict
    except (EngineError, ValueError):  # the latter: what has no canonical form reaches no engine
        return "none"


def test_the_control_passes() -> None:
    """Unchanged, everything passes."""
    assert "pass" == verdict()
    assert "pass" == parse_decision(canonical(_decision()), FACTS).verdict


# -- input


@drawn
@given(trees(FACTS, text=False))
def test_no_mutated_input_passes(mutant: Mutant) -> None:
    """An input that lacks a part, or has one of another sort, gives no pass."""
    if verdict(mutant.value) == "pass":
        assert _is_renamed(mutant), mutant.what


def _is_renamed(mutant: Mutant) -> bool:
    """Tell whether *mutant* is sound, and differs in one place on which this pass does not rest."""
    name = next(key for key in reversed(mutant.path) if isinstance(key, str))
    return misfit(mutant.value, INPUT) is None and (
        name in FREE or at(mutant.value, mutant.path) == at(FACTS, mutant.path)
    )


@drawn
@given(damaged(canonical(FACTS)))
def test_no_damaged_input_passes(mutant: Mutant) -> None:
    """Bytes lost or changed: what is no whole input is never asked about, by whatever reading of it."""
    try:
        facts = parse_input(mutant.value)
    except EngineError:
        return

    if verdict(facts) == "pass":
        assert _shape(FACTS) == _shape(facts), mutant.what


def _shape(value: Any) -> Any:
    """*value* without what it says: its keys, lengths and types."""
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    return [_shape(item) for item in value] if isinstance(value, list) else type(value)


# -- bundle


@drawn
@given(trees(support.DATA, text=False))
def test_no_mutated_data_passes(mutant: Mutant) -> None:
    """With its old digest no other data decides; with a digest of its own only data of the right shape."""
    stale = replace(BUNDLE, digest=f"sha256:{len(str(mutant.value))}", data=mutant.value)
    if mutant.value != support.DATA:
        assert "none" == verdict(bundle=stale)

    try:
        passes = verdict(bundle=bundle_of(BUNDLE.modules, mutant.value)) == "pass"
    except ValueError:
        return
    if passes:
        assert misfit(mutant.value, DATA) is None
        assert not mutant.what.startswith(("spoilt", "misspelt")) or mutant.path[-1] == "text", mutant.what
        assert mutant.what != "removed" or isinstance(mutant.path[-1], int) or mutant.path[-2] in {"include", "exclude"}


@drawn
@given(st.integers(0, len(BUNDLE.modules) - 1).flatmap(
    lambda number: damaged(BUNDLE.modules[number].source.encode()).map(lambda mutant: (number, mutant))
))  # fmt: skip
def test_no_damaged_module_decides(drawn_: tuple[int, Mutant]) -> None:
    """A sealed module that is not the one that was digested is never asked."""
    number, mutant = drawn_
    old = BUNDLE.modules[number]
    if mutant.value == old.source.encode():
        return
    module = Module(old.path, mutant.value.decode("utf-8", "replace"))
    bundle = replace(BUNDLE, modules=(*BUNDLE.modules[:number], module, *BUNDLE.modules[number + 1 :]))

    assert "none" == verdict(bundle=replace(bundle, digest=f"{BUNDLE.digest} "))  # not the digest of what is kept built


@pytest.mark.parametrize("index", range(len(nimbrel.policy().bundle.modules)))
def test_no_bundle_without_a_module_passes(index: int) -> None:
    """A bundle that lost one of its sealed modules decides nothing, even with a digest of its own."""
    policy = nimbrel.policy()
    if policy.bundle.modules[index].path.startswith("workspace/"):
        return  # a workspace's module can only raise a verdict
    modules = tuple(m for i, m in enumerate(policy.bundle.modules) if i != index)
    bundle = bundle_of(modules, policy.bundle.data)

    assert "pass" != _over_fixture(replace(policy, digest=f"sha256:b{index}", bundle=bundle))


def _over_fixture(policy: CompiledPolicy) -> str:
    try:
        return evaluator(READERS, ENGINE)(GOOD, policy, STATE, nimbrel.AS_OF_MS).assessment.verdict
    except GuardrailsError:
        return "none"


def test_no_rule_whose_kind_is_gone_passes() -> None:
    """A due rule that cannot run is a fault, whether or not it would have found anything."""
    policy = nimbrel.policy()
    for index, rule in enumerate(policy.rules):
        if rule.scope.include or rule.locales != ("*",):
            continue
        rules = (*policy.rules[:index], replace(rule, kind="gone"), *policy.rules[index + 1 :])
        assert "pass" != _over_fixture(replace(policy, digest=f"sha256:{index}", rules=rules)), rule.id


# -- decision


@drawn
@given(st.deferred(lambda: trees(_decision())))
def test_no_mutated_decision_passes(mutant: Mutant) -> None:
    """A decision that lacks a part, has one of another type, or says one thing twice, is not believed."""
    raw = rendered(mutant.value)
    try:
        passes = parse_decision(raw, FACTS).verdict == "pass"
    except EngineError:
        return

    assert not passes or json.loads(raw) == _decision() or mutant.path == ("good_until_ms",), mutant.what


@drawn
@given(st.deferred(lambda: damaged(canonical(_decision()))))
def test_no_damaged_decision_passes(mutant: Mutant) -> None:
    """Bytes lost or changed in the answer: it is refused, unless a word for people or the time it holds has changed."""
    try:
        passes = parse_decision(mutant.value, FACTS).verdict == "pass"
    except EngineError:
        return

    if passes:
        read, free = json.loads(mutant.value), {"accountable", "good_until_ms", "obligations"}
        assert {k: v for k, v in read.items() if k not in free} == {
            k: v for k, v in _decision().items() if k not in free
        }


class Garbling:
    """The embedded engine behind a line that changes what comes out."""

    identity = (("engine", "garbled"),)

    answer = b""

    def decide(self, bundle: Bundle, input_bytes: bytes) -> bytes:
        """Decide, and answer something else."""
        ENGINE.decide(bundle, input_bytes)
        return self.answer


@cache
def _garbling() -> tuple[Garbling, Evaluate]:
    engine = Garbling()
    return engine, evaluator(READERS, engine)


@drawn
@given(st.deferred(lambda: trees(_decision())))
def test_no_garbled_answer_gives_the_pipeline_a_pass(mutant: Mutant) -> None:
    """The whole pipeline, over the answer to another question: nothing passes, and a fault says why."""
    engine, evaluate = _garbling()
    engine.answer = rendered(mutant.value)
    assessment = evaluate(GOOD, nimbrel.policy(), STATE, nimbrel.AS_OF_MS).assessment

    assert "escalate" == assessment.verdict
    assert assessment.completeness.faults
