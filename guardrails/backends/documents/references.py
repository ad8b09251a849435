"""
Character references: ``&uuml;``, ``&#252;``, ``&#xFC;``.

Named references are those of HTML 5. In HTML text the old ones also count without their semicolon (``&copy2026`` is
``©2026``), in attribute values only where neither a letter, a digit nor ``=`` follows, in Markdown never.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from guardrails.text.expression import expression

Grammar = Literal["html", "attribute", "markdown"]
"""Where the text stands, which decides what is a reference."""

REFERENCE = r"&(?:\#[xX][0-9a-fA-F]+|\#[0-9]+|[A-Za-z][A-Za-z0-9]*);?"
"""What may be a reference, as a pattern."""

_REFERENCE = expression(REFERENCE, re.VERBOSE)
# A number with more digits than this, zeros in front aside, is beyond Unicode in base 10 and 16 alike.
_DIGITS = 8


def decoded(reference: str, following: str, grammar: Grammar) -> tuple[str, int]:
    """
    Return what *reference* (a match of :data:`REFERENCE`) stands for, and how many code points of it are used up.

    *following* is the text right after it. ``("", 0)`` means that it is no reference after all.
    """
    if reference.startswith("&#"):
        return _numeric(reference), len(reference)
    name = reference[1:]
    if name.endswith(";") and name in _named():
        return _named()[name], len(reference)
    return ("", 0) if grammar == "markdown" else _old(name.rstrip(";"), following, grammar)


def text_of(value: str, grammar: Grammar = "attribute") -> str:
    """Return *value* with its references decoded."""
    if "&" not in value:
        return value

    def replacement(found: re.Match[str]) -> str:
        text, used = decoded(found[0], value[found.end() : found.end() + 1], grammar)
        return text + found[0][used:]

    return _REFERENCE.sub(replacement, value)


def _numeric(reference: str) -> str:
    digits = reference.rstrip(";").lstrip("&#xX").lstrip("0")
    from html import unescape

    return unescape(reference) if len(digits) <= _DIGITS else "\ufffd"


def _old(name: str, following: str, grammar: Grammar) -> tuple[str, int]:
    if grammar == "attribute":
        return (_named()[name], len(name) + 1) if name in _named() and following[:1] != "=" else ("", 0)
    for length in range(min(len(name), _longest_old()), 1, -1):
        if name[:length] in _named():
            return _named()[name[:length]], length + 1
    return "", 0


@cache
def _named() -> dict[str, str]:
    """Return what every named reference stands for; imported when a text has a reference."""
    from html.entities import html5

    return html5


@cache
def _longest_old() -> int:
    return max(len(name) for name in _named() if not name.endswith(";"))
