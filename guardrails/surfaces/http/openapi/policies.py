"""Policies: the rules in force, and how people put others in force."""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.surfaces.http.openapi.parts import (
    READ,
    SENT,
    TEXT,
    Schema,
    answer,
    operation,
    path_parameter,
    query,
    ref,
    sent,
)

_LOOKED_AT: dict[str, Json] = {
    "diff": {"type": "object", "description": "`guardrails.policy-diff/v1`, against what was in force."},
    "comparable": {"type": "boolean", "description": "Whether what was in force could be read; else all is new."},
    "tested": {"type": ["object", "null"], "description": "What was tested, in numbers; null of an earlier policy."},
}
_PROPOSED = ("record_id", "at", "policy_digest", "proposed_by")
_PROPOSAL: Schema = {
    "title": "Proposal",
    "description": "A policy that one person wants in force, and another one may put in force.",
    "type": "object",
    "required": [*_PROPOSED],
    "properties": {
        **dict.fromkeys(_PROPOSED, TEXT),
        "previous_digest": {**TEXT, "description": "What is in force instead."},
        **_LOOKED_AT,
    },
}
_ACTIVATED = ("record_id", "at", "event", "policy_digest", "previous_digest", "approved_by", "proposed_by")
_ACTIVATION: Schema = {
    "title": "Activation",
    "description": "One time that people put a policy in force.",
    "type": "object",
    "required": [*_ACTIVATED, "commit"],
    "properties": {
        **dict.fromkeys(_ACTIVATED, TEXT),
        "event": {"enum": ["activated", "rolled-back"]},
        "commit": {
            "type": "object",
            "required": ["revision", "dirty"],
            "properties": {"revision": TEXT, "dirty": {"type": "boolean"}},
        },
        **_LOOKED_AT,
        "contents": {"type": "object", "description": "What it consists of, in numbers."},
        "serving": {**TEXT, "description": "The digest that this server serves now."},
    },
}
_WAITING: dict[str, Json] = {"proposals": {"type": "array", "items": ref("Proposal")}}
_HISTORY: dict[str, Json] = {
    "activations": {"type": "array", "items": ref("Activation")}, **_WAITING, "serving": TEXT,
}  # fmt: skip
_RULES = answer("As `guardrails policy show --format json`.", {"type": "object"})
_NOTE: dict[str, Json] = {"note": "No superlatives in ads."}


def policy_schemas() -> dict[str, Json]:
    """Return the components."""
    return {"Activation": _ACTIVATION, "Proposal": _PROPOSAL}


def policy_paths() -> dict[str, Json]:
    """Return the paths."""
    return {
        "/v1/policies": {"get": _rules()},
        "/v1/policies/proposals": {"get": _proposals(), "post": _propose()},
        "/v1/policies/activations": {"get": _activations(), "post": _activate()},
        "/v1/policies/{rule}": {"get": _rule()},
    }


def _rules() -> Json:
    cost = query(
        "friction",
        {"type": "boolean"},
        "Also what the gate, and each rule, cost in the last 30 days; reads the ledger.",
    )
    return operation(
        "listRules", "The rules in force", "Needs the scope `read`.", _RULES, (*READ, "422"), parameters=[cost]
    )


def _rule() -> Json:
    name = path_parameter("rule")
    return operation("readRule", "One rule", "Needs the scope `read`.", _RULES, (*READ, "404"), parameters=[name])


def _proposals() -> Json:
    waiting = answer("Newest first.", _listing("guardrails.proposals/v1", _WAITING))
    return operation("listProposals", "What waits for another person", "Scope `read`.", waiting, READ)


def _propose() -> Json:
    asked = _wish(policy="A digest, or how one begins, of an earlier policy; else the workspace.")
    return operation(
        "proposePolicy",
        "Propose the workspace, or an earlier policy",
        "Changes nothing until another person activates it. Needs the scope `operate` or `review`, and a person.",
        answer("It is on record.", ref("Proposal")),
        (*SENT, "409"),
        body=sent(asked),
    )


def _activations() -> Json:
    history = answer("Newest first.", _listing("guardrails.activations/v1", _HISTORY))
    return operation("listActivations", "What was put in force", "Scope `read`.", history, READ)


def _activate() -> Json:
    asked = _wish(
        proposed_by="Who proposes it, where there are no API keys.",
        rollback="`previous`, a digest or how one begins: instead of the workspace.",
    )
    return operation(
        "activatePolicy",
        "Put the workspace, or an earlier policy, in force",
        "Another person has proposed it; going back to the one before takes one person. Refused if it does not load or a "
        "test fails; then the old one goes on. Needs the scope `operate`, and a person.",
        answer("It is in force.", ref("Activation")),
        (*SENT, "409"),
        body=sent(asked),
    )


def _listing(schema: str, lists: dict[str, Json]) -> Schema:
    return {"type": "object", "required": ["schema", *lists], "properties": {"schema": {"const": schema}, **lists}}


def _wish(**described: str) -> Schema:
    """Return the schema of what somebody wants done about a policy, with a note."""
    said: dict[str, Json] = {name: {**TEXT, "description": what} for name, what in described.items()}
    return {
        "type": "object", "additionalProperties": False, "properties": {**said, "note": TEXT}, "example": _NOTE,
    }  # fmt: skip
