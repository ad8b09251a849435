"""
The OpenAPI 3.1 document, written by hand around the published schemas.

The example of a draft names the workspace's own values, so that it is accepted by the server that shows it.
"""

from __future__ import annotations

from collections.abc import Sequence

from guardrails import __version__
from guardrails.model.brief import LEFT_OUT, SECTIONS
from guardrails.model.canonical import Json
from guardrails.model.policy import CompiledPolicy, Workspace
from guardrails.render.schemas import ANSWER, BATCH, BATCH_ANSWER, BRIEF, DRAFT
from guardrails.surfaces.http.openapi_parts import (
    TEXT,
    Schema,
    json_content,
    operation,
    parameter,
    path_parameter,
    ref,
)
from guardrails.surfaces.http.openapi_people import people_paths, people_schemas
from guardrails.surfaces.http.openapi_permits import permit_paths, permit_schemas

_EXAMPLE_KEYS = ("channel", "market", "locale")
_BRIEF_KEYS = ("channel", "market", "locale", "audience", "content_type", "stage", "action")

_PROBLEM: Schema = {
    "title": "Problem",
    "description": "RFC 9457. `code` is stable, `place` says where in the body (`body#/fields/0/text`) or is empty.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "help", "place"],
    "properties": {
        **dict.fromkeys(("type", "title", "detail", "code", "help", "place"), TEXT),
        "status": {"type": "integer"},
    },
    "example": {
        "type": "urn:guardrails:problem:bad-draft",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "the key 'text' is missing",
        "code": "bad-draft",
        "help": "",
        "place": "body#/fields/0",
    },
}
_READY: Schema = {
    "title": "Ready",
    "type": "object",
    "required": ["policy", "records"],
    "properties": {
        "policy": {**TEXT, "description": "The digest that is served."},
        "records": {"type": "integer", "minimum": 0},
        "refused": {
            "description": "Present if another policy is in force and could not be started here, so that the old one goes on.",
            "type": "object",
            "required": ["policy", "code"],
            "properties": {"policy": TEXT, "code": TEXT},
        },
    },
}
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
_DISCLOSURE: Schema = {
    "title": "Disclosure",
    "type": "object",
    "required": ["schema", "check_id", "audit"],
    "properties": {
        "schema": {"const": "guardrails.disclosure/v1"},
        "check_id": TEXT,
        "audit": {
            "type": "object",
            "required": ["record_id", "index", "leaf_hash"],
            "properties": {"record_id": TEXT, "index": {"type": "integer", "minimum": 0}, "leaf_hash": TEXT},
        },
    },
}
_VERDICT: Schema = {
    "Guardrails-Verdict": {
        "description": "The verdict, as in the body.",
        "schema": {"enum": ["pass", "revise", "escalate"]},
    }
}
_REPLAYED: Schema = {
    "Idempotency-Replayed": {
        "description": "Present if this answer was given before under the same key.",
        "schema": {"const": "true"},
    }
}


def example_draft(workspace: Workspace) -> dict[str, Json]:
    """Return a draft that every rule may judge in *workspace*; its context is the first value of each key."""
    values = dict(workspace.values)
    return {
        "schema": "guardrails.draft/v1",
        "fields": [{"id": "body", "text": "Results guaranteed in a week.", "format": "text"}],
        "context": {key: values[key][0] for key in _EXAMPLE_KEYS if values.get(key)},
        "provenance": {"origin": "generated", "model": "house-writer-2", "run": "run-81"},
    }


def openapi(policy: CompiledPolicy, now_ms: int) -> dict[str, Json]:
    """Return the document of a server for *policy*; *now_ms* dates the examples."""
    workspace = policy.workspace
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "guardrails",
            "version": __version__,
            "summary": "The gate between AI agents and the public: pass, revise or escalate.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            **_checks(workspace),
            **_policies(),
            **_brief(workspace),
            **people_paths(policy, now_ms),
            **permit_paths(),
            **_probes(),
        },
        "components": {
            "schemas": {
                "Draft": DRAFT,
                "Answer": ANSWER,
                "Batch": BATCH,
                "BatchAnswer": BATCH_ANSWER,
                "Brief": BRIEF,
                "Problem": _PROBLEM,
                "Ready": _READY,
                "Activation": _ACTIVATION,
                "Proposal": _PROPOSAL,
                **people_schemas(),
                **permit_schemas(),
            },
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key (`gk_…`); on loopback, without any keys, nothing is needed.",
                }
            },
        },
        "security": [{"key": []}],
    }


