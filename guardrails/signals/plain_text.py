"""
Text that comes without a format (a master, an example, a published piece), analysed like a field.

Blank lines part its paragraphs; markup is not read. Its language is that of the whole text, because single paragraphs
may be too short to tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.model.span import Extent
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.language import block_languages
from guardrails.text.expression import expression
from guardrails.text.parsed import Block, ParsedField, Piece

_PARAGRAPH = expression(r"\S(?:[^\n]|\n(?![^\S\n]*(?:\n|\Z)))*")


def plain_signals(text: str, languages: Sequence[str] = ()) -> FieldSignals:
    """Return the signals of *text*; *languages* are those it may be in, where it does not show."""
    blocks = tuple(Block("paragraph", Extent(*found.span())) for found in _PARAGRAPH.finditer(text))
    parsed = ParsedField("", "text", text, text, blocks, (Piece(0, 0, len(text)),) if text else ())
    language = whole_language(FieldSignals(parsed, tuple(languages)))
    return FieldSignals(parsed, tuple(dict.fromkeys((*([language] if language else []), *languages))))


def whole_language(signals: FieldSignals) -> str:
    """Return the language of a field judged as one block; empty if unsure or under 20 words."""
    text = signals.parsed.text
    whole = Block("meta", Extent(0, len(text)))
    return block_languages(text, [whole], signals.words, signals.lower, signals.languages)[0].language
