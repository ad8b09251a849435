"""
The port of a Rego engine, and the strict wrapper around it.

An engine is a function of (bundle, input bytes). It is asked only what has the exact shape of ``guardrails.input/v1``, and
believed only if its answer has the exact shape of ``guardrails.decision/v1``, speaks of every group in order, and its
verdict follows from what it says. Anything else is an :class:`~guardrails.errors.EngineError`, which the pipeline turns
into a fault.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol, cast

from guardrails.decide.contract import DECISION, input_misfit, misfit
from guardrails.errors import EngineError
from guardrails.model.canonical import MAX_INT, Json, canonical
from guardrails.model.decision import DecidedGroup, Decision, DecisionReason, Obligation, Routing
from guardrails.model.finding import OUTCOMES
from guardrails.model.policy import Bundle

ENTRYPOINT: Final = "guardrails/decision/decision"
"""The one rule that is asked, as a path."""


class RegoEngine(Protocol):
    """The port: *identity* names what decides and its version, as sorted pairs for the assessment's ``engine``."""

    @property
    def identity(self) -> tuple[tuple[str, str], ...]:
        """Names and versions, e.g. ``(("regopy", "1.5.2"),)``."""

    def decide(self, bundle: Bundle, input_bytes: bytes) -> bytes:
        """
        Return the raw decision as canonical JSON.

        Raises:
            EngineError: On any surprise: no answer, an undefined or partial one, an error inside Rego.
        """


def decided(engine: RegoEngine, bundle: Bundle, facts: Mapping[str, Json], asked: bytes) -> Decision:
    """
    Ask *engine* about *facts*, whose canonical bytes are *asked*, and return its decision.

    Raises:
        EngineError: ``engine-bad-input`` if *facts* are no sound input, ``engine-bad-decision`` if the answer is not
            believed, or what the engine raises.
    """
    place = input_misfit(facts)
    if place is not None:
        raise EngineError("engine-bad-input", f"the input for the engine is not sound at {place or 'its top'}")
    return parse_decision(engine.decide(bundle, asked), facts)


def raw_decision(value: object) -> bytes:
    """
    Return the canonical bytes of an engine's result.

    Raises:
        EngineError: ``engine-bad-json``, if it holds anything but objects, arrays, strings, integers, booleans, null.
    """
    try:
        return canonical(cast("Json", value))
    except ValueError as error:
        raise EngineError("engine-bad-json", "the decision holds a value with no canonical form") from error


def parse_input(input_bytes: bytes) -> dict[str, Any]:
    """
    Return the input in *input_bytes* as both engines would read it.

    Raises:
        EngineError: ``engine-bad-input``, if it is no JSON object in UTF-8, or holds a number that is no integer
            within ±(2⁵³−1).
    """
    try:
        value = json.loads(input_bytes, parse_float=_no_number, parse_constant=_no_number, parse_int=_integer)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise EngineError("engine-bad-input", "the input is no JSON in UTF-8 with integers only") from error
    if not isinstance(value, dict):
        raise EngineError("engine-bad-input", "the input is no JSON object")
    return value


def parse_decision(raw: bytes, facts: Mapping[str, Json]) -> Decision:
    """
    Return the decision in *raw* if it answers *facts* (the input it was asked with) in every respect.

    Raises:
        EngineError: ``engine-bad-decision``, naming what is wrong.
    """
    body = _loaded(raw)
    place = misfit(body, DECISION)
    _require(place is None, place or "its top")
    decision = Decision(
        verdict=body["verdict"],
        evaluated=body["evaluated"],
        groups=tuple(DecidedGroup(**group) for group in body["groups"]),
        reasons=tuple(DecisionReason(one["code"], one["outcome"], tuple(one["groups"])) for one in body["reasons"]),
        obligations=tuple(Obligation(**obligation) for obligation in body["obligations"]),
        routing=_routing(body["routing"]),
        accountable=body["accountable"],
        good_until_ms=body["good_until_ms"],
    )
    _require_whole_answer(decision, facts)
    _require_consistent(decision, facts)
    return decision


def _routing(body: Mapping[str, Any] | None) -> Routing | None:
    return None if body is None else Routing(body["queue"], body["due_hours"], tuple(body["allowed"]))


def _require_whole_answer(decision: Decision, facts: Mapping[str, Json]) -> None:
    asked = [group["id"] for group in cast("list[Mapping[str, Json]]", facts["groups"])]
    _require([group.id for group in decision.groups] == asked, "groups are not those of the input, in order")
    _require(decision.evaluated == len(asked), "evaluated is not the number of groups")
    _require({id_ for reason in decision.reasons for id_ in reason.groups} <= set(asked), "reasons name strange groups")


def _require_consistent(decision: Decision, facts: Mapping[str, Json]) -> None:
    called = [group.calls_for for group in decision.groups] + [reason.outcome for reason in decision.reasons]
    gravest = max(called, key=OUTCOMES.index, default="none")
    expected = gravest if gravest in {"revise", "escalate"} else "pass"
    _require(decision.verdict == expected, "the verdict does not follow from groups and reasons")
    explained = {reason.outcome for reason in decision.reasons}
    _require(decision.verdict == "pass" or decision.verdict in explained, "the verdict has no reason")
    _require(decision.routing is None or decision.verdict == "escalate", "only an escalation is routed")
    if decision.verdict == "pass":
        _require_proved(decision, facts)
    else:
        _require(decision.accountable == "" and decision.good_until_ms is None, "nobody answers for what did not pass")


def _require_proved(decision: Decision, facts: Mapping[str, Json]) -> None:
    """Check again, without Rego, what no pass may lack."""
    ruling = cast("Mapping[str, Any]", facts["ruling"])
    seen = ruling["codes"] if ruling["decision"] == "approve" else []
    faults = cast("list[Mapping[str, Json]]", facts["faults"])
    _require(all(fault["code"] in seen for fault in faults), "pass despite a fault that no person has seen")
    _require(facts["conflicts"] == [], "pass despite a conflict")
    _require(all(obligation.due == "after" for obligation in decision.obligations), "pass with something due before")
    if cast("Mapping[str, Json]", facts["context"])["actions"] == ["lint"]:
        return
    principal = cast("Mapping[str, Json]", facts["principal"])
    _require(principal["kind"] in {"agent", "person"}, "pass without a principal")
    _require(decision.accountable.startswith("role:"), "pass without an accountable role")
    as_of = cast("int", facts["as_of_ms"])
    _require(decision.good_until_ms is None or decision.good_until_ms > as_of, "pass that has ended")


def _loaded(raw: bytes) -> Any:
    """Return the value in *raw*, which has one form only: a key that stands twice, say, would hide what stands first."""
    try:
        value = json.loads(raw)
        is_canonical = canonical(value) == raw
    except (ValueError, RecursionError) as error:
        raise EngineError("engine-bad-decision", "the decision is not JSON with integers only") from error
    _require(is_canonical, "it is not in canonical form")
    return value


def _no_number(text: str) -> None:
    raise ValueError(f"no integer: {text[:20]}")


def _integer(text: str) -> int:
    number = int(text)
    if abs(number) > MAX_INT:
        raise ValueError(f"beyond 2**53−1: {text[:20]}")
    return number


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise EngineError("engine-bad-decision", f"the decision is not believed: {what}")
