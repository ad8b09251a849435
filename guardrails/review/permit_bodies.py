"""What people and programs ask about permits, as it comes from outside."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from guardrails.model.canonical import Json
from guardrails.model.draft import Field as DraftField
from guardrails.review.bodies import Body, FieldBody
from guardrails.review.publishing import Publication
from guardrails.text.moment import moment_ms

_Words = Annotated[str, Field(max_length=4000)]
_Name = Annotated[str, Field(max_length=200)]
_Said = Annotated[str, Field(min_length=1, max_length=200)]


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
    """
    What is about to be published, and the permit for it; *exact*: only the very bytes that were checked.

    Where it would be published is compared if it is there; an empty name is none.
    """

    fields: Annotated[list[FieldBody], Field(min_length=1)]
    permit: dict[str, Any]
    channel: _Said = ""
    market: _Said = ""
    locale: _Said = ""
    exact: bool = False

    def content(self) -> tuple[DraftField, ...]:
        """Return the fields."""
        return tuple(DraftField(one.id, one.text, one.format) for one in self.fields)


class PublishedBody(Body):
    """Something that was published: where, when, and its permit or the digest of its text (of its canon or its fields)."""

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    published_at: Annotated[str, Field(max_length=40, examples=["2026-11-23T10:00:00Z"])]
    channel: _Name = ""
    market: _Name = ""
    permit: _Name = ""
    content_sha256: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""

    def publication(self) -> Publication:
        """Return the publication."""
        at_ms = moment_ms(self.published_at)
        return Publication(self.url, at_ms, self.channel, self.market, self.permit, self.content_sha256)


def permit_body_schemas() -> dict[str, Json]:
    """Return the JSON Schemas of all bodies by name; references are OpenAPI's."""
    schemas: dict[str, Json] = {}
    for kind in (RevokeBody, BreakGlassBody, ApproverKeyBody, VerifyBody, PublishedBody):
        schema = TypeAdapter(kind).json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {}) | {kind.__name__: schema}
    return schemas
