"""What every Rego engine must do: the same suite on the embedded engine and on a real OPA, and both must agree."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.backends.rego import embedded
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.backends.rego.opa import opa_engine
from guardrails.decide.engine import RegoEngine, parse_decision
from guardrails.decide.engine import decided as decided_by
from guardrails.errors import EngineError
from guardrails.model.canonical import canonical
from guardrails.model.decision import Decision
from guardrails.model.policy import Module
from guardrails.policy.rego_cases import case_input, merged
from guardrails.policy.yaml_source import parse_yaml
from tests.rego.support import AS_OF, NO_END, QUIET, RULES, bundle, facts
from tests.services import opa_server

PRESS = Module(
    "workspace/press_money/press_money.rego",
    """package workspace.press_money

reasons := [reason |
	"press" in input.context.channels
	some group in input.groups
	group.rule == "facts.price"
	reason := {"code": "press-money", "outcome": "revise", "groups": [group.id]}
]
""",
)
BUNDLE = bundle(extra=(PRESS,))
CASES: list[dict[str, Any]] = parse_yaml(
    (Path(__file__).parent.parent / "rego" / "decision_cases.yaml").read_text(), "decision_cases.yaml"
).value  # type: ignore[assignment]  # a list of mappings, as the file shows
EMBEDDED = embedded_engine()
EXAMPLES = int(os.environ.get("GUARDRAILS_EXAMPLES", "200"))


@pytest.fixture(scope="module")
def opa() -> Iterator[RegoEngine]:
    """A real OPA over the bundle of these tests."""
    with opa_server(BUNDLE) as url:
        yield opa_engine(url)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegoEngine]:
    """The embedded engine with the bundle loaded from disk, compiled by an engine before it."""
    engine = embedded_engine(tmp_path_factory.mktemp("kept"))
    for _ in range(2):
        embedded._CACHE.built.clear()
        engine.decide(BUNDLE, canonical(facts()))
    yield engine
    embedded._CACHE.built.clear()


@pytest.fixture(scope="module", params=["embedded", "kept", "opa"])
def engine(request: pytest.FixtureRequest) -> RegoEngine:
    """Every engine there is."""
    return EMBEDDED if request.param == "embedded" else request.getfixturevalue(request.param)


def decided(engine: RegoEngine, body: Any) -> Decision:
    """Ask, and read the answer strictly."""
    return parse_decision(engine.decide(BUNDLE, canonical(body)), body)


def shown(decision: Decision) -> dict[str, Any]:
    """What the table may expect of a decision."""
    routing = decision.routing
    return {
        "verdict": decision.verdict,
        "codes": [reason.code for reason in decision.reasons],
        "calls_for": [group.calls_for for group in decision.groups],
        "accountable": decision.accountable,
        "good_until_ms": decision.good_until_ms,
        "queue": routing.queue if routing else None,
        "allowed": list(routing.allowed) if routing else None,
        "obligations": [obligation.code for obligation in decision.obligations],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_branch_decides_as_its_case_says(engine: RegoEngine, case: dict[str, Any]) -> None:
    """Each case of the table gets the decision it names."""
    actual = shown(decided(engine, facts(case.get("input"))))

    assert case["expect"] == {key: actual[key] for key in case["expect"]}


def test_workspace_reasons_raise_a_verdict(engine: RegoEngine) -> None:
    """What a workspace package exports is among the reasons."""
    change = {"context": {"channels": ["press"]}, "groups": [{"rule": "facts.price"}]}
    decision = decided(engine, facts(change))

    expected = [("findings-escalate", ("g1",)), ("press-money", ("g1",))]
    assert expected == [(reason.code, reason.groups) for reason in decision.reasons]


def test_a_name_has_a_version(engine: RegoEngine) -> None:
    """Every engine says what it is."""
    assert all(name and version for name, version in engine.identity)


@pytest.mark.parametrize("raw", [b"", b"[]", b"nonsense", b"\xff", b'{"a": NaN}', b"null"])
def test_what_is_no_input_raises(engine: RegoEngine, raw: bytes) -> None:
    """Bytes that are no JSON object never get a decision."""
    with pytest.raises(EngineError):
        engine.decide(BUNDLE, raw)


def test_an_empty_input_escalates(engine: RegoEngine) -> None:
    """From nothing at all follows an escalation, with every part that is missing named."""
    decision = json.loads(engine.decide(BUNDLE, b"{}"))

    assert decision["verdict"] == "escalate"
    assert decision["reasons"][0]["code"] == "integrity-schema"


def _some(values: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


_GROUP = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(sorted(RULES)),
        "effect": st.sampled_from(["note", "revise", "escalate"]),
        "waivable": st.booleans(),
        "topics": st.sampled_from([[], ["health"], ["sport", "health"]]),
        "field": st.sampled_from(["body", "titel-ü", "見出し"]),
        "confidence_pm": st.integers(0, 1000),
        "count": st.integers(1, 40),
        "waiver": st.sampled_from(["", "w1", "w2", "rec_1"]),
        "observed": st.booleans(),
    }
)


@st.composite
def inputs(draw: st.DrawFn) -> dict[str, Any]:
    """Valid inputs over the bundle of these tests."""
    groups = [{**group, "id": f"g{i}"} for i, group in enumerate(draw(st.lists(_GROUP, max_size=4)))]
    markets = draw(_some(["de", "at", "us"]))
    paths = [[market, "eu"] if market != "us" else [market] for market in markets]
    change = {
        "as_of_ms": draw(st.sampled_from([0, AS_OF, AS_OF + 1, 9_000, NO_END])),
        "context": {
            "channels": draw(_some(["newsletter", "press", "tv"])),
            "markets": list(dict.fromkeys(value for path in paths for value in path)),
            "stages": draw(_some(["research", "final"])),
            "audiences": draw(_some(["public", "investors"])),
            "actions": [draw(st.sampled_from(["publish", "prepare", "lint"]))],
        },
        "paths": {"markets": paths},
        "principal": draw(_PRINCIPAL),
        "groups": groups,
        "waivers": [
            {"id": f"w{i}", "rule": name, "until_ms": draw(st.sampled_from([AS_OF, AS_OF + 1, NO_END]))}
            for i, name in enumerate(draw(_some(sorted(RULES))), 1)
        ],
        "faults": [
            {"code": code, "rule": ""} for code in draw(st.lists(st.sampled_from(["late", "gone"]), max_size=3))
        ],
        "ruling": draw(_RULING),
        "conflicts": draw(st.lists(st.just({"key": "channel", "why": "draft-differs"}), max_size=1)),
        "state": {
            "rounds": draw(st.integers(0, 5)),
            "progress": draw(st.sampled_from(["first", "improving", "stalled"])),
            "risk": draw(st.integers(0, 20)),
            "stops": draw(st.lists(st.just("stop-1"), max_size=1)),
            "valid_until_ms": draw(st.sampled_from([AS_OF + 5, NO_END])),
        },
    }
    return case_input(merged(QUIET, change))


_PRINCIPAL = st.one_of(
    st.just({"kind": "none", "id": ""}),
    st.builds(lambda name: {"kind": "person", "id": name}, st.sampled_from(["head", "intern"])),
    st.builds(lambda name: {"kind": "agent", "id": name}, st.sampled_from(["dist", "prep", "old", "edge", "soon"])),
)
_RULING = st.fixed_dictionaries(
    {
        "id": st.just("rec_1"),
        "decision": st.sampled_from(["none", "approve", "send-back", "reject"]),
        "role": st.just("legal"),
        "until_ms": st.sampled_from([AS_OF, AS_OF + 1, NO_END]),
        "codes": st.lists(
            st.sampled_from(["late", "findings-escalate", "ready-needs-person", "loop-limit", "stop-in-force"]),
            max_size=4,
        ),
    }
)
LAW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@LAW
@given(body=inputs())
def test_both_engines_give_the_same_bytes(opa: RegoEngine, body: dict[str, Any]) -> None:
    """The raw decisions are equal, byte for byte."""
    asked = canonical(body)

    assert EMBEDDED.decide(BUNDLE, asked) == opa.decide(BUNDLE, asked)


@LAW
@given(body=inputs())
def test_every_valid_input_gets_a_decision_that_is_believed(body: dict[str, Any]) -> None:
    """No valid input makes the sealed packages contradict themselves."""
    decision = decided_by(EMBEDDED, BUNDLE, body, canonical(body))

    assert len(body["groups"]) == decision.evaluated


@settings(LAW, max_examples=min(EXAMPLES, 60))
@given(body=inputs(), data=st.data())
def test_the_order_of_groups_changes_no_verdict(body: dict[str, Any], data: st.DataObject) -> None:
    """Groups in another order get the same verdict."""
    shuffled = body | {"groups": data.draw(st.permutations(body["groups"]))}

    assert decided(EMBEDDED, body).verdict == decided(EMBEDDED, shuffled).verdict
