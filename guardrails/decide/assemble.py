"""Everything the stages found out about a draft, put into one :class:`~guardrails.model.assessment.Assessment`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from guardrails.decide.scores import scores
from guardrails.decide.wording import question, reason_message
from guardrails.model.assessment import Assessment, Completeness, Fixed, Next, Reason
from guardrails.model.context import EffectiveContext
from guardrails.model.decision import Decision, DecisionReason, Routing
from guardrails.model.draft import Draft, Pairs, content_sha256, draft_sha256
from guardrails.model.finding import OUTCOMES, Fault, Finding, Outcome
from guardrails.model.policy import CompiledPolicy, Mandate
from guardrails.model.state import Ruling, State, state_sha256

MAX_FINDINGS = 200
MAX_FINDINGS_PER_RULE = 20
"""How many findings an assessment shows (design §5); the decision sees all."""


@dataclass(frozen=True, slots=True)
class Checked:
    """
    What the stages up to the decision found out.

    Attributes:
        findings: All of them, in published order, with ``calls_for`` as decided.

        groups: Ids of findings per group id of the decision.

        not_applicable: Number of running rules that were not due here.

        not_seen: What nobody looked at (attachments, pictures without text).

        notes: Reasons that change nothing, e.g. a suppression without effect.

        words: Number of words of prose, for the scores.

        ruling: The person's answer that holds for this text, if there is one.

        rests_on: Facts and sources that the text names.
    """

    context: EffectiveContext
    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]
    decision: Decision
    engine_input: bytes
    groups: Mapping[str, tuple[str, ...]]
    not_applicable: int = 0
    not_seen: tuple[str, ...] = ()
    notes: tuple[Reason, ...] = ()
    words: int = 0
    ruling: Ruling | None = None
    rests_on: tuple[str, ...] = ()


def undecided() -> Decision:
    """Return the decision where no engine gave one: anything not checked escalates."""
    return Decision("escalate", 0, (), (DecisionReason("fault", "escalate", ()),), (), None, "", None)


def failed(context: EffectiveContext, faults: Sequence[Fault]) -> Checked:
    """Return what is known of a draft whose evaluation failed: the faults, and that it escalates."""
    return Checked(context, (), tuple(faults), undecided(), b"", {})


def assemble(
    draft: Draft,
    policy: CompiledPolicy,
    state: State,
    as_of_ms: int,
    checked: Checked,
    fixed: Fixed | None,
    engine: Pairs,
) -> Assessment:
    """Return the assessment of *draft*; *engine* is the identity of everything that decides."""
    decision = checked.decision
    reasons = (*(_reason(one, checked) for one in decision.reasons), *checked.notes)
    shown = _shown(checked.findings)
    return Assessment(
        verdict=decision.verdict,
        reasons=reasons,
        next=_next(checked, policy, state),
        findings=shown,
        fixed=fixed,
        obligations=decision.obligations,
        routing=_asked(decision, policy, reasons, checked),
        scores=scores(checked.findings, checked.words),
        completeness=_completeness(draft, policy, checked, len(checked.findings) - len(shown)),
        context=checked.context,
        established=state.permitted or policy.workspace.values,
        policy_digest=policy.digest,
        packs=policy.packs,
        engine=engine,
        as_of_ms=as_of_ms,
        good_until_ms=decision.good_until_ms,
        accountable=decision.accountable,
        draft_sha256=draft_sha256(draft),
        content_sha256=content_sha256(draft.fields),
        state_sha256=state_sha256(state),
        sensitive=tuple(span for finding in checked.findings if finding.sensitive for span in finding.spans),
    )


def with_outcomes(
    findings: Sequence[Finding], decision: Decision, groups: Mapping[str, tuple[str, ...]]
) -> tuple[Finding, ...]:
    """Return *findings* with what the decision left of their effect."""
    outcome = {finding: group.calls_for for group in decision.groups for finding in groups[group.id]}
    return tuple(
        finding
        if outcome.get(finding.id, finding.calls_for) == finding.calls_for
        else replace(finding, calls_for=outcome[finding.id])
        for finding in findings
    )


def _reason(reason: DecisionReason, checked: Checked) -> Reason:
    findings = tuple(finding for group in reason.groups for finding in checked.groups.get(group, ()))
    return Reason(reason.code, reason.outcome, reason_message(reason.code), findings)


def _shown(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the first 20 of each rule and 200 of all, the weightiest first, in published order."""
    seen: Counter[str] = Counter()
    kept: set[str] = set()
    for finding in sorted(findings, key=lambda one: -OUTCOMES.index(one.calls_for)):
        seen[finding.rule.id] += 1
        if seen[finding.rule.id] <= MAX_FINDINGS_PER_RULE and len(kept) < MAX_FINDINGS:
            kept.add(finding.id)
    return tuple(finding for finding in findings if finding.id in kept)


def _next(checked: Checked, policy: CompiledPolicy, state: State) -> Next:
    verdict = checked.decision.verdict
    wanted: tuple[Outcome, ...] = ("revise",) if verdict == "revise" else ("revise", "escalate")
    told = checked.ruling.instructions if checked.ruling is not None else ()
    todo = [*told, *(f.instruction or f.message for f in checked.findings if f.calls_for in wanted)]
    instructions = tuple(dict.fromkeys(todo)) if verdict != "pass" else ()
    do = {"pass": "publish", "revise": "revise", "escalate": "ask"}[verdict]
    return Next(do, instructions, _rounds_left(policy, state))  # type: ignore[arg-type]  # the three words above


def _rounds_left(policy: CompiledPolicy, state: State) -> int | None:
    mandate = mandate_of(policy, state)
    return None if mandate is None else max(mandate.max_rounds - len(state.rounds) - 1, 0)


def mandate_of(policy: CompiledPolicy, state: State) -> Mandate | None:
    """Return the first mandate of the state's agent, or None for anybody else."""
    if state.principal.kind != "agent":
        return None
    return next((one for one in policy.workspace.mandates if one.agent == state.principal.id), None)


def _asked(decision: Decision, policy: CompiledPolicy, reasons: Sequence[Reason], checked: Checked) -> Routing | None:
    if decision.verdict != "escalate":
        return None
    routing = decision.routing or _default_routing(policy)
    return replace(routing, question=question(reasons, checked.findings, checked.context))


def _default_routing(policy: CompiledPolicy) -> Routing:
    """Where an escalation goes that no engine has routed: the last route takes what no other does."""
    last = policy.workspace.routes[-1]
    return Routing(last.queue, last.due_hours, ("approve", "send-back", "reject"))


def _completeness(draft: Draft, policy: CompiledPolicy, checked: Checked, truncated: int) -> Completeness:
    not_seen = (*checked.not_seen, *(f"attachment {one.id} ({one.kind})" for one in draft.attachments))
    accepted = (*policy.workspace.unsupported, *policy.workspace.accept_uncovered)
    status = "incomplete" if checked.faults else "complete"
    return Completeness(status, checked.faults, accepted, checked.not_applicable, not_seen, truncated)  # type: ignore[arg-type]  # the two words above
