"""
Whatever is removed or corrupted, nothing that should be checked passes unchecked.

Every class of mutation has a control that passes. ``GUARDRAILS_EXAMPLES`` sets how many mutations are drawn.
"""

import copy
import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from guardrails.backends.documents import READERS
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.errors import GuardrailsError
from guardrails.model.canonical import canonical
from guardrails.model.policy import Bundle, CompiledPolicy
from guardrails.model.state import State
from guardrails.pipeline import evaluator
from tests.e2e import nimbrel

EXAMPLES = int(os.environ.get("GUARDRAILS_EXAMPLES", "200"))
STATE = State(principal=nimbrel.AGENT)
GOOD = nimbrel.draft(nimbrel.PASSING)
WRONG = (None, {}, [], "", "x", -1, True, [None])


class Engine:
    """The embedded engine, with what goes in or comes out changed on the way."""

    identity = (("engine", "mutated"),)

    def __init__(
        self, question: Callable[[Any], Any] = lambda v: v, answer: Callable[[Any], Any] = lambda v: v
    ) -> None:
        self._inner, self._question, self._answer = embedded_engine(), question, answer

    def decide(self, bundle: Bundle, input_bytes: bytes) -> bytes:
        """Decide about the changed input and change the decision."""
        raw = self._inner.decide(bundle, canonical(self._question(json.loads(input_bytes))))
        return canonical(self._answer(json.loads(raw)))


def leaves(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Every path in *value*."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from leaves(item, (*path, key))


def mutated(value: Any, rng: random.Random, *, keep: Callable[[tuple, Any], bool]) -> Any:
    """Remove one part of *value*, or put something of another type in its place."""
    changed = copy.deepcopy(value)
    *path, last = rng.choice([path for path in leaves(changed) if keep(path, value)])
    parent = changed
    for key in path:
        parent = parent[key]
    if rng.random() < 0.5 or isinstance(parent, list):
        del parent[last]
    else:
        parent[last] = rng.choice([wrong for wrong in WRONG if type(wrong) is not type(parent[last])])
    return changed


def verdict(engine: Engine, policy: CompiledPolicy | None = None) -> str:
    """Evaluate the good draft; an error is no verdict."""
    try:
        return evaluator(READERS, engine)(GOOD, policy or nimbrel.policy(), STATE, nimbrel.AS_OF_MS).assessment.verdict
    except GuardrailsError:
        return "none"


def test_the_control_passes() -> None:
    """Through the same engine, unchanged, the draft passes."""
    assert "pass" == verdict(Engine())


def test_no_mutated_decision_passes() -> None:
    """A decision that lacks a part, or has one of another type, is not believed."""
    rng = random.Random(1)

    def keep(path: tuple, _: Any) -> bool:
        return path != ("good_until_ms",)  # null is a legal value of it

    for _ in range(EXAMPLES):
        assert "pass" != verdict(Engine(answer=lambda value: mutated(value, rng, keep=keep)))


# What a check of this draft does not rest on, or where leaving something out grants nothing.
UNUSED = {("paths",), ("context",)}


def test_no_input_without_a_section_passes() -> None:
    """An engine input without one of its sections, or with one of another type, never gives a pass."""
    control = json.loads(nimbrel.evaluate()(GOOD, nimbrel.policy(), STATE, nimbrel.AS_OF_MS).engine_input)
    for key in control:
        for wrong in (..., *WRONG):
            if wrong is not ... and type(wrong) is type(control[key]):
                continue

            def change(value: Any, key: str = key, wrong: Any = wrong) -> Any:
                return {k: v for k, v in value.items() if k != key} | ({} if wrong is ... else {key: wrong})

            assert "pass" != verdict(Engine(question=change)), (key, wrong)


def test_no_rule_whose_kind_is_gone_passes() -> None:
    """A due rule that cannot run is a fault, whether or not it would have found anything."""
    policy = nimbrel.policy()
    for index, rule in enumerate(policy.rules):
        if rule.scope.include or rule.locales != ("*",):
            continue
        rules = (*policy.rules[:index], replace(rule, kind="gone"), *policy.rules[index + 1 :])
        assert "pass" != verdict(Engine(), replace(policy, digest=f"sha256:{index}", rules=rules)), rule.id


@pytest.mark.parametrize("index", range(len(nimbrel.policy().bundle.modules)))
def test_no_bundle_without_a_module_passes(index: int) -> None:
    """A bundle that lost one of its sealed modules decides nothing."""
    policy = nimbrel.policy()
    modules = tuple(m for i, m in enumerate(policy.bundle.modules) if i != index)
    if policy.bundle.modules[index].path.startswith("workspace/"):
        pytest.skip("a workspace module can only raise a verdict")
    bundle = replace(policy.bundle, digest=f"sha256:{index}", modules=modules)

    assert "pass" != verdict(Engine(), replace(policy, digest=f"sha256:b{index}", bundle=bundle))


def test_no_mandate_book_without_a_part_passes() -> None:
    """Mandates that lost their holder, their giver, their time or their scope grant nothing."""
    policy = nimbrel.policy()
    book = policy.bundle.data["mandate_book"]
    number = next(i for i, mandate in enumerate(book["mandates"]) if mandate["agent"] == "distribution")
    for key in ("agent", "may_decide", "delegated_by", "since_ms", "until_ms", "stop_topics", "max_rounds"):
        for wrong in (..., *WRONG):
            data = copy.deepcopy(dict(policy.bundle.data))
            mandate = data["mandate_book"]["mandates"][number]
            if wrong is not ... and type(wrong) is type(mandate[key]):
                continue
            if wrong is ...:
                del mandate[key]
            else:
                mandate[key] = wrong
            bundle = replace(policy.bundle, digest=f"sha256:{key}{wrong}", data=data)
            assert "pass" != verdict(Engine(), replace(policy, digest=f"sha256:{key}{wrong}", bundle=bundle)), (
                key,
                wrong,
            )
