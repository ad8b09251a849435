"""
Character data: text between tags, attribute values, Markdown titles.

White space collapses as a browser shows it, references are decoded, and addresses (``https://…``, ``www.…``) are left
out: nobody reads them as prose, but each stands in the field's links.
"""

from __future__ import annotations

import re

from guardrails.backends.documents.references import REFERENCE, Grammar, decoded, text_of
from guardrails.text.expression import expression
from guardrails.text.prose import Prose

# What no markup of ours can begin with, so that an address never swallows text behind it.
URL = expression(
    r"(?:https?://|(?<![^\W_])www\.(?=[\w-]+\.))[^\s<>\"`*|()\[\]{}\\^\ufffc]*[^\s<>\"`*|()\[\]{}\\^\ufffc.,;:!?'’”_~]",
    re.IGNORECASE,
)
"""A bare address, without the punctuation that ends its sentence."""

ADDRESS_START = expression(r"https?://|(?<![^\W_])www\.", re.IGNORECASE)
"""Where an address may begin."""

_WHITE = r"(?P<white>[ \t\n\r\f]{2,}|[\t\n\r\f]|\A[ ]|[ ]\Z)"
_HTML = expression(rf"{_WHITE}|(?P<reference>{REFERENCE})", re.VERBOSE)
_MARKDOWN = expression(rf"{_WHITE}|(?P<reference>{REFERENCE})|\\(?P<escaped>[!-/:-@\[-`{{-~])", re.VERBOSE)


def add_characters(prose: Prose, text: str, base: int, grammar: Grammar) -> None:
    """
    Add *text* to *prose*, a run of characters that begins at *base* in the source.

    *text* is as long as its source, but white space may stand in it for line prefixes of the source.
    """
    at = 0
    for found in (_MARKDOWN if grammar == "markdown" else _HTML).finditer(text):
        if found["reference"] is None:
            add_words(prose, text[at : found.start()], base + at)
            at = found.end()
            _add_special(prose, found, base)
            continue
        character, used = decoded(found["reference"], text[found.end() : found.end() + 1], grammar)
        if used:
            add_words(prose, text[at : found.start()], base + at)
            at = found.start() + used
            prose.decoded(character, base + found.start(), base + at)
    add_words(prose, text[at:], base + at)


def _add_special(prose: Prose, found: re.Match[str], base: int) -> None:
    start, end = base + found.start(), base + found.end()
    if found["white"] is None:
        prose.decoded(found["escaped"], start, end)
    else:
        prose.gap(" ", start, end)


def may_hold_address(text: str) -> bool:
    """Tell, fast, whether it is worth looking for an address in *text*."""
    return "://" in text or "www." in text.lower()


def add_words(prose: Prose, text: str, base: int) -> None:
    """Add *text*, which stands at *base* in the source as it is, without the addresses in it."""
    at = 0
    if may_hold_address(text):
        for found in URL.finditer(text):
            prose.verbatim(base + at, base + found.start())
            add_address(prose, found[0], base + found.start())
            at = found.end()
    prose.verbatim(base + at, base + len(text))


def add_address(prose: Prose, address: str, start: int) -> None:
    """Add the bare *address* at *start* as a link; inside a link it only stands in the text."""
    inside = prose.has_link
    if not inside:
        prose.begin_link(text_of(address, "markdown"), start, start + len(address))
    prose.stand_in(start, start + len(address), is_prose=True)
    if not inside:
        prose.end_link()
