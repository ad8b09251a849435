"""Twenty questions that touch every sealed package, to ask an engine whether it decides, and two whether they agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from guardrails.decide.engine import RegoEngine, decided
from guardrails.errors import EngineError
from guardrails.model.canonical import Json, canonical
from guardrails.model.policy import Bundle
from guardrails.policy.rego_cases import case_input

_FINDING: Final = {"rule": "brand.rule", "effect": "revise"}
_ASKING: Final = {"id": "g2", "rule": "facts.rule", "effect": "escalate", "layer": "factual", "severity": 4}
_RULING: Final = {"id": "rul_1", "role": "head", "until_ms": 2_000_000_000_000, "codes": ["findings-escalate"]}
_WAIVER: Final = {"id": "wvr_1", "rule": "brand.rule"}

CASES: Final[tuple[Mapping[str, Any], ...]] = (
    {},
    {"groups": [_FINDING]},
    {"groups": [{**_FINDING, "effect": "note"}]},
    {"groups": [_ASKING]},
    {"groups": [_FINDING, _ASKING]},
    {"groups": [{**_ASKING, "observed": True}]},
    {"groups": [{**_FINDING, "waiver": "wvr_1"}], "waivers": [{**_WAIVER, "until_ms": 2_000_000_000_000}]},
    {"groups": [{**_FINDING, "waiver": "wvr_1"}], "waivers": [{**_WAIVER, "until_ms": 1}]},
    {"groups": [{**_ASKING, "waiver": "rul_1"}], "ruling": {**_RULING, "decision": "approve"}},
    {"groups": [{**_ASKING, "waiver": "rul_1"}], "ruling": {**_RULING, "decision": "send-back"}},
    {"ruling": {**_RULING, "decision": "reject"}},
    {"faults": [{"code": "rule-failed", "rule": "brand.rule"}]},
    {"conflicts": [{"key": "channel", "why": "not-permitted"}]},
    {"state": {"stops": ["stp_1"]}},
    {"state": {"rounds": 99, "progress": "stalled"}},
    {"state": {"risk": 99_999}},
    {"principal": {"kind": "none", "id": ""}},
    {"principal": {"kind": "person", "id": "head"}},
    {"context": {"actions": ["lint"]}, "groups": [_FINDING]},
    {"context": {"actions": ["prepare"], "markets": ["us"], "channels": ["press"]}},
)
"""What each differs in from a quiet draft (``rego_cases``); the data is the bundle's own."""


def undecided(engine: RegoEngine, bundle: Bundle) -> list[int]:
    """Return the numbers of the cases to which *engine* gives no decision that is believed."""
    return [number for number, case in enumerate(CASES) if not _decides(engine, bundle, case_input(case))]


def disagreements(one: RegoEngine, other: RegoEngine, bundle: Bundle) -> list[int]:
    """
    Return the numbers of the cases on which the raw decisions of two engines differ in a byte.

    Raises:
        EngineError: If either gives none.
    """
    asked = [canonical(cast("Json", case_input(case))) for case in CASES]
    return [n for n, facts in enumerate(asked) if one.decide(bundle, facts) != other.decide(bundle, facts)]


def _decides(engine: RegoEngine, bundle: Bundle, facts: dict[str, Any]) -> bool:
    try:
        decided(engine, bundle, facts, canonical(facts))
    except EngineError:
        return False
    return True
