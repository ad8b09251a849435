"""Scores: one formula, integers from 0 to 100."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guardrails.decide.scores import scores
from guardrails.model.finding import OUTCOMES, SEVERITIES
from tests.decide.support import finding

_FINDING = st.builds(
    lambda severity, outcome, layer: finding(severity=severity, calls_for=outcome, layer=layer),
    st.sampled_from(SEVERITIES),
    st.sampled_from(OUTCOMES),
    st.sampled_from(["brand", "factual", "escalation"]),
)


def test_nothing_found_is_a_hundred() -> None:
    """A clean draft has full marks in every layer."""
    assert scores([], 300) == (("brand", 100), ("escalation", 100), ("factual", 100))


def test_one_critical_revise_in_a_hundred_words_is_fifty() -> None:
    """4 × 3 = 12, the weight at which a score is 50."""
    assert dict(scores([finding(severity="critical")], 100))["brand"] == 50


def test_a_short_text_counts_as_a_hundred_words() -> None:
    """A headline is not damned by one finding."""
    assert scores([finding()], 5) == scores([finding()], 100)


def test_waived_and_observed_findings_weigh_nothing() -> None:
    """What holds nothing costs nothing."""
    assert dict(scores([finding(waiver="w1"), finding(observed=True)], 100))["brand"] == 100


@given(st.lists(_FINDING, max_size=8), st.integers(0, 2000), _FINDING)
def test_one_more_finding_never_raises_a_score(found: list[object], words: int, more: object) -> None:
    """Scores stay within 0–100 and fall with findings."""
    before, after = dict(scores(found, words)), dict(scores([*found, more], words))  # type: ignore[list-item]  # built above

    assert all(0 <= after[layer] <= before[layer] <= 100 for layer in before)
