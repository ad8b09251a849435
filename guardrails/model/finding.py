"""
What rules find.

A :class:`Hit` is what a rule kind yields, in parsed positions; ``rules/run.py`` turns it into a :class:`Finding` with
its rule's identity, in submitted positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from guardrails.model.draft import Pairs
from guardrails.model.span import Extent, Span

Outcome = Literal["none", "note", "revise", "escalate"]
Effect = Literal["note", "revise", "escalate"]
Verdict = Literal["pass", "revise", "escalate"]
Severity = Literal["low", "medium", "high", "critical"]

SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
OUTCOMES: tuple[Outcome, ...] = ("none", "note", "revise", "escalate")
VERDICTS: tuple[Verdict, ...] = ("pass", "revise", "escalate")


class HitEdit(NamedTuple):
    """Replace *extent* of the parsed text by *text*; an empty extent inserts."""

    extent: Extent
    text: str


class HitFix(NamedTuple):
    """A proposed change; ``safe`` changes nothing but what the rule is about and reads well without review."""

    safety: Literal["safe", "suggested"]
    edits: tuple[HitEdit, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """
    One thing a rule found in one field.

    Attributes:
        field: Index of the field in the draft.

        extent: Where, in the field's parsed text. For kinds that look at the submitted text itself (Need.SOURCE)
            *in_source* is true and the extent counts code points of the submitted field. An empty extent means "the
            field as a whole" (something is missing).

        match: The matched words as they stand in the text (folded for the fingerprint by ``run``).

        values: Values for the placeholders ``{say_instead} {count} {limit}``; ``{match}`` is always known.

        evidence: Named facts that explain the hit (``term``, ``score_pm``, ``source``, ``expected`` …).

        confidence_pm: How sure the kind is, in permille (1000 = certain).

        fixes: Proposed changes, in parsed positions.

        sensitive: The match is a personal datum or a secret and must be masked in every published form.
    """

    field: int
    extent: Extent
    match: str
    values: Pairs = ()
    evidence: Pairs = ()
    confidence_pm: int = 1000
    fixes: tuple[HitFix, ...] = ()
    related: tuple[tuple[int, Extent], ...] = ()
    in_source: bool = False
    sensitive: bool = False


class RuleRef(NamedTuple):
    """Which rule found it, exactly."""

    id: str
    version: int
    digest: str
    title: str
    pack: str
    layer: Literal["brand", "factual", "escalation"]


class Edit(NamedTuple):
    """Replace *span* of a submitted field by *text*."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change offered for a finding; *verified* means: applied with the others it clears its finding and adds none."""

    id: str
    safety: Literal["safe", "suggested"]
    verified: bool
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit with its rule's identity, in submitted positions (design §5)."""

    id: str
    fingerprint: str
    rule: RuleRef
    effect: Effect
    calls_for: Outcome
    severity: Severity
    confidence_pm: int
    spans: tuple[Span, ...]
    match: str
    message: str
    why: str
    instruction: str
    evidence: Pairs = ()
    fixes: tuple[Fix, ...] = ()
    related: tuple[Span, ...] = ()
    waiver: str = ""
    observed: bool = False
    sensitive: bool = False


class Fault(NamedTuple):
    """Something due that could not be checked now; any fault escalates. *rule* is empty if no single rule is meant."""

    code: str
    message: str
    rule: str = ""
    field: str = ""
