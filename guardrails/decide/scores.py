"""
Scores 0–100 per layer, for people and trends; no rule, threshold or mandate reads them (design §5).

One formula, in integers. Each finding weighs severity (1–4) × what it calls for (note 1, revise 3, escalate 6) ×
confidence; observed and waived findings weigh nothing. The weights of a layer are summed per 100 words, a shorter text
counting as 100 words; at a sum of 12 (one critical revise, say) the score is 50::

    score = 100 × 12 / (12 + weight per 100 words), rounded down
"""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.model.finding import SEVERITIES, Finding
from guardrails.model.policy import LAYERS

_WEIGHT = {"none": 0, "note": 1, "revise": 3, "escalate": 6}
_HALF_PM = 12_000
"""The weight per 100 words, in thousandths, at which a score is 50."""
_WORDS = 100


def scores(findings: Sequence[Finding], words: int) -> tuple[tuple[str, int], ...]:
    """Return ``(layer, score)`` of every layer, sorted by name; a layer without findings scores 100."""
    return tuple((layer, _score(findings, layer, words)) for layer in sorted(LAYERS))


def _score(findings: Sequence[Finding], layer: str, words: int) -> int:
    weight_pm = sum(_weight_pm(finding) for finding in findings if finding.rule.layer == layer)
    density_pm = weight_pm * _WORDS // max(words, _WORDS)
    return 100 * _HALF_PM // (_HALF_PM + density_pm)


def _weight_pm(finding: Finding) -> int:
    if finding.observed or finding.waiver:
        return 0
    return (SEVERITIES.index(finding.severity) + 1) * _WEIGHT[finding.calls_for] * finding.confidence_pm
