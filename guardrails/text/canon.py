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
from guardrails.text.canon_characters import clean, counted_target, decoded, mark, words_of
from guardrails.text.canon_tags import Comment, End, Foreign, Raw, Start, Text, pieces
from guardrails.text.expression import expression

NAME = "content-canon/1"

HtmlOf = Callable[[str], str]
"""Renders Markdown as HTML (CommonMark with tables, strikethrough, task lists, footnotes), without front matter."""

INLINE = words_of(
    "a abbr acronym b bdi bdo big button cite code data del dfn em font i img input ins kbd label mark math q rp rt ruby "
    "s samp select small span strike strong sub sup svg time tt u var wbr"
)
"""Elements between which and their neighbours there is no space; all others stand apart."""

SEEN = words_of(
    "audio bdo button canvas datalist details dialog embed iframe img input marquee noscript object select template "
    "textarea video"
)
"""Elements whose presence counts: something is shown, or hidden, that is not words."""

_PAIRED = {"del": "del", "s": "del", "strike": "del", "sub": "sub", "sup": "sup"}
_TARGETS = ("href", "src", "action", "formaction", "data", "poster")
_WORDS = ("alt", "title", "aria-label", "placeholder", "label", "content", "value", "srcdoc", "start")
_FLAGS = ("hidden", "checked", "http-equiv")
_PICTURES = ("img", "source")
_HARMLESS = words_of(
    "text-align vertical-align float clear font-family font-style font-weight text-decoration width max-width height "
    "max-height list-style-type"
)
_HANDLER = expression("on[a-z]+")
_FACT = expression(r" ?\[[Ff][Aa][Cc][Tt]: ?([A-Za-z0-9._:/-]+)\]")
_SPACES = expression(" +")


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
    """Return what counts of *html*; any string is acceptable."""
    writer = _Writer()
    for piece in pieces(html):
        writer.add(piece)
    return _finished(writer.finished())


def text_digest(fields: Iterable[Field], html_of: HtmlOf) -> Digest:
    """Return the digest of a whole text: SHA-256 of the canonical JSON ``[{"canon": …, "id": …}]``, and its markers."""
    canons = [(field.id, field_canon(field, html_of)) for field in fields]
    value: list[Json] = [{"canon": canon.text, "id": name} for name, canon in canons]
    return Digest(sha256_hex(value), tuple(sorted({fact for _, canon in canons for fact in canon.facts})))


def _finished(parts: list[str]) -> Canon:
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(parts)))
    facts = tuple(sorted(set(_FACT.findall(text))))
    return Canon(_SPACES.sub(" ", _FACT.sub("", text)).strip(" "), facts)


class _Writer:
    """Collects what counts, piece by piece."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._link = ""  # the target of the link that is open
        self._link_at = -1  # where its mark stands, or -1

    def add(self, piece: Text | Raw | Start | End | Comment | Foreign) -> None:
        """Add one piece of the markup."""
        match piece:
            case Text():
                self._parts.append(clean(decoded(piece.text)))
            case Raw():
                self._parts.append(mark("raw", clean(piece.text).strip(" ")))
            case Foreign():
                self._parts.append(mark("drawing", clean(piece.text).strip(" ")))
            case Comment():
                self._parts.append(mark("comment", clean(piece.text).strip(" ")))
            case Start():
                self._start(piece.name, piece.attributes)
            case End():
                self._end(piece.name)

    def finished(self) -> list[str]:
        """Return the parts, an open link ended."""
        self._end_link()
        return self._parts

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "a":
            self._end_link()
        if name not in INLINE:
            self._parts.append(" ")
        if name == "q":
            self._parts.append('"')
        if name in SEEN:
            self._parts.append(mark(name))
        if name in _PAIRED:
            self._parts.append(mark(_PAIRED[name]))
        if name == "a" and "href" in attributes:
            self._link, self._link_at = counted_target(decoded(attributes["href"], in_attribute=True)), len(self._parts)
        self._parts.extend(_attribute_marks(name, attributes))

    def _end(self, name: str) -> None:
        if name == "a":
            self._end_link()
        if name == "q":
            self._parts.append('"')
        if name in _PAIRED:
            self._parts.append(mark(f"/{_PAIRED[name]}"))
        if name not in INLINE:
            self._parts.append(" ")

    def _end_link(self) -> None:
        """End the link that is open; one that shows its own target, or a place on the page and no word, is none."""
        if self._link_at < 0:
            return
        shown = "".join(self._parts[self._link_at + 1 :])
        target = counted_target(shown)
        if self._link in (target, f"mailto:{shown}") or (not shown and self._link.startswith("#")):
            del self._parts[self._link_at]
        else:
            self._parts.append(mark("/a"))
        self._link_at = -1


def _attribute_marks(name: str, attributes: Mapping[str, str]) -> Iterable[str]:
    """Yield the marks of what counts in a start tag, by name of the attribute."""
    for key in sorted(attributes):
        value = decoded(attributes[key], in_attribute=True)
        if key in _TARGETS and not (key in ("src", "poster") and name in _PICTURES):
            yield mark(key, counted_target(value))
        elif key in _WORDS:
            words = _SPACES.sub(" ", clean(value)).strip(" ")
            if words and (key, words) != ("start", "1"):
                yield mark(key, words)
        elif key in _FLAGS or _HANDLER.fullmatch(key) or (name, key) == ("bdo", "dir"):
            yield mark(key, _SPACES.sub(" ", clean(value)).strip(" "))
        elif key == "style":
            yield from (mark("style", one) for one in _counted_styles(value))


def _counted_styles(value: str) -> Iterable[str]:
    """Yield the declarations that may change what is seen, as they stand."""
    for declaration in clean(value).split(";"):
        words = _SPACES.sub(" ", declaration).strip(" ")
        if words and words.partition(":")[0].strip(" ").lower() not in _HARMLESS:
            yield words
