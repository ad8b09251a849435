"""What lifts a finding: a waiver or a ruling (one evaluator for gate, batch and replay), or a comment while linting."""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.model.context import EffectiveContext
from guardrails.model.draft import Pairs
from guardrails.model.finding import Finding
from guardrails.model.policy import Scope
from guardrails.model.state import Ruling, Waiver, place_of
from guardrails.rules.scope import always_applies
from guardrails.text.parsed import ParsedField, Suppression


def waiver_for(
    finding: Finding,
    waivers: tuple[Waiver, ...],
    context: EffectiveContext,
    parents: Pairs,
    content_sha256: str,
    as_of_ms: int,
) -> str:
    """
    Return the id of the first waiver in force for *finding*, or ``""``.

    A waiver holds from ``from_ms`` (inclusive) until ``until_ms`` (exclusive), for its rule, for its fingerprints and
    its content where it names any, and only where its scope certainly applies.
    """
    for waiver in waivers:
        if (
            waiver.rule == finding.rule.id
            and waiver.from_ms <= as_of_ms < waiver.until_ms
            and (not waiver.fingerprints or finding.fingerprint in waiver.fingerprints)
            and waiver.content_sha256 in ("", content_sha256)
            and always_applies(Scope(include=waiver.include), context, parents)
        ):
            return waiver.id
    return ""


def ruling_for(
    rulings: tuple[Ruling, ...], context: EffectiveContext, policy_digest: str, content_sha256: str, as_of_ms: int
) -> Ruling | None:
    """
    Return the ruling in force for this content, or None; the last one counts.

    A ruling holds from ``from_ms`` (inclusive) until ``until_ms`` (exclusive), for one content, place and policy: one
    changed character, another channel or another policy voids it.
    """
    holding = [
        ruling
        for ruling in rulings
        if ruling.from_ms <= as_of_ms < ruling.until_ms
        and ruling.content_sha256 == content_sha256
        and ruling.policy_digest == policy_digest
        and ruling.place == place_of(context)
    ]
    return holding[-1] if holding else None


def suppression_of(finding: Finding, fields: Sequence[ParsedField], context: EffectiveContext) -> Suppression | None:
    """
    Return the first comment in the text that lifts *finding*: in ``lint`` only, for its rule, where the comment reaches.

    In a check a comment has no effect, because the checked party does not choose its rules.
    """
    if context["action"] != ("lint",):
        return None
    return next((one for field in fields for one in field.suppressions if reaches(one, field.id, finding)), None)


def reaches(one: Suppression, field: str, finding: Finding) -> bool:
    """Tell whether the comment *one* in *field* is about *finding*."""
    if one.rule != finding.rule.id or not finding.spans:
        return False
    span = finding.spans[0]
    return field == span.field and one.start <= span.start and span.end <= one.end
