"""Assessments to render: small, invented, with every kind of thing that can be said."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guardrails.model.assessment import Assessment, Completeness, Fixed, Next, Reason
from guardrails.model.canonical import canonical, sha256_hex
from guardrails.model.context import Conflict, EffectiveContext
from guardrails.model.decision import Obligation, Routing
from guardrails.model.draft import Field
from guardrails.model.finding import Edit, Fault, Finding, Fix, RuleRef
from guardrails.model.policy import Accepted, Pack
from guardrails.model.span import Span
from guardrails.render.answer import assessment_json

DIGEST = "sha256:" + "a" * 64
TEXT = "# Spring\n\nOur serum is the best in the world.\nWrite to ida@lamp.example, or call.\n"
BODY = Field("body", TEXT, "markdown")


def finding(start: int, end: int, **changes: object) -> Finding:
    """Return a finding over ``[start, end)`` of the body."""
    rule = RuleRef("brand.superlatives", 3, DIGEST, "Unproven superlative", "brand", "brand")
    plain = Finding(
        id=f"f{start}",
        fingerprint=sha256_hex(f"{start}-{end}"),
        rule=rule,
        effect="revise",
        calls_for="revise",
        severity="high",
        confidence_pm=1000,
        spans=(Span("body", start, end),),
        match=TEXT[start:end],
        message="no approved source supports this",
        why="Comparative claims need evidence on file.",
        instruction="Say “one of our most loved serums”, or add a source.",
    )
    return replace(plain, **changes)


def best() -> Finding:
    """Return a finding on “the best” with a safe fix and evidence."""
    start = TEXT.index("the best")
    fix = Fix("x1", "safe", verified=True, edits=(Edit(Span("body", start, start + 8), "loved"),))
    return finding(start, start + 8, fixes=(fix,), evidence=(("term", "the best"),))


def address() -> Finding:
    """Return a finding on a personal datum."""
    start = TEXT.index("ida@")
    rule = RuleRef("privacy.addresses", 1, DIGEST, "Personal address", "privacy", "escalation")
    return finding(
        start,
        start + len("ida@lamp.example"),
        rule=rule,
        effect="escalate",
        calls_for="escalate",
        sensitive=True,
        message="“ida@lamp.example” is a personal address",
        instruction="Delete “ida@lamp.example”.",
        evidence=(("match", "IDA@lamp.example"),),
    )


def assessment(*findings: Finding, **changes: object) -> Assessment:
    """Return an assessment of :data:`BODY` with *findings*; a pass unless *changes* say otherwise."""
    plain = Assessment(
        verdict="pass",
        reasons=(),
        next=Next("publish", (), None),
        findings=findings,
        fixed=None,
        obligations=(),
        routing=None,
        scores=(("brand", 100), ("escalation", 100), ("factual", 100)),
        completeness=Completeness("complete"),
        context=EffectiveContext((("channel", ("newsletter",)), ("market", ("at", "de"))), assumed=("market",)),
        established=(("channel", ("newsletter", "press")),),
        policy_digest=DIGEST,
        packs=(Pack("brand", "1.0.0", "brand", "brand-team", DIGEST),),
        engine=(("guardrails", "0.1.0"),),
        as_of_ms=1_770_000_000_000,
        good_until_ms=1_774_915_199_999,
        accountable="role:head-of-content",
        draft_sha256="1" * 64,
        content_sha256="2" * 64,
        state_sha256="3" * 64,
    )
    return replace(plain, **changes)


def revised() -> Assessment:
    """Return an assessment that asks for a revision and knows how."""
    found = best()
    return assessment(
        found,
        verdict="revise",
        accountable="",
        reasons=(Reason("findings-revise", "revise", "1 finding must be mended", (found.id,)),),
        next=Next("revise", (found.instruction,), 2),
        fixed=Fixed(("x1",), "4" * 64, "pass"),
    )


def escalated() -> Assessment:
    """Return an assessment with everything in it: faults, a conflict, personal data, obligations, a question."""
    return assessment(
        best(),
        address(),
        verdict="escalate",
        accountable="",
        good_until_ms=None,
        reasons=(
            Reason("findings-escalate", "escalate", "“ida@lamp.example” needs a decision", ("f55",)),
            Reason("fault", "escalate", "something could not be checked"),
        ),
        next=Next("ask", ("Wait for the decision of legal.",), None),
        obligations=(Obligation("o1", "archive-copy", "after", "File the published version."),),
        routing=Routing("legal", 8, ("approve", "reject"), "May “ida@lamp.example” be named?"),
        completeness=Completeness(
            "incomplete",
            faults=(Fault("fact-sheet-expired", "the fact sheet ended on 2026-01-31", "facts.prices", "body"),),
            unsupported=(Accepted("factual/fr", "no French desk", "brand-team"),),
            not_applicable=2,
            not_seen=("image without alt text",),
            truncated=3,
        ),
        context=EffectiveContext(
            (("channel", ("press",)),),
            conflicts=(Conflict("channel", "newsletter", "draft-differs"),),
            claimed=(("caller.channel", "press"), ("draft.channel", "newsletter")),
        ),
    )


@dataclass(frozen=True)
class Receipt:
    """A place in a ledger."""

    record_id: str = "chk_1"
    index: int = 7
    leaf_hash: str = "b" * 64


class Answer:
    """An answer as a gate gives it."""

    check_id: str | None = "chk_1"
    binding = True
    audit: Receipt | None = Receipt()
    timing_us = (("evaluate", 4100),)

    def __init__(self, value: Assessment) -> None:
        self.assessment = value
        self.assessment_bytes = canonical(assessment_json(value, (BODY,)))
        self.assessment_sha256 = sha256_hex(self.assessment_bytes)
