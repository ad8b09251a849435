"""
What may stand in a YAML file below ``facts/``: a fact sheet (``fact_sheet``, ``facts``) or a source register (``sources``).

A fact names its sources by id, or describes them in place; each source is described once in the workspace. Numbers
are quoted decimals, so that they mean the same on every machine.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from guardrails.policy.file_values import Day, Locale, Name, Strict, Text, matching
from guardrails.signals.signal import ClaimType

_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,29})(?:\.\d{1,12})?")
_LINE = re.compile(r"[^\x00-\x1f\x7f\u2028\u2029]+")
_PART_OF_DATE = re.compile(r"\d{4}(?:-\d\d)?")
_MAX_AGE_DAYS = 36_525


def _is_published(value: str) -> str:
    """Accept a day, a month or a year."""
    try:
        date.fromisoformat(f"{value}-01-01"[:10] if _PART_OF_DATE.fullmatch(value) else value)
    except ValueError:
        msg = f'“{value}” is not a date such as "2027-03-31", "2027-03" or "2027"'
        raise ValueError(msg) from None
    return value


def _as_reference(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


def _source_form(value: object) -> str:
    return "reference" if isinstance(value, dict) and value.keys() == {"id"} else "entry"


Decimals = Annotated[str, matching(_DECIMAL, 'a number such as "1.4"')]
Line = Annotated[Text, matching(_LINE, "a text on one line")]
Published = Annotated[str, AfterValidator(_is_published)]
Permitted: TypeAlias = Literal[ClaimType, "competitor"]
"""The types of claims (``signals/signal.py``), and ``competitor``: a claim that names a rival."""


class NamedFile(Strict):
    """A name with others it goes by."""

    name: Line
    aliases: tuple[Line, ...] = ()


class ValueFile(Strict):
    """A number, a range of numbers or a text."""

    number: Decimals | None = None
    number_low: Decimals | None = None
    number_high: Decimals | None = None
    text: Line | None = None
    unit: Line
    bound: Literal["exact", "approx", "at_least", "at_most", "range"] | None = None
    magnitude: Literal["thousand", "million", "billion", "trillion"] | None = None
    per: Line | None = None
    must_include: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _one_form(self) -> ValueFile:
        if self.text is not None or self.unit == "text":
            self._require_text()
        elif self.bound == "range":
            self._require_range()
        elif self.number is None or self.bound is None or self.number_low or self.number_high or self.must_include:
            raise ValueError("expected number, unit and bound; number_low and number_high with bound range; or text")
        return self

    def _require_text(self) -> None:
        others = (self.number, self.number_low, self.number_high, self.bound, self.magnitude, self.per)
        if self.text is None or self.unit != "text" or any(others):
            raise ValueError("a value in words is text, unit: text, and perhaps must_include; nothing else")

    def _require_range(self) -> None:
        low, high = self.number_low, self.number_high
        if low is None or high is None or self.number is not None or self.must_include:
            raise ValueError("a range has number_low and number_high, and no number")
        if Decimal(low) >= Decimal(high):
            raise ValueError(f"number_low ({low}) is not below number_high ({high})")


class ToleranceFile(Strict):
    """By what share of the value a rounder number may differ."""

    relative: Decimals

    @model_validator(mode="after")
    def _is_share(self) -> ToleranceFile:
        if not 0 <= Decimal(self.relative) < 1:
            raise ValueError(f'relative is {self.relative}: expected a share from "0" to below "1"')
        return self


class PeriodFile(Strict):
    """Days, both included."""

    since: Day = Field(alias="from")
    to: Day

    @model_validator(mode="after")
    def _is_forward(self) -> PeriodFile:
        if self.to < self.since:
            raise ValueError(f"the period ends ({self.to}) before it begins ({self.since})")
        return self


class FactScopeFile(Strict):
    """Whom and when a fact is about."""

    population: Line | None = None
    period: PeriodFile | None = None
    compared_with: Line | None = None
    requires_qualifier: tuple[Line, ...] = ()


class ValidFile(Strict):
    """From and until when a fact is valid: UTC days, both included."""

    since: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    max_age_days: Annotated[int, Field(ge=0, le=_MAX_AGE_DAYS)] | None = None

    @model_validator(mode="after")
    def _is_one_rule(self) -> ValidFile:
        if self.since is None and self.until is None:
            raise ValueError("expected from, until or both; leave “valid” out for a fact without a date")
        if self.max_age_days is not None and (self.until is not None or self.since is None):
            raise ValueError("max_age_days is counted from “from” and takes the place of “until”")
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"the fact ends ({self.until}) before it begins ({self.since})")
        return self

    @property
    def last_day(self) -> str:
        """The last day the fact is valid; empty for no end."""
        if self.since is None or self.max_age_days is None:
            return self.until or ""
        try:
            return (date.fromisoformat(self.since) + timedelta(days=self.max_age_days)).isoformat()
        except OverflowError:
            return ""  # after the year 9999


class WithdrawnFile(Strict):
    """When a fact was taken back, and why; from then on nothing may rest on it, whatever the date of the text."""

    on: Day
    reason: Line


class SourceEntry(Strict):
    """Evidence on file."""

    id: Name
    kind: Name
    title: Line
    url: Line = ""
    published: Published = ""
    retrieved: Published = ""
    owner: Line = ""

    @model_validator(mode="after")
    def _is_retrieved_after(self) -> SourceEntry:
        known = min(len(self.published), len(self.retrieved))
        if self.retrieved[:known] < self.published[:known]:
            raise ValueError(f"retrieved ({self.retrieved}) before it was published ({self.published})")
        return self


class SourceReference(Strict):
    """A source described elsewhere; in YAML its bare id."""

    id: Name


FactSource: TypeAlias = Annotated[
    Annotated[SourceEntry, Tag("entry")] | Annotated[SourceReference, Tag("reference")],
    Discriminator(_source_form),
    BeforeValidator(_as_reference),
]


class FactFile(Strict):
    """One fact of a sheet."""

    id: Name
    subject: NamedFile
    metric: NamedFile
    value: ValueFile
    tolerance: ToleranceFile | None = None
    allowed_forms: tuple[Line, ...] = ()
    scope: FactScopeFile = FactScopeFile()
    polarity: Literal["none", "increase", "decrease"] = "none"
    sources: Annotated[tuple[FactSource, ...], Field(min_length=1)]
    valid: ValidFile | None = None
    permitted_claims: tuple[Permitted, ...] = ()
    wording: dict[Locale, Line] = Field(default_factory=dict)
    withdrawn: WithdrawnFile | None = None


class SheetHead(Strict):
    """Which sheet it is, and who answers for it."""

    id: Name
    version: Annotated[int, Field(ge=1)]
    as_of: Day
    owner: Line


class SheetFile(Strict):
    """A fact sheet."""

    fact_sheet: SheetHead
    facts: Annotated[tuple[FactFile, ...], Field(min_length=1)]


class RegisterFile(Strict):
    """A source register."""

    sources: Annotated[tuple[SourceEntry, ...], Field(min_length=1)]
