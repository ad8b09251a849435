"""
Reads plain text: paragraphs between blank lines, and list items.

A line that begins with ``-``, ``*``, ``•`` or at most two digits and a full stop or bracket begins a list item; its
marker is no prose. Line ends stay in the text, CRLF and CR as one LF. Addresses stay in the text, too.
"""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.backends.documents.characters import URL, may_hold_address
from guardrails.model.draft import Field
from guardrails.text.expression import expression
from guardrails.text.parsed import ParsedField
from guardrails.text.prose import Prose

_LINE_END = expression(r"\r\n?|\n")
_MARKER = expression(r"(?:[-*•]|[0-9]{1,2}[.)])[ \t]+(?=\S)")


def read(field: Field) -> ParsedField:
    """Read a plain text field; any string is acceptable."""
    prose = Prose(field.text)
    depth = 1
    previous = -1  # where the prose of the line before ended
    for start, end in _lines(field.text):
        if start == end:
            prose.close()
            continue
        marker = _MARKER.match(field.text, start, end)
        if marker is not None or not prose.is_open:
            prose.leave(depth)
            depth = prose.enter("list-item" if marker else "paragraph")
        else:
            _add_line_end(prose, previous, start)
        _add_line(prose, marker.end() if marker else start, end)
        previous = end
    return prose.parsed(field)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the extent of every line without the white space at its ends; empty for a blank line."""
    at = 0
    while at <= len(text):
        found = _LINE_END.search(text, at)
        end = found.start() if found else len(text)
        line = text[at:end]
        yield at + len(line) - len(line.lstrip()), at + max(len(line.rstrip()), len(line) - len(line.lstrip()))
        at = found.end() if found else len(text) + 1


def _add_line_end(prose: Prose, start: int, end: int) -> None:
    if "\r" in prose.source[start:end]:
        prose.decoded("\n", start, end)
    else:
        prose.verbatim(start, end)


def _add_line(prose: Prose, start: int, end: int) -> None:
    for found in URL.finditer(prose.source, start, end) if may_hold_address(prose.source[start:end]) else ():
        prose.verbatim(start, found.start())
        prose.begin_link(found[0], *found.span())
        prose.verbatim(found.start(), found.end())
        prose.end_link()
        start = found.end()
    prose.verbatim(start, end)
