"""
Run the rules that are due over parsed fields: candidates in, findings and faults out.

The order of rules changes nothing: findings are sorted by field, start, −end, rule id and fingerprint. A rule that
raises becomes a fault, never a missing finding. This is the only place where extents become spans.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from guardrails.errors import GuardrailsError
from guardrails.matching.fold import fold_key
from guardrails.model.canonical import canonical
from guardrails.model.draft import Pairs
from guardrails.model.finding import Edit, Fault, Finding, Fix, Hit, HitFix, RuleRef
from guardrails.model.policy import Rule
from guardrails.model.span import Extent, Span
from guardrails.rules.kind import Candidate, RuleKind, View
from guardrails.rules.kinds import kind
from guardrails.rules.scope import effect_in
from guardrails.text.parsed import ParsedField

PLACEHOLDER = re.compile(r"\{(match|say_instead|count|limit)\}")

MESSAGE_MATCH_LIMIT = 120
"""Longest match that is quoted whole in a message, in code points."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """Findings in published order (ids ``f1`` …) and the faults of rules that could not run."""

    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]


def run_rules(rules: Sequence[tuple[Rule, Sequence[Candidate]]], view: View, parents: Pairs) -> RunResult:
    """
    Run each rule over its own candidates.

    Args:
        rules: Rules that are due, each with the candidates of its plan.

        view: What every rule sees; its ``candidates`` are replaced per rule.

        parents: The workspace's tree of markets and channels, for ``effects``.
    """
    drafts: list[_Located] = []
    faults: list[Fault] = []
    sentences = _Sentences(view)
    for rule, candidates in rules:
        try:
            rule_kind = kind(rule.kind)
            if candidates or is_due_without_candidates(rule_kind, rule):
                seen = replace(view, candidates=candidates)
                drafts.extend(_located(rule, rule_kind, seen, parents, sentences))
        except GuardrailsError as error:
            faults.append(Fault(error.code, f"rule {rule.id} could not run: {error.message}", rule.id))
        except Exception as error:  # noqa: BLE001 - whatever a rule raises is a fault, never a missing finding
            faults.append(Fault("rule-failed", f"rule {rule.id} failed with {type(error).__name__}", rule.id))
    return RunResult(_numbered(drafts), tuple(sorted(faults, key=lambda fault: (fault.rule, fault.code))))


def is_due_without_candidates(rule_kind: RuleKind, rule: Rule) -> bool:
    """Tell whether *rule* must be called even where the scan found nothing for it."""
    return rule_kind.per_draft or not rule.plan.units


@dataclass(frozen=True, slots=True)
class _Located:
    """A finding before numbering, with what the fingerprint's ordinal is counted over."""

    field: int
    identity: tuple[str, str, str, str]
    finding: Finding


def _located(rule: Rule, rule_kind: RuleKind, view: View, parents: Pairs, sentences: _Sentences) -> list[_Located]:
    effect = effect_in(rule, view.context, parents)
    ref = RuleRef(rule.id, rule.version, rule.digest, rule.title, rule.pack, rule.layer)
    found = []
    for hit in rule_kind.find(view, rule.plan):
        parsed = view.fields[hit.field]
        spans = _spans(parsed, [hit.extent], in_source=hit.in_source)
        if not spans:
            continue
        finding = Finding(
            id="", fingerprint="", rule=ref, effect=effect, calls_for=effect, severity=rule.severity,
            confidence_pm=hit.confidence_pm, spans=spans, match=hit.match,
            message=_filled(rule.message, hit), why=rule.why, instruction=_filled(rule.instruction, hit),
            evidence=hit.evidence, fixes=tuple(_fixes(parsed, hit)), related=_related(view, hit),
            observed=rule.status == "observe", sensitive=hit.sensitive,
        )  # fmt: skip
        found.append(_Located(hit.field, (rule.id, parsed.id, fold_key(hit.match), sentences.folded(hit)), finding))
    return found


