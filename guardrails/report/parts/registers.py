"""Parts 8 and 9: the claims register, by reference, and the register of what was made with AI."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.audit.log import AuditLog
from guardrails.model.policy import CompiledPolicy
from guardrails.report.evidence import Evidence

AI_TOPIC = "ai-disclosure"
"""Topic of the rules that ask for the disclosure of AI (Art. 50)."""

ORIGINS = ("generated", "assisted", "human", "")


class Claim(NamedTuple):
    """
    One approved fact, by reference: nothing of what it says.

    *status* is as of the end of the period; *texts* are different texts of the period that rest on it.
    """

    fact: str
    sheet: str
    owner: str
    sources: tuple[str, ...]
    until: str
    status: str
    texts: int


@dataclass(frozen=True, slots=True)
class Disclosure:
    """
    Texts by where they come from (as their authors say), and what the rules of AI disclosure did.

    Attributes:
        unknown: Checks whose record does not say (made before it was recorded, or the author said nothing).

        rules: Active rules with the topic; *findings* are texts in which one of them found something.

        read_by_people: Generated or assisted texts that a person approved: human review in the sense of Art. 50(4).
    """

    origins: tuple[tuple[str, int], ...]
    rules: tuple[str, ...]
    findings: int
    passed_with_finding: int
    read_by_people: int


def claims_of(log: AuditLog, evidence: Evidence, policy: CompiledPolicy | None) -> tuple[Claim, ...]:
    """Return the claims register."""
    if policy is None:
        return ()
    texts: dict[str, set[str]] = {}
    for one in evidence.binding:
        for ref in one.rests_on:
            texts.setdefault(ref, set()).add(one.content_ref)
    owners = {sheet.id: sheet.owner for sheet in policy.facts.sheets}
    withdrawn = withdrawn_facts(evidence)
    return tuple(
        Claim(
            fact=fact.id,
            sheet=fact.sheet,
            owner=owners.get(fact.sheet, ""),
            sources=fact.sources,
            until=fact.valid.until if fact.valid else "",
            status="withdrawn" if fact.id in withdrawn else fact.status(evidence.period.until_ms - 1),
            texts=len(texts.get(log.refs.of("rests_on", f"fact:{fact.id}"), ())),
        )
        for fact in policy.facts.facts
    )


def withdrawn_facts(evidence: Evidence) -> dict[str, int]:
    """Return the facts that stand withdrawn at the end of the period, each with the moment of its withdrawal."""
    standing: dict[str, int] = {}
    for event in evidence.history:
        record = event.record
        if record.type == "withdrawal" and record.text("event") == "withdrawn":
            standing[record.text("fact")] = record.at_ms
        elif record.type == "withdrawal":
            standing.pop(record.text("fact"), None)
    return standing


def disclosure_of(evidence: Evidence, policy: CompiledPolicy | None) -> Disclosure:
    """Return the register of AI disclosure."""
    rules = ai_rules(policy)
    origins = Counter(one.origin for one in evidence.binding)
    found = [one for one in evidence.binding if any(hit.rule in rules for hit in one.rules)]
    approved = {event.record.text("check") for event in evidence.events("review") if _is_approval(event.record.body)}
    return Disclosure(
        origins=tuple((name, origins[name]) for name in ORIGINS),
        rules=tuple(sorted(rules)),
        findings=len({one.content_ref for one in found}),
        passed_with_finding=sum(
            one.verdict == "pass" and any(h.rule in rules and h.calls_for in ("revise", "escalate") for h in one.rules)
            for one in found
        ),
        read_by_people=sum(one.id in approved and one.origin in ("generated", "assisted") for one in evidence.binding),
    )


def ai_rules(policy: CompiledPolicy | None) -> frozenset[str]:
    """Return the active rules that ask for the disclosure of AI."""
    rules = policy.rules if policy else ()
    return frozenset(rule.id for rule in rules if AI_TOPIC in rule.topics and rule.status == "active")


def _is_approval(body: object) -> bool:
    return isinstance(body, dict) and body.get("final") is True and body.get("decision") == "approve"
