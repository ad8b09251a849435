"""Part 3: which rules were in force, who put them there, what they changed, what is switched off and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from guardrails.audit.log import AuditLog
from guardrails.audit.policies import activation
from guardrails.errors import GuardrailsError, LedgerError
from guardrails.model.day import day_end_ms
from guardrails.model.policy import CompiledPolicy
from guardrails.report.evidence import Event, Evidence
from guardrails.report.view import Override, WorkspaceView
from guardrails.review.in_force import kept_policy


class PolicyEvent(NamedTuple):
    """
    A policy came into force, or was used for the first time.

    *changes* counts what differs from before by sort (empty where no difference was recorded), *examples* and *cases*
    what was tested then (−1 where nothing is on record), *untested* rules without an example.
    """

    at: int
    record: str
    at_ms: int
    event: str
    digest: str
    role: str
    proposed_by: str
    revision: str
    changes: tuple[tuple[str, int], ...]
    rules: tuple[str, ...]
    examples: int
    cases: int
    untested: int
    in_period: bool


class Off(NamedTuple):
    """A rule, or a layer in a language, that does not hold what it could: *how*, why, by whom."""

    what: str
    how: str
    reason: str
    owner: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Policies:
    """
    The inventory.

    Attributes:
        digest: What was in force at the end of the period; *is_known* tells whether it could be read.

        compiled_by: The version of guardrails whose copy the ledger keeps of it.

        is_activated: People put it in force; otherwise the workspace's files count as they are.

        changed: Rules of packs that the workspace changed; *off* what holds nothing, with the reason where one is kept.

        uncovered: ``layer/language`` without a working rule.
    """

    digest: str
    is_known: bool
    compiled_by: str
    is_activated: bool
    files_differ: bool
    events: tuple[PolicyEvent, ...]
    rules: tuple[tuple[str, int], ...]
    packs: tuple[tuple[str, str, str, str], ...]
    changed: tuple[Override, ...]
    off: tuple[Off, ...]
    uncovered: tuple[str, ...]


def policies_of(log: AuditLog, evidence: Evidence, view: WorkspaceView) -> tuple[Policies, CompiledPolicy | None]:
    """Return the inventory, and the policy in force at the end of the period if it can be read."""
    events = tuple(_event(log, one, evidence) for one in evidence.history if one.record.type == "policy_activated")
    activated = [one for one in events if one.event != "first-use"]
    digest = (activated or events)[-1].digest if events else ""
    policy = _policy(log, digest, view)
    files = view.policy.digest if view.policy else ""
    return Policies(
        digest=digest or (policy.digest if policy else ""),
        is_known=policy is not None,
        compiled_by=_compiled_by(log, digest),
        is_activated=bool(activated),
        files_differ=bool(digest) and files != digest,
        events=events,
        rules=tuple(sorted(Counter(rule.status for rule in policy.rules).items())) if policy else (),
        packs=tuple((one.name, one.version, one.layer, one.owner) for one in policy.packs) if policy else (),
        changed=view.overrides,
        off=tuple(_off(policy, view, evidence.period.until_ms)) if policy else (),
        uncovered=tuple(_uncovered(policy)) if policy else (),
    ), policy


def _compiled_by(log: AuditLog, digest: str) -> str:
    try:
        kept = activation(log, digest) if digest else None
    except LedgerError:
        return ""
    return kept.text("compiled_by") if kept else ""


def _policy(log: AuditLog, digest: str, view: WorkspaceView) -> CompiledPolicy | None:
    """Return the policy with this digest, from the ledger or the files; without a digest what the files say."""
    if view.policy is not None and digest in ("", view.policy.digest):
        return view.policy
    try:
        return kept_policy(log, digest) if digest else None
    except GuardrailsError:
        return None


def _event(log: AuditLog, event: Event, evidence: Evidence) -> PolicyEvent:
    record = event.record
    difference, tests = _part(log, event, "diff"), _part(log, event, "tests")
    return PolicyEvent(
        at=event.at,
        record=record.id,
        at_ms=record.at_ms,
        event=record.text("event"),
        digest=record.text("policy_digest"),
        role=record.text("role"),
        proposed_by=record.text("proposed_by"),
        revision=record.text("commit", "revision"),
        changes=tuple((key, len(difference[key])) for key in ("added", "removed", "changed", "status") if difference),
        rules=tuple(_touched(difference)),
        examples=tests.get("examples", -1),
        cases=tests.get("cases", -1),
        untested=len(tests.get("untested", ())),
        in_period=record.at_ms in evidence.period,
    )


def _touched(difference: dict[str, Any]) -> Iterator[str]:
    """Yield what became of which rule since the policy before."""
    yield from (f"{one['rule']}: version {one['from']} to {one['to']}" for one in difference.get("changed", ()))
    yield from (f"{one['rule']}: {one['from']} to {one['to']}" for one in difference.get("status", ()))
    yield from (f"{one}: removed" for one in difference.get("removed", ()))


def _part(log: AuditLog, event: Event, part: str) -> dict[str, Any]:
    if part not in event.record.commitments():
        return {}
    try:
        value: dict[str, Any] = json.loads(log.decrypt(event.at, part))
    except LedgerError:
        return {}
    return value


def _off(policy: CompiledPolicy, view: WorkspaceView, at_ms: int) -> Iterator[Off]:
    noted = {one.rule: one for one in view.overrides if one.what.startswith("effect note")}
    for rule in policy.rules:
        if rule.status != "active":
            yield Off(rule.id, f"status {rule.status}", "as its file says", rule.owner)
        elif rule.id in noted:
            over = noted[rule.id]
            has_ended = bool(over.until) and day_end_ms(over.until) <= at_ms
            how = "a note only" if not has_ended else "was a note only until then, counts again"
            yield Off(rule.id, how, over.reason, over.owner, over.until)
    for gap in policy.workspace.unsupported:
        yield Off(gap.what, "not supported here", gap.reason, gap.owner)
    for gap in policy.workspace.accept_uncovered:
        yield Off(gap.what, "no rule in this language", gap.reason, gap.owner)


def _uncovered(policy: CompiledPolicy) -> Iterator[str]:
    active = [rule for rule in policy.rules if rule.status == "active"]
    for layer in sorted({rule.layer for rule in policy.rules}):
        for language in policy.languages:
            works = any(rule.layer == layer and ({"*", language} & set(rule.locales)) for rule in active)
            if not works:
                yield f"{layer}/{language}"
