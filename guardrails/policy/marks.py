"""Marks in examples: ``[[ ]]`` encloses exactly what a rule must find, ``[[]]`` is a hit of no length."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, TypeAlias

Group: TypeAlias = Literal["bad", "good"]
Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Half-open ranges of code points of the example without its marks, sorted."""

_MARK = re.compile(r"\[\[|\]\]")


def unmarked(text: str) -> tuple[str, Spans]:
    """
    Return *text* without its marks, and the ranges they enclose; :func:`marked` is the inverse.

    Raises:
        ValueError: If a mark is not closed, not opened, or inside another.
    """
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    at = length = 0
    start: int | None = None
    for mark in _MARK.finditer(text):
        parts.append(text[at : mark.start()])
        length += mark.start() - at
        at = mark.end()
        if (mark[0] == "[[") != (start is None):
            raise ValueError("“[[” and “]]” do not pair up")
        if start is not None:
            spans.append((start, length))
        start = length if start is None else None
    if start is not None:
        raise ValueError("“[[” and “]]” do not pair up")
    return "".join((*parts, text[at:])), tuple(sorted(spans))


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return *text* with ``[[ ]]`` around *spans*."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]}[[{text[start:end]}]]{text[end:]}"
    return text


def mark_mistake(group: Group, text: str) -> str:
    """Return what is wrong with the marks of an example of *group*; empty if it is a test."""
    try:
        _, spans = unmarked(text)
    except ValueError as error:
        return str(error)
    if group == "bad" and not spans:
        return "a bad example marks what must be found: put [[ ]] around it"
    return "a good example marks nothing" if group == "good" and spans else ""
