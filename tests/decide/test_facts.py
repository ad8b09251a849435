"""The Rego input: groups, paths, state, and nothing that an engine could misread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.decide.contract import input_misfit, is_safe
from guardrails.decide.facts import engine_input, groups_of, progress, stops_in_force
from guardrails.model.canonical import canonical
from guardrails.model.context import Conflict
from guardrails.model.finding import Fault
from guardrails.model.span import Span
from guardrails.model.state import Round, Stop, Waiver
from tests.decide.support import CONTEXT, STATE, WORKSPACE, finding, policy, rule


def facts(*findings: Any, **more: Any) -> dict[str, Any]:
    """The input of a check with these findings."""
    given_: dict[str, Any] = {"context": CONTEXT, "state": STATE, "faults": (), "policy": policy()} | more
    return dict(engine_input(findings, given_["context"], given_["state"], given_["faults"], 5, given_["policy"]))


def test_equal_findings_are_one_group() -> None:
    """Findings equal in all that decides are counted together, in order of the first."""
    found = (finding("f1"), finding("f2", severity="high"), finding("f3", effect="note"), finding("f4"))
    groups = groups_of(found)

    assert [("g1", ("f1", "f2", "f4")), ("g2", ("f3",))] == [(group.id, group.findings) for group in groups]
    assert [group["count"] for group in facts(*found)["groups"]] == [3, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"effect": "note"},
        {"digest": "sha256:other"},
        {"confidence_pm": 1},
        {"waiver": "w"},
        {"observed": True},
        {"spans": (Span("title", 0, 1),)},
    ],
)
def test_what_decides_separates(change: dict[str, Any]) -> None:
    """A difference in anything that decides makes two groups."""
    assert len(groups_of((finding("f1"), finding("f2", **change)))) == 2


def test_a_group_says_what_the_rule_that_judged_says() -> None:
    """After the last day of a dated override, owner and topics are those of the rule under it."""
    base = rule(digest="sha256:base", owner="legal", topics=("health",), severity="high", waivable=False)
    over = rule(base=base)
    groups = facts(finding("f1", digest="sha256:base"), finding("f2"), policy=policy(over))["groups"]

    assert [("legal", ["health"], 3, False), ("brand-team", [], 2, True)] == [
        (group["owner"], group["topics"], group["severity"], group["waivable"]) for group in groups
    ]


def test_context_and_paths_hold_ancestors() -> None:
    """Values come with what they are part of; every possible value has its path."""
    body = facts()

    assert body["context"]["markets"] == ["de", "eu", "us"]
    assert body["paths"]["markets"] == [["de", "eu"], ["us"]]
    assert body["context"]["audiences"] == []


def test_free_text_never_enters() -> None:
    """A campaign is a digest, and so is a field id that would need an escape."""
    body = facts(finding(spans=(Span('a"b', 0, 1),)))

    assert body["context"]["campaign"].startswith("sha256:")
    assert body["groups"][0]["field"].startswith("sha256:")


def test_an_id_that_needs_an_escape_is_refused() -> None:
    """What must not be changed and may not enter is no sound input."""
    strange = facts(finding(rule_id='a"b'), policy=policy(rule('a"b')))

    assert "groups[0].rule" == input_misfit(strange)
    assert "state.risk" == input_misfit(facts(state=replace(STATE, risk=2**53)))


def test_a_context_that_hides_a_value_of_its_paths_is_refused() -> None:
    """A workspace rule that asks for a channel must not be silenced by a list that lacks it."""
    body = facts()
    body["context"] = body["context"] | {"channels": ["linkedin"]}

    assert "paths.channels" == input_misfit(body)
    assert None is input_misfit(facts())


def test_counts_add_up() -> None:
    """Every count is that of its list."""
    waiver = Waiver("w1", "brand.rule", (), "", (), "", "", "", 0, 9)
    state = replace(STATE, waivers=(waiver, replace(waiver, id="w2")), stops=(Stop("s", "all", "", ""),))
    context = replace(CONTEXT, conflicts=(Conflict("market", "us", "draft-differs"),))
    body = facts(finding("f1", waiver="w1"), finding("f2"), state=state, context=context, faults=(Fault("late", ""),))

    assert body["counts"] == {"conflicts": 1, "faults": 1, "findings": 2, "groups": 2, "stops": 1, "waivers": 1}
    assert body["waivers"] == [{"id": "w1", "rule": "brand.rule", "until_ms": 9}]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [((), 2, "first"), (("a",), 0, "improving"), (("a", "b"), 1, "improving"), (("a", "b"), 2, "stalled")],
)
def test_progress_is_fewer_findings_to_mend(before: tuple[str, ...], now: int, expected: str) -> None:
    """Not fewer than in the round before is no progress; nothing left is."""
    state = replace(STATE, rounds=(Round(1, "revise", before),) if before else ())

    assert progress([finding(f"f{i}") for i in range(now)], state) == expected


def test_a_round_that_asked_for_nothing_is_no_measure() -> None:
    """After a round without anything to mend, new findings are not "no progress"."""
    assert progress([finding()], replace(STATE, rounds=(Round(1, "pass", ()),))) == "improving"


def test_waived_and_observed_findings_are_not_left_to_mend() -> None:
    """Only what calls for revise counts."""
    state = replace(STATE, rounds=(Round(1, "revise", ("a",)),))

    assert (
        progress([finding(waiver="w1"), finding("f2", observed=True), finding("f3", effect="note")], state)
        == "improving"
    )


@pytest.mark.parametrize(
    ("scope", "value", "holds"),
    [
        ("all", "", True), ("agent", "dist", True), ("agent", "other", False), ("channel", "linkedin", True),
        ("channel", "social", True), ("channel", "blog", False), ("campaign", 'spring "SALE"', True),
        ("campaign", "autumn", False),
    ],
)  # fmt: skip
def test_a_stop_holds_what_it_names(scope: Any, value: str, holds: bool) -> None:
    """By agent, by channel or what it is part of, by campaign in any case of letters."""
    state = replace(STATE, stops=(Stop("s1", scope, value, "why"),))

    assert stops_in_force(CONTEXT, state, WORKSPACE) == (("s1",) if holds else ())


@given(st.text(max_size=300))
def test_safe_text_needs_no_escape(text: str) -> None:
    """What is safe stands in JSON as it is."""
    assert not is_safe(text) or canonical(text).decode() == f'"{text}"'