def _checks(workspace: Workspace) -> dict[str, Json]:
    draft: Json = {"schema": ref("Draft"), "example": example_draft(workspace)}
    submit = operation(
        "submitCheck",
        "Check a draft",
        "Any verdict is a 200. The record is durable before the answer leaves. Needs the scope `check`.",
        {"description": "The verdict.", "headers": {**_VERDICT, **_REPLAYED}, "content": json_content(ref("Answer"))},
        ("400", "401", "403", "409", "413", "415", "422", "503"),
    )
    parameters: list[Json] = [
        parameter("header", "Idempotency-Key", "The same key and body give the same answer for 24 hours.", maximum=200),
        parameter("query", "as_of", "Judge as of this moment (ISO 8601); never binding; scope `simulate`.", maximum=40),
        parameter(
            "query",
            "context_of",
            "Whose the body's context is: `caller` (default), or `draft`; then context keys in the query are the caller's.",
            maximum=6,
        ),
    ]
    body: Json = {"required": True, "content": {"application/json": draft}}
    batch: Json = {
        "schema": ref("Batch"),
        "example": {
            "schema": "guardrails.batch/v1",
            "items": [{"id": "linkedin-de", "draft": example_draft(workspace)}],
        },
    }
    together = operation(
        "submitBatch",
        "Check drafts that belong together",
        "All records are durable in one transaction, or none. Also says what the drafts show together: passages that need "
        "a person in several, values that differ in one or two. Needs the scope `check`.",
        {"description": "The strictest verdict.", "headers": _VERDICT, "content": json_content(ref("BatchAnswer"))},
        ("400", "401", "403", "413", "415", "422", "503"),
    )
    several: Json = {"required": True, "content": {"application/json": batch}}
    read = operation(
        "readCheck",
        "An answer given before",
        "As the ledger has it, without timings. Needs the scope `read`.",
        {"description": "The answer.", "headers": _VERDICT, "content": json_content(ref("Answer"))},
        ("401", "403", "404", "410", "503"),
    )
    disclose = operation(
        "discloseCheck",
        "Put on record that its personal data is shown",
        "Answers are always masked. A client that has the draft records this before it shows what they mask. Needs the "
        "scope `disclose`.",
        {"description": "It is on record.", "content": json_content(_DISCLOSURE)},
        ("401", "403", "404", "503"),
    )
    return {
        "/v1/checks": {"post": {**submit, "parameters": parameters, "requestBody": body}},
        "/v1/checks:batch": {"post": {**together, "parameters": [parameters[-1]], "requestBody": several}},
        "/v1/checks/{check_id}": {"get": {**read, "parameters": [path_parameter("check_id")]}},
        "/v1/checks/{check_id}/disclosures": {"post": {**disclose, "parameters": [path_parameter("check_id")]}},
    }


def _policies() -> dict[str, Json]:
    found: Json = {
        "description": "As `guardrails policy show --format json`.",
        "content": json_content({"type": "object"}),
    }
    refused = ("401", "403", "503")
    every = operation("listRules", "The rules in force", "Needs the scope `read`.", found, (*refused, "422"))
    cost: Json = {
        "in": "query",
        "name": "friction",
        "description": "Also what the gate, and each rule, cost in the last 30 days; reads the ledger.",
        "schema": {"type": "boolean"},
    }
    one = operation("readRule", "One rule", "Needs the scope `read`.", found, (*refused, "404"))
    return {
        "/v1/policies": {"get": {**every, "parameters": [cost]}},
        "/v1/policies/proposals": _proposals(),
        "/v1/policies/activations": _activations(),
        "/v1/policies/{rule}": {"get": {**one, "parameters": [path_parameter("rule")]}},
    }


def _proposals() -> dict[str, Json]:
    body: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "policy": {**TEXT, "description": "A digest, or how one begins, of an earlier policy; else the workspace."},
            "note": TEXT,
        },
        "example": {"note": "No superlatives in ads."},
    }
    proposed = operation(
        "proposePolicy",
        "Propose the workspace, or an earlier policy",
        "Changes nothing until another person activates it. Needs the scope `operate` or `review`, and a person.",
        {"description": "It is on record.", "content": json_content(ref("Proposal"))},
        ("400", "401", "403", "409", "413", "415", "422", "503"),
    )
    waiting: Json = {
        "type": "object",
        "required": ["schema", "proposals"],
        "properties": {
            "schema": {"const": "guardrails.proposals/v1"},
            "proposals": {"type": "array", "items": ref("Proposal")},
        },
    }
    listed = operation(
        "listProposals",
        "What waits for another person",
        "Scope `read`.",
        {"description": "Newest first.", "content": json_content(waiting)},
        ("401", "403", "503"),
    )
    return {"get": listed, "post": {**proposed, "requestBody": {"required": True, "content": json_content(body)}}}


