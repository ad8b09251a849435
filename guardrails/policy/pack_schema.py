"""
What may stand in the files of a pack: its rules, its ``pack.yaml``, its lexicons.

Each model is one kind of file. Values that depend on other files (context values, ids, topics) are judged in
``compile``. ``examples``, ``title``, ``message``, ``why``, ``instruction``, ``owner`` and ``references`` are for people;
the rest judges and is in the rule digest.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from guardrails.model.finding import Effect, Severity
from guardrails.model.policy import Layer
from guardrails.policy.file_values import (
    Day,
    Locale,
    Name,
    Names,
    Owner,
    Params,
    RuleId,
    SomeLocales,
    SomeNames,
    Strict,
    Text,
    Version,
)


def _as_example(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


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
