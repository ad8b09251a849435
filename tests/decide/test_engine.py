"""A decision is believed only if it follows from itself and answers what was asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guardrails.decide.engine import parse_decision, raw_decision
from guardrails.errors import EngineError
from guardrails.model.canonical import canonical

FACTS: dict[str, Any] = {
    "as_of_ms": 10,
    "groups": [{"id": "g1"}, {"id": "g2"}],
    "faults": [],
    "conflicts": [],
    "ruling": {"id": "", "decision": "none", "role": "", "until_ms": 0, "codes": []},
    "principal": {"kind": "agent", "id": "a"},
    "context": {"actions": ["publish"]},
}
PASS: dict[str, Any] = {
    "schema": "guardrails.decision/v1",
    "verdict": "pass",
    "evaluated": 2,
    "groups": [{"id": "g1", "calls_for": "none"}, {"id": "g2", "calls_for": "note"}],
    "reasons": [],
    "obligations": [{"id": "o1", "code": "archive", "due": "after", "text": "File it."}],
    "routing": None,
    "accountable": "role:head",
    "good_until_ms": 11,
}
REASON = {"code": "x", "outcome": "escalate", "groups": ["g1"]}


def refusal(changes: Any, facts: Any = None) -> str:
    """The message with which a decision is refused."""
    with pytest.raises(EngineError) as refused:
        parse_decision(canonical(PASS | changes), FACTS | (facts or {}))
    return refused.value.message


def test_a_whole_decision_is_read() -> None:
    """The control: nothing is wrong with it."""
    decision = parse_decision(canonical(PASS), FACTS)

    assert (decision.verdict, decision.accountable, decision.good_until_ms) == ("pass", "role:head", 11)
    assert [group.calls_for for group in decision.groups] == ["none", "note"]


def test_an_escalation_is_read_with_its_route() -> None:
    """Routing and reasons come through."""
    changes = {
        "verdict": "escalate", "reasons": [REASON], "obligations": [], "accountable": "", "good_until_ms": None,
        "routing": {"queue": "legal", "due_hours": 8, "allowed": ["approve"]},
    }  # fmt: skip
    decision = parse_decision(canonical(PASS | changes), FACTS)

    assert decision.routing is not None
    assert (decision.routing.queue, decision.reasons[0].groups) == ("legal", ("g1",))


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "guardrails.decision/v2"},
        {"verdict": "maybe"},
        {"verdict": "revise"},
        {"verdict": "escalate"},
        {"verdict": None},
        {"evaluated": 1},
        {"evaluated": True},
        {"groups": []},
        {"groups": list(reversed(PASS["groups"]))},
        {"groups": [*PASS["groups"], {"id": "g3", "calls_for": "none"}]},
        {"groups": [{"id": "g1", "calls_for": "pass"}, PASS["groups"][1]]},
        {"groups": [{"id": "g1", "calls_for": "revise"}, PASS["groups"][1]]},
        {"groups": [{"id": "g1"}, PASS["groups"][1]]},
        {"reasons": [REASON]},
        {"reasons": [REASON | {"outcome": "note", "groups": ["g9"]}]},
        {"reasons": {}},
        {"obligations": [PASS["obligations"][0] | {"due": "before"}]},
        {"obligations": [PASS["obligations"][0] | {"due": "later"}]},
        {"routing": {"queue": "q", "due_hours": 1, "allowed": []}},
        {"accountable": ""},
        {"accountable": None},
        {"good_until_ms": 10},
        {"good_until_ms": -1},
        {"extra": 1},
    ],
)
def test_what_does_not_follow_is_refused(changes: dict[str, Any]) -> None:
    """Each change makes the decision one that is not believed."""
    assert refusal(changes)


@pytest.mark.parametrize(
    "facts",
    [
        {"faults": [{"code": "late", "rule": ""}]},
        {"conflicts": [{"key": "channel", "why": "draft-differs"}]},
        {"principal": {"kind": "none", "id": ""}},
    ],
)
def test_a_pass_is_checked_again_without_rego(facts: dict[str, Any]) -> None:
    """A pass despite a fault, a conflict or nobody is refused whatever the engine says."""
    assert refusal({}, facts).startswith("the decision is not believed: pass")


def test_lint_passes_without_anybody() -> None:
    """A linter's pass needs no principal."""
    body = PASS | {"accountable": "", "good_until_ms": None, "obligations": []}
    facts = FACTS | {"context": {"actions": ["lint"]}, "principal": {"kind": "none", "id": ""}}

    assert parse_decision(canonical(body), facts).verdict == "pass"


def test_nobody_answers_for_what_did_not_pass() -> None:
    """An escalation with an accountable role is refused."""
    assert refusal({"verdict": "escalate", "reasons": [REASON]})


@pytest.mark.parametrize(
    "raw", [b"", b"nonsense", b"[]", b"[" * 100_000, b"1.5", json.dumps(PASS | {"evaluated": 2.0}).encode()]
)
def test_what_is_no_decision_is_refused(raw: bytes) -> None:
    """No bytes make the reader fail in another way."""
    with pytest.raises(EngineError):
        parse_decision(raw, FACTS)


@pytest.mark.parametrize("value", [1.5, {"a": float("nan")}, {"ü": 1}, [2**60]])
def test_a_result_without_canonical_form_is_refused(value: Any) -> None:
    """Both engines must be comparable byte for byte."""
    with pytest.raises(EngineError):
        raw_decision(value)
