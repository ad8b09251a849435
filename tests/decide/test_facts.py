"""The Rego input: groups, paths, state, and nothing that an engine could misread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.decide.facts import engine_input, groups_of, is_safe, progress, stops_in_force
from guardrails.errors import EngineError
from guardrails.model.canonical import canonical
from guardrails.model.context import Conflict
from guardrails.model.finding import Fault
from guardrails.model.span import Span
from guardrails.model.state import Round, Stop, Waiver
from tests.decide.support import CONTEXT, STATE, WORKSPACE, case, finding, policy, rule


def facts(*findings: Any, **more: Any) -> dict[str, Any]:
    """The input of a check with these findings."""
    given_: dict[str, Any] = {"context": CONTEXT, "state": STATE, "faults": (), "policy": policy()} | more
    return dict(engine_input(findings, given_["context"], given_["state"], given_["faults"], 5, given_["policy"]))


def test_equal_findings_are_one_group() -> None:
    """Findings equal in all that decides are counted together, in order of the first."""
    found = (finding("f1"), finding("f2", severity="high"), finding("f3", case=1), finding("f4"))
    groups = groups_of(found, policy())

    assert [(group.id, group.case, group.findings) for group in groups] == [
        ("g1", -1, ("f1", "f2", "f4")),
        ("g2", 1, ("f3",)),
    ]
    assert [group["count"] for group in facts(*found)["groups"]] == [3, 1]


@pytest.mark.parametrize(
    "change",
    [{"case": 0}, {"confidence_pm": 1}, {"waiver": "w"}, {"observed": True}, {"spans": (Span("title", 0, 1),)}],
)
def test_what_decides_separates(change: dict[str, Any]) -> None:
    """A difference in anything that decides makes two groups."""
    assert len(groups_of((finding("f1"), finding("f2", **change)), policy())) == 2


def test_the_case_of_a_base_rule_is_shifted() -> None:
    """After the end of a dated override the base's cases follow the override's in the catalogue."""
    base = rule(cases=(case("note"), case("escalate")), digest="sha256:base")
    over = rule(cases=(case("note"),), base=base)
    found = [finding(f"f{i}", case=i, digest="sha256:base") for i in (-1, 0, 1)] + [finding("f9", case=0)]

    assert [group.case for group in groups_of(found, policy(over))] == [3, 1, 2, 0]


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
    """What must not be changed and may not enter stops the check."""
    with pytest.raises(EngineError, match="Rego"):
        facts(finding(rule_id='a"b'))
    with pytest.raises(EngineError, match="2"):
        facts(state=replace(STATE, risk=2**53))


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
