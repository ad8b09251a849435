"""What the gate hands over for one check, and what it gets back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from guardrails.model.assessment import Assessment
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import EffectiveContext, Principal
from guardrails.model.draft import Pairs
from guardrails.model.finding import SEVERITIES, Finding, Outcome, Verdict
from guardrails.model.record import ID_PREFIXES
from guardrails.model.state import place_of


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a record stands in the ledger; *leaf_hash* is hex."""

    record_id: str
    index: int
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many findings of one rule call for what."""

    rule: str
    calls_for: str
    count: int


@dataclass(frozen=True, slots=True)
class Idempotency:
    """
    Remember the answer to this request for 24 hours.

    *answer* makes the answer's bytes from the receipt; it runs inside the ledger's transaction, so it must be quick
    and touch nothing else.
    """

    key: str
    body_sha256: str
    answer: Callable[[Receipt], bytes]


@dataclass(frozen=True, slots=True)
class Work:
    """
    By what checks are known to be of one piece of work: content, thread, campaign and task, findings to be revised.

    *fingerprints* are those that call for revise. What is empty ties nothing.
    """

    content_sha256: str = ""
    thread: str = ""
    campaign: str = ""
    task: str = ""
    fingerprints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """
    What the record of a check says of its assessment; :func:`summary_of` fills it in.

    Attributes:
        context: Canonical bytes of the effective context and the claims; only a reference goes into the record.

        place: Canonical bytes of where the text may go (``model.state.place_of``), likewise.

        asks: Fingerprints that call for escalate.

        queue, due_hours: Who is asked and how soon, if somebody is; else empty and 0.

        not_seen: How many things that belong to the draft nobody looked at (pictures, attachments).
    """

    policy_digest: str
    engine: Pairs
    as_of_ms: int
    verdict: Verdict
    context: bytes = field(repr=False)
    place: bytes = b""
    reasons: tuple[str, ...] = ()
    rules: tuple[RuleCount, ...] = ()
    asks: tuple[str, ...] = ()
    complete: bool = True
    faults: tuple[str, ...] = ()
    not_seen: int = 0
    channels: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    queue: str = ""
    due_hours: int = 0


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """
    Everything a check's record is made of.

    Attributes:
        parts: The payload by the name of the part (``parts``), encrypted, and committed to in the record.

        who: Whose hands it came from (``Actor.who``); empty where only the principal is known.

        rests_on: What the text rests on (``fact:N-001``, ``source:S-12``).

        waivers: Ids of the waivers that lifted something.

        risk: Sum of the severities (1–4) of waived findings, unless they were counted before.

        origin: Where the text comes from, as its author says (``generated``, ``assisted``, ``human``), or empty.
    """

    check_id: str
    at_ms: int
    principal: Principal
    binding: bool
    work: Work
    summary: Summary
    parts: Mapping[str, bytes] = field(repr=False)
    who: str = ""
    rests_on: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    risk: int = 0
    origin: str = ""
    idempotency: Idempotency | None = None


def work_of(assessment: Assessment) -> Work:
    """Return which piece of work was assessed; thread, campaign and task are the caller's if it named them, else the draft's."""
    claims = dict(assessment.context.claimed)
    thread, campaign, task = (
        claims.get(f"caller.{key}") or claims.get(f"draft.{key}") or "" for key in ("thread", "campaign", "task")
    )
    return Work(assessment.content_sha256, thread, campaign, task, _fingerprints(assessment.findings, "revise"))


def summary_of(assessment: Assessment) -> Summary:
    """Return what a record says of *assessment*."""
    context, completeness, routing = assessment.context, assessment.completeness, assessment.routing
    return Summary(
        policy_digest=assessment.policy_digest,
        engine=assessment.engine,
        as_of_ms=assessment.as_of_ms,
        verdict=assessment.verdict,
        context=context_bytes(context),
        place=canonical(dict(place_of(context))),
        reasons=tuple(reason.code for reason in assessment.reasons),
        rules=_rule_counts(assessment.findings),
        asks=_fingerprints(assessment.findings, "escalate"),
        complete=completeness.status == "complete",
        faults=tuple(sorted({fault.code for fault in completeness.faults})),
        not_seen=len(completeness.not_seen),
        channels=context["channel"],
        markets=context["market"],
        queue=routing.queue if routing else "",
        due_hours=routing.due_hours if routing else 0,
    )


def waived_risk(findings: Sequence[Finding]) -> int:
    """Sum up what waivers lifted; what a ruling lifted was counted when it was given."""
    waived = (finding for finding in findings if finding.waiver.startswith(f"{ID_PREFIXES['waiver']}_"))
    return sum(SEVERITIES.index(finding.severity) + 1 for finding in waived)


def context_bytes(context: EffectiveContext) -> bytes:
    """Return the canonical bytes of the effective context with what was claimed."""
    value: dict[str, Json] = {
        "values": {key: list(values) for key, values in context.values},
        "claimed": dict(context.claimed),
        "publish_at_ms": context.publish_at_ms,
    }
    return canonical(value)


def _rule_counts(findings: tuple[Finding, ...]) -> tuple[RuleCount, ...]:
    counts = Counter((finding.rule.id, finding.calls_for) for finding in findings)
    return tuple(RuleCount(rule, calls_for, count) for (rule, calls_for), count in sorted(counts.items()))


def _fingerprints(findings: tuple[Finding, ...], calls_for: Outcome) -> tuple[str, ...]:
    return tuple(sorted({finding.fingerprint for finding in findings if finding.calls_for == calls_for}))
