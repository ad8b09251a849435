"""The whole document: every path, every component, and how one says who one is."""

from __future__ import annotations

from guardrails import __version__
from guardrails.model.canonical import Json
from guardrails.model.policy import CompiledPolicy
from guardrails.render.review_schemas import RECORDED
from guardrails.review.bodies import body_schemas
from guardrails.surfaces.http.openapi.brief import brief_paths, brief_schemas
from guardrails.surfaces.http.openapi.checks import check_paths, check_schemas
from guardrails.surfaces.http.openapi.exceptions import exception_paths, exception_schemas
from guardrails.surfaces.http.openapi.facts import fact_paths, fact_schemas
from guardrails.surfaces.http.openapi.parts import TEXT, Schema, answer, operation, ref
from guardrails.surfaces.http.openapi.permits import permit_paths, permit_schemas
from guardrails.surfaces.http.openapi.policies import policy_paths, policy_schemas
from guardrails.surfaces.http.openapi.privacy import privacy_paths, privacy_schemas
from guardrails.surfaces.http.openapi.reviews import review_paths, review_schemas

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


def openapi(policy: CompiledPolicy, now_ms: int) -> dict[str, Json]:
    """Return the document of a server for *policy*; *now_ms* dates the examples."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "guardrails",
            "version": __version__,
            "summary": "The gate between AI agents and the public: pass, revise or escalate.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            **check_paths(policy.workspace),
            **policy_paths(),
            **brief_paths(policy.workspace),
            **review_paths(),
            **exception_paths(policy, now_ms),
            **fact_paths(policy),
            **permit_paths(),
            **privacy_paths(policy),
            **_probes(),
        },
        "components": {"schemas": _schemas(), "securitySchemes": {"key": _KEY}},
        "security": [{"key": []}],
    }


_KEY: Json = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (`gk_…`); on loopback, without any keys, nothing is needed.",
}


def _schemas() -> dict[str, Json]:
    return {
        "Problem": _PROBLEM,
        "Ready": _READY,
        **check_schemas(),
        **policy_schemas(),
        **brief_schemas(),
        **review_schemas(),
        **exception_schemas(),
        **fact_schemas(),
        **body_schemas(),
        "Recorded": RECORDED,
        **permit_schemas(),
        **privacy_schemas(),
    }


def _probes() -> dict[str, Json]:
    text: Schema = {"description": "Yes.", "content": {"text/plain": {"schema": TEXT}}}
    ready = answer("Policy loaded, ledger reachable.", ref("Ready"))
    document = answer("OpenAPI 3.1.", {"type": "object"})
    probes = {
        "/livez": operation("isAlive", "The process answers", "", text, ()),
        "/readyz": operation("isReady", "Policy loaded and ledger reachable", "", ready, ("503",)),
        "/metrics": operation("readMetrics", "Prometheus metrics", "", text, ()),
        "/openapi.json": operation("readOpenapi", "This document", "", document, ()),
    }
    return {path: {"get": {**probe, "security": []}} for path, probe in probes.items()}
