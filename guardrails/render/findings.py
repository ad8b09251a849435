"""Findings in published form, and the order they are published in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guardrails.model.canonical import Json
from guardrails.model.finding import Finding, Fix
from guardrails.model.span import Span
from guardrails.render.mask import Masker
from guardrails.render.spans import SpanWriter


def ordered(findings: Iterable[Finding], field_ids: Sequence[str]) -> list[Finding]:
    """
    Return *findings* by field (as submitted), start, −end, rule id, fingerprint.

    A finding without a span comes before those with one.
    """
    rank = {name: index for index, name in enumerate(field_ids)}

    def key(finding: Finding) -> tuple[int, int, int, str, str]:
        first = finding.spans[0] if finding.spans else Span("", 0, 0)
        return rank.get(first.field, -1), first.start, -first.end, finding.rule.id, finding.fingerprint

    return sorted(findings, key=key)


def finding_json(finding: Finding, spans: SpanWriter, masker: Masker) -> dict[str, Json]:
    """Return one finding of ``guardrails.assessment/v1``; the first span is the primary one."""
    mask = masker.covers(finding)
    return {
        "id": finding.id,
        "fingerprint": finding.fingerprint,
        "rule": _rule(finding),
        "effect": finding.effect,
        "calls_for": finding.calls_for,
        "observed": finding.observed,
        "severity": finding.severity,
        "confidence_pm": finding.confidence_pm,
        "spans": [spans.json(span, mask=mask) for span in finding.spans],
        "message": masker.words(finding.message),
        "why": masker.words(finding.why),
        "instruction": masker.words(finding.instruction),
        "evidence": {key: masker.words(value) for key, value in finding.evidence},
        "fixes": [_fix(fix, masker) for fix in finding.fixes],
        "related": [spans.json(span, mask=mask) for span in finding.related],
        "waiver": finding.waiver or None,
        "masked": mask,
    }


def _rule(finding: Finding) -> dict[str, Json]:
    rule = finding.rule
    return {
        "id": rule.id,
        "version": rule.version,
        "digest": rule.digest,
        "title": rule.title,
        "pack": rule.pack,
        "layer": rule.layer,
    }


def _fix(fix: Fix, masker: Masker) -> dict[str, Json]:
    return {
        "id": fix.id,
        "safety": fix.safety,
        "verified": fix.verified,
        "edits": [
            {
                "field": edit.span.field,
                "start": edit.span.start,
                "end": edit.span.end,
                "text": masker.edit(edit),
            }
            for edit in fix.edits
        ],
    }
