"""
limits: how long, how loud and how hard to read a text may be.

Why: a subject line is cut off after 60 characters, a post is refused after 3,000, and nobody finishes a sentence of
fifty words.

How: each limit is a number, or a default with numbers per channel and per field; the field counts before the channel.
Where the channel is unknown, the strictest number of the possible channels counts. Sentences, capitals, exclamation
marks and emoji are marked where the limit is passed; the other limits speak of the field as a whole. Characters are
code points of the prose as a reader sees it, an emoji of several code points counts as several.

Misses: readability of fields under 30 words and, on the scales flesch and amstad, of other languages than theirs; what
a platform counts in another way (links of fixed length, UTF-16 units).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import ClassVar, Literal

from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit
from guardrails.model.policy import Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, mapping, slice_of
from guardrails.text.expression import expression

_LEAST_READABILITY_WORDS = 30
"""Readability figures of shorter texts say nothing (one long word moves them by several points)."""

_SCALE_LANGUAGES = {"flesch": "en", "amstad": "de"}
_ZWJ = "\u200d"
_EXCLAMATION = expression("[!！]")
# Emoji_Presentation of Unicode's emoji-data.txt in ranges; other symbols count with U+FE0F after them.
_SYMBOL = expression("[\U0001f000-\U0001faff\u231a\u231b⏩⏪⏫⏬⏰⏳✅✨❌❎❓❔❕❗⭐⭕]|[\u2000-\u32ff](?=\ufe0f)")
_LEAST_CAPITAL_LETTERS = 2
"""A single capital ("I", "A") is no shouted word."""


@dataclass(frozen=True, slots=True)
class Limit:
    """
    A number that depends on channel and field.

    Attributes:
        default: Counts where nothing else is said; without it there is no limit there.

        channels: Numbers per channel.

        fields: Numbers per field id; they count before channels.
    """

    __pydantic_config__: ClassVar = FORBID

    default: int | None = None
    channels: dict[str, int] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Params:
    """
    The limits; each is optional.

    Attributes:
        max_sentence_words: Words of a sentence.

        min_readability: Least figure on the scale (flesch and amstad: higher is easier).

        max_readability: Greatest figure on the scale (lix: higher is harder).

        scale: ``flesch`` (English), ``amstad`` (German) or ``lix`` (any language).

        max_exclamations: Exclamation marks of a field.

        max_capitals_words: Words in a row wholly in capitals (of at least two letters).

        max_emoji: Emoji of a field, each sequence counted once.

        max_characters: Characters of a field.

        min_characters: Characters of a field; an empty field is not counted.

        max_words: Words of a field.
    """

    __pydantic_config__: ClassVar = FORBID

    max_sentence_words: int | Limit | None = None
    min_readability: int | Limit | None = None
    max_readability: int | Limit | None = None
    scale: Literal["flesch", "amstad", "lix"] = "flesch"
    max_exclamations: int | Limit | None = None
    max_capitals_words: int | Limit | None = None
    max_emoji: int | Limit | None = None
    max_characters: int | Limit | None = None
    min_characters: int | Limit | None = None
    max_words: int | Limit | None = None

    def __post_init__(self) -> None:
        """Refuse a rule without a limit, and limits below nought."""
        limits = _limits(self)
        if not limits:
            raise ValueError("expected at least one limit")
        for name, limit in limits.items():
            low = [n for n in _numbers(limit) if n < 0 and "readability" not in name]
            if low:
                raise ValueError(f"{name} is {low[0]}: expected 0 or more")
            if not _numbers(limit):
                raise ValueError(f"{name} holds no number: expected default, channels or fields")


def plan(params: Params) -> Plan:
    """Scan for nothing: limits are counted."""
    limits: dict[str, Json] = {name: _as_json(limit) for name, limit in _limits(params).items()}
    return Plan((), {"scale": params.scale, "limits": limits})


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Count, field by field, what has a limit there."""
    data = mapping(plan.data)
    channels = view.context["channel"]
    for number, parsed in enumerate(view.fields):
        for name, limit in mapping(data["limits"]).items():
            allowed = _allowed(mapping(limit), parsed.id, channels, least=name.startswith("min_"))
            if allowed is not None:
                for breach in _breaches(view, number, name, allowed, str(data["scale"])):
                    yield _hit(view, number, name, allowed, breach)


