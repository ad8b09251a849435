"""
What may stand in ``guardrails.yaml``, ``pack.yaml``, a rule file and a lexicon.

Each model is one kind of file; unknown keys are refused and nothing is converted (a number is no text). Values that
depend on other files (context values, ids, topics) are judged in ``compile``. ``examples``, ``title``, ``message``,
``why``, ``instruction``, ``owner`` and ``references`` are for people; the rest judges and is in the rule digest.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

from guardrails.decide.contract import MAX_STRING, is_safe
from guardrails.model.finding import Effect, Severity
from guardrails.model.policy import Layer

# https://semver.org, "Is there a suggested regular expression": major.minor.patch, pre-release and build allowed.
_SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_SPAN = re.compile(r"[1-9]\d{0,3}[dmy]")
_NAME = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
_RULE_ID = re.compile(rf"{_NAME.pattern}\.{_NAME.pattern}")
# BCP 47 as far as it is used here: language, then script, region or variant.
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_JSON_ESCAPED = re.compile(r"[\"\\\x00-\x1f\x7f]")


def matching(pattern: re.Pattern[str], expected: str) -> AfterValidator:
    """Return the check that a text is as *pattern* says; *expected* says so in words."""

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            msg = f"“{value}” is not {expected}"
            raise ValueError(msg)
        return value

    return AfterValidator(check)


def _is_day(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        msg = f'“{value}” is not a date such as "2027-03-31"'
        raise ValueError(msg)
    return value


def _is_plain(value: str) -> str:
    if _JSON_ESCAPED.search(value):
        msg = "a straight quote, backslash or line break, which the decision engines do not pass on alike; use “ ”"
        raise ValueError(msg)
    return value


def _is_harmless(value: str) -> str:
    if not is_safe(value):
        msg = f"expected at most {MAX_STRING} printable characters, no straight quotes or backslashes"
        raise ValueError(msg)
    return value


def _as_example(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


def _is_distinct(values: list[str]) -> list[str]:
    twice = next((value for at, value in enumerate(values) if value in values[:at]), None)
    if twice is not None:
        msg = f"“{twice}” is listed twice"
        raise ValueError(msg)
    return values


Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Name = Annotated[str, Field(max_length=100), matching(_NAME, "a name of letters and digits joined by hyphens")]
RuleId = Annotated[str, Field(max_length=200), matching(_RULE_ID, "a rule id such as house.no-guarantees")]
Locale = Annotated[str, Field(max_length=40), matching(_LOCALE, "a locale such as en or de-AT")]
Version = Annotated[str, matching(_SEMVER, 'a version such as "1.2.0"')]
Day = Annotated[str, AfterValidator(_is_day)]
SomeTexts = Annotated[list[Text], Field(min_length=1)]
PlainText = Annotated[Text, AfterValidator(_is_plain)]
Owner = Annotated[Text, AfterValidator(_is_harmless)]
Names = Annotated[list[Name], AfterValidator(_is_distinct)]
Locales = Annotated[list[Locale], AfterValidator(_is_distinct)]
SomeNames = Annotated[Names, Field(min_length=1)]
SomeLocales = Annotated[Locales, Field(min_length=1)]
ContextKey = Literal["channel", "market", "locale", "audience", "content_type", "stage", "action"]
Stage = Literal["research", "storyline", "copy", "adaptation", "final"]
Action = Literal["prepare", "publish"]
Params: TypeAlias = dict[str, JsonValue]


class Strict(BaseModel):
    """The base of every file model: nothing unknown, nothing converted, no key without a value, frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="after")
    def _refuse_nothing(self) -> Self:
        """Refuse a key with nothing after it: what is meant for "none" would be read as "all"."""
        empty = sorted(name for name in self.model_fields_set if getattr(self, name) is None)
        if empty:
            msg = f"“{empty[0]}” has no value; leave the key out or give it one"
            raise ValueError(msg)
        return self


class Values(Strict):
    """A part of a scope: per key the values meant, at least one; an absent key means all."""

    brands: SomeNames | None = None
    channels: SomeNames | None = None
    markets: SomeNames | None = None
    locales: SomeLocales | None = None
    audiences: SomeNames | None = None
    content_types: SomeNames | None = None
    stages: SomeNames | None = None
    actions: SomeNames | None = None


