"""Rego's object, ``guardrails.decision/v1``, as the wrapper hands it on after checking it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from guardrails.model.finding import Outcome, Verdict


class DecidedGroup(NamedTuple):
    """What remains of one group of equal findings after context and waivers."""

    id: str
    calls_for: Outcome


class DecisionReason(NamedTuple):
    """Why the verdict is what it is: *groups* are ids of groups."""

    code: str
    outcome: Outcome
    groups: tuple[str, ...]


class Obligation(NamedTuple):
    """Something to be done: *due* is ``before`` or ``after`` publication."""

    id: str
    code: str
    due: str
    text: str


@dataclass(frozen=True, slots=True)
class Routing:
    """Who is asked: queue, hours until due, the decisions allowed; the question is worded by ``decide``."""

    queue: str
    due_hours: int
    allowed: tuple[str, ...]
    question: str = ""


class Decision(NamedTuple):
    """The decision of both engines; raw bytes are compared in the parity tests, this is what is used."""

    verdict: Verdict
    evaluated: int
    groups: tuple[DecidedGroup, ...]
    reasons: tuple[DecisionReason, ...]
    obligations: tuple[Obligation, ...]
    routing: Routing | None
    accountable: str
    good_until_ms: int | None
