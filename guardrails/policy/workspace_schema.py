"""
What may stand in ``guardrails.yaml``.

Values that depend on other files (ids, topics, trees of channels and markets) are judged in ``compile_workspace``.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue

from guardrails.model.finding import Effect, Severity
from guardrails.model.policy import Layer
from guardrails.policy.file_values import (
    Action,
    ContextKey,
    Day,
    Locale,
    Locales,
    Name,
    Names,
    Owner,
    Params,
    PlainText,
    RuleId,
    SomeTexts,
    Stage,
    Strict,
    Text,
    Version,
    matching,
)
from guardrails.policy.pack_schema import ScopeFile

_SPAN = re.compile(r"[1-9]\d{0,3}[dmy]")


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
    "permit_revoked": ("reason",),
    "break_glass": ("reason",),
    "hold": ("reason", "persons"),
    "approval": ("terms", "persons"),
    "erasure": ("reason",),
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
