"""
tokens: sequences of tokens that match spaCy patterns.

Why: some wordings are a construction, not a list of words: "not only … but also", a number before a plural noun, an
adjective of praise before the brand.

How: spaCy's Matcher patterns (https://spacy.io/usage/rule-based-matching) over our own words and sentences. Only
sentences in which one of the *anchor* words occurs are looked at, which keeps a rule as cheap as its anchor is rare.
Of overlapping matches the longest counts. Without a trained pipeline there are no parts of speech: LOWER, TEXT, IS_*,
LIKE_NUM, SHAPE, REGEX, IN, OP and the like work.

Misses: matches across sentences; forms of an anchor that are not listed. A pattern that spaCy does not accept shows when
the rule's examples run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, cast

from guardrails.model.canonical import Json, canonical
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, array, mapping, slice_of

TokenPattern = tuple[dict[str, object], ...]
_LONGEST_CODE = 3
"""ISO 639 codes have two or three letters; longer names are those of installed pipelines."""


@dataclass(frozen=True, slots=True)
class Params:
    """
    What to look for.

    Attributes:
        language: A language code (``en``), or the name of an installed pipeline (``en_core_web_sm``).

        anchor: Words and phrases; a sentence is looked at if it holds one of them.

        patterns: Lists of token patterns, each a mapping as spaCy's Matcher takes it.
    """

    __pydantic_config__: ClassVar = FORBID

    language: str
    anchor: tuple[str, ...]
    patterns: tuple[TokenPattern, ...]

    def __post_init__(self) -> None:
        """Refuse rules without anchor or pattern, and values that cannot be digested (fractions)."""
        if not all(word.strip() for word in self.anchor) or not self.anchor:
            raise ValueError("anchor is empty: list words of which one is in every match")
        if not self.patterns or not all(self.patterns):
            raise ValueError("patterns is empty or holds an empty pattern: expected lists of token patterns")
        canonical(_as_json(self.patterns))


def plan(params: Params) -> Plan:
    """
    Scan for the anchors.

    Raises:
        MissingDependencyError: Without spaCy or the pipeline; the help holds the install line.

        SettingsError: If spaCy does not know the language.
    """
    from guardrails.signals.tokens import require

    is_code = len(params.language) <= _LONGEST_CODE
    require(f"blank:{params.language}" if is_code else params.language)
    data: dict[str, Json] = {"language": params.language, "patterns": _as_json(params.patterns)}
    return Plan(tuple(Literal_(word) for word in params.anchor), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Match the sentences that hold an anchor."""
    from guardrails.signals.tokens import match_tokens

    data = mapping(plan.data)
    patterns = [[mapping(token) for token in array(pattern)] for pattern in array(data["patterns"])]
    for number, parsed in enumerate(view.fields):
        anchors = [c.extent.start for c in view.candidates if c.field == number]
        if anchors:
            for extent in _longest(match_tokens(view.signals[number], str(data["language"]), patterns, anchors)):
                yield Hit(number, extent, slice_of(parsed, extent))


def _as_json(patterns: tuple[TokenPattern, ...]) -> Json:
    return [[cast("Json", token) for token in pattern] for pattern in patterns]


def _longest(extents: Iterable[Extent]) -> list[Extent]:
    kept: list[Extent] = []
    for extent in sorted(extents, key=lambda e: (e.start - e.end, e.start)):
        if not any(extent.overlaps(other) for other in kept):
            kept.append(extent)
    return sorted(kept)


_NOT_ONLY = """
language: en
anchor: [not only]
patterns:
  - [{LOWER: not}, {LOWER: only}, {IS_ALPHA: true, OP: "{1,6}"}, {LOWER: but}, {LOWER: also}]
"""
_BEST = """
language: de
anchor: [beste, besten, bester]
patterns:
  - [{LOWER: {IN: [der, die, das, den]}}, {LOWER: {REGEX: "^beste"}}, {IS_TITLE: true}]
"""

KIND = RuleKind(
    name="tokens",
    params=Params,
    revision=1,
    locales=ANY,
    needs=frozenset({Need.TOKENS, Need.SENTENCES}),
    plan=plan,
    find=find,
    examples=(
        Example(_NOT_ONLY, "Our balm is [[not only fast but also]] mild. Not only that."),
        Example(_BEST, "Wir machen [[den besten Balsam]] der Stadt."),
        Example(_NOT_ONLY, "Our balm is not only fast. It is mild, but also cheap."),
        Example(_BEST, "Das ist am besten so."),
    ),
)
