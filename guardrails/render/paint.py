"""Colour for terminals: plain ANSI, or nothing at all; control characters from outside never reach a terminal."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

Tone = Literal["bad", "warn", "good", "info", "dim", "bold"]

_CODES: dict[Tone, str] = {"bad": "1;31", "warn": "1;33", "good": "1;32", "info": "1;36", "dim": "2", "bold": "1"}


@dataclass(frozen=True, slots=True)
class Paint:
    """Wraps words in ANSI codes if *colour*; otherwise leaves them alone."""

    colour: bool = False

    def __call__(self, tone: Tone, text: str) -> str:
        """Return *text* in *tone*."""
        return f"\x1b[{_CODES[tone]}m{text}\x1b[0m" if self.colour and text else text


def printable(text: str) -> str:
    """
    Return *text* safe to show on one line.

    Control and format characters (escape sequences, direction overrides) and line ends become visible: C0 controls
    their Unicode pictures, all others U+FFFD. A zero width joiner or non-joiner, and a variation selector, stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() else _visible(char) for char in text)


def _visible(char: str) -> str:
    if char in "\u200c\u200d\u00a0\u202f\u3000" or unicodedata.category(char) == "Zs":
        return char
    return chr(0x2400 + ord(char)) if char < " " else "\N{REPLACEMENT CHARACTER}"