class ScopeFile(Values):
    """A scope: any value of every key given, none of those under ``not``."""

    exclude: Values = Field(default=Values(), alias="not")


class CaseFile(Strict):
    """One entry of ``effects``."""

    when: ScopeFile
    effect: Effect


class SourceFile(Strict):
    """A source of a sample, as a draft would list it; dates may lack day or month."""

    id: Name
    kind: str = ""
    url: str = ""
    title: str = ""
    published: str = ""
    retrieved: str = ""
    text: str = ""


class ExampleFile(Strict):
    """
    A sample text; ``[[ ]]`` marks exactly the hits. In YAML a bare text is one too.

    ``sources`` are the draft's sources, for kinds that judge them; ``as_of`` is the day on which the sample is judged
    (from its first moment, UTC), for kinds that judge moments; left out, it is the day of the test.
    """

    text: Text
    format: Literal["text", "markdown", "html"] = "text"
    sources: list[SourceFile] = []
    as_of: Day | None = None


Samples = list[Annotated[ExampleFile, BeforeValidator(_as_example)]]


class ExamplesFile(Strict):
    """The samples of a rule."""

    bad: Samples = []
    good: Samples = []


class RuleFile(Strict):
    """``policies/<pack>/<name>.yaml``."""

    id: RuleId
    version: Annotated[int, Field(ge=1)]
    status: Literal["draft", "observe", "active", "retired"]
    retired: Text | None = None
    title: Text | None = None
    owner: Owner | None = None
    layer: Layer | None = None
    kind: Name
    effect: Effect
    effects: list[CaseFile] = []
    severity: Severity
    applies_to: ScopeFile = ScopeFile()
    waivable: bool = True
    topics: Names = []
    message: Text
    why: Text
    instruction: Text
    references: list[Text] = []
    params: Params
    examples: ExamplesFile


class PackFile(Strict):
    """``policies/<pack>/pack.yaml``."""

    name: Name
    version: Version
    owner: Owner
    layer: Layer
    title: Text | None = None
    description: Text | None = None
    jurisdiction: Names = []
    valid_from: Day | None = None
    review_by: Day | None = None


class LexiconFile(Strict):
    """``policies/<pack>/lexicons/<name>.yaml``."""

    id: Name
    locale: Locale | None = None
    terms: Annotated[list[Text], Field(min_length=1)]


class GrantFile(ScopeFile):
    """One thing a mandate allows."""

    action: Action


class MustStopFile(Strict):
    """When an agent has to stop whatever else it may do."""

    topics: Names = []
    audiences: Names = []
    max_rounds: Annotated[int, Field(ge=1, le=100)] = 3


class MandateFile(Strict):
    """What one agent role may do, by whom delegated, until when."""

    agent: Name
    may_decide: list[GrantFile] = []
    may_recommend: list[GrantFile] = []
    must_stop: MustStopFile = MustStopFile()
    delegated_by: Text
    since: Day | None = None
    until: Day


class QueueFile(Strict):
    """Where an escalation goes if no route fits."""

    queue: Name
    due_hours: Annotated[int, Field(ge=1, le=8760)]


class ConditionFile(ScopeFile):
    """When a route is taken: every list given names at least one thing that is so."""

    layers: list[Layer] = []
    topics: Names = []
    codes: Names = []
    owners: list[Owner] = []
    severities: list[Severity] = []


class RouteFile(QueueFile):
    """A queue with the conditions under which it is asked."""

    when: ConditionFile


class ReviewersFile(Strict):
    """Who may answer the questions of a queue, and how many different people it takes to approve."""

    roles: Annotated[Names, Field(min_length=1)]
    quorum: Annotated[int, Field(ge=1, le=5)] = 1


class RoutingFile(Strict):
    """Routes in order, and the queue for all that is left; a queue without an entry in ``queues`` is everybody's."""

    default: QueueFile
    routes: list[RouteFile] = []
    queues: dict[Name, ReviewersFile] = {}


