"""Briefs: what applies, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.model.brief import LEFT_OUT, SECTIONS
from guardrails.model.canonical import Json
from guardrails.model.policy import Workspace
from guardrails.render.schemas import BRIEF
from guardrails.surfaces.http.openapi.parts import READ, TEXT, Schema, operation, parameter, query, ref

_KEYS = ("channel", "market", "locale", "audience", "content_type", "stage", "action")


def brief_schemas() -> dict[str, Json]:
    """Return the components: the published form."""
    return {"Brief": BRIEF}


def brief_paths(workspace: Workspace) -> dict[str, Json]:
    """Return the path; its parameters name what *workspace* has."""
    brief: Schema = {
        "description": "The brief.",
        "content": {
            "application/json": {"schema": ref("Brief"), "example": example_brief()},
            "text/markdown": {"schema": TEXT},
        },
    }
    read = operation(
        "readBrief",
        "What applies, before anything is written",
        "At most 600 words for an agent in a place. Needs the scope `check` or `read`; the key's values hold.",
        brief,
        (*READ, "422"),
        parameters=_parameters(workspace),
    )
    return {"/v1/brief": {"get": read}}


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


def _parameters(workspace: Workspace) -> list[Json]:
    values = dict(workspace.values)
    agents = [mandate.agent for mandate in workspace.mandates]
    return [
        _asked("agent", "Whose brief; an agent reads its own.", agents),
        *(
            _asked(key, f"Left out: every {key.replace('_', ' ')} that is permitted.", values.get(key, ()))
            for key in _KEYS
        ),
        parameter("query", "as_of", "What will apply then (ISO 8601).", maximum=40),
        query("format", {"enum": ["json", "md"]}, "As Markdown instead."),
    ]


def _asked(name: str, description: str, known: Sequence[str]) -> Json:
    example: dict[str, Json] = {"example": known[0]} if known else {}
    schema: Json = {**TEXT, "maxLength": 200}
    return {"in": "query", "name": name, "description": description, "schema": schema, **example}
