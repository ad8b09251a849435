"""
tokens: sequences of tokens that match spaCy patterns.

Why: some wordings are a construction, not a list of words: "not only … but also", a number before a plural noun, an
adjective of praise before the brand.

How: spaCy's Matcher patterns (https://spacy.io/usage/rule-based-matching) over our own words and sentences. Only
sentences in which one of the *anchor* words occurs are looked at, which keeps a rule as cheap as its anchor is rare.
Of overlapping matches the longest counts. Without a trained pipeline there are no parts of speech: LOWER, TEXT, IS_*,
LIKE_NUM, SHAPE, REGEX, IN, OP and the like work.

Misses: matches across sentences; forms of an anchor that are not listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, cast

from guardrails.model.canonical import Json, canonical
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, array, mapping, slice_of
from guardrails.signals.analysis import FieldSignals

TokenPattern = tuple[dict[str, object], ...]


@dataclass(frozen=True, slots=True)
class Params:
    """
    What to look for.

    Attributes:
        language: Language of the pipeline, e.g. ``en``.

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
    """Scan for the anchors."""
    data: dict[str, Json] = {"language": params.language, "patterns": _as_json(params.patterns)}
    return Plan(tuple(Literal_(word) for word in params.anchor), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Match the sentences that hold an anchor."""
    data = mapping(plan.data)
    patterns = [[mapping(token) for token in array(pattern)] for pattern in array(data["patterns"])]
    for number, parsed in enumerate(view.fields):
        anchors = [c.extent for c in view.candidates if c.field == number]
        for extent in _longest(_matches(view.signals[number], anchors, str(data["language"]), patterns)):
            yield Hit(number, extent, slice_of(parsed, extent))


def _as_json(patterns: tuple[TokenPattern, ...]) -> Json:
    return [[cast("Json", token) for token in pattern] for pattern in patterns]


def _matches(
    signals: FieldSignals, anchors: list[Extent], language: str, patterns: list[list[dict[str, Json]]]
) -> list[Extent]:
    from guardrails.signals.tokens import match_tokens

    sentences = {sentence for at in anchors if (sentence := signals.sentence_at(at.start)) is not None}
    ordered = sorted(sentences, key=lambda sentence: sentence.extent)
    return [extent for sentence in ordered for extent in match_tokens(signals.parsed, sentence, language, patterns)]


def _longest(extents: list[Extent]) -> list[Extent]:
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