class PermittedFile(Strict):
    """The closed sets of context values; channels and markets may be trees (checked in ``vocabulary``)."""

    channels: JsonValue
    markets: JsonValue
    locales: Annotated[Locales, Field(min_length=1)]
    audiences: Names = []
    content_types: Names = []
    stages: list[Stage] = ["research", "storyline", "copy", "adaptation", "final"]


class AcceptedFile(Strict):
    """Why a gap is accepted, and by whom."""

    reason: Text
    owner: Text


class OverrideFile(Strict):
    """What a workspace changes in a rule of a pack; ``until`` is the last UTC day it counts."""

    effect: Effect | None = None
    params: Params | None = None
    reason: Text
    owner: Text
    until: Day | None = None


class LimitsFile(Strict):
    """Numbers nobody may exceed; risk 0 is no limit. An approval ends after ``approval_days`` unless it says when."""

    risk: Annotated[int, Field(ge=0, le=100_000)] = 0
    approval_days: Annotated[int, Field(ge=1, le=90)] = 14


class FrictionFile(Strict):
    """How much the gate may cost, in percent of 30 days: texts held at first, texts asked about, stops not needed."""

    held_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    asked_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    unchanged_percent: Annotated[int, Field(ge=0, le=100)] | None = None


_KEPT = {
    "check": ("draft", "assessment", "state", "engine_input"),
    "review": ("reason", "edited", "terms", "persons"),
    "dispute": ("note", "persons"),
    "waiver": ("persons",),
    "stop": ("reason", "persons"),
    "withdrawal": ("reason", "persons"),
}


def _is_kept(keep: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Refuse what no record has, and what says what is in force (its time is not over while it is)."""
    for kind, parts in keep.items():
        known = _KEPT.get(kind)
        if known is None:
            raise ValueError(f"no record “{kind}” has parts that end; there are {', '.join(_KEPT)}")
        for part in parts:
            if part not in known:
                raise ValueError(f"a “{kind}” has no part “{part}” that ends; it has {', '.join(known)}")
    return keep


KeptFor = Annotated[str, matching(_SPAN, "a time such as 90d, 13m or 2y")]
Kept = Annotated[dict[str, dict[str, KeptFor]], AfterValidator(_is_kept)]


class GovernanceFile(Strict):
    """
    Who answers for the processing, in words for the record of processing (Art. 30 GDPR).

    All of it may be left out while nobody else can reach the gate; ``model/governance.py`` says what a server needs.
    """

    controller: Text | None = None
    contact: Text | None = None
    representative: Text | None = None
    dpo: Text | None = None
    purposes: SomeTexts | None = None
    legal_basis: Text | SomeTexts | None = None
    data_subjects: SomeTexts | None = None
    categories: SomeTexts | None = None
    recipients: SomeTexts | None = None
    transfers: Text | SomeTexts | None = None
    retention: Text | None = None
    security: Text | SomeTexts | None = None
    backups_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    policy_owner: Text | None = None
    review_cycle: Text | None = None
    legal_review: Text | None = None
    declarations: SomeTexts | None = None


class ObligationFile(Strict):
    """Something to be done before or after publication of what *applies_to* says."""

    code: Name
    due: Literal["before", "after"]
    text: PlainText
    applies_to: ScopeFile = ScopeFile()


class WorkspaceFile(Strict):
    """``guardrails.yaml``."""

    name: Text | None = None
    brand: Name
    tone: Annotated[PlainText, Field(max_length=400)] | None = None
    packs: Annotated[dict[Name, Version], Field(min_length=1)]
    values: PermittedFile
    trust_draft: list[ContextKey] = []
    people: Annotated[Names, Field(min_length=1)]
    mandates: list[MandateFile] = []
    routing: RoutingFile
    limits: LimitsFile = LimitsFile()
    friction: FrictionFile = FrictionFile()
    accept_uncovered: dict[Layer, dict[Locale, AcceptedFile]] = {}
    unsupported: dict[RuleId, AcceptedFile] = {}
    rules: dict[RuleId, OverrideFile] = {}
    obligations: list[ObligationFile] = []
    governance: GovernanceFile = GovernanceFile()
    keep: Kept = {}
