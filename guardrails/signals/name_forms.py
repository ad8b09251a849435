"""
How names are written: joined, with hyphens, with spaces, with capitals inside.

"NimbrelDesk", "Nimbrel-Desk" and "Nimbrel Desk" are three forms of one name, "GitHub" and "Github" two of another. Only
forms with a capital at the start of every part are taken, because in lower case a hyphen follows grammar ("a long-term
plan", "in the long term"), and only forms in running text, because headings and labels set capitals of their own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from guardrails.matching.fold import fold_key
from guardrails.model.span import Extent
from guardrails.signals.signal import Sentence
from guardrails.text.expression import expression
from guardrails.text.parsed import Block

_HYPHEN = expression("[-\u2010\u2011]")
_GENITIVE = expression("['’](?:s|S)?\\Z")
_LEAST_LETTERS = 4
_MOST_PARTS = 3
_RUNNING = frozenset({"paragraph", "list-item", "quote"})
_LABEL_END = expression(r"\s?[:–—]\s")


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name as it is *written* somewhere; forms with the same *key* (letters only, folded) may be one name."""

    extent: Extent
    key: str
    written: str


def name_forms(text: str, sentences: Iterable[Sentence], blocks: Sequence[Block]) -> tuple[NameForm, ...]:
    """
    Return the forms of names in *text* that may be written in another way as well, in order.

    A plain capitalised word is returned only if its letters are those of a form with a mark inside.
    """
    marked: list[NameForm] = []
    plain: list[NameForm] = []
    for sentence in sentences:
        if _kind_at(blocks, sentence.extent.start) in _RUNNING:
            words = [_without_genitive(text, word) for word in sentence.words]
            for word in words:
                written = text[word.start : word.end]
                if _is_marked(written):
                    marked.append(_form(text, word))
                elif _is_part(written) and written.isalpha():
                    plain.append(_form(text, word))
            marked.extend(_spaced(text, words[_label_length(text, words) :]))
    keys = {form.key for form in marked}
    kept = (*marked, *(form for form in plain if form.key in keys))
    return tuple(sorted(kept, key=lambda form: form.extent))


def _kind_at(blocks: Sequence[Block], position: int) -> str:
    at = bisect_right(blocks, position, key=lambda block: block.extent.start) - 1
    return blocks[at].kind if at >= 0 else ""


def _label_length(text: str, words: Sequence[Extent]) -> int:
    """Return how many words from the start are set like a title: all of them, or those up to a colon or a dash."""
    for number, (word, following) in enumerate(pairwise([*words, Extent(len(text), len(text))]), 1):
        if word.end - word.start >= _LEAST_LETTERS and text[word.start].islower():
            return 0
        if _LABEL_END.match(text, word.end, following.start):
            return number
    return len(words)


def _without_genitive(text: str, word: Extent) -> Extent:
    found = _GENITIVE.search(text, word.start, word.end)
    return Extent(word.start, found.start()) if found else word


def _form(text: str, extent: Extent) -> NameForm:
    written = text[extent.start : extent.end]
    return NameForm(extent, fold_key(_HYPHEN.sub("", written)).replace(" ", ""), written)


def _is_marked(word: str) -> bool:
    """Tell whether *word* has hyphens between capitalised parts, or a capital inside one with small letters."""
    parts = _HYPHEN.split(word)
    if len(parts) > 1:
        return len(parts) <= _MOST_PARTS and all(map(_is_part, parts))
    # "iPhone" is a name, "localStorage" is code.
    has_capital_inside = any(char.isupper() for char in word[1:]) and (word[0].isupper() or word[1].isupper())
    return has_capital_inside and word.isalpha() and not word.isupper() and len(word) >= _LEAST_LETTERS


def _is_part(part: str) -> bool:
    return len(part) > 1 and part[0].isupper() and not part.isupper()


def _spaced(text: str, words: Sequence[Extent]) -> Iterator[NameForm]:
    """Yield every two or three capitalised words in a row, divided by single spaces."""
    run: list[Extent] = []
    for word, following in pairwise([*words, Extent(-1, -1)]):
        written = text[word.start : word.end]
        run = [*run[1 - _MOST_PARTS :], word] if _is_part(written) and written.isalpha() else []
        yield from (_form(text, Extent(first.start, word.end)) for first in run[:-1])
        if text[word.end : following.start] != " ":
            run = []
