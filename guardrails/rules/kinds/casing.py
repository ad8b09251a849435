"""
casing: names written with the wrong capitals.

Why: "Iphone" and "LinkedIN" look careless, and a trade mark is protected as it is written.

How: a spelling is found whatever its case and is a hit unless the text has exactly its capitals. Where one listed name
lies in another ("Lumora" in "Lumora Cloud") the longer one counts. Hashtags, handles, domains, paths and e-mail
addresses are no prose and are left alone. *heading_case* also asks that headings are written in sentence case (only
the first word, names and abbreviations have capitals) or title case (every longer word has one).

Misses: names written apart or together ("Lu mora"); headings of fewer than four words. Sentence case is not asked of
text that may be German, where every noun has a capital.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from guardrails.matching.match import Candidate
from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import WRITE_NAMES, Advice, plain_words
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, covers_locale, longest, mapping, replacement, slice_of, strings
from guardrails.text.parsed import Block, ParsedField

_LEAST_HEADING_WORDS = 4
_LEAST_TITLE_LETTERS = 4
"""Words this long have a capital in title case (shorter ones are articles, prepositions and the like)."""

_MOST_CAPITALS = 500
"""Share (permille) of capitalised words after the first above which a heading is not in sentence case."""


@dataclass(frozen=True, slots=True)
class Params:
    """
    How names are written.

    Attributes:
        terms: Exact spellings.

        allow_all_capitals: Whether a name wholly in capitals is right too ("WELCOME TO LUMORA").

        heading_case: ``sentence`` or ``title``; without it headings are not looked at.
    """

    __pydantic_config__: ClassVar = FORBID

    terms: tuple[str, ...] = ()
    allow_all_capitals: bool = False
    heading_case: Literal["sentence", "title"] | None = None

    def __post_init__(self) -> None:
        """Refuse a rule that asks nothing, and two spellings of one name."""
        if not self.terms and self.heading_case is None:
            raise ValueError("expected terms, heading_case or both")
        if len({term.casefold() for term in self.terms}) < len(set(self.terms)):
            raise ValueError("terms holds two spellings that differ in case only: one of them is always wrong")


def plan(params: Params) -> Plan:
    """Scan for every spelling."""
    data: dict[str, Json] = {
        "terms": list(params.terms),
        "capitals": params.allow_all_capitals,
        "heading": params.heading_case,
    }
    return Plan(tuple(Literal_(term) for term in params.terms), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Confirm the case of every candidate, then of every heading."""
    data = mapping(plan.data)
    terms = strings(data["terms"])
    for candidate in longest(view.candidates):
        parsed = view.fields[candidate.field]
        match = slice_of(parsed, candidate.extent)
        right = terms[candidate.unit]
        may_shout = bool(data["capitals"]) and match.isupper()
        is_wrong = match != right and match.casefold() == right.casefold() and not may_shout
        if is_wrong and not _is_address(parsed.text, candidate.extent):
            yield _hit(view, candidate, match, right)
    if data["heading"]:
        yield from _headings(view, terms, title=data["heading"] == "title")


def advise(plan: Plan, context: EffectiveContext) -> Advice:  # noqa: ARG001 - names are written alike everywhere
    """Name the spellings, and the case of headings."""
    data = mapping(plan.data)
    names = plain_words(strings(data["terms"]))
    headings = f"Write headings in {data['heading']} case"
    if not data["heading"]:
        return Advice("tone", WRITE_NAMES, names)
    return Advice("tone", f"{headings}, and these names exactly so" if names else headings, names)


def _hit(view: View, candidate: Candidate, match: str, right: str) -> Hit:
    safe = view.fields[candidate.field].is_verbatim(candidate.extent)
    return Hit(
        candidate.field,
        candidate.extent,
        match,
        values=(("say_instead", right),),
        evidence=(("expected", right),),
        fixes=(replacement(candidate.extent, right, safe=safe),),
    )


def _is_address(text: str, extent: Extent) -> bool:
    """Tell whether *extent* is part of a hashtag, handle, domain, path or e-mail address."""
    before = text[extent.start - 1 : extent.start] if extent.start else ""
    after = text[extent.end : extent.end + 2]
    ends_domain = after[:1] == "." and after[1:].isalnum()
    return before in {"#", "@", "/", ".", "_"} or after[:1] in {"@", "/", "_"} or ends_domain


def _headings(view: View, terms: Sequence[str], *, title: bool) -> Iterator[Hit]:
    for index, parsed in enumerate(view.fields):
        if not title and _may_be_german(view, index):
            continue
        for block in parsed.blocks:
            words = _heading_words(view, index, block, terms) if block.kind == "heading" else []
            if len(words) >= _LEAST_HEADING_WORDS and _is_wrong(words, title=title):
                expected = "title case" if title else "sentence case"
                yield Hit(
                    index,
                    block.extent,
                    slice_of(parsed, block.extent),
                    values=(("say_instead", expected),),
                    evidence=(("expected", expected),),
                    confidence_pm=800,
                )


def _may_be_german(view: View, index: int) -> bool:
    locales = view.context["locale"] or (view.signals[index].readability.language,)
    return any(covers_locale(locale, "de") for locale in locales)


def _heading_words(view: View, index: int, block: Block, terms: Sequence[str]) -> list[str]:
    """Return the words after the first that are neither names nor abbreviations, with a place for the first."""
    parsed: ParsedField = view.fields[index]
    names = {word for term in terms for word in term.split()}
    all_words = view.signals[index].words
    inside = all_words[bisect_left(all_words, (block.extent.start,)) : bisect_left(all_words, (block.extent.end,))]
    words = [slice_of(parsed, word) for word in inside]
    return [*words[:1], *(w for w in words[1:] if w[0].isalpha() and w not in names and w[1:] == w[1:].lower())]


def _is_wrong(words: Sequence[str], *, title: bool) -> bool:
    rest = words[1:]
    if title:
        return any(word[0].islower() for word in rest if len(word) >= _LEAST_TITLE_LETTERS)
    capitals = sum(word[0].isupper() for word in rest)
    return capitals * 1000 > _MOST_CAPITALS * len(rest)


_BRANDS = """
terms: [Lumora, iPhone, Lumora Cloud]
"""
_TITLES = """
terms: [Lumora]
heading_case: sentence
"""

KIND = RuleKind(
    name="casing",
    params=Params,
    revision=1,
    locales=ANY,
    needs=frozenset({Need.BLOCKS, Need.WORDS, Need.READABILITY, Need.CONTEXT}),
    plan=plan,
    find=find,
    examples=(
        Example(_BRANDS, "With [[LUMORA]] on your [[Iphone]] you are done."),
        Example(_BRANDS, "Try [[lumora cloud]], part of Lumora."),
        Example(_TITLES, "Why [[lumora]] is ready."),
        Example(_BRANDS, "Lumora Cloud runs on any iPhone."),
        Example(_BRANDS, "Write to hello@lumora.com or tag #lumora."),
    ),
    per_draft=True,
    advise=advise,
)
