"""The pure answer: no ids, clocks or timings. Its published form is ``guardrails.assessment/v1`` (``render/answer.py``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from guardrails.model.context import EffectiveContext
from guardrails.model.decision import Obligation, Routing
from guardrails.model.draft import Pairs
from guardrails.model.finding import Fault, Finding, Outcome, Verdict
from guardrails.model.policy import Accepted, Pack
from guardrails.model.span import Span


class Reason(NamedTuple):
    """Why, in words; *findings* are ids of findings."""

    code: str
    outcome: Outcome
    message: str
    findings: tuple[str, ...] = ()


class Next(NamedTuple):
    """What to do now: ``publish``, ``revise`` or ``ask`` (a person), with instructions an agent can follow."""

    do: Literal["publish", "revise", "ask"]
    instructions: tuple[str, ...]
    rounds_left: int | None


class Fixed(NamedTuple):
    """The verified set of safe fixes: applying all of them gives this content and this verdict."""

    fix_ids: tuple[str, ...]
    content_sha256: str
    verdict_after: Verdict


class Completeness(NamedTuple):
    """What was looked at and what was not."""

    status: Literal["complete", "incomplete"]
    faults: tuple[Fault, ...] = ()
    unsupported: tuple[Accepted, ...] = ()
    not_applicable: int = 0
    not_seen: tuple[str, ...] = ()
    truncated: int = 0


@dataclass(frozen=True, slots=True)
class Assessment:
    """
    Everything ``evaluate`` says about a draft (design §5); ``engine`` and ``scores`` are sorted pairs.

    *sensitive* are the spans of all sensitive findings, also of those that *findings* no longer shows.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...]
    next: Next
    findings: tuple[Finding, ...]
    fixed: Fixed | None
    obligations: tuple[Obligation, ...]
    routing: Routing | None
    scores: tuple[tuple[str, int], ...]
    completeness: Completeness
    context: EffectiveContext
    established: tuple[tuple[str, tuple[str, ...]], ...]
    policy_digest: str
    packs: tuple[Pack, ...]
    engine: Pairs
    as_of_ms: int
    good_until_ms: int | None
    accountable: str
    draft_sha256: str
    content_sha256: str
    state_sha256: str
    sensitive: tuple[Span, ...] = ()
