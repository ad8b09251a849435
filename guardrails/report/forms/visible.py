r"""
What nobody can see is made to be seen: a name may hold characters that turn the line round or hide a part of it.

Control and format characters (direction overrides, zero width and tag characters), unassigned ones and lone surrogates are
shown as escapes, like ``\u202e``. Line ends and tabs stay, and so do joiners, which some scripts are written with.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

T = TypeVar("T")

_HARMLESS = frozenset("\n\t\u200c\u200d")
_SUSPECT = re.compile(r"[^\x20-\x7e]")


def visible(text: str) -> str:
    """Return *text* with escapes for what nobody can see; most texts are as they were."""
    return text if text.isascii() and text.isprintable() else _SUSPECT.sub(lambda found: _seen(found[0]), text)


def shown(value: T) -> T:
    """Return a document, or any part of one, with every text in it made visible."""
    if isinstance(value, str):
        return cast("T", visible(value))
    if isinstance(value, tuple):
        parts = map(shown, value)
        return cast("T", type(value)(*parts) if hasattr(value, "_fields") else tuple(parts))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: shown(getattr(value, one.name)) for one in fields(value)})
    return value


def _seen(char: str) -> str:
    if char.isprintable() or char in _HARMLESS or unicodedata.category(char) == "Zs":
        return char
    return char.encode("unicode_escape").decode("ascii")
