"""
``evaluate``: the only function that knows the order of the stages.

 1. parse     submitted fields → parsed fields
 2. context   what caller and draft claim, against what is permitted → effective context
 3. scan      one pass for all rules → candidates
 4. run       rules that are due, over candidates and (lazily) signals → findings, faults
 5. waive     findings under a waiver, or that a person has decided about
 6. decide    facts → Rego's decision
 7. fix       safe fixes as one set: steps 1–5 once more on the fixed draft, and step 6 if the set holds
 8. assemble  everything → assessment

Pure: no clock, environment or ledger. What fails on the way is a fault, and a fault escalates; only a draft or a
context that is not acceptable raises (:class:`~guardrails.errors.DraftError`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from guardrails.decide.assemble import Checked, assemble, failed, undecided, with_outcomes
from guardrails.decide.context import effective_context
from guardrails.decide.engine import RegoEngine, decided
from guardrails.decide.facts import engine_input, groups_of
from guardrails.decide.suppressions import suppression_notes
from guardrails.errors import EngineError
from guardrails.identity import engine_identity
from guardrails.matching.scanner import Scanner
from guardrails.model.assessment import Assessment, Fixed
from guardrails.model.canonical import canonical
from guardrails.model.context import EffectiveContext
from guardrails.model.day import day_of
from guardrails.model.draft import Draft, Pairs, content_sha256
from guardrails.model.fact import Facts
from guardrails.model.finding import Fault, Finding
from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import Ruling, State
from guardrails.rules import fixing
from guardrails.rules.due import Roster, language_faults, uncovered_layers
from guardrails.rules.kind import View
from guardrails.rules.lasting import good_until
from guardrails.rules.run import run_rules
from guardrails.rules.unread import field_faults, unread_faults
from guardrails.rules.waivers import ruling_for, suppression_of, waiver_for
from guardrails.signals.analysis import FieldSignals
from guardrails.text.parsed import DocumentReader, ParsedField
from guardrails.text.submitted import parse


class Evaluation(NamedTuple):
    """
    The assessment, and what is stored beside it.

    Attributes:
        engine_input: The exact input that the decision rests on; empty if the engine was not asked.

        rests_on: Facts and sources that the text names (``fact:N-001``, ``source:S-12``), sorted.

        waivers: Ids of the waivers that lifted a finding, sorted.
    """

    assessment: Assessment
    engine_input: bytes
    rests_on: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()


Evaluate = Callable[[Draft, CompiledPolicy, State, int], Evaluation]


def evaluator(readers: Mapping[str, DocumentReader], engine: RegoEngine) -> Evaluate:
    """Return ``evaluate(draft, policy, state, as_of_ms)`` over these readers and this engine."""
    ready: dict[str, _Ready] = {}

    def evaluate(draft: Draft, policy: CompiledPolicy, state: State, as_of_ms: int) -> Evaluation:
        if policy.digest not in ready:
            ready.clear()  # one policy at a time: scanners are large, and policies change rarely
            ready[policy.digest] = _Ready(readers, engine, policy)
        return _Check(ready[policy.digest], state, as_of_ms).evaluation(draft)

    return evaluate


def unchecked(
    draft: Draft, policy: CompiledPolicy, state: State, as_of_ms: int, fault: Fault, engine: Pairs
) -> Evaluation:
    """Return the escalation of a draft that could not be evaluated at all (a dead or late worker, say)."""
    context = effective_context(draft.context, state, policy.workspace, as_of_ms)
    checked = failed(context, [fault])
    return Evaluation(assemble(draft, policy, state, as_of_ms, checked, None, engine), b"")


class _Ready:
    """What is built once per policy: its rules by when they are due, the scanner over all of them, what decides."""

    def __init__(self, readers: Mapping[str, DocumentReader], engine: RegoEngine, policy: CompiledPolicy) -> None:
        self.readers, self.engine, self.policy = readers, engine, policy
        self.identity = engine_identity(engine.identity, policy)
        self.roster = Roster(policy)
        self.scanner = Scanner([rule.plan for rule in self.roster.rules])


@dataclass(frozen=True, slots=True)
class _Check:
    """One evaluation: the stages bound to everything but the draft, so that a fixed draft takes the same way."""

    ready: _Ready
    state: State
    as_of_ms: int

    def evaluation(self, draft: Draft) -> Evaluation:
        checked = self.checked(draft)
        fixed = self.fixed(draft, checked) if draft.fixes == "safe" else None
        if fixed is not None:
            checked = replace(checked, findings=fixing.marked(checked.findings, fixed.fix_ids))
        policy, identity = self.ready.policy, self.ready.identity
        assessment = assemble(draft, policy, self.state, self.as_of_ms, checked, fixed, identity)
        return Evaluation(assessment, checked.engine_input, checked.rests_on, self.lifting(checked.findings))

    def lifting(self, findings: Sequence[Finding]) -> tuple[str, ...]:
        known = {waiver.id for waiver in self.state.waivers}
        lifted = (one.waiver for one in findings if one.calls_for == "none" and not one.observed)
        return tuple(sorted(known.intersection(lifted)))

    def checked(self, draft: Draft) -> Checked:
        parsed, context = self._read(draft)
        try:
            return self._decided(self._found(draft, parsed, context))
        except Exception as error:  # noqa: BLE001 - whatever fails in a stage is a fault, and a fault escalates
            return failed(context, [Fault("stage-failed", f"a stage failed with {type(error).__name__}")])

    def _read(self, draft: Draft) -> tuple[tuple[ParsedField, ...], EffectiveContext]:
        parsed = parse(draft, self.ready.readers)  # 1
        claims = tuple(sorted({*draft.context, *(pair for field in parsed for pair in field.front_matter)}))
        return parsed, effective_context(claims, self.state, self.ready.policy.workspace, self.as_of_ms)  # 2

    def _found(self, draft: Draft, parsed: tuple[ParsedField, ...], context: EffectiveContext) -> _Found:
        policy = self.ready.policy
        due = self.ready.roster.due(context, day_of(self.as_of_ms))
        candidates = self.ready.scanner.scan(parsed)  # 3
        languages = _languages(policy, context)
        signals = [FieldSignals(field, languages) for field in parsed]
        view = View(parsed, (), signals, context, draft, self.as_of_ms, policy.facts)
        result = run_rules(due.work(candidates), view, policy.workspace.parents)  # 4
        rests_on = _rests_on(draft, signals, policy.facts)
        faults = (
            *dict.fromkeys((*result.faults, *unread_faults(due, policy, self.ready.scanner, view))),
            *field_faults(signals),
            *language_faults(signals, context),
            *uncovered_layers(policy, due, context),
            *_withdrawn(rests_on, self.state.withdrawn),
            *_revoked(self.state.revoked),
        )
        content = content_sha256(draft.fields)
        ruling = ruling_for(self.state.rulings, context, policy.digest, content, self.as_of_ms)
        waived = tuple(self._waived(finding, parsed, context, content, ruling) for finding in result.findings)  # 5
        words = sum(len(signal.words) for signal in signals)
        is_held = any(one.effect != "note" and not one.observed and not one.waiver for one in waived)
        until = None if is_held else good_until(due, candidates, view, policy.workspace.parents)
        return _Found(parsed, context, waived, faults, due.not_applicable, words, ruling, rests_on, until)

    def _waived(
        self,
        finding: Finding,
        parsed: tuple[ParsedField, ...],
        context: EffectiveContext,
        content: str,
        ruling: Ruling | None,
    ) -> Finding:
        comment = suppression_of(finding, parsed, context)
        if comment is not None:
            said = " ".join(filter(None, (comment.reason, f"({comment.who})" if comment.who else "")))
            return replace(finding, observed=True, evidence=(*finding.evidence, ("suppressed", said)))
        if ruling is not None and finding.fingerprint in ruling.fingerprints:
            return replace(finding, waiver=ruling.id)
        parents = self.ready.policy.workspace.parents
        waiver = waiver_for(finding, self.state.waivers, context, parents, content, self.as_of_ms)
        return replace(finding, waiver=waiver) if waiver else finding

    def _decided(self, found: _Found) -> Checked:
        policy, faults = self.ready.policy, found.faults
        facts = engine_input(
            found.findings,
            found.context,
            self.state,
            faults,
            self.as_of_ms,
            policy,
            ruling=found.ruling,
            valid_until_ms=found.good_until_ms,
        )
        asked = canonical(facts)
        try:
            decision = decided(self.ready.engine, policy.bundle, facts, asked)  # 6
        except EngineError as error:
            faults = (*faults, Fault(error.code, error.message))
            decision = undecided()
        groups = {group.id: group.findings for group in groups_of(found.findings)}
        return Checked(
            context=found.context,
            findings=with_outcomes(found.findings, decision, groups),
            faults=faults,
            decision=decision,
            engine_input=asked,
            groups=groups,
            not_applicable=found.not_applicable,
            not_seen=tuple(what for field in found.parsed for what in field.not_seen),
            notes=suppression_notes(found.parsed, found.context, found.findings, policy),
            words=found.words,
            ruling=found.ruling,
            rests_on=found.rests_on,
        )

    def fixed(self, draft: Draft, checked: Checked) -> Fixed | None:  # 7
        fixes = fixing.safe_fixes(checked.findings)
        if not fixes:
            return None
        after = fixing.apply(draft, fixes)
        try:
            again = self._found(after, *self._read(after))
            held = fixing.verified(fixes, checked.findings, again.findings)
            if len(held) != len(fixes):
                return None
            return Fixed(held, content_sha256(after.fields), self._decided(again).decision.verdict)
        except Exception:  # noqa: BLE001 - a set of fixes that cannot be checked is not verified
            return None


class _Found(NamedTuple):
    """What steps 1 to 5 found."""

    parsed: tuple[ParsedField, ...]
    context: EffectiveContext
    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]
    not_applicable: int
    words: int
    ruling: Ruling | None
    rests_on: tuple[str, ...]
    good_until_ms: int | None


def _rests_on(draft: Draft, signals: Sequence[FieldSignals], facts: Facts) -> tuple[str, ...]:
    """Return what the text cites, what the draft links to, and its sources; of an id that is both, the sheet decides."""
    known = {fact.id for fact in facts.facts}
    cited = {f"fact:{one.target}" for field in signals for one in field.citations if one.kind == "fact"}
    named = {*(source for claim in draft.claims for source in claim.sources), *(source.id for source in draft.sources)}
    return tuple(sorted(cited | {f"{'fact' if name in known else 'source'}:{name}" for name in named}))


def _withdrawn(rests_on: Sequence[str], withdrawn: Sequence[str]) -> Iterator[Fault]:
    for fact in withdrawn:
        if f"fact:{fact}" in rests_on:
            yield Fault("fact-withdrawn", f"the text rests on the fact {fact}, which was withdrawn")


def _revoked(permit: str) -> Iterator[Fault]:
    if permit:
        yield Fault("text-revoked", f"the permit {permit} for this text was revoked, and a person decides about it")


def _languages(policy: CompiledPolicy, context: EffectiveContext) -> tuple[str, ...]:
    """Languages the text may be in: those of the effective locales first."""
    effective = (locale.split("-")[0] for locale in context["locale"])
    return tuple(dict.fromkeys((*effective, *policy.languages)))
