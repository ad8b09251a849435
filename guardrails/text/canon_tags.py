"""
HTML markup in pieces, for ``content-canon/1``: what a browser would drop is dropped only where no browser differs.

A tokenizer of its own, smaller than that of the readers (``backends/documents/tags.py``): no positions, and whatever is
unusual (a drawing, a script, an unfinished tag, a declaration) counts as it stands, so that a text whose markup two
programs read differently has a canon that no other text has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from guardrails.text.canon_enclosed import FOREIGN, RAW, require_enclosed
from guardrails.text.canon_harmless import lower
from guardrails.text.expression import expression

_WHITE = r"\ \t\n\r\f"
_OPEN = expression(
    rf"<(?:(?P<comment>!--)|(?P<bogus>[!?]|/[^a-zA-Z])|(?P<slash>/?)(?P<name>[a-zA-Z][^{_WHITE}/>]*))", re.VERBOSE
)
_ATTRIBUTE = expression(
    rf"""[{_WHITE}/]*(?:(?P<close>>)|(?P<name>[^{_WHITE}/>][^{_WHITE}/>=]*)
    (?:[{_WHITE}]*(?P<equals>=)[{_WHITE}]*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^{_WHITE}"'>][^{_WHITE}>]*))?)?)""",
    re.VERBOSE,
)
_COMMENT_END = expression("--!?>")
_NO_COMMENT = expression("-?>")
_CONDITIONAL = expression(r"[\t-\r ]*\[if(?![A-Za-z0-9_])|[^<]*<!\[endif\]", re.IGNORECASE | re.ASCII)
_WORDS = ("title", "textarea")


class Text(NamedTuple):
    """Character data, references not decoded."""

    text: str


class Raw(NamedTuple):
    """The content of an element that holds no markup (a script, a style sheet), or a declaration."""

    text: str


class Foreign(NamedTuple):
    """A drawing or a formula as it stands."""

    text: str


class Comment(NamedTuple):
    """A comment that some programs show: a conditional one."""

    text: str


class Start(NamedTuple):
    """A start tag; names in lower case, the first of equal attributes counts."""

    name: str
    attributes: dict[str, str]


class End(NamedTuple):
    """An end tag."""

    name: str


Piece: TypeAlias = Text | Raw | Foreign | Comment | Start | End


def pieces(html: str) -> Iterator[Piece]:
    """
    Yield the pieces of *html* that may count, in order.

    Raises:
        TangledError: If browsers may differ about where one of them ends.
    """
    text = html.replace("\r\n", "\n").replace("\r", "\n")
    at = 0
    while (found := _OPEN.search(text, at)) is not None:
        if at < found.start():
            yield Text(text[at : found.start()])
        if found["comment"]:
            comment, at = _comment(text, found.start())
            yield from comment
        elif found["bogus"]:
            declaration, at = _declaration(text, found.start())
            yield from declaration
        else:
            tag, at = _tag(text, found)
            yield tag
            if isinstance(tag, Start) and (tag.name in FOREIGN or tag.name in RAW):
                content, at = _content(text, found.start(), at, tag.name)
                yield content
    if at < len(text):
        yield Text(text[at:])


def _comment(text: str, start: int) -> tuple[tuple[Piece, ...], int]:
    end = _NO_COMMENT.match(text, start + 4) or _COMMENT_END.search(text, start + 4)
    if end is None:
        return (Raw(text[start:]),), len(text)
    said = text[start + 4 : end.start()]
    return ((Comment(said),) if _CONDITIONAL.match(said) else ()), end.end()


def _declaration(text: str, start: int) -> tuple[tuple[Piece, ...], int]:
    end = text.find(">", start + 2)
    whole = text[start:] if end < 0 else text[start : end + 1]
    is_doctype = end >= 0 and whole[:9].lower() == "<!doctype"
    return (() if is_doctype else (Raw(whole),)), start + len(whole)


def _tag(text: str, opened: re.Match[str]) -> tuple[Piece, int]:
    """Return the tag and where it ends; one that is never closed is text to the end."""
    attributes: dict[str, str] = {}
    at = opened.end()
    while (found := _ATTRIBUTE.match(text, at)) is not None:
        at = found.end()
        if found["close"]:
            name = lower(opened["name"])
            return (End(name) if opened["slash"] else Start(name, attributes)), at
        group = next((name for name in ("double", "single", "bare") if found[name] is not None), "")
        if found["equals"] and not group and text[at : at + 1] in ('"', "'"):
            break
        attributes.setdefault(lower(found["name"]), found[group] if group else "")
    return Raw(text[opened.start() :]), len(text)


def _content(text: str, start: int, at: int, name: str) -> tuple[Piece, int]:
    """Return what is inside an element without markup, and where its end tag begins; a drawing with both its tags."""
    end = re.compile(rf"</{name}(?=[ \t\n\f/>])", re.IGNORECASE | re.ASCII).search(text, at)
    stop = len(text) if end is None or name == "plaintext" else end.start()
    require_enclosed(name, text[start:at], text[at:stop])
    if name in FOREIGN:
        return Foreign(text[start:stop]), stop
    return (Text if name in _WORDS else Raw)(text[at:stop]), stop