def _spans(parsed: ParsedField, extents: Iterable[Extent], *, in_source: bool) -> tuple[Span, ...]:
    if in_source:
        return tuple(Span(parsed.id, extent.start, extent.end) for extent in extents)
    return tuple(span for extent in extents if (span := parsed.span(extent)) is not None)


def _related(view: View, hit: Hit) -> tuple[Span, ...]:
    return tuple(span for index, extent in hit.related if (span := view.fields[index].span(extent)) is not None)


def _filled(template: str, hit: Hit) -> str:
    match = hit.match if len(hit.match) <= MESSAGE_MATCH_LIMIT else hit.match[: MESSAGE_MATCH_LIMIT - 1] + "…"
    values = dict(hit.values) | {"match": match}
    return PLACEHOLDER.sub(lambda name: values.get(name[1], ""), template)


def _fixes(parsed: ParsedField, hit: Hit) -> Iterator[Fix]:
    for fix in hit.fixes:
        edits = []
        for edit in fix.edits:
            spans = _spans(parsed, [edit.extent], in_source=hit.in_source)
            if not spans:
                break
            edits.append(Edit(spans[0], edit.text))
        else:
            yield Fix(id="", safety=_safety(parsed, hit, fix), verified=False, edits=tuple(edits))


def _safety(parsed: ParsedField, hit: Hit, fix: HitFix) -> Literal["safe", "suggested"]:
    """Return the safety of *fix*: over removed markup it is never safe."""
    if hit.in_source or all(e.extent.start == e.extent.end or parsed.is_verbatim(e.extent) for e in fix.edits):
        return fix.safety
    return "suggested"


class _Sentences:
    """The sentences that hits stand in, each folded once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._folded: dict[tuple[int, Extent], str] = {}

    def folded(self, hit: Hit) -> str:
        """Return the folded sentence in which *hit* starts; empty for a hit in the source or between sentences."""
        if hit.in_source:
            return ""
        sentence = self._view.signals[hit.field].sentence_at(hit.extent.start)
        if sentence is None:
            return ""
        known = hit.field, sentence.extent
        if known not in self._folded:
            text = self._view.fields[hit.field].text
            self._folded[known] = fold_key(text[sentence.extent.start : sentence.extent.end])
        return self._folded[known]


class _Fingerprints:
    """
    Fingerprints by identity and ordinal: SHA-256 of canonical ``["fp/1", *identity, ordinal]``.

    What equal identities have in common is hashed once, or many hits in one long sentence would take quadratic time.
    """

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str, str, str]] = Counter()
        self._begun: dict[tuple[str, str, str, str], hashlib._Hash] = {}

    def next(self, identity: tuple[str, str, str, str]) -> str:
        """Return the fingerprint of the next finding with *identity*."""
        if identity not in self._begun:
            self._begun[identity] = hashlib.sha256(canonical(["fp/1", *identity])[:-1])
        digest = self._begun[identity].copy()
        digest.update(b",%d]" % self._seen[identity])
        self._seen[identity] += 1
        return digest.hexdigest()


def _numbered(found: list[_Located]) -> tuple[Finding, ...]:
    found.sort(key=_place)
    fingerprints = _Fingerprints()
    printed = []
    for located in found:
        fingerprint = fingerprints.next(located.identity)
        printed.append(replace(located, finding=replace(located.finding, fingerprint=fingerprint)))
    printed.sort(key=_place)
    return tuple(_with_ids(printed))


def _place(located: _Located) -> tuple[int, int, int, str, str, tuple[str, ...]]:
    span = located.finding.spans[0]
    return located.field, span.start, -span.end, located.finding.rule.id, located.finding.fingerprint, located.identity


def _with_ids(found: list[_Located]) -> Iterator[Finding]:
    fix_number = 0
    for number, located in enumerate(found, start=1):
        fixes = []
        for fix in located.finding.fixes:
            fix_number += 1
            fixes.append(replace(fix, id=f"x{fix_number}"))
        yield replace(located.finding, id=f"f{number}", fixes=tuple(fixes))
