"""
Run the rules that are due over parsed fields: candidates in, findings and faults out.

The order of rules changes nothing: findings are sorted by field, start, −end, rule id and fingerprint. A rule that
raises becomes a fault, never a missing finding. This is the only place where extents become spans.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from operator import attrgetter, itemgetter
from typing import Literal, NamedTuple

from guardrails.errors import GuardrailsError
from guardrails.matching.fold import fold_key
from guardrails.model.canonical import canonical
from guardrails.model.draft import Pairs
from guardrails.model.finding import Edit, Fault, Finding, Fix, Hit, HitFix, RuleRef
from guardrails.model.policy import Rule
from guardrails.model.span import Extent, Span
from guardrails.rules.kind import Candidate, View
from guardrails.rules.kinds import kind
from guardrails.rules.scope import effect_in
from guardrails.text.expression import expression
from guardrails.text.parsed import ParsedField

PLACEHOLDER = expression(r"\{(match|say_instead|count|limit)\}")

MESSAGE_MATCH_LIMIT = 120
"""Longest match that is quoted whole in a message, in code points."""


class RunResult(NamedTuple):
    """Findings in published order (ids ``f1`` …) and the faults of rules that could not run."""

    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]


def run_rules(rules: Sequence[tuple[Rule, Sequence[Candidate]]], view: View, parents: Pairs) -> RunResult:
    """
    Run each rule over its own candidates.

    Args:
        rules: Rules to call, each with the candidates of its plan.

        view: What every rule sees; its ``candidates`` are replaced per rule.

        parents: The workspace's tree of markets and channels, for ``effects``.
    """
    located: list[_Located] = []
    faults: list[Fault] = []
    sentences = _Sentences(view)
    for rule, candidates in rules:
        try:
            located.extend(_located(rule, replace(view, candidates=candidates), parents, sentences))
        except GuardrailsError as error:
            faults.append(Fault(error.code, f"rule {rule.id} could not run: {error.message}", rule.id))
        except Exception as error:  # noqa: BLE001 - whatever a rule raises is a fault, never a missing finding
            faults.append(Fault("rule-failed", f"rule {rule.id} failed with {type(error).__name__}", rule.id))
    return RunResult(_numbered(located), tuple(sorted(faults, key=lambda fault: (fault.rule, fault.code))))


class _Place(NamedTuple):
    """Where a finding is published: by field, start, −end, rule; *identity* is what the ordinal is counted over."""

    field: int
    start: int
    minus_end: int
    rule: str
    identity: tuple[str, str, str, str]


class _Located(NamedTuple):
    """A finding before numbering: *made* lacks its id, fingerprint and fixes, *fixes* lack their ids."""

    place: _Place
    made: partial[Finding]
    fixes: Sequence[partial[Fix]]


def _located(rule: Rule, view: View, parents: Pairs, sentences: _Sentences) -> list[_Located]:
    effect = effect_in(rule, view.context, parents)
    ref = RuleRef(rule.id, rule.version, rule.digest, rule.title, rule.pack, rule.layer)
    found = []
    for hit in kind(rule.kind).find(view, rule.plan):
        parsed = view.fields[hit.field]
        span = _span(parsed, hit.extent, in_source=hit.in_source)
        if span is None:
            continue
        made = partial(
            Finding, rule=ref, effect=effect, calls_for=effect, severity=rule.severity,
            confidence_pm=hit.confidence_pm, spans=(span,), match=hit.match,
            message=_filled(rule.message, hit), why=rule.why, instruction=_filled(rule.instruction, hit),
            evidence=hit.evidence, related=_related(view, hit),
            observed=rule.status == "observe", sensitive=hit.sensitive,
        )  # fmt: skip
        identity = (rule.id, parsed.id, fold_key(hit.match), sentences.folded(hit))
        place = _Place(hit.field, span.start, -span.end, rule.id, identity)
        found.append(_Located(place, made, tuple(_fixes(parsed, hit))))
    return found


def _span(parsed: ParsedField, extent: Extent, *, in_source: bool) -> Span | None:
    return Span(parsed.id, extent.start, extent.end) if in_source else parsed.span(extent)


def _related(view: View, hit: Hit) -> tuple[Span, ...]:
    return tuple(span for index, extent in hit.related if (span := view.fields[index].span(extent)) is not None)


def _filled(template: str, hit: Hit) -> str:
    match = hit.match if len(hit.match) <= MESSAGE_MATCH_LIMIT else hit.match[: MESSAGE_MATCH_LIMIT - 1] + "…"
    values = dict(hit.values) | {"match": match}
    return PLACEHOLDER.sub(lambda name: values.get(name[1], ""), template)


def _fixes(parsed: ParsedField, hit: Hit) -> Iterator[partial[Fix]]:
    for fix in hit.fixes:
        edits = []
        for edit in fix.edits:
            span = _span(parsed, edit.extent, in_source=hit.in_source)
            if span is None:
                break
            edits.append(Edit(span, edit.text))
        else:
            yield partial(Fix, safety=_safety(parsed, hit, fix), verified=False, edits=tuple(edits))


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
    """Return the findings in published order: by place, and what stands at the same place by its fingerprint."""
    fingerprints = _Fingerprints()
    found.sort(key=attrgetter("place"))
    printed = [(one.place[:-1], fingerprints.next(one.place.identity), one) for one in found]
    printed.sort(key=itemgetter(0, 1))
    fix_ids = (f"x{number}" for number in count(1))
    return tuple(
        one.made(id=f"f{number}", fingerprint=fingerprint, fixes=tuple(fix(id=next(fix_ids)) for fix in one.fixes))
        for number, (_, fingerprint, one) in enumerate(printed, start=1)
    )
