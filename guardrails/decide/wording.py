"""Decisions in words: one plain sentence per reason code, one question per escalation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from guardrails.model.assessment import Reason
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import OUTCOMES, Finding

MESSAGES: Final = {
    "findings-escalate": "Some findings may only be decided by a person.",
    "findings-revise": "Some findings must be mended before this can go out.",
    "context-conflict": "What the caller or the draft says about its context contradicts what is permitted.",
    "stop-in-force": "A stop is in force for this work.",
    "no-principal": "Nobody known submitted this draft.",
    "unknown-role": "The submitting person's role does not exist in this workspace.",
    "mandate-unknown": "The submitting agent has no mandate in this workspace.",
    "mandate-expired": "The submitting agent's mandate has ended.",
    "mandate-not-yet": "The submitting agent's mandate has not begun.",
    "must-stop-topic": "The draft touches a topic at which this agent must stop.",
    "must-stop-audience": "The draft may reach an audience for which this agent must stop.",
    "loop-limit": "The agent has used all rounds that its mandate allows for this work.",
    "no-progress": "The last round mended nothing.",
    "risk-limit": "The findings waived or approved for this agent in the last 30 days add up to more than the limit.",
    "ready-needs-person": "Nothing stands in the way, and no mandate lets this agent decide it: a person releases it.",
    "obligation-before": "Something must be done by a person before this may be published.",
    "approved": "A person has approved this very text for this place.",
    "sent-back": "A person has read this text and asks for a revision.",
    "rejected": "A person has rejected this text for this place.",
    "workspace-malformed": "A Rego package of the workspace exported reasons that cannot be read.",
    "uncovered-layer": "A layer of rules has no working rule for a language of this draft.",
    "language-mismatch": "Part of the text is in a language that was not announced.",
    "unread-text": "A passage that is no prose (code, say) holds what a rule looks for, and no rule could judge it.",
    "bad-front-matter": "The front matter of this draft cannot be read.",
    "fact-withdrawn": "The text rests on a fact that was withdrawn.",
    "text-revoked": "A person has revoked a permit for this text.",
    "no-text": "There is not a single word to check in this draft.",
    "fault": "Something that was due could not be checked.",
    "stage-failed": "A stage of the check failed.",
    "engine-failed": "The decision engine gave no usable answer.",
}
"""What each code of the sealed packages and of the pipeline means."""

_QUESTIONS: Final = {
    "ready-needs-person": "May this draft be released?",
    "obligation-before": "Has everything been done that must be done before publishing?",
    "stop-in-force": "Should the stop stay in force for this work?",
    "no-principal": "Who answers for this draft, and may it go out?",
    "context-conflict": "Which context is right for this draft, and may it go out there?",
    "loop-limit": "The agent does not get further: what should happen with this draft?",
    "no-progress": "The agent does not get further: what should happen with this draft?",
    "must-stop-topic": "The draft touches a reserved topic: may it go out?",
    "must-stop-audience": "The draft may reach a reserved audience: may it go out?",
    "rejected": "This text was rejected: has anything changed that a person should know?",
    "text-revoked": "A permit for this text was revoked: may it go out again?",
    "risk-limit": "The agent has used up its margin: may this draft go out?",
}


def reason_message(code: str) -> str:
    """
    Return the sentence for a reason's *code*.

    Codes of ``integrity-…``, ``mandate-…`` and ``engine-…`` have one; the code of a workspace package or of a fault that is not
    known here is put into words as it stands.
    """
    if code.startswith("integrity-"):
        return f"The facts of this check were incomplete ({code.removeprefix('integrity-')})."
    if code.startswith("engine-"):
        return MESSAGES["engine-failed"]
    return MESSAGES.get(code) or f"The workspace asks for this: {code.replace('-', ' ')}."


def question(reasons: Sequence[Reason], findings: Sequence[Finding], context: EffectiveContext) -> str:
    """Return what a person is asked, in one sentence; the first reason that escalates decides what it is about."""
    first = next((reason.code for reason in reasons if reason.outcome == "escalate"), "")
    if first in _QUESTIONS:
        return _QUESTIONS[first]
    if first.startswith("mandate-"):
        return "The agent has no mandate in force: may this draft go out?"
    if first == "findings-escalate":
        return _about_findings(findings, context)
    return "Not everything could be checked: may this draft go out all the same?" if _is_fault(first) else _plain(first)


def _about_findings(findings: Sequence[Finding], context: EffectiveContext) -> str:
    asking = [finding for finding in findings if finding.calls_for == OUTCOMES[-1]]
    titles = list(dict.fromkeys(finding.rule.title for finding in asking))
    named = f"“{titles[0]}”" if titles else "the findings"
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    channels = context["channel"]
    where = f" on {channels[0]}" if len(channels) == 1 else ""
    return f"May this go out{where} in spite of {named}{more}?"


def _is_fault(code: str) -> bool:
    return code.startswith(("integrity-", "engine-")) or code in {
        "fault", "stage-failed", "uncovered-layer", "language-mismatch", "workspace-malformed",
        "unread-text", "bad-front-matter", "no-text", "fact-withdrawn",
    }  # fmt: skip


def _plain(code: str) -> str:
    return f"May this draft go out ({code.replace('-', ' ')})?" if code else "May this draft go out?"
