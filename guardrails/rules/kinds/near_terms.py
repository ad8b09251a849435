"""
near-terms: misspelt names.

Why: a wrong letter in a product's or a partner's name is the mistake that readers remember, and no spelling checker
knows the name.

How: the words of the text are compared with every name, case-folded, in windows of as many words as the name has (one
more or fewer too for names of ten letters and more). Up to nine characters: one edit (a letter wrong, missing, too
many, or two swapped). From ten characters: a similarity of at least *threshold*. The right spelling is no hit,
whatever its case (that is ``casing``), and neither is the name with an "s" or "'s" at its end, nor lower-case words that
make the name only when written together.

Misses: two mistakes in a short name (accepting them would report every other word); names shorter than four
characters; a name whose misspelling is an everyday word is reported like any other: list that word under exceptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import ClassVar, NamedTuple, TypeAlias

from guardrails.matching.fold import fold_key
from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import WRITE_NAMES, Advice, plain_words
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, integer, mapping, replacement, slice_of, strings
from guardrails.signals.analysis import FieldSignals

_LEAST_CHARACTERS = 4
_MOST_SHORT_CHARACTERS = 9
"""Names up to this long are compared by edits: one typing error costs them too much similarity."""

_DEFAULT_THRESHOLD = 88
"""Finds one typing error in ten letters and two in twenty; few false alarms from 88 on, measured on company copy."""

_SHARED_TRIGRAMS_PERCENT = 40
"""A long name is compared only if the field holds this share of its trigrams; one error spoils three of them."""

_MANY_NAMES = 64
"""From so many long names on, a set of the field's trigrams is quicker than looking for each in the text."""

_ENDINGS = ("s", "'s", "’s")


@dataclass(frozen=True, slots=True)
class Params:
    """
    Which names.

    Attributes:
        names: Names as they are spelt, of at least four characters.

        threshold: Least similarity (0–100) of names of ten characters and more; 0 means the default, 88.

        exceptions: Words and phrases that are right although they are close to a name.
    """

    __pydantic_config__: ClassVar = FORBID

    names: tuple[str, ...]
    threshold: int = 0
    exceptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that are too short to be told from other words."""
        if not self.names:
            raise ValueError("names is empty: list at least one")
        short = [name for name in self.names if len(fold_key(name)) < _LEAST_CHARACTERS]
        if short:
            raise ValueError(f"{short[0]!r} is too short: expected at least {_LEAST_CHARACTERS} characters")
        if not 0 <= self.threshold <= 100:  # noqa: PLR2004 - a percentage
            raise ValueError(f"threshold is {self.threshold}: expected 0 to 100")


_Near: TypeAlias = tuple[str, int, int]
"""Folded words, the number of the name they are close to, and how close (0–100)."""

_Found: TypeAlias = tuple[Extent, int, int]
"""The same with one place where the words stand."""

_Runs: TypeAlias = dict[int, Sequence[str]]
"""Folded runs of words by how many words they have, in the order of their first words."""


class _Index(NamedTuple):
    """
    Names by what is compared.

    Attributes:
        keys: The names, folded.

        deletions: Every form of a short name with at most one character left out, with the names it belongs to.

        halves: Less than half of each short name, from its start and from its end; one edit leaves one of the two.

        half: How long the shortest of them is.

        heads: Length and so many first characters of what may be one edit from a short name.

        tails: Length and so many last characters of the same.

        short: How long what may be one edit from a short name is.

        long: The long names with their trigrams.

        sizes: How many words are compared at a time.
    """

    keys: tuple[str, ...]
    deletions: dict[str, tuple[int, ...]]
    halves: frozenset[str]
    half: int
    heads: frozenset[tuple[int, str]]
    tails: frozenset[tuple[int, str]]
    short: frozenset[int]
    long: tuple[tuple[int, frozenset[str]], ...]
    sizes: tuple[int, ...]


def plan(params: Params) -> Plan:
    """Scan for right spellings and exceptions: text that is right."""
    data: dict[str, Json] = {"names": list(params.names), "threshold": params.threshold or _DEFAULT_THRESHOLD}
    return Plan(tuple(Literal_(text) for text in (*params.names, *params.exceptions)), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Compare the windows of every field with the names that come into question."""
    data = mapping(plan.data)
    names = strings(data["names"])
    index = _index(names)
    for number, parsed in enumerate(view.fields):
        right = [c.extent for c in view.candidates if c.field == number]
        signals = view.signals[number]
        long = _in_question(signals.folded, index)
        if not (long or _has_half(signals.folded, index)):
            continue
        runs = _runs(parsed.text, signals, index.sizes)
        keys = _comparable(runs, index, _lengths(long, index))
        near = [*_short(keys, index), *_long(keys, long, index, integer(data["threshold"]))]
        placed = _placed(near, runs, signals.words) if near else ()
        likely = [found for found in placed if _is_likely(slice_of(parsed, found[0]), names[found[1]])]
        for found in _best(likely, right):
            yield _hit(view, number, found, names)


