"""
Checks: one draft, drafts that belong together, answers given before.

The example of a draft names the workspace's own values, so that it is accepted by the server that shows it.
"""

from __future__ import annotations

from guardrails.model.canonical import Json
from guardrails.model.policy import Workspace
from guardrails.render.schemas import ANSWER, BATCH, BATCH_ANSWER, DRAFT
from guardrails.surfaces.http.openapi.parts import (
    READ,
    SENT,
    TEXT,
    Schema,
    answer,
    operation,
    parameter,
    path_parameter,
    ref,
    sent,
)

_EXAMPLE_KEYS = ("channel", "market", "locale")

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
_CONTEXT_OF = parameter(
    "query",
    "context_of",
    "Whose the body's context is: `caller` (default), or `draft`; then context keys in the query are the caller's.",
    maximum=6,
)
_CHECK = path_parameter("check_id")


def check_schemas() -> dict[str, Json]:
    """Return the components: published forms."""
    return {"Draft": DRAFT, "Answer": ANSWER, "Batch": BATCH, "BatchAnswer": BATCH_ANSWER}


def check_paths(workspace: Workspace) -> dict[str, Json]:
    """Return the paths; examples name what *workspace* has."""
    draft = example_draft(workspace)
    return {
        "/v1/checks": {"post": _submit(draft)},
        "/v1/checks:batch": {"post": _submit_batch(draft)},
        "/v1/checks/{check_id}": {"get": _read()},
        "/v1/checks/{check_id}/disclosures": {"post": _disclose()},
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


def _submit(draft: Json) -> Json:
    return operation(
        "submitCheck",
        "Check a draft",
        "Any verdict is a 200. The record is durable before the answer leaves. Needs the scope `check`.",
        answer("The verdict.", ref("Answer"), {**_VERDICT, **_REPLAYED}),
        (*SENT, "409"),
        parameters=[
            parameter(
                "header", "Idempotency-Key", "The same key and body give the same answer for 24 hours.", maximum=200
            ),
            parameter(
                "query", "as_of", "Judge as of this moment (ISO 8601); never binding; scope `simulate`.", maximum=40
            ),
            _CONTEXT_OF,
        ],
        body=sent(ref("Draft"), example=draft),
    )


def _submit_batch(draft: Json) -> Json:
    example: Json = {"schema": "guardrails.batch/v1", "items": [{"id": "linkedin-de", "draft": draft}]}
    return operation(
        "submitBatch",
        "Check drafts that belong together",
        "All records are durable in one transaction, or none. Also says what the drafts show together: passages that need "
        "a person in several, values that differ in one or two. Needs the scope `check`.",
        answer("The strictest verdict.", ref("BatchAnswer"), _VERDICT),
        SENT,
        parameters=[_CONTEXT_OF],
        body=sent(ref("Batch"), example=example),
    )


def _read() -> Json:
    return operation(
        "readCheck",
        "An answer given before",
        "As the ledger has it, without timings. Needs the scope `read`.",
        answer("The answer.", ref("Answer"), _VERDICT),
        (*READ, "404", "410"),
        parameters=[_CHECK],
    )


def _disclose() -> Json:
    return operation(
        "discloseCheck",
        "Put on record that its personal data is shown",
        "Answers are always masked. A client that has the draft records this before it shows what they mask. Needs the "
        "scope `disclose`.",
        answer("It is on record.", _DISCLOSURE),
        (*READ, "404"),
        parameters=[_CHECK],
    )
