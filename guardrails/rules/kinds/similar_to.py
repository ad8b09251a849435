"""
similar-to: passages too close to a bad example or to copy that is published already.

Why: a brand that lists what it does not want to sound like wants the near copies caught, too; and copy that repeats
last month's page word for word, or nearly, reads like a machine and ranks like one.

How: passages (a sentence, or several short ones, of at least *least_words* words) are compared with those of the listed
texts and of the draft's sources of the kinds in *sources*. Two that share enough runs of *shingle* words (three in ten
of those of the shorter one) are compared letter by letter, the shorter within the longer; from *threshold* on they
are a hit, and hits that touch are one. Case, punctuation and spacing make no difference. What is close to one of the
*exceptions* (the unsubscribe line, the paragraph about the company) is none. The time is linear in the length of the
draft: runs of words are looked up, not searched for.

Misses: the same thought in other words; a translation; passages shorter than *least_words*, which belong into a list
of ``terms``; copy of which every third word was changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

from guardrails.model.canonical import Json, sha256_hex
from guardrails.model.context import EffectiveContext
from guardrails.model.draft import Source
from guardrails.model.finding import Hit
from guardrails.model.policy import Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, array, covers_locale, integer, mapping, slice_of, strings
from guardrails.rules.shingles import ShingleIndex, shingle_index, similarity
from guardrails.signals.passages import MOST_WORDS, Passage, passages
from guardrails.signals.plain_text import plain_signals

_QUOTED = 200
"""Longest quote of a listed text in the evidence, in code points."""


@dataclass(frozen=True, slots=True)
class Copy:
    """
    A text with more to say about it.

    Attributes:
        term: The text.

        say_instead: How it is said well.

        why: What is wrong with it.

        locale: Counts only where the draft may be in this locale; empty for everywhere.
    """

    __pydantic_config__: ClassVar = FORBID

    term: str
    say_instead: str = ""
    why: str = ""
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Params:
    """
    What a draft must not be close to, and how close is too close.

    Attributes:
        examples: Texts, plain or as ``{term, say_instead, why, locale}``.

        sources: Kinds of the draft's own sources whose text counts as published copy.

        exceptions: Texts that may be repeated.

        threshold: Least similarity (0–100) of two passages that is too close.

        shingle: Words in a run (2–6).

        least_words: Shortest passage that is compared, in words (at least the words of a run, and four).
    """

    __pydantic_config__: ClassVar = FORBID

    examples: tuple[str | Copy, ...] = ()
    sources: tuple[str, ...] = ("published",)
    exceptions: tuple[str, ...] = field(default=())
    threshold: int = 80
    shingle: int = 3
    least_words: int = 8

    def __post_init__(self) -> None:
        """Refuse examples that are too short to be told from chance, and limits out of range."""
        if not (self.examples or self.sources):
            raise ValueError("examples and sources are empty: list at least one text or kind of source")
        if not 0 < self.threshold <= 100:  # noqa: PLR2004 - a percentage
            raise ValueError(f"threshold is {self.threshold}: expected 1 to 100")
        if not 2 <= self.shingle <= 6:  # noqa: PLR2004
            raise ValueError(f"shingle is {self.shingle}: expected 2 to 6 words")
        if not max(self.shingle, 4) <= self.least_words <= MOST_WORDS:
            raise ValueError(f"least_words is {self.least_words}: expected {max(self.shingle, 4)} to {MOST_WORDS}")
        for text in (*(copy.term for copy in _copies(self)), *self.exceptions):
            if not _passages(text, self.least_words):
                raise ValueError(
                    f"{text!r} has no passage of {self.least_words} words: list it in a rule of kind terms"
                )


@dataclass(frozen=True, slots=True)
class _Close:
    """A passage of the draft that is close to text *number* of an index (0: examples, 1: sources), and what that says."""

    extent: Extent
    score: int
    index: int
    number: int
    text: str


def _copies(params: Params) -> list[Copy]:
    return [Copy(copy) if isinstance(copy, str) else copy for copy in params.examples]


def _passages(text: str, least_words: int) -> list[tuple[str, ...]]:
    return [passage.words for passage in passages(plain_signals(text), least_words)]


def plan(params: Params) -> Plan:
    """Cut the listed texts into passages of folded words; nothing is scanned for."""
    copies = _copies(params)
    texts = [(number, copy.term) for number, copy in enumerate(copies)] + [(-1, text) for text in params.exceptions]
    cut: list[Json] = [[n, " ".join(words)] for n, text in texts for words in _passages(text, params.least_words)]
    data: dict[str, Json] = {
        "copies": [[copy.say_instead, copy.why, copy.locale, copy.term[:_QUOTED]] for copy in copies],
        "passages": cut,
        "digest": sha256_hex(cut),
        "sources": list(params.sources),
        "threshold": params.threshold,
        "shingle": params.shingle,
        "least_words": params.least_words,
    }
    return Plan((), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Look up the runs of every passage, compare the passage with those that share most, join the hits that touch."""
    data = mapping(plan.data)
    least, size = integer(data["least_words"]), integer(data["shingle"])
    published = [s for s in view.draft.sources if s.kind in strings(data["sources"]) and s.text.strip()]
    examples, exceptions = _listed_indexes(_Keyed(str(data["digest"]), size, data["passages"]))
    search = _Search(view, data, (examples, _source_index(published, size, least)), exceptions)
    if not any(index.listed for index in search.indexes):
        return
    for number, signals in enumerate(view.signals):
        close = [found for passage in passages(signals, least) if (found := search.closest(passage)) is not None]
        for extent, best in _joined(close, signals.parsed.text):
            yield _hit(view, number, extent, best, data, published)


