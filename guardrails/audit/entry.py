"""What the gate hands over for one check, and what it gets back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from guardrails.audit.parts import ASSESSMENT, ENGINE_INPUT, STATE
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
class CheckEntry:
    """
    Everything a check's record is made of; :func:`check_entry` fills it from an assessment.

    Attributes:
        context: Canonical bytes of the effective context and the claims; only a reference goes into the record.

        who: Whose hands it came from (``Actor.who``); empty where only the principal is known.

        fingerprints: Those that call for revise; *asks* those that call for escalate.

        place: Canonical bytes of where the text may go (``model.state.place_of``).

        queue, due_hours: Who is asked and how soon, if somebody is; else empty and 0.

        rests_on: What the text rests on (``fact:N-001``, ``source:S-12``).

        waivers: Ids of the waivers that lifted something.

        risk: Sum of the severities (1–4) of waived findings.

        origin: Where the text comes from, as its author says (``generated``, ``assisted``, ``human``), or empty.

        not_seen: How many things that belong to the draft nobody looked at (pictures, attachments).

        draft_parts: The draft as it is stored (``parts.draft_parts``); this and *assessment_bytes*,
            *engine_input_bytes*, *state_bytes* are encrypted, and committed to in the record.
    """

    check_id: str
    at_ms: int
    principal: Principal
    binding: bool
    policy_digest: str
    engine: Pairs
    as_of_ms: int
    verdict: Verdict
    content_sha256: str
    draft_parts: Mapping[str, bytes] = field(repr=False)
    assessment_bytes: bytes = field(repr=False)
    engine_input_bytes: bytes = field(repr=False)
    state_bytes: bytes = field(repr=False)
    context: bytes = field(repr=False)
    reasons: tuple[str, ...] = ()
    rules: tuple[RuleCount, ...] = ()
    fingerprints: tuple[str, ...] = ()
    complete: bool = True
    faults: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    thread: str = ""
    campaign: str = ""
    task: str = ""
    risk: int = 0
    who: str = ""
    asks: tuple[str, ...] = ()
    place: bytes = b""
    queue: str = ""
    due_hours: int = 0
    rests_on: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    origin: str = ""
    not_seen: int = 0
    idempotency: Idempotency | None = None

    def parts(self) -> dict[str, bytes]:
        """Return the payload, by the name of the part."""
        return {
            **self.draft_parts,
            ASSESSMENT: self.assessment_bytes,
            ENGINE_INPUT: self.engine_input_bytes,
            STATE: self.state_bytes,
        }


def check_entry(
    assessment: Assessment,
    *,
    check_id: str,
    at_ms: int,
    principal: Principal,
    binding: bool,
    draft_parts: Mapping[str, bytes],
    assessment_bytes: bytes,
    engine_input_bytes: bytes,
    state_bytes: bytes,
    who: str = "",
    rests_on: tuple[str, ...] = (),
    waivers: tuple[str, ...] = (),
    origin: str = "",
    idempotency: Idempotency | None = None,
) -> CheckEntry:
    """
    Return the entry of a check, its summary filled in from *assessment*.

    Thread, campaign and task are the caller's where it named them, else the draft's.
    """
    context = assessment.context
    return CheckEntry(
        check_id=check_id,
        at_ms=at_ms,
        principal=principal,
        binding=binding,
        policy_digest=assessment.policy_digest,
        engine=assessment.engine,
        as_of_ms=assessment.as_of_ms,
        verdict=assessment.verdict,
        content_sha256=assessment.content_sha256,
        draft_parts=draft_parts,
        assessment_bytes=assessment_bytes,
        engine_input_bytes=engine_input_bytes,
        state_bytes=state_bytes,
        context=context_bytes(context),
        reasons=tuple(reason.code for reason in assessment.reasons),
        rules=_rule_counts(assessment.findings),
        fingerprints=_fingerprints(assessment.findings, "revise"),
        complete=assessment.completeness.status == "complete",
        faults=tuple(sorted({fault.code for fault in assessment.completeness.faults})),
        channels=context["channel"],
        markets=context["market"],
        thread=_claimed(context, "thread"),
        campaign=_claimed(context, "campaign"),
        task=_claimed(context, "task"),
        risk=_waived_risk(assessment.findings),
        who=who,
        asks=_fingerprints(assessment.findings, "escalate"),
        place=canonical(dict(place_of(context))),
        queue=assessment.routing.queue if assessment.routing else "",
        due_hours=assessment.routing.due_hours if assessment.routing else 0,
        rests_on=rests_on,
        waivers=waivers,
        origin=origin,
        not_seen=len(assessment.completeness.not_seen),
        idempotency=idempotency,
    )


def context_bytes(context: EffectiveContext) -> bytes:
    """Return the canonical bytes of the effective context with what was claimed."""
    value: dict[str, Json] = {
        "values": {key: list(values) for key, values in context.values},
        "claimed": dict(context.claimed),
        "publish_at_ms": context.publish_at_ms,
    }
    return canonical(value)


def _claimed(context: EffectiveContext, key: str) -> str:
    claims = dict(context.claimed)
    return claims.get(f"caller.{key}") or claims.get(f"draft.{key}") or ""


def _rule_counts(findings: tuple[Finding, ...]) -> tuple[RuleCount, ...]:
    counts = Counter((finding.rule.id, finding.calls_for) for finding in findings)
    return tuple(RuleCount(rule, calls_for, count) for (rule, calls_for), count in sorted(counts.items()))


def _fingerprints(findings: tuple[Finding, ...], calls_for: Outcome) -> tuple[str, ...]:
    return tuple(sorted({finding.fingerprint for finding in findings if finding.calls_for == calls_for}))


def _waived_risk(findings: tuple[Finding, ...]) -> int:
    """Sum up what waivers lifted; what a ruling lifted was counted when it was given."""
    waived = (finding for finding in findings if finding.waiver.startswith(f"{ID_PREFIXES['waiver']}_"))
    return sum(SEVERITIES.index(finding.severity) + 1 for finding in waived)
