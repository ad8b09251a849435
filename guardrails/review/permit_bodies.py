"""What people and programs ask about permits, as it comes from outside."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from guardrails.model.canonical import Json
from guardrails.model.draft import Field as DraftField
from guardrails.review.bodies import Body, FieldBody

_Words = Annotated[str, Field(max_length=4000)]
_Name = Annotated[str, Field(max_length=200)]


class RevokeBody(Body):
    """Why a permit is revoked."""

    reason: _Words


class BreakGlassBody(Body):
    """Why a text goes out that did not pass."""

    reason: _Words


class ApproverKeyBody(Body):
    """The public half of a key with which the caller signs permits."""

    vkey: _Name


class VerifyBody(Body):
    """What is about to be published, and the permit for it; *exact*: only the very bytes that were checked."""

    fields: Annotated[list[FieldBody], Field(min_length=1)]
    permit: dict[str, Any]
    channel: _Name = ""
    market: _Name = ""
    locale: _Name = ""
    exact: bool = False

    def content(self) -> tuple[DraftField, ...]:
        """Return the fields."""
        return tuple(DraftField(one.id, one.text, one.format) for one in self.fields)


def permit_body_schemas() -> dict[str, Json]:
    """Return the JSON Schemas of all bodies by name; references are OpenAPI's."""
    schemas: dict[str, Json] = {}
    for kind in (RevokeBody, BreakGlassBody, ApproverKeyBody, VerifyBody):
        schema = TypeAdapter(kind).json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {}) | {kind.__name__: schema}
    return schemas