def advise(plan: Plan, context: EffectiveContext) -> Advice:
    """Quote the bad examples that may count here, with what to say instead."""
    data = mapping(plan.data)
    copies = [strings(copy) for copy in array(data["copies"])]
    words = tuple((text, say) for say, _, locale, text in copies if _is_in(context, locale))
    return Advice("avoid", "Do not come close to" if words else "Do not repeat published copy", words)


@dataclass(frozen=True, slots=True)
class _Keyed:
    """Passages of a plan, hashed and compared by their digest."""

    digest: str
    size: int
    data: Json = field(compare=False)


@lru_cache(maxsize=64)
def _listed_indexes(keyed: _Keyed) -> tuple[ShingleIndex, ShingleIndex]:
    """Return the index of the examples and that of the exceptions."""
    cut = [(integer(number), tuple(str(words).split(" "))) for number, words in map(array, array(keyed.data))]
    examples, exceptions = ([one for one in cut if (one[0] < 0) is is_exception] for is_exception in (False, True))
    return shingle_index(examples, keyed.size), shingle_index(exceptions, keyed.size)


def _source_index(sources: Sequence[Source], size: int, least: int) -> ShingleIndex:
    return shingle_index(((n, words) for n, s in enumerate(sources) for words in _passages(s.text, least)), size)


@dataclass(frozen=True, slots=True)
class _Search:
    """What passages are compared with: *indexes* of the examples and of the sources, and exceptions."""

    view: View
    data: dict[str, Json]
    indexes: tuple[ShingleIndex, ShingleIndex]
    exceptions: ShingleIndex

    def closest(self, passage: Passage) -> _Close | None:
        """Return the closest of what *passage* is too close to; None if that is nothing or it may be repeated."""
        least, text = integer(self.data["threshold"]), " ".join(passage.words)
        if any(similarity(text, listed.text, least) for listed in self.exceptions.near(passage.words)):
            return None
        best = None
        for number, index in enumerate(self.indexes):
            for listed in index.near(passage.words):
                score = similarity(text, listed.text, least)
                if score > (best.score if best else 0) and (number or _applies(self.view, self.data, listed.number)):
                    best = _Close(passage.extent, score, number, listed.number, listed.text)
        return best


