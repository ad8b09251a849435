"""What OpenAPI says of the body and the answer of a check: the published schemas, with an example."""

from __future__ import annotations

from typing import Any

from guardrails.render.schemas import ANSWER, DRAFT

EXAMPLE_DRAFT: dict[str, Any] = {
    "schema": "guardrails.draft/v1",
    "fields": [{"id": "body", "text": "Results guaranteed in a week.", "format": "text"}],
    "context": {"channel": "linkedin", "market": "de", "locale": "en"},
    "provenance": {"origin": "generated", "model": "house-writer-2", "run": "run-81"},
}

CHECK_OPENAPI: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": DRAFT, "example": EXAMPLE_DRAFT}},
    },
    "responses": {
        "200": {
            "description": "Any verdict; it is in the header Guardrails-Verdict too.",
            "content": {"application/json": {"schema": ANSWER}},
        },
        "503": {"description": "The record could not be made durable: no verdict."},
    },
}
