"""
Excerpts: lines of a draft with carets below a span, aligned on any terminal.

A tab is shown as spaces up to the next multiple of four columns; East Asian wide and full-width characters take two
columns, combining marks and joiners none (Unicode Standard Annex 11). A long line is cut around the span.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from guardrails.render.paint import Paint, Tone, printable

_TAB = 4
_MAX_LINES = 4
_MAX_COLUMNS = 100
_LEAD = 30  # columns kept before the span when a line is cut
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of a field.

    *number* counts from 1, *text* has no line end; ``[start, end)`` is the marked part in code points of *text*.
    """

    number: int
    text: str
    start: int
    end: int


def marked_lines(text: str, start: int, end: int) -> list[Line]:
    r"""
    Return the lines of *text* that ``[start, end)`` touches, at least one.

    Lines end at ``\n``, ``\r\n`` or ``\r``.
    """
    plain = text.replace("\r\n", " \n").replace("\r", "\n")
    number = plain.count("\n", 0, start) + 1
    at = plain.rfind("\n", 0, start) + 1
    lines: list[Line] = []
    while True:
        line_end = plain.find("\n", at)
        line_end = len(plain) if line_end < 0 else line_end
        content = text[at:line_end].rstrip("\r\n")
        low, high = max(start - at, 0), min(end - at, len(content))
        lines.append(Line(number, content, min(low, len(content)), max(high, min(low, len(content)))))
        if line_end >= end - 1:
            return lines
        at, number = line_end + 1, number + 1


def excerpt(lines: list[Line], label: str, paint: Paint, tone: Tone) -> list[str]:
    """
    Return *lines* with a gutter, carets below their marked parts and *label* behind the last carets.

    A label that is too long to stand there gets a line of its own. Of more than four lines the first two and the last
    are shown.
    """
    shown = lines if len(lines) <= _MAX_LINES else [*lines[:2], lines[-1]]
    width = len(str(shown[-1].number))
    gutter = paint("dim", f" {'':{width}} |")
    out: list[str] = []
    for index, line in enumerate(shown):
        if index and line.number != shown[index - 1].number + 1:
            out.append(paint("dim", f" {'...':<{width}}"))
        content, indent, length = _laid_out(line)
        out.append(f"{paint('dim', f' {line.number:>{width}} |')} {content}".rstrip())
        words = label if index == len(shown) - 1 else ""
        out += [f"{gutter} {text}" for text in _carets(indent, length, words, paint, tone)]
    return out


def _carets(indent: int, length: int, label: str, paint: Paint, tone: Tone) -> list[str]:
    if not (length or label):
        return []
    carets = "^" * max(length, 1)
    if not label or indent + length + columns(label) < _MAX_COLUMNS:
        return [" " * indent + paint(tone, f"{carets} {label}".rstrip())]
    return [" " * indent + paint(tone, carets), " " * min(indent, _LEAD + 1) + paint(tone, label)]


def columns(text: str) -> int:
    """Return how many terminal columns *text* (without tabs) takes."""
    return sum(_width(char) for char in text)


def _laid_out(line: Line) -> tuple[str, int, int]:
    """Return the line as shown, and where in it, in columns, the marked part is and how long."""
    start, text = line.start, line.text
    cut = ""
    if columns(text[: line.end]) > _MAX_COLUMNS:
        first = max(start - _LEAD, 0)
        cut, text, start = (_ELLIPSIS if first else ""), text[first:], start - first
    before = cut + _flat(text[:start], len(cut))
    marked = _flat(text[start : start + line.end - line.start], columns(before))
    after = _flat(text[start + line.end - line.start :], columns(before + marked))
    shown = before + marked + after
    if columns(shown) > _MAX_COLUMNS:
        shown = _clipped(shown)
    visible = max(min(columns(marked), _MAX_COLUMNS - columns(before)), 0)
    return shown, columns(before), visible


def _flat(text: str, column: int) -> str:
    """Return *text* with tabs as spaces, when it starts at *column*, and nothing a terminal would obey."""
    if "\t" not in text:
        return printable(text)
    out = ""
    for char in text:
        out += " " * (_TAB - (column + columns(out)) % _TAB) if char == "\t" else printable(char)
    return out


def _clipped(text: str) -> str:
    used = 0
    for index, char in enumerate(text):
        used += _width(char)
        if used > _MAX_COLUMNS - 1:
            return text[:index] + _ELLIPSIS
    return text


def _width(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
