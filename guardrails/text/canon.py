"""
content-canon/1: what of a text counts, whatever a content management system does to its markup.

The rule is ``docs/content-canon.md``; it is short enough to be written again in any language, and
``tests/interop/content_canon.mjs`` is that in JavaScript. Equal canons mean equal words, numbers, link targets,
alternative texts and titles in the same order; paragraphs, emphasis, classes and white space do not count.

Here a text becomes a string: its words with single spaces between them, and *marks* for what counts besides words. A
mark is U+0001, a name, perhaps ``=`` and a value, U+0002; no text can hold these two characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from guardrails.model.canonical import Json, sha256_hex
from guardrails.model.draft import Field
from guardrails.text.canon_characters import (
    BREAK,
    clean,
    counted_target,
    decoded,
    directions,
    exact,
    exact_name,
    folded,
    mark,
    single,
)
from guardrails.text.canon_enclosed import FOREIGN, require_known
from guardrails.text.canon_harmless import APART, CELLS, LAID_OUT, PHRASES, PLAIN, WHOLE, WORDS, lower, moves, telling
from guardrails.text.canon_nesting import Element, Nesting, TangledError
from guardrails.text.canon_references import Places, referred
from guardrails.text.canon_tags import Comment, End, Foreign, Raw, Start, Text, pieces
from guardrails.text.expression import expression

NAME = "content-canon/1"

HtmlOf = Callable[[str], str]
"""Renders Markdown as HTML (CommonMark with tables, strikethrough, task lists, footnotes), without front matter."""

TARGETS = ("href", "src", "action", "formaction", "data", "poster")
_FACT = expression(r" ?\[[Ff][Aa][Cc][Tt]: ?([A-Za-z0-9._:/-]+)\]")
_AFTER_FACTS = frozenset("\x01\x02 .,;:!?)]['\"")
"""What may follow a fact marker that goes with the space before it; anything else would grow together."""


class Canon(NamedTuple):
    """What counts of one field, and the ids of the fact markers that were left out of it, sorted."""

    text: str
    facts: tuple[str, ...] = ()


class Digest(NamedTuple):
    """The digest of what counts of a text, in hex, and the ids of all its fact markers, sorted."""

    sha256: str
    facts: tuple[str, ...] = ()


def field_canon(field: Field, html_of: HtmlOf) -> Canon:
    """Return what counts of *field*."""
    if field.format == "text":
        return _finished([clean(field.text)])
    return html_canon(html_of(field.text) if field.format == "markdown" else field.text)


def html_canon(html: str) -> Canon:
    """Return what counts of *html*; any string is acceptable. Of markup that is not nested well all of it counts."""
    try:
        found = list(pieces(html))
        writer = _Writer(referred(piece.attributes for piece in found if isinstance(piece, Start)))
        for piece in found:
            writer.add(piece)
    except TangledError:
        return Canon(mark("raw", exact(html.replace("\r\n", "\n").replace("\r", "\n"))))
    writer.places.mark()
    return _finished(writer.parts)


def text_digest(fields: Iterable[Field], html_of: HtmlOf) -> Digest:
    """Return the digest of a whole text: SHA-256 of the canonical JSON ``[{"canon": …, "id": …}]``, and its markers."""
    canons = [(field.id, field_canon(field, html_of)) for field in fields]
    value: list[Json] = [{"canon": canon.text, "id": name} for name, canon in canons]
    return Digest(sha256_hex(value), tuple(sorted({fact for _, canon in canons for fact in canon.facts})))


def _finished(parts: list[str]) -> Canon:
    text = folded(unicodedata.normalize("NFC", "".join(parts)))
    facts = tuple(sorted(set(_FACT.findall(text))))
    bare = _FACT.sub(lambda found: "" if text[found.end() : found.end() + 1] in _AFTER_FACTS | {""} else " ", text)
    return Canon(single(bare).strip(" "), facts)


class _Writer:
    """Collects what counts, piece by piece, in *parts*; of ids those *named* by attributes count with their elements."""

    def __init__(self, named: frozenset[str]) -> None:
        self.parts: list[str] = []
        self.places = Places(self.parts)
        self._named = named
        self._nesting = Nesting()
        self._directions = ""  # that are open in this line
        self._is_all_marked = False  # html or body has a mark, and everything is in those
        self._is_all_laid_out = False

    def add(self, piece: Text | Raw | Start | End | Comment | Foreign) -> None:
        """
        Add one piece of the markup.

        Raises:
            TangledError: If it is not nested well.
        """
        match piece:
            case Text():
                if piece.text.strip(" \t\n\f"):
                    self._nesting.see_words()
                text = decoded(piece.text)
                self._directions = directions(self._directions, text)
                self.parts.append(clean(text, is_laid_out=self._is_all_laid_out or self._nesting.is_laid_out))
            case Raw():
                self.parts.append(mark("raw", exact(piece.text)))
            case Foreign():
                self.parts.append(mark("drawing", exact(piece.text)))
            case Comment():
                self.parts.append(mark("comment", exact(piece.text)))
            case Start():
                self._start(piece.name, piece.attributes)
            case End():
                self._end(piece.name)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        values = {key: decoded(value, in_attribute=True) for key, value in attributes.items()}
        require_known(name, values, is_in_select=self._nesting.is_in("select"))
        is_named = values.get("id") in self._named
        is_within = is_named or self._is_all_marked or self._nesting.is_marked
        keys = telling(name, values, is_within=is_within) + ["id"] * is_named
        is_link = name == "a" and "href" in values
        is_told = any(key not in WORDS and not (is_link and key == "href") for key in keys)
        is_marked = name not in PLAIN or is_told or self._is_all_marked or self._nesting.is_strict
        if name not in WHOLE:
            self._nesting.make_room(name)
            self._end_cells()
            self._set_apart(name)
        self._add_places(name, values)
        at = len(self.parts)
        if name in FOREIGN:  # it counts whole, start tag included
            keys = []
        elif is_marked or name == "img":
            self.parts.append(mark(_called(name)))
        self.parts.extend(
            one for one in (_attribute_mark(key, values[key]) for key in sorted(keys, key=exact_name)) if one
        )
        target = counted_target(values["href"]) if is_link else None
        is_laid_out = name in LAID_OUT or any(one in lower(values.get("style", "")) for one in ("white", "\\"))
        if name in WHOLE:
            self._is_all_marked |= is_marked
            self._is_all_laid_out |= is_laid_out
            return
        is_strict = is_marked and (name not in PHRASES or is_told)
        self._nesting.push(
            Element(name, at, len(self.parts), is_marked, is_strict, is_laid_out, moves(name, values), target)
        )
        self._set_apart(name)

    def _add_places(self, name: str, values: Mapping[str, str]) -> None:
        for key in ("id", "name") if name == "a" else ("id",):
            if key in values:
                self.places.add(values[key])
        if name in ("a", "area") and "href" in values:
            self.places.link(counted_target(values["href"]))

    def _end(self, name: str) -> None:
        if name in WHOLE:
            return
        element = self._nesting.end(name)
        self._end_cells()
        self._set_apart(name)
        if element is not None and element.target is not None:
            self._end_link(element, element.target)
        elif element is not None and element.is_marked:
            self.parts.append(mark(f"/{_called(name)}"))
        self._set_apart(name)

    def _end_cells(self) -> None:
        """Mark the cells that were closed with nothing in them."""
        for element in self._nesting.taken():
            if element.name in CELLS and not single("".join(self.parts[element.content_at :])).strip(" "):
                self.parts.append(mark("empty"))

    def _set_apart(self, name: str) -> None:
        if name not in APART:
            return
        self.parts.extend((mark("line"), BREAK) if self._directions else BREAK)
        self._directions = ""

    def _end_link(self, link: Element, target: str) -> None:
        """End a link; one that shows its own target, or a place on the page and no word, is none."""
        shown = single("".join(self.parts[link.content_at :]))
        marks = "".join(self.parts[link.at : link.content_at])
        is_text = marks == mark("href", target) and target in (counted_target(shown), f"mailto:{shown}")
        is_anchor = not shown and target.startswith("#") and marks in _anchors(target)
        if is_text or is_anchor:
            self.parts[link.at : link.content_at] = [""] * (link.content_at - link.at)
            self.places.link(target, -is_anchor)
        else:
            self.parts.append(mark("/a"))


def _called(name: str) -> str:
    """Return how marks call an element; what is struck is called the same by whatever it is struck."""
    return "del" if name in ("s", "strike") else exact_name(name)


def _anchors(target: str) -> tuple[str, str]:
    """Return the marks of a link that is there to be linked to: with nothing else, or hidden from those who listen."""
    return mark("href", target), mark("a") + mark("aria-hidden", "true") + mark("href", target)


def _attribute_mark(key: str, value: str) -> str:
    """Return the mark of an attribute that counts; none of words that are none."""
    if key in WORDS:
        words = single(clean(value)).strip(" ")
        return mark(key, words) if words else ""
    return mark(exact_name(key), counted_target(value) if key in TARGETS else exact(value))
