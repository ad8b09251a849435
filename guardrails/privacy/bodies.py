"""What is asked about people's data, as it comes from outside: checked here once, then trusted."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from guardrails.errors import DraftError
from guardrails.model.canonical import Json
from guardrails.privacy.holds import Scope, Wish
from guardrails.privacy.search import Period
from guardrails.review.bodies import Body
from guardrails.text.moment import end_ms, moment_ms

_Words = Annotated[str, Field(max_length=4000)]
_Name = Annotated[str, Field(max_length=200)]
_Names = Annotated[list[_Name], Field(max_length=1000)]
_Day = Annotated[str, Field(max_length=40, description="A UTC day, the whole of it, or a moment; empty for no end.")]
_Roles = Annotated[list[_Name], Field(max_length=2, description="Two roles, where nobody has an API key.")]


class SubjectBody(Body):
    """A person, by what they are called, each spelling once; records from *since* until *until*, both included."""

    texts: _Names
    since: _Day = ""
    until: _Day = ""


class ErasureBody(Body):
    """
    What is to be erased: texts (of *checks*, or one *field* of each), or a person by what they are called (*subject*).

    With *dry_run* it is only said what would go; else *ground*, *request* and *reason* are needed.
    """

    checks: _Names = Field(default_factory=list)
    field: _Name = ""
    subject: _Names = Field(default_factory=list)
    ground: Annotated[str, Field(max_length=64, examples=["gdpr-17-1-b"])] = ""
    request: Annotated[_Name, Field(description="What asked for it: a ticket, a letter; without the name.")] = ""
    reason: _Words = ""
    approved_by: _Roles = Field(default_factory=list)
    dry_run: bool = False

    def require_one_target(self) -> None:
        """Refuse a body that names neither or both, or a field of a person: ``bad-body``."""
        if bool(self.checks) == bool(self.subject):
            raise DraftError("bad-body", "it names checks, or a person (subject): one of the two")
        if self.field and self.subject:
            raise DraftError("bad-body", "a field is named with checks; a person is erased wherever they are named")


class HoldBody(Body):
    """Keep a check, a campaign, a channel (*value*), or a period (*since*, *until*) from being erased."""

    scope: Scope
    value: _Name = ""
    since: _Day = ""
    until: _Day = ""
    reason: _Words

    def wish(self) -> Wish:
        """Return what is to be held; what a scope does not need counts for nothing."""
        if self.scope != "period":
            return Wish(self.scope, self.reason, self.value)
        dates = period(self.since, self.until)
        return Wish("period", self.reason, from_ms=dates.from_ms, until_ms=dates.until_ms)


class ReleaseBody(Body):
    """Why a hold is released."""

    reason: _Words
    approved_by: _Roles = Field(default_factory=list)


class RetentionBody(Body):
    """Erase what is over; with *dry_run* only say what that is."""

    dry_run: bool = False


def period(since: str, until: str) -> Period:
    """
    Return the period between two UTC days, both included, or moments; empty is no bound.

    Raises:
        DraftError: ``bad-period`` or ``bad-moment``.
    """
    found = Period(moment_ms(since) if since else 0, end_ms(until) if until else 0)
    if found.until_ms and found.until_ms <= found.from_ms:
        raise DraftError("bad-period", "a period ends after it begins")
    return found


def privacy_body_schemas() -> dict[str, Json]:
    """Return the JSON Schemas of all bodies by name; references are OpenAPI's."""
    schemas: dict[str, Json] = {}
    for kind in (SubjectBody, ErasureBody, HoldBody, ReleaseBody, RetentionBody):
        schema = TypeAdapter(kind).json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {}) | {kind.__name__: schema}
    return schemas
