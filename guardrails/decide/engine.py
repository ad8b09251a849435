"""
The port of a Rego engine, and the strict reading of what it answers.

An engine is a function of (bundle, input bytes). Its answer is believed only if it has the exact shape of
``guardrails.decision/v1``, speaks of every group in order, and its verdict follows from what it says. Anything else is
an :class:`~guardrails.errors.EngineError`, which the pipeline turns into a fault.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol, cast

from guardrails.errors import EngineError
from guardrails.model.canonical import MAX_INT, Json, canonical
from guardrails.model.decision import DecidedGroup, Decision, DecisionReason, Obligation, Routing
from guardrails.model.finding import OUTCOMES, VERDICTS, Outcome, Verdict
from guardrails.model.policy import Bundle

ENTRYPOINT: Final = "guardrails/decision/decision"
"""The one rule that is asked, as a path."""

SCHEMA: Final = "guardrails.decision/v1"

_KEYS: Final = frozenset(
    {"schema", "verdict", "evaluated", "groups", "reasons", "obligations", "routing", "accountable", "good_until_ms"}
)


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


def parse_decision(raw: bytes, facts: Mapping[str, Json]) -> Decision:
    """
    Return the decision in *raw* if it answers *facts* (the input it was asked with) in every respect.

    Raises:
        EngineError: ``engine-bad-decision``, naming what is wrong.
    """
    body = _object(_loaded(raw), _KEYS, "decision")
    _require(body["schema"] == SCHEMA, "schema")
    decision = Decision(
        verdict=_verdict(body["verdict"]),
        evaluated=_whole(body["evaluated"], "evaluated"),
        groups=tuple(_group(item) for item in _list(body["groups"], "groups")),
        reasons=tuple(_reason(item) for item in _list(body["reasons"], "reasons")),
        obligations=tuple(_obligation(item) for item in _list(body["obligations"], "obligations")),
        routing=_routing(body["routing"]),
        accountable=_text(body["accountable"], "accountable"),
        good_until_ms=None if body["good_until_ms"] is None else _whole(body["good_until_ms"], "good_until_ms"),
    )
    _require_whole_answer(decision, facts)
    _require_consistent(decision, facts)
    return decision


def _require_whole_answer(decision: Decision, facts: Mapping[str, Json]) -> None:
    asked = [group["id"] for group in _groups_asked(facts)]
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
    _require(facts.get("faults") == [] and facts.get("conflicts") == [], "pass despite a fault or a conflict")
    _require(all(obligation.due == "after" for obligation in decision.obligations), "pass with something due before")
    if _actions(facts) == ["lint"]:
        return
    principal = cast("Mapping[str, Json]", facts["principal"])
    _require(principal["kind"] in {"agent", "person"}, "pass without a principal")
    _require(decision.accountable.startswith("role:"), "pass without an accountable role")
    as_of = facts["as_of_ms"]
    _require(decision.good_until_ms is None or decision.good_until_ms > cast("int", as_of), "pass that has ended")


def _actions(facts: Mapping[str, Json]) -> Json:
    return cast("Mapping[str, Json]", facts["context"])["actions"]


def _groups_asked(facts: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    return cast("list[Mapping[str, Json]]", facts["groups"])


def _group(item: object) -> DecidedGroup:
    body = _object(item, {"id", "calls_for"}, "group")
    return DecidedGroup(_text(body["id"], "group id"), _outcome(body["calls_for"]))


def _reason(item: object) -> DecisionReason:
    body = _object(item, {"code", "outcome", "groups"}, "reason")
    groups = tuple(_text(id_, "group id") for id_ in _list(body["groups"], "groups of a reason"))
    return DecisionReason(_text(body["code"], "code"), _outcome(body["outcome"]), groups)


def _obligation(item: object) -> Obligation:
    body = _object(item, {"id", "code", "due", "text"}, "obligation")
    _require(body["due"] in {"before", "after"}, "due of an obligation")
    return Obligation(*(_text(body[key], key) for key in ("id", "code", "due", "text")))


def _routing(item: object) -> Routing | None:
    if item is None:
        return None
    body = _object(item, {"queue", "due_hours", "allowed"}, "routing")
    allowed = tuple(_text(word, "allowed") for word in _list(body["allowed"], "allowed"))
    return Routing(_text(body["queue"], "queue"), _whole(body["due_hours"], "due_hours"), allowed)


def _outcome(value: object) -> Outcome:
    _require(value in OUTCOMES, "outcome")
    return cast("Outcome", value)


def _verdict(value: object) -> Verdict:
    _require(value in VERDICTS, "verdict")
    return cast("Verdict", value)


def _text(value: object, what: str) -> str:
    _require(isinstance(value, str), what)
    return cast("str", value)


def _whole(value: object, what: str) -> int:
    _require(isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INT, what)
    return cast("int", value)


def _list(value: object, what: str) -> list[object]:
    _require(isinstance(value, list), what)
    return cast("list[object]", value)


def _object(value: object, keys: frozenset[str] | set[str], what: str) -> dict[str, Any]:
    _require(isinstance(value, dict) and value.keys() == keys, f"keys of the {what}")
    return cast("dict[str, Any]", value)


def _loaded(raw: bytes) -> object:
    try:
        return json.loads(raw, parse_float=_refused, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise EngineError("engine-bad-decision", "the decision is not JSON") from error


def _refused(number: str) -> None:
    message = f"the decision holds a number that is no integer: {number[:20]}"
    raise EngineError("engine-bad-decision", message)


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise EngineError("engine-bad-decision", f"the decision is not believed: {what}")
