"""Filling an entry from an assessment."""

from guardrails.audit.entry import RuleCount, summary_of, waived_risk, work_of
from guardrails.model.assessment import Assessment, Completeness, Next, Reason
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Fault, Finding, RuleRef
from guardrails.model.span import Span

CONTEXT = EffectiveContext(
    values=(("channel", ("press",)), ("market", ("at", "de"))),
    claimed=(("caller.campaign", "spring"), ("draft.campaign", "autumn"), ("draft.thread", "t1")),
)


def finding(number, **changes):
    """Return a finding that calls for revise."""
    rule = RuleRef("brand.x", 1, "sha256:r", "X", "brand", "brand")
    values = {
        "id": f"f{number}", "fingerprint": f"fp{number}", "rule": rule, "effect": "revise",
        "calls_for": "revise", "severity": "high", "confidence_pm": 1000, "spans": (Span("body", 0, 1),), "match": "x",
        "message": "m", "why": "w", "instruction": "i",
    }  # fmt: skip
    return Finding(**{**values, **changes})


def assessed(*findings, faults=()):
    """Return an assessment with these findings."""
    return Assessment(
        verdict="revise", reasons=(Reason("findings", "revise", "m"),), next=Next("revise", (), None),
        findings=findings, fixed=None, obligations=(), routing=None, scores=(),
        completeness=Completeness("incomplete" if faults else "complete", faults), context=CONTEXT, established=(),
        policy_digest="sha256:p", packs=(), engine=(("guardrails", "1"),), as_of_ms=5, good_until_ms=None,
        accountable="", draft_sha256="d", content_sha256="c", state_sha256="s",
    )  # fmt: skip


def test_findings_are_counted_by_rule_and_call():
    """One count per rule and what it calls for."""
    made = summary_of(assessed(finding(1), finding(2), finding(3, calls_for="none")))

    assert (RuleCount("brand.x", "none", 1), RuleCount("brand.x", "revise", 2)) == made.rules


def test_only_what_calls_for_revise_has_its_fingerprint_kept():
    """Progress is counted by what is still to be revised."""
    assert work_of(assessed(finding(1), finding(2, calls_for="escalate"))).fingerprints == ("fp1",)


def test_waived_severities_are_the_risk():
    """High counts three, where a waiver lifted it; what a ruling lifted was counted when it was given."""
    lifted = (finding(1, waiver="wvr_1", calls_for="none"), finding(2), finding(3, waiver="rul_1", calls_for="none"))

    assert waived_risk(lifted) == 3


def test_the_caller_names_the_work_before_the_draft_does():
    """Campaign comes from the caller, thread from the draft, task from nobody."""
    made = work_of(assessed())

    assert (made.campaign, made.thread, made.task) == ("spring", "t1", "")


def test_the_closed_values_are_the_effective_ones():
    """Channels and markets are those the check worked with."""
    made = summary_of(assessed(faults=(Fault("worker-died", "m"), Fault("worker-died", "m"))))

    assert (made.channels, made.markets) == (("press",), ("at", "de"))
    assert (made.complete, made.faults) == (False, ("worker-died",))
