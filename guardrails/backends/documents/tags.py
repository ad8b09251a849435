"""
HTML tokens with exact positions.

Follows the tokenizer of the HTML standard (https://html.spec.whatwg.org/multipage/parsing.html#tokenization) as far as
it decides what a reader of the page sees; it never fails and takes linear time. The standard library's ``html.parser``
was considered: it gives no positions of attribute values, its answers differ between patch releases of Python, and
some malformed declarations make it raise.

One deliberate difference: where a tag is never closed, browsers drop the rest of the page; here the rest is text,
because too much read is better than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from guardrails.text.expression import expression

_WHITE = r"\ \t\n\r\f"
_OPEN = expression(
    rf"<(?:(?P<comment>!--)|(?P<bogus>[!?]|/[^a-zA-Z])|(?P<slash>/?)(?P<name>[a-zA-Z][^{_WHITE}/>]*))", re.VERBOSE
)
_ATTRIBUTE = expression(
    rf"""
    [{_WHITE}/]*
    (?: (?P<close>>)
      | (?P<name>[^{_WHITE}/>][^{_WHITE}/>=]*)
        (?: [{_WHITE}]*(?P<equals>=)[{_WHITE}]*
            (?: "(?P<double>[^"]*)" | '(?P<single>[^']*)' | (?P<bare>[^{_WHITE}"'>][^{_WHITE}>]*) )?
        )?
    )
    """,
    re.VERBOSE,
)
_COMMENT_END = expression(r"-->|(?<!<!)--!>")

RAW = ("script", "style", "xmp", "iframe", "noembed", "noframes")
"""Elements whose content is no markup and no prose."""

_RAW_END = {
    name: expression(rf"</{name}(?=[{_WHITE}/>])", re.IGNORECASE | re.VERBOSE) for name in (*RAW, "title", "textarea")
}
_FOREIGN = ("svg", "math")


class Text(NamedTuple):
    """Character data; *element* is ``title``, ``textarea`` or a raw element if it is all its content, else empty."""

    start: int
    end: int
    element: str = ""


class Start(NamedTuple):
    """A start tag; *attributes* are extents of the values by name in lower case, the first of equals counts."""

    start: int
    end: int
    name: str
    attributes: dict[str, tuple[int, int]]
    closes_itself: bool


class End(NamedTuple):
    """An end tag."""

    start: int
    end: int
    name: str


class Comment(NamedTuple):
    """A comment and the extent of its text; bogus comments and declarations are comments too."""

    start: int
    end: int
    text_start: int
    text_end: int
    is_closed: bool = True


Token: TypeAlias = Text | Start | End | Comment


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of *text*; together they cover it, in order."""
    at = 0
    foreign = 0  # inside SVG and MathML no element is raw
    while (found := _OPEN.search(text, at)) is not None:
        if at < found.start():
            yield Text(at, found.start())
        token = _token(text, found)
        yield token
        at = token.end
        if isinstance(token, Start):
            foreign += token.name in _FOREIGN and not token.closes_itself
            if token.name in _RAW_END and not foreign:
                at = _raw_end(text, token)
                yield Text(token.end, at, token.name)
        elif isinstance(token, End) and token.name in _FOREIGN:
            foreign = max(foreign - 1, 0)
    if at < len(text):
        yield Text(at, len(text))


def _token(text: str, found: re.Match[str]) -> Token:
    if found["comment"]:
        return _comment(text, found.start())
    if found["bogus"]:
        end = text.find(">", found.start() + 2)
        body = len(text) if end < 0 else end
        return Comment(found.start(), min(body + 1, len(text)), found.start() + 2, body, is_closed=end >= 0)
    return _tag(text, found) or Text(found.start(), len(text))


def _comment(text: str, start: int) -> Comment:
    end = _COMMENT_END.search(text, start + 2)
    if end is None:
        return Comment(start, len(text), start + 4, len(text), is_closed=False)
    return Comment(start, end.end(), min(start + 4, end.start()), end.start())


def _tag(text: str, opened: re.Match[str]) -> Start | End | None:
    """Return the tag, or None if it is never closed."""
    attributes: dict[str, tuple[int, int]] = {}
    at = opened.end()
    while (found := _ATTRIBUTE.match(text, at)) is not None:
        at = found.end()
        if found["close"]:
            name = opened["name"].lower()
            if opened["slash"]:
                return End(opened.start(), at, name)
            return Start(opened.start(), at, name, attributes, closes_itself=text[at - 2] == "/")
        group = next((name for name in ("double", "single", "bare") if found[name] is not None), "")
        if found["equals"] and not group and text[at : at + 1] in ('"', "'"):
            return None
        attributes.setdefault(found["name"].lower(), found.span(group) if group else (at, at))
    return None


def _raw_end(text: str, token: Start) -> int:
    end = _RAW_END[token.name].search(text, token.end)
    return len(text) if end is None else end.start()