_SAID = {
    "max_sentence_words": "sentences of at most {} words",
    "min_readability": "reading ease of at least {}",
    "max_readability": "reading difficulty of at most {}",
    "max_exclamations": "at most {} exclamation marks",
    "max_capitals_words": "at most {} words in a row in capitals",
    "max_emoji": "at most {} emoji",
    "max_characters": "at most {} characters",
    "min_characters": "at least {} characters",
    "max_words": "at most {} words",
}


_ONE = expression(r"(?<=\b1 )((?:exclamation )?(?:mark|word|character))s")


def advise(plan: Plan, context: EffectiveContext) -> Advice | None:
    """Name the numbers that count in the possible channels, those of single fields too."""
    data = mapping(plan.data)
    said = [words for name, limit in mapping(data["limits"]).items() for words in _said(name, mapping(limit), context)]
    text = ", ".join(said)
    return Advice("limits", f"{text[0].upper()}{text[1:]}") if text else None


def _said(name: str, limit: dict[str, Json], context: EffectiveContext) -> Iterator[str]:
    allowed = _allowed(limit, "", context["channel"], least=name.startswith("min_"))
    if allowed is not None:
        yield _in_words(name, allowed)
    for field_id, number in _table(limit["fields"]).items():
        yield f"{_in_words(name, number)} in “{field_id}”"


def _in_words(name: str, number: int) -> str:
    words = _SAID[name].format(number)
    words = _ONE.sub(r"\1", words) if number == 1 else words
    return words.replace("at most 0", "no") if name.startswith("max_") and not number else words


def _limits(params: Params) -> dict[str, int | Limit]:
    named = {f.name: getattr(params, f.name) for f in fields(params) if f.name != "scale"}
    return {name: limit for name, limit in named.items() if limit is not None}


def _numbers(limit: int | Limit) -> list[int]:
    if isinstance(limit, int):
        return [limit]
    return [n for n in (limit.default, *limit.channels.values(), *limit.fields.values()) if n is not None]


def _as_json(limit: int | Limit) -> dict[str, Json]:
    full = Limit(default=limit) if isinstance(limit, int) else limit
    return {"default": full.default, "channels": _pairs(full.channels), "fields": _pairs(full.fields)}


def _pairs(numbers: dict[str, int]) -> list[Json]:
    return [[key, number] for key, number in sorted(numbers.items())]


def _allowed(limit: dict[str, Json], field_id: str, channels: Sequence[str], *, least: bool) -> int | None:
    """Return the number that counts for the field, the strictest of the possible channels."""
    by_field, by_channel = _table(limit["fields"]), _table(limit["channels"])
    if field_id in by_field:
        return by_field[field_id]
    default = limit["default"] if isinstance(limit["default"], int) else None
    possible = [by_channel.get(channel, default) for channel in channels] or [default]
    numbers = [number for number in possible if number is not None]
    return (max if least else min)(numbers) if numbers else None


def _table(pairs: Json) -> dict[str, int]:
    assert isinstance(pairs, list | tuple)
    table = {}
    for pair in pairs:
        assert isinstance(pair, list | tuple)
        key, number = pair
        assert isinstance(number, int)
        table[str(key)] = number
    return table


def _breaches(view: View, number: int, name: str, allowed: int, scale: str) -> Iterator[tuple[Extent, int]]:
    """Yield where the limit *name* is passed, and the count there."""
    text = view.fields[number].text
    match name:
        case "max_sentence_words":
            counted = ((s.extent, len(s.words)) for s in view.signals[number].sentences)
            yield from ((extent, count) for extent, count in counted if count > allowed)
        case "max_capitals_words":
            runs = _capital_runs(text, view.signals[number].words)
            yield from ((Extent(run[0].start, run[-1].end), len(run)) for run in runs if len(run) > allowed)
        case "max_exclamations":
            yield from _excess([Extent(*mark.span()) for mark in _EXCLAMATION.finditer(text)], allowed)
        case "max_emoji":
            yield from _excess(_emoji(text), allowed)
        case _:
            count = _whole(view, number, name, scale)
            if count is not None and (count < allowed if name.startswith("min_") else count > allowed):
                yield Extent(len(text), len(text)), count


