"""
One rule over one text: what ``policy test`` and ``policy try`` rest on.

The text takes the way of every draft, through ``pipeline.evaluator``, under a policy that holds this rule only. No
decision is asked for, because only the findings count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from guardrails.errors import EngineError, PolicyError
from guardrails.model.draft import Draft
from guardrails.model.finding import Finding
from guardrails.model.policy import Bundle, CompiledPolicy, Rule
from guardrails.model.state import State
from guardrails.pipeline import evaluator
from guardrails.text.parsed import DocumentReader

Trial = Callable[[Draft], tuple[Finding, ...]]


class _NoEngine:
    """Decides nothing."""

    identity: tuple[tuple[str, str], ...] = ()

    def decide(self, bundle: Bundle, input_bytes: bytes) -> bytes:  # noqa: ARG002 - the port's signature
        raise EngineError("not-asked", "a trial asks for no decision")


def trial(policy: CompiledPolicy, rule: Rule, readers: Mapping[str, DocumentReader], *, as_of_ms: int) -> Trial:
    """
    Return a function from a draft to the findings of *rule*, with all context unknown and effects ignored.

    Raises (the function):
        PolicyError: ``rule-failed`` if the rule could not run.
    """
    alone = replace(rule, status="active", cases=(), base=None)
    small = replace(policy, digest=f"trial:{rule.id}:{rule.digest}", rules=(alone,))
    evaluate = evaluator(readers, _NoEngine())

    def findings(draft: Draft) -> tuple[Finding, ...]:
        assessment = evaluate(
            replace(draft, fixes="none"), small, State(caller=(("action", "lint"),)), as_of_ms
        ).assessment
        for fault in assessment.completeness.faults:
            if fault.rule == rule.id or fault.code == "stage-failed":
                raise PolicyError("rule-failed", fault.message)
        return assessment.findings

    return findings


def run_rule(
    policy: CompiledPolicy, readers: Mapping[str, DocumentReader], *, as_of_ms: int
) -> Callable[[Rule, Draft, int | None], list[tuple[int, int]]]:
    """
    Return the runner that ``policy.testing`` asks for: the hits of a rule in a draft, as ranges of its field.

    Facts count as valid for ever, so that an example does not fail because a day has passed.
    """
    policy = replace(policy, facts=policy.facts.timeless())

    def hits(rule: Rule, draft: Draft, at_ms: int | None) -> list[tuple[int, int]]:
        found = trial(policy, rule, readers, as_of_ms=as_of_ms if at_ms is None else at_ms)(draft)
        return [(finding.spans[0].start, finding.spans[0].end) for finding in found if finding.rule.id == rule.id]

    return hits