def _applies(view: View, data: dict[str, Json], number: int) -> bool:
    return _is_in(view.context, strings(array(data["copies"])[number])[2])


def _is_in(context: EffectiveContext, locale: str) -> bool:
    effective = context["locale"]
    return not locale or not effective or any(covers_locale(value, locale) for value in effective)


def _joined(close: Sequence[_Close], text: str) -> Iterator[tuple[Extent, _Close]]:
    """Yield what passages of *text* cover together that overlap or follow each other, with the closest of them."""
    group: list[_Close] = []
    for one in _shortest(close):
        if group and not _touches(group[-1].extent, one.extent, text):
            yield _whole(group)
            group = []
        group.append(one)
    if group:
        yield _whole(group)


def _touches(one: Extent, following: Extent, text: str) -> bool:
    between = text[one.end : following.start]
    return "\n\n" not in between and not any(map(str.isalnum, between))


def _shortest(close: Sequence[_Close]) -> Iterator[_Close]:
    """Leave out a passage of which the rest, without its first sentence, is as close: "Hello." is not part of it."""
    for one, following in pairwise([*close, None]):
        if one and not (following and following.extent.end == one.extent.end and following.score >= one.score):
            yield one


def _whole(group: Sequence[_Close]) -> tuple[Extent, _Close]:
    extent = Extent(group[0].extent.start, max(one.extent.end for one in group))
    return extent, max(group, key=lambda one: (one.score, -one.extent.start))


def _hit(
    view: View, number: int, extent: Extent, best: _Close, data: dict[str, Json], published: Sequence[Source]
) -> Hit:
    evidence = [("score_pm", str(best.score * 10))]
    say = ""
    if best.index:
        evidence += [("source", published[best.number].id), ("text", best.text[:_QUOTED])]
    else:
        say, why, _, text = strings(array(data["copies"])[best.number])
        evidence += [("text", text), *([("why", why)] if why else [])]
    return Hit(
        number,
        extent,
        slice_of(view.fields[number], extent),
        values=(("count", str(best.score)), ("limit", str(data["threshold"])), ("say_instead", say)),
        evidence=tuple(sorted(evidence)),
        confidence_pm=best.score * 10,
    )


_BAD = """
examples:
  - "In today's fast-paced world, good light is no longer a luxury but a necessity."
  - term: Wir freuen uns riesig, Ihnen heute die Zukunft des Lichts vorstellen zu dürfen.
    say_instead: "Say what the lamp does."
"""
_PUBLISHED = """
exceptions: ["Nimbrel makes connected lamps in Oberwinkel and sells them in four countries."]
"""
_PAGE = Source(
    "page-12",
    kind="published",
    text="Turn the ring to dim the lamp, and press it to change the colour. The arm stays where you put it, for years.\n\n"
    "Nimbrel makes connected lamps in Oberwinkel and sells them in four countries.",
)

KIND = RuleKind(
    name="similar-to",
    params=Params,
    revision=2,
    locales=ANY,
    needs=frozenset({Need.BLOCKS, Need.WORDS, Need.SENTENCES, Need.SOURCES, Need.CONTEXT}),
    plan=plan,
    find=find,
    examples=(
        Example(_BAD, "Hello. [[In today’s fast-paced world good light is not a luxury but a necessity]]."),
        Example(_BAD, "[[Wir freuen uns riesig, Ihnen heute die Zukunft des Lichtes vorzustellen]]!"),
        Example(_PUBLISHED, "News. [[Press the ring to dim the lamp and press it to change the colour]].", (_PAGE,)),
        Example(_BAD, "In a world of screens, good light matters. We are happy to show you a lamp today."),
        Example(_PUBLISHED, "Nimbrel makes connected lamps in Oberwinkel and sells them in four countries.", (_PAGE,)),
        Example(_PUBLISHED, "Turn the ring to dim the lamp."),
    ),
    per_draft=True,
    advise=advise,
)