def _excess(found: Sequence[Extent], allowed: int) -> Iterator[tuple[Extent, int]]:
    if len(found) > allowed:
        yield found[allowed], len(found)


def _whole(view: View, number: int, name: str, scale: str) -> int | None:
    """Return what limit *name* counts in the whole field; None if there is nothing to count."""
    if name.endswith("_readability"):
        return _readability(view, number, scale)
    if name == "max_words":
        return len(view.signals[number].words)
    return len(view.fields[number].text) or None


def _readability(view: View, number: int, scale: str) -> int | None:
    figures = view.signals[number].readability
    if figures.words < _LEAST_READABILITY_WORDS:
        return None
    if scale == "lix":
        return figures.lix
    return figures.reading_ease if figures.language == _SCALE_LANGUAGES[scale] else None


def _capital_runs(text: str, words: Sequence[Extent]) -> Iterator[list[Extent]]:
    run: list[Extent] = []
    for word in words:
        is_shouted = _is_shouted(text[word.start : word.end])
        if run and (not is_shouted or "\n\n" in text[run[-1].end : word.start]):
            yield run
            run = []
        if is_shouted:
            run.append(word)
    if run:
        yield run


def _is_shouted(word: str) -> bool:
    return word.isupper() and sum(char.isalpha() for char in word) >= _LEAST_CAPITAL_LETTERS


def _emoji(text: str) -> list[Extent]:
    """Return the emoji of *text*, joined sequences and flags as one."""
    found: list[Extent] = []
    for symbol in _SYMBOL.finditer(text):
        if found and _joins(text, found[-1], symbol.start()):
            found[-1] = Extent(found[-1].start, symbol.end())
        else:
            found.append(Extent(*symbol.span()))
    return found


def _joins(text: str, before: Extent, at: int) -> bool:
    between = text[before.end : at].replace("\ufe0f", "")
    if between == _ZWJ or "\U0001f3fb" <= text[at] <= "\U0001f3ff":
        return between in {"", _ZWJ}
    is_flag = "\U0001f1e6" <= text[at] <= "\U0001f1ff" and "\U0001f1e6" <= text[before.start] <= "\U0001f1ff"
    return is_flag and not between and before.end - before.start == 1


def _hit(view: View, number: int, name: str, allowed: int, breach: tuple[Extent, int]) -> Hit:
    extent, count = breach
    figures = (("count", str(count)), ("limit", str(allowed)))
    match = slice_of(view.fields[number], extent)
    return Hit(number, extent, match, values=figures, evidence=(*figures, ("measure", name)))


_SENTENCES = """
max_sentence_words: 12
"""
_LOUD = """
max_exclamations: 1
max_capitals_words: 2
max_emoji: {default: 1}
"""
_LENGTH = """
max_characters: {default: 60, channels: {linkedin: 3000}, fields: {subject: 40}}
"""

KIND = RuleKind(
    name="limits",
    params=Params,
    revision=1,
    locales=ANY,
    needs=frozenset({Need.WORDS, Need.SENTENCES, Need.READABILITY, Need.CONTEXT}),
    plan=plan,
    find=find,
    examples=(
        Example(
            _SENTENCES,
            "Short one. [[This sentence goes on and on until nobody remembers how it once began.]]",
        ),
        Example(_LOUD, "New! Better[[!]] [[BUY IT NOW]] 🎉[[👍🏽]]"),
        Example(_LENGTH, "This line has a good deal more to say than sixty characters can hold.[[]]"),
        Example(_SENTENCES, "This sentence has only seven words. So has this one, more or less."),
        Example(_LOUD, "New! The NATO HQ 👩\u200d💻"),
        Example(_LENGTH, "A line of less than sixty characters."),
    ),
    per_draft=True,
    advise=advise,
)