def advise(plan: Plan, context: EffectiveContext) -> Advice:  # noqa: ARG001 - names are spelt alike everywhere
    """Name the names."""
    return Advice("tone", WRITE_NAMES, plain_words(strings(mapping(plan.data)["names"])))


@lru_cache(maxsize=64)
def _index(names: tuple[str, ...]) -> _Index:
    keys = tuple(fold_key(name) for name in names)
    deletions: dict[str, tuple[int, ...]] = {}
    long: list[tuple[int, frozenset[str]]] = []
    sizes: dict[int, None] = {}
    for number, key in enumerate(keys):
        count = len(key.split())
        if len(key) > _MOST_SHORT_CHARACTERS:
            long.append((number, _trigrams(key)))
            sizes |= dict.fromkeys(size for size in (count - 1, count, count + 1) if size)
        else:
            sizes[count] = None
            for form in _deletions(key):
                deletions[form] = (*deletions.get(form, ()), number)
    short = [key for key in keys if len(key) <= _MOST_SHORT_CHARACTERS]
    halves = frozenset(part for key in short for part in (key[: (len(key) - 1) // 2], key[-((len(key) - 1) // 2) :]))
    half = min(map(len, halves), default=0)
    heads = frozenset((len(key) + more, key[:half]) for key in short for more in (-1, 0, 1))
    tails = frozenset((len(key) + more, key[-half:]) for key in short for more in (-1, 0, 1))
    lengths = frozenset(length for length, _ in heads)
    return _Index(keys, deletions, halves, half, heads, tails, lengths, tuple(long), tuple(sorted(sizes)))


def _deletions(key: str) -> Iterator[str]:
    """Yield *key* and every form of it that lacks one character; two words one edit apart share such a form."""
    yield from dict.fromkeys((key, *(key[:at] + key[at + 1 :] for at in range(len(key)))))


def _trigrams(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 3] for at in range(len(text) - 2))


def _in_question(folded: str, index: _Index) -> list[int]:
    """Return the long names of which *folded* holds enough."""
    present = _trigrams(folded) if len(index.long) >= _MANY_NAMES else folded
    return [
        number
        for number, grams in index.long
        if sum(gram in present for gram in grams) * 100 >= _SHARED_TRIGRAMS_PERCENT * len(grams)
    ]


def _has_half(folded: str, index: _Index) -> bool:
    """Tell whether *folded* may hold something close to a short name: one edit leaves half of the name as it is."""
    if len(index.halves) >= _MANY_NAMES:
        return True
    return any(not half.isascii() or not half.isalnum() or half in folded for half in index.halves)


def _lengths(long: Sequence[int], index: _Index) -> frozenset[int]:
    """Return how long words may be that are compared with one of the *long* names."""
    names = {len(index.keys[number]) for number in long}
    return frozenset(length for name in names for length in range(name - name // 4, name + name // 4 + 1))


def _runs(text: str, signals: FieldSignals, sizes: Sequence[int]) -> _Runs:
    """Return, for each of *sizes*, the folded form of the run of so many words that begins at each word."""
    words, keys = signals.words, signals.keys
    runs: _Runs = {1: keys}
    if max(sizes) > 1:
        between = [text[one[1] : other[0]] for one, other in pairwise(words)]
        gaps = [gap if gap == " " else _gap(gap) for gap in between]
    for size in range(2, max(sizes) + 1):
        added = zip(runs[size - 1], gaps[size - 2 :], keys[size - 1 :], strict=False)
        runs[size] = [run + gap + key for run, gap, key in added]
    return {size: runs[size] for size in sizes}


def _comparable(runs: _Runs, index: _Index, lengths: frozenset[int]) -> list[str]:
    """
    Return the distinct runs that may be close to a name; none that crosses blocks.

    They are told by their length, and for short names by one of their ends.
    """
    likely = lengths | index.short
    return [
        key
        for key in dict.fromkeys(chain(*runs.values()))
        if len(key) in likely and "\n" not in key and (len(key) in lengths or _has_end(key, index))
    ]


def _placed(near: Iterable[_Near], runs: _Runs, words: Sequence[Extent]) -> Iterator[_Found]:
    """Yield every place of each near run."""
    places: dict[str, list[Extent]] = {key: [] for key, _, _ in near}
    for size, listed in runs.items():
        for at, key in enumerate(listed):
            if key in places:
                places[key].append(Extent(words[at].start, words[at + size - 1].end))
    return ((extent, name, score) for key, name, score in near for extent in places[key])


def _has_end(key: str, index: _Index) -> bool:
    """Tell whether *key* has the length and the first or last characters of a short name, as one edit leaves them."""
    return (len(key), key[: index.half]) in index.heads or (len(key), key[-index.half :]) in index.tails


def _gap(between: str) -> str:
    """Return what stands between two words as folding leaves it; a line feed for the end of a block."""
    if between == " ":
        return between
    return "\n" if "\n\n" in between else fold_key(between) or " "


def _short(keys: Iterable[str], index: _Index) -> Iterator[_Near]:
    for key in keys:
        if _has_end(key, index):
            near = {number for form in _deletions(key) for number in index.deletions.get(form, ())}
            for number in sorted(near):
                name = index.keys[number]
                if not _is_right(key, name) and _is_one_edit(key, name):
                    yield key, number, 100 - 100 // len(name)


def _long(keys: Sequence[str], long: Sequence[int], index: _Index, threshold: int) -> Iterator[_Near]:
    for number in long:
        name = index.keys[number]
        for key in keys:
            if abs(len(key) - len(name)) * 4 <= len(name) and not _is_right(key, name):
                score = _likeness(key, name, threshold)
                if score:
                    yield key, number, score


# rapidfuzz is imported when there is something to compare: it is a twentieth of a cold start, and most drafts need none.
def _is_one_edit(key: str, name: str) -> bool:
    from rapidfuzz.distance import OSA

    return OSA.distance(key, name, score_cutoff=1) <= 1


def _likeness(key: str, name: str, threshold: int) -> int:
    """Return how alike they are, 0 to 100, 0 if below *threshold*."""
    from rapidfuzz import fuzz

    return int(fuzz.ratio(key, name, score_cutoff=threshold))


def _is_right(key: str, name: str) -> bool:
    return key == name or any(key == name + ending for ending in _ENDINGS)


def _is_likely(words: str, name: str) -> bool:
    """Tell whether *words* may be meant as *name*: "bright fellow" is none, "Bright Fellow" may be Brightfellow."""
    is_split_otherwise = len(words.split()) != len(name.split())
    return not (is_split_otherwise and words[0].islower() and name[0].isupper())


def _best(found: Iterable[_Found], right: Iterable[Extent]) -> Iterator[_Found]:
    """Keep the closest of overlapping places, none that overlaps text that is right."""
    taken = list(right)
    for extent, name, score in sorted(found, key=lambda one: (-one[2], one[0], one[1])):
        if not any(extent.overlaps(other) for other in taken):
            taken.append(extent)
            yield extent, name, score


def _hit(view: View, field: int, found: _Found, names: Sequence[str]) -> Hit:
    extent, number, score = found
    name = names[number]
    return Hit(
        field,
        extent,
        slice_of(view.fields[field], extent),
        values=(("say_instead", name),),
        evidence=(("score_pm", str(score * 10)), ("term", name)),
        confidence_pm=score * 10,
        fixes=(replacement(extent, name, safe=False),),
    )


_NAMES = """
names: [Lumora, Nordwind Analytics, Müller-Brandt]
exceptions: [Lumina]
"""

KIND = RuleKind(
    name="near-terms",
    params=Params,
    revision=2,
    locales=ANY,
    needs=frozenset({Need.WORDS}),
    plan=plan,
    find=find,
    examples=(
        Example(_NAMES, "With [[Lumorra]] and [[Lumroa]] you save time."),
        Example(_NAMES, "[[Nordwind Analitycs]] measured it."),
        Example(_NAMES, "[[Norwind Analytics]] measured it twice."),
        Example(_NAMES, "Lumora and LUMORA are right here, and so are Lumora's prices."),
        Example(_NAMES, "Müller\u2011Brandt and Müller–Brandt are one name, however its hyphen was set."),
        Example(_NAMES, "Nordwind Analytics measured the lumen; aurora and Lumina are other things."),
    ),
    per_draft=True,
    advise=advise,
)