def _activations() -> dict[str, Json]:
    history: Json = {
        "description": "Newest first.",
        "content": json_content(
            {
                "type": "object",
                "required": ["schema", "activations", "proposals", "serving"],
                "properties": {
                    "schema": {"const": "guardrails.activations/v1"},
                    "activations": {"type": "array", "items": ref("Activation")},
                    "proposals": {"type": "array", "items": ref("Proposal")},
                    "serving": TEXT,
                },
            }
        ),
    }
    body: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "proposed_by": {**TEXT, "description": "Who proposes it, where there are no API keys."},
            "rollback": {**TEXT, "description": "`previous`, a digest or how one begins: instead of the workspace."},
            "note": TEXT,
        },
        "example": {"note": "No superlatives in ads."},
    }
    put = operation(
        "activatePolicy",
        "Put the workspace, or an earlier policy, in force",
        "Another person has proposed it; going back to the one before takes one person. Refused if it does not load or a "
        "test fails; then the old one goes on. Needs the scope `operate`, and a person.",
        {"description": "It is in force.", "content": json_content(ref("Activation"))},
        ("400", "401", "403", "409", "413", "415", "422", "503"),
    )
    listed = operation("listActivations", "What was put in force", "Scope `read`.", history, ("401", "403", "503"))
    return {"get": listed, "post": {**put, "requestBody": {"required": True, "content": json_content(body)}}}


def example_brief() -> dict[str, Json]:
    """Return what a brief looks like; a real one says more."""
    line: Json = {"text": "Hype: “unleash”, “seamless” (+24)", "rules": ["house-style.hype-en"], "fact": None}
    fact: Json = {"text": "Nimbrel Desk gives up to 920 lumens.", "rules": [], "fact": "N-001"}
    said: dict[str, Json] = {**{name: [] for name in SECTIONS}, "avoid": [line], "facts": [fact]}
    return {
        "schema": "guardrails.brief/v1",
        "agent": "distribution",
        "context": {"channel": ["newsletter"], "market": ["uk"], "locale": ["en-GB"]},
        "assumed": [],
        "policy": {"digest": f"sha256:{'0' * 64}"},
        "as_of": "2026-11-23",
        "applicable": 2,
        **said,
        "left_out": {**dict.fromkeys(LEFT_OUT, 0), "brand": 1},
        "words": 48,
    }


def _brief(workspace: Workspace) -> dict[str, Json]:
    values = dict(workspace.values)
    agents = [mandate.agent for mandate in workspace.mandates]
    known = {key: values.get(key, ()) for key in _BRIEF_KEYS}
    parameters: Json = [
        _asked("agent", "Whose brief; an agent reads its own.", agents),
        *(_asked(key, f"Left out: every {key.replace('_', ' ')} that is permitted.", known[key]) for key in known),
        parameter("query", "as_of", "What will apply then (ISO 8601).", maximum=40),
        {"in": "query", "name": "format", "description": "As Markdown instead.", "schema": {"enum": ["json", "md"]}},
    ]
    content: Json = {
        "application/json": {"schema": ref("Brief"), "example": example_brief()},
        "text/markdown": {"schema": TEXT},
    }
    read = operation(
        "readBrief",
        "What applies, before anything is written",
        "At most 600 words for an agent in a place. Needs the scope `check` or `read`; the key's values hold.",
        {"description": "The brief.", "content": content},
        ("401", "403", "422", "503"),
    )
    return {"/v1/brief": {"get": {**read, "parameters": parameters}}}


def _asked(name: str, description: str, known: Sequence[str]) -> dict[str, Json]:
    example: dict[str, Json] = {"example": known[0]} if known else {}
    schema: Json = {**TEXT, "maxLength": 200}
    return {"in": "query", "name": name, "description": description, "schema": schema, **example}


def _probes() -> dict[str, Json]:
    text: Json = {"description": "Yes.", "content": {"text/plain": {"schema": TEXT}}}
    ready: Json = {"description": "Policy loaded, ledger reachable.", "content": json_content(ref("Ready"))}
    document: Json = {"description": "OpenAPI 3.1.", "content": json_content({"type": "object"})}
    probes = {
        "/livez": operation("isAlive", "The process answers", "", text, ()),
        "/readyz": operation("isReady", "Policy loaded and ledger reachable", "", ready, ("503",)),
        "/metrics": operation("readMetrics", "Prometheus metrics", "", text, ()),
        "/openapi.json": operation("readOpenapi", "This document", "", document, ()),
    }
    return {path: {"get": {**probe, "security": []}} for path, probe in probes.items()}
