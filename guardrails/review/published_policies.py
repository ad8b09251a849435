"""What people propose and put in force, in published form, as command line and HTTP show it alike."""

from __future__ import annotations

from guardrails.audit.log import AuditLog
from guardrails.model.canonical import Json
from guardrails.model.policy import CompiledPolicy
from guardrails.policy.diff import diff_json
from guardrails.render.moment import rfc3339
from guardrails.review.activation import Done, Proposed, tests_json
from guardrails.review.in_force import Proposal, activation_json, activations, proposals


def history_json(log: AuditLog) -> dict[str, Json]:
    """Return ``guardrails.activations/v1``: every activation and what waits for approval, newest first."""
    return {
        "schema": "guardrails.activations/v1",
        "activations": [activation_json(one) for one in reversed(activations(log))],
        "proposals": [_proposal(one) for one in reversed(proposals(log))],
    }


def proposals_json(log: AuditLog) -> dict[str, Json]:
    """Return ``guardrails.proposals/v1``: what waits for approval, newest first."""
    return {"schema": "guardrails.proposals/v1", "proposals": [_proposal(one) for one in reversed(proposals(log))]}


def done_json(done: Done) -> dict[str, Json]:
    """Return what was put in force just now as ``guardrails.activation/v1``."""
    return {
        "schema": "guardrails.activation/v1",
        **activation_json(done.activation),
        "diff": diff_json(done.difference),
        "comparable": done.is_comparable,
        "tested": tests_json(done.inspection) if done.inspection else None,
        "contents": contents_json(done.policy),
    }


def proposed_json(proposed: Proposed) -> dict[str, Json]:
    """Return what was proposed just now as ``guardrails.proposal/v1``."""
    return {
        "schema": "guardrails.proposal/v1",
        **_proposal(proposed.proposal),
        "previous_digest": proposed.previous,
        "diff": diff_json(proposed.difference),
        "comparable": proposed.is_comparable,
        "tested": tests_json(proposed.inspection) if proposed.inspection else None,
    }


def contents_json(policy: CompiledPolicy) -> dict[str, Json]:
    """Return what *policy* consists of, in numbers."""
    return {
        "rules": len(policy.rules),
        "packs": len(policy.packs),
        "facts": len(policy.facts.facts),
        "packages": len(policy.bundle.workspace_packages),
    }


def _proposal(one: Proposal) -> dict[str, Json]:
    return {
        "record_id": one.record,
        "at": rfc3339(one.at_ms),
        "policy_digest": one.digest,
        "proposed_by": one.role,
    }
