"""
What a voice can be measured by: how long sentences are and how they differ, active or passive, who speaks to whom.

Counted are the sentences of paragraphs, list items and quotes that end with a full stop, question or exclamation mark
or ellipsis, in blocks that are in the language asked for or too short to tell. Every figure is an integer; shares are
in percent, words of a person and contractions per 1,000 words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt
from typing import Literal, TypeAlias, get_args

from guardrails.model.span import Extent
from guardrails.signals import address, passives
from guardrails.signals.address import Address, addresses
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.contractions import LANGUAGES as _CONTRACTING
from guardrails.signals.contractions import contractions
from guardrails.signals.signal import Sentence

Measure: TypeAlias = Literal[
    "sentence_words", "sentence_spread", "active", "contractions", "we_words", "you_words", "i_words", "we_share"
]
MEASURES: tuple[Measure, ...] = get_args(Measure)

PERCENT: tuple[Measure, ...] = ("active", "we_share")
"""Measures that end at 100."""

LEAST_SENTENCES = 5
LEAST_WORDS = 60
"""With fewer of both a draft is too short for its figures to say anything, unless a rule decides otherwise."""

_PROSE = ("paragraph", "list-item", "quote")
_ENDS = ".!?…"
_CLOSING = "\"'”’»“«)]*_"
_LEAST_PERSONS = 5
"""Fewer of each give no spread and no share: one more would move it by a fifth."""


@dataclass(frozen=True, slots=True)
class Voice:
    """
    What was counted in one field.

    Attributes:
        lengths: Words of every sentence.

        longest: The sentence of most words, None without sentences.

        passive: Sentences in the passive.

        contracted: Contractions.

        we: Words of the first person plural; *i* of the singular; *you* of the second person and of polite address.

        addresses: Words that address the reader in one of two forms.
    """

    lengths: tuple[int, ...] = ()
    longest: Extent | None = None
    passive: tuple[Extent, ...] = ()
    contracted: tuple[Extent, ...] = ()
    we: tuple[Extent, ...] = ()
    i: tuple[Extent, ...] = ()
    you: tuple[Extent, ...] = ()
    addresses: tuple[Address, ...] = ()


def measures_in(language: str) -> tuple[Measure, ...]:
    """Return the measures that are known in *language*."""
    unknown: set[Measure] = set()
    unknown |= {"active"} if language not in passives.LANGUAGES else set()
    unknown |= {"contractions"} if language not in _CONTRACTING else set()
    return tuple(measure for measure in MEASURES if measure not in unknown)


def voice(signals: FieldSignals, language: str) -> Voice:
    """Count in one field what is in *language*."""
    text = signals.parsed.text
    spoken = list(_sentences(signals, language))
    words = [word for sentence in spoken for word in sentence.words]
    to_reader = tuple(one for sentence in spoken for one in addresses(text, sentence.words, language))
    polite = [one.extent for one in to_reader if one.form == "sie"]
    return Voice(
        lengths=tuple(len(sentence.words) for sentence in spoken),
        longest=max(spoken, key=lambda one: len(one.words)).extent if spoken else None,
        passive=tuple(one.extent for one in spoken if _is_passive(text, one, language)),
        contracted=tuple(contractions(text, words, language)) if language in _CONTRACTING else (),
        we=_persons(text, words, address.WE[language]),
        i=_persons(text, words, address.SPEAKER[language]),
        you=tuple(sorted({*_persons(text, words, address.YOU[language]), *polite})),
        addresses=to_reader,
    )


def figures(voices: Sequence[Voice]) -> dict[Measure, int]:
    """Return the measures of a draft of several fields, without those for which there is too little to count."""
    lengths = [length for one in voices for length in one.lengths]
    total = sum(lengths)
    if not total:
        return {}
    we, you = sum(len(one.we) for one in voices), sum(len(one.you) for one in voices)
    found: dict[Measure, int] = {
        "sentence_words": _rounded(total, len(lengths)),
        "active": 100 - _rounded(100 * sum(len(one.passive) for one in voices), len(lengths)),
        "contractions": _rounded(1000 * sum(len(one.contracted) for one in voices), total),
        "we_words": _rounded(1000 * we, total),
        "you_words": _rounded(1000 * you, total),
        "i_words": _rounded(1000 * sum(len(one.i) for one in voices), total),
    }
    if len(lengths) >= LEAST_SENTENCES:
        found["sentence_spread"] = _spread(lengths)
    if we + you >= _LEAST_PERSONS:
        found["we_share"] = _rounded(100 * we, we + you)
    return found


def is_long_enough(voices: Sequence[Voice], sentences: int, words: int) -> bool:
    """Tell whether a draft of several fields has at least *sentences*, or at least *words* in fewer of them."""
    lengths = [length for one in voices for length in one.lengths]
    return len(lengths) >= sentences or sum(lengths) >= words


PLACES: Mapping[Measure, Callable[[Voice], tuple[Extent, ...]]] = {
    "sentence_words": lambda one: () if one.longest is None else (one.longest,),
    "sentence_spread": lambda one: () if one.longest is None else (one.longest,),
    "active": lambda one: one.passive,
    "contractions": lambda one: one.contracted,
    "we_words": lambda one: one.we,
    "you_words": lambda one: one.you,
    "i_words": lambda one: one.i,
    "we_share": lambda one: one.we,
}
"""Where to look for what a measure counts."""


def _sentences(signals: FieldSignals, language: str) -> Iterator[Sentence]:
    """Yield the sentences that count."""
    parsed, judged = signals.parsed, signals.block_languages
    is_foreign = any(one.language for one in judged) and not any(one.language == language for one in judged)
    prose = {
        block.extent
        for block, judgement in zip(parsed.blocks, judged, strict=True)
        if block.kind in _PROSE and judgement.language in ("", language)
    }
    blocks = iter(parsed.blocks)
    block = next(blocks, None)
    for sentence in () if is_foreign else signals.sentences:
        while block is not None and block.extent.end < sentence.extent.end:
            block = next(blocks, None)
        written = parsed.text[sentence.extent.start : sentence.extent.end].rstrip(_CLOSING)
        if block is not None and block.extent in prose and sentence.words and written.endswith(tuple(_ENDS)):
            yield sentence


def _is_passive(text: str, sentence: Sentence, language: str) -> bool:
    if language not in passives.LANGUAGES:
        return False
    words = [text[word.start : word.end] for word in sentence.words]
    ends = [(one.end, other.start) for one, other in pairwise(sentence.words)]
    return passives.is_passive(words, [text[start:end] for start, end in ends], language)


def _persons(text: str, words: Iterable[Extent], persons: frozenset[str]) -> tuple[Extent, ...]:
    return tuple(word for word in words if text[word.start : word.end].lower().replace("’", "'") in persons)


def _spread(lengths: Sequence[int]) -> int:
    """Return the standard deviation of *lengths* in percent of their mean, rounded down."""
    total, count = sum(lengths), len(lengths)
    return isqrt(10_000 * (count * sum(length * length for length in lengths) - total * total)) // total


def _rounded(numerator: int, denominator: int) -> int:
    """Return the quotient rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)
