"""
Numbers with what they count, in English and German notation.

Read are figures with thousands and decimal marks, magnitudes ("1.2 million", "3 Mio."), units before and after,
percentages, currencies, multiples ("2x", "3-fold", "dreimal so"), ranges, shares ("9 of 10", "one in seven", "half
of"), and number words up to ninety. A lone mark before three digits is read as the language has it: "1.500" is 1500
in German and 1.5 in English. Dates, years, times of day, opening hours, versions and numbers inside a name
("ISO 27001", "GPT4") are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeAlias

from guardrails.matching.pattern import PatternSet
from guardrails.model.span import Extent, Extents
from guardrails.signals import units
from guardrails.signals.lexicon import alternatives
from guardrails.signals.moments import is_moment
from guardrails.signals.signal import Bound, Quantity, QuantityKind
from guardrails.text.expression import expression

_MILLION = 1_000_000


def _spaced(words: str) -> list[str]:
    return [word.replace("-", " ") for word in words.split()]


_UNIT_OF_WORD = {spelling: unit for unit, words in units.WORDS.items() for spelling in _spaced(words)}
_BOUND_OF = {word: bound for bound, words in units.BOUNDS.items() for word in _spaced(words)}

# A plain space groups thousands only where money follows or two decimals do: "3 500 g bags" are three.
_MONEY = r"(?=[\s\u00a0\u202f]?(?:€|EUR\b|euros?\b|CHF\b|franken\b))"
_SPACED_FIGURE = rf"\d{{1,3}}(?: \d{{3}})+(?:,\d\d(?!\d)|(?:,[-–—]{{1,2}})?{_MONEY})"
_FIGURE = rf"(?:{_SPACED_FIGURE}|" + r"\d{1,3}(?:['’.,\u00a0\u202f\u2009]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)(?!\d)"
_WORD_NUMBER = alternatives(units.NUMBER_WORDS)
_NUMBER = rf"(?:{_FIGURE}|(?:{_WORD_NUMBER})(?![^\W_]))"
_PREFIX = "|".join(re.escape(prefix) for prefix in units.CURRENCY_PREFIXES)
_MAGNITUDE = rf"(?:[\s\u00a0-]?(?P<magnitude>{alternatives(units.MAGNITUDES)}|(?<=\d)m(?=\b))(?![^\W_]))"
# A price is a price per month, too; what is measured per something has a unit of its own (km/h).
_PER = r"(?<=[€£$¥₹])|(?<=EUR|USD|GBP|CHF)"
_UNIT = (
    rf"(?:(?:,[-–—]{{1,2}})?[\s\u00a0\u202f-]{{0,2}}(?:(?P<symbol>(?-i:{alternatives(units.SYMBOLS)}))(?![^\W_]|[²³])(?:{_PER}|(?!/))"
    rf"|(?P<word>{alternatives(_UNIT_OF_WORD)})(?![^\W_])))"
)


_QUANTITY = expression(
    rf"(?<![^\W_])(?<![\d][.,:/])(?<![\w][-#/@])"
    rf"(?P<prefix>(?-i:{_PREFIX})[\s\u00a0]?)?(?P<low>{_NUMBER})(?:\s?(?:[–—-]|to|bis|à)\s?(?:(?-i:{_PREFIX})\s?)?(?P<high>{_NUMBER}))?"
    rf"{_MAGNITUDE}?{_UNIT}?(?P<plus>\+)?(?P<times>\s(?:times|mal)(?=\s(?:as|more|faster|better|higher|less|longer|"
    rf"cheaper|the|so|mehr|schneller)\b))?(?![^\W_]|[:/]\d)",
    re.IGNORECASE,
)
_SHARE = expression(
    rf"(?<![^\W_])(?P<part>\d{{1,3}}|{_WORD_NUMBER}|one|ein(?:er|e)?)\s+(?:\w+\s+)?(?:out\s+of|in|of|von|aus)\s+"
    rf"(?:every\s+|all\s+)?(?P<all>\d{{1,3}}(?![.,]?\d)|{_WORD_NUMBER})(?![^\W_])(?!\s*[%€$£])",
    re.IGNORECASE,
)
# No look-ahead of a share: it is large, and few texts hold a share.
_UNIT_NEXT = expression(_UNIT, re.IGNORECASE)
_PHRASES = tuple((expression(rf"\b(?:{phrase})", re.IGNORECASE), micro, unit) for phrase, micro, unit in units.PHRASES)


@cache
def _phrase_cues() -> PatternSet:
    return PatternSet([rf"(?i)(?:{'|'.join(cues.split())})" for cues in units.PHRASE_CUES])


_Number: TypeAlias = tuple[Extent, str]
"""A word that is a number, and the number word it begins with; empty for a figure."""

_DIGITS = frozenset("0123456789")
_COUNT_WORDS = {*units.NUMBER_WORDS, "one", "ein", "eine", "einer"}
_CURRENCY = expression(rf"(?<![^\W_])(?:{_PREFIX})[\s\u00a0]?\Z")
_BEFORE = expression(rf"(?<![^\W_])(?P<bound>{alternatives(_BOUND_OF)})\s*(?:(?:the|einem?r?|a)\s+)?\Z", re.IGNORECASE)
_LABELLED = expression(
    r"(?:\b(?:ISO|EN|DIN|IEC|version|v\.?|page|pages|seite|chapter|kapitel|step|schritt|no\.|nr\.|number|booth|stand|"
    r"room|zimmer|platform|gleis|art\.|artikel|article|§|#|figure|abb\.|table|tabelle|section|part|teil)\s?)\Z",
    re.IGNORECASE,
)


def quantities(
    text: str, language: str, words: Sequence[Extent], lower: Sequence[str], other: Sequence[Extent]
) -> tuple[Quantity, ...]:
    """
    Return the quantities of *text* in order, none overlapping.

    *language* decides about a lone mark; *words* are those of *text*, *lower* the same in lower case; what is known to
    be something *other* (dates, phone numbers) holds no quantity.
    """
    taken, kept = Extents(other), list[Quantity]()
    numbers = _numbers(words, lower)
    for quantity in sorted(_all(text, language, numbers), key=lambda q: (q.extent.start, -q.extent.end)):
        if not (kept and kept[-1].extent.overlaps(quantity.extent)) and not taken.overlap(quantity.extent):
            kept.append(quantity)
    return tuple(kept)


def _numbers(words: Sequence[Extent], lower: Sequence[str]) -> list[_Number]:
    """Return the words that are figures or begin with a number word, each with what it begins with."""
    return [
        (extent, "" if word[0] in _DIGITS else word.split("-", 1)[0])
        for extent, word in zip(words, lower, strict=True)
        if word[0] in _DIGITS or word in _COUNT_WORDS or ("-" in word and word.split("-", 1)[0] in _COUNT_WORDS)
    ]


def _all(text: str, language: str, numbers: Sequence[_Number]) -> Iterator[Quantity]:
    for number in _phrase_cues().possible(text):
        pattern, micro, unit = _PHRASES[number]
        for found in pattern.finditer(text):
            kind: QuantityKind = "multiple" if unit else "ratio"
            yield Quantity(Extent(*found.span()), _decimal(micro), unit, kind, _bound(text, found.start()))
    for found in _starting(_SHARE, text, [extent for extent, _ in numbers], before=_UNIT_NEXT):
        part, whole = _count(found["part"]), _count(found["all"])
        if 0 < part <= whole:
            micro = (2 * part * _MILLION + whole) // (2 * whole)
            yield Quantity(Extent(*found.span()), _decimal(micro), "", "ratio", _bound(text, found.start()))
    figures = [extent for extent, word in numbers if not word or word in units.NUMBER_WORDS]
    for found in _starting(_QUANTITY, text, figures):
        if not (_LABELLED.search(text, max(found.start() - 12, 0), found.start()) or is_moment(text, *found.span())):
            yield _quantity(text, found, language)


def _starting(
    pattern: re.Pattern[str], text: str, numbers: Sequence[Extent], before: re.Pattern[str] | None = None
) -> Iterator[re.Match[str]]:
    """
    Yield the matches of *pattern* that start at a number (or at the currency before it), none overlapping.

    What stands right before a match of *before* is none.
    """
    done = 0
    for number in numbers:
        if number.start >= done:
            prefix = _CURRENCY.search(text, max(number.start - 5, done), number.start)
            found = pattern.match(text, prefix.start() if prefix else number.start)
            if found is not None and not (before and before.match(text, found.end())):
                done = found.end()
                yield found


def _quantity(text: str, found: re.Match[str], language: str) -> Quantity:
    unit = _unit(found)
    power = _power(found["magnitude"], language)
    low = _micro(found["low"], language) * 10**power
    high = _decimal(_micro(found["high"], language) * 10**power) if found["high"] else ""
    bound = "at_least" if found["plus"] else _bound(text, found.start())
    kind = units.KINDS.get(unit, "measure") if unit else "count"
    return Quantity(Extent(*found.span()), _decimal(low), unit, kind, bound, high)


def _unit(found: re.Match[str]) -> str:
    if prefix := (found["prefix"] or "").strip():
        return units.PREFIX_UNITS.get(prefix) or units.SYMBOLS[prefix]
    if found["symbol"]:
        return units.SYMBOLS[found["symbol"]]
    if found["word"]:
        return _UNIT_OF_WORD[" ".join(found["word"].lower().split())]
    return "x" if found["times"] else ""


def _power(magnitude: str | None, language: str) -> int:
    if magnitude is None:
        return 0
    word = magnitude.lower()
    if word == "billion" and language == "de":
        return 12
    return 6 if word == "m" else units.MAGNITUDES[word]


def _bound(text: str, start: int) -> Bound:
    found = _BEFORE.search(text, max(start - 24, 0), start)
    return _BOUND_OF[" ".join(found["bound"].lower().split())] if found else "exact"


def _count(word: str) -> int:
    lower = word.lower()
    return int(lower) if lower.isdigit() else units.NUMBER_WORDS.get(lower, 1)


def _micro(number: str, language: str) -> int:
    """Return *number* in millionths; digits beyond the sixth decimal are cut."""
    word = number.lower()
    if word in units.NUMBER_WORDS:
        return units.NUMBER_WORDS[word] * _MILLION
    plain = re.sub("['’ \u00a0\u202f\u2009]|,[-–—]+", "", number)
    whole, fraction = _halves(plain, language)
    return int(whole) * _MILLION + int(fraction[:6].ljust(6, "0"))


def _halves(number: str, language: str) -> tuple[str, str]:
    """Divide a figure with ``.`` and ``,`` into its whole part and its decimals."""
    marks = [char for char in number if char in ".,"]
    if not marks:
        return number, ""
    head, tail = re.split(r"[.,](?=\d+\Z)", number)
    is_grouping = len(tail) == 3 and len(set(marks)) == 1  # noqa: PLR2004  # thousands
    if is_grouping and (len(marks) > 1 or (marks[0] == ",") == (language in {"", "en"})):
        return re.sub("[.,]", "", number), ""
    return re.sub("[.,]", "", head), tail


def _decimal(micro: int) -> str:
    whole, fraction = divmod(micro, _MILLION)
    return f"{whole}.{fraction:06d}".rstrip("0").rstrip(".") if fraction else str(whole)
