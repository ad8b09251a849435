"""
What the workspace has approved as true, and where it comes from: fact sheets and source registers, compiled.

Numbers are decimal text (``1.4``), never floats. A fact is *usable* unless it was withdrawn (for ever, whatever the
date), is not valid yet, or is no longer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from guardrails.model.day import day_end_ms, day_start_ms
from guardrails.model.draft import Pairs

FactStatus = Literal["usable", "unknown", "withdrawn", "future", "stale"]


class Named(NamedTuple):
    """What a fact is about, or what it measures, with the other names it goes by."""

    name: str
    aliases: tuple[str, ...] = ()


class Amount(NamedTuple):
    """A number with its unit; *magnitude* is ``million`` and the like, *per* what it is counted by (``cycle``)."""

    number: str
    unit: str
    bound: Literal["exact", "approx", "at_least", "at_most"]
    magnitude: str = ""
    per: str = ""


class Between(NamedTuple):
    """A range, both ends included."""

    low: str
    high: str
    unit: str
    magnitude: str = ""
    per: str = ""


class Statement(NamedTuple):
    """A value in words; every one of *must_include* has to be in a sentence that rests on it."""

    text: str
    must_include: tuple[str, ...] = ()


class FactScope(NamedTuple):
    """Whom and when a fact is about; of *requires_qualifier* one has to be said. Empty where the sheet says nothing."""

    population: str = ""
    period_from: str = ""
    period_to: str = ""
    compared_with: str = ""
    requires_qualifier: tuple[str, ...] = ()


class Validity(NamedTuple):
    """UTC days, both included, from and until when a fact is valid; empty for no limit."""

    since: str = ""
    until: str = ""


class Withdrawal(NamedTuple):
    """On which day a fact was taken back, and why."""

    on: str
    reason: str


@dataclass(frozen=True, slots=True)
class Fact:
    """
    One fact of a sheet.

    Attributes:
        sheet: Id of the sheet it stands on.

        tolerance: Share of the value by which a rounder number may differ, as decimal text; empty for none.

        sources: Ids of what it rests on, at least one.

        valid: None if the sheet says nothing (undated).

        permitted_claims: Types of claims that it may carry.

        wording: Approved sentences by locale.
    """

    id: str
    sheet: str
    subject: Named
    metric: Named
    value: Amount | Between | Statement
    tolerance: str
    allowed_forms: tuple[str, ...]
    scope: FactScope
    polarity: Literal["none", "increase", "decrease"]
    sources: tuple[str, ...]
    valid: Validity | None
    permitted_claims: tuple[str, ...]
    wording: Pairs = ()
    withdrawn: Withdrawal | None = None

    def status(self, at_ms: int) -> FactStatus:
        """Return whether a text that is out at *at_ms* may rest on it, and if not, why."""
        if self.withdrawn is not None:
            return "withdrawn"
        if self.valid is None:
            return "usable"
        if self.valid.since and at_ms < day_start_ms(self.valid.since):
            return "future"
        if self.valid.until and at_ms >= day_end_ms(self.valid.until):
            return "stale"
        return "usable"


class RegisteredSource(NamedTuple):
    """Evidence on file; *published* and *retrieved* are ISO dates, perhaps without day or month, or empty."""

    id: str
    kind: str
    title: str
    url: str = ""
    published: str = ""
    retrieved: str = ""
    owner: str = ""


class FactSheet(NamedTuple):
    """The head of a sheet."""

    id: str
    version: int
    as_of: str
    owner: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All sheets and registers of a workspace, each list sorted by id."""

    sheets: tuple[FactSheet, ...] = ()
    facts: tuple[Fact, ...] = ()
    sources: tuple[RegisteredSource, ...] = ()

    def status(self, fact_id: str, at_ms: int) -> FactStatus:
        """Return the status of the fact called *fact_id* for a text that is out at *at_ms*."""
        found = next((fact for fact in self.facts if fact.id == fact_id), None)
        return found.status(at_ms) if found else "unknown"

    def timeless(self) -> Facts:
        """Return the facts as if each were valid for ever: a sample shows the form of a citation, on any day."""
        return replace(self, facts=tuple(replace(fact, valid=None, withdrawn=None) for fact in self.facts))


NO_FACTS = Facts()
