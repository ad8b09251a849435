"""What people and agents ask for at the desk, as it comes from outside: checked here once, then trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from guardrails.errors import DraftError, Place
from guardrails.model.canonical import Json
from guardrails.model.context import PLURALS, Values
from guardrails.model.draft import Field as DraftField
from guardrails.model.draft import Format
from guardrails.model.review import Seen
from guardrails.review.deciding import Answer, Degree
from guardrails.review.dispute import Complaint
from guardrails.review.lifting import Lift
from guardrails.review.stop import Scope
from guardrails.review.waive import Wish
from guardrails.text.moment import end_ms

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

T = TypeVar("T")
_Words = Annotated[str, Field(max_length=4000)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]
_Until = Annotated[
    str, Field(max_length=40, examples=["2026-12-31"], description="A UTC day, the whole of it, or a moment.")
]


class Body(BaseModel):
    """Unknown keys are refused, and no value is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SeenBody(Body):
    """``seen`` of the review as it was read: text, policy and question."""

    content_sha256: str
    policy_digest: str
    question_ref: str

    def value(self) -> Seen:
        """Return what a person saw."""
        return Seen(self.content_sha256, self.policy_digest, self.question_ref)


class FieldBody(Body):
    """One field of an edited text."""

    id: str
    text: str
    format: Format = "text"


class _Judged(Body):
    """What every decision about a text says: does it matter to its readers, is it us, was it right to ask, and why."""

    seen: SeenBody
    reason: _Words
    relevance: Degree
    positioning: Degree
    stop_needed: bool
    until: _Until | None = None
    group: bool = False


class ApproveBody(_Judged):
    """It goes out as it is, or as *edited*; *group*: the same answer to every open review of this question."""

    decision: Literal["approve"]
    edited: list[FieldBody] = []

    def answer(self) -> Answer:
        """Return the answer."""
        return _answer(self, edited=tuple(DraftField(one.id, one.text, one.format) for one in self.edited))


class SendBackBody(_Judged):
    """The author mends it, and is told how."""

    decision: Literal["send-back"]
    instructions: list[_Words]

    def answer(self) -> Answer:
        """Return the answer."""
        return _answer(self, instructions=tuple(self.instructions))


class RejectBody(_Judged):
    """It stays out."""

    decision: Literal["reject"]

    def answer(self) -> Answer:
        """Return the answer."""
        return _answer(self)


class _Lifting(Body):
    seen: SeenBody
    finding: _Name
    reason: _Words
    until: _Until | None = None

    def lift(self) -> Lift:
        """Return what is lifted."""
        return Lift(self.finding, self.reason, self.seen.value(), _until_ms(self.until))


class WaiveFindingBody(_Lifting):
    """An exception for one finding in this place, also in later texts that say the same."""

    decision: Literal["waive"]
    until: _Until


class WrongFindingBody(_Lifting):
    """One finding is wrong about this very text."""

    decision: Literal["wrong"]


DecisionBody: TypeAlias = Annotated[
    ApproveBody | SendBackBody | RejectBody | WaiveFindingBody | WrongFindingBody, Field(discriminator="decision")
]


class ScopeBody(Body):
    """Where a waiver holds; a key that is not named holds for every value."""

    brands: list[_Name] = []
    channels: list[_Name] = []
    markets: list[_Name] = []
    locales: list[_Name] = []
    audiences: list[_Name] = []
    content_types: list[_Name] = []
    stages: list[_Name] = []
    actions: list[_Name] = []

    def values(self) -> Values:
        """Return the named values by context key."""
        named = ((key, tuple(sorted(set(getattr(self, plural))))) for key, plural in sorted(PLURALS.items()))
        return tuple((key, values) for key, values in named if values)


class WaiverBody(Body):
    """A wish for an exception to a rule; *check* with *finding* for one finding, alone for one text."""

    rule: _Name
    reason: _Words
    until: _Until
    scope: ScopeBody = ScopeBody()
    check: _Name | None = None
    finding: _Name | None = None

    def wish(self) -> Wish:
        """Return the wish, without what check and finding say."""
        return Wish(self.rule, self.reason, end_ms(self.until), self.scope.values())


class DisputeBody(Body):
    """A finding of a check is wrong, unclear or too strict."""

    check: _Name
    finding: _Name
    reason: Complaint
    note: _Words = ""


class StopBody(Body):
    """Hold everything, or one agent, channel or campaign."""

    scope: Scope
    value: Annotated[str, Field(max_length=200)] = ""
    reason: _Words


class ResumeBody(Body):
    """Why a stop is lifted."""

    reason: _Words


class FactBody(Body):
    """Why a fact is withdrawn, or may be used again."""

    reason: _Words


_DECISION: TypeAdapter[DecisionBody] = TypeAdapter(DecisionBody)


def decision_of(value: object) -> DecisionBody:
    """
    Return the decision in a parsed JSON *value*.

    Raises:
        DraftError: ``bad-body``, with the place of the first mistake and without a word of what was sent.
    """
    kind = value.get("decision") if isinstance(value, Mapping) else None
    return _checked(_DECISION, value, within=str(kind))


def body_of(kind: type[T], value: object) -> T:
    """
    Return the body of this *kind* in a parsed JSON *value*.

    Raises:
        DraftError: As :func:`decision_of`.
    """
    return _checked(TypeAdapter(kind), value)


def body_schemas() -> dict[str, Json]:
    """Return the JSON Schemas of all bodies by name, ``Decision`` for the five decisions; references are OpenAPI's."""
    template = "#/components/schemas/{model}"
    schemas: dict[str, Json] = {}
    adapters: dict[str, TypeAdapter[Any]] = {"Decision": _DECISION}
    adapters |= {one.__name__: TypeAdapter(one) for one in (WaiverBody, DisputeBody, StopBody, ResumeBody, FactBody)}
    for name, adapter in adapters.items():
        schema = adapter.json_schema(ref_template=template)
        schemas |= schema.pop("$defs", {}) | {name: schema}
    return schemas


def _checked(adapter: TypeAdapter[T], value: object, within: str = "") -> T:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = [str(step) for step in first["loc"] if str(step) != within]
        place = Place(f"body#/{'/'.join(path)}")
        raise DraftError("bad-body", f"{_expected(first)} ({error.error_count()} in all)", place=place) from None


def _expected(error: ErrorDetails) -> str:
    """Return what a mistake is about, without a word of what was sent."""
    if error["type"] in {"union_tag_not_found", "union_tag_invalid"}:
        known = ", ".join(_DECISION.json_schema()["discriminator"]["mapping"])
        return f"“decision” is needed, one of {known}"
    return error["msg"]


def _answer(body: _Judged, *, instructions: tuple[str, ...] = (), edited: tuple[DraftField, ...] = ()) -> Answer:
    assert isinstance(body, ApproveBody | SendBackBody | RejectBody)
    return Answer(
        decision=body.decision,
        reason=body.reason,
        relevance=body.relevance,
        positioning=body.positioning,
        stop_needed=body.stop_needed,
        seen=body.seen.value(),
        instructions=instructions,
        until_ms=_until_ms(body.until),
        edited=edited,
    )


def _until_ms(until: str | None) -> int | None:
    return None if until is None else end_ms(until)
