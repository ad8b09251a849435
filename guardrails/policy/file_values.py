"""
What the models of policy files are made of: names, versions, days, texts, and the strictness that all of them share.

Nothing unknown is accepted and nothing is converted: a number is no text.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator

from guardrails.decide.contract import MAX_STRING, is_safe

# https://semver.org, "Is there a suggested regular expression": major.minor.patch, pre-release and build allowed.
_SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
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
