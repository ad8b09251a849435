"""
Characters that no text may hold: whoever sends one sends damaged data, or hides something from the rules.

Control characters (C0 and C1) except those that are white space, halves of a surrogate pair, and the 66 code points
that Unicode has set aside as no characters (The Unicode Standard, section 23.7).
"""

from __future__ import annotations

from guardrails.text.expression import expression

_UNSOUND = expression(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)
_BREAKS = expression("[\n\v\f\r\x85\u2028\u2029]")


def unsound_character(text: str, *, is_line: bool = False) -> str:
    """Return the first character of *text* that it may not hold, or nothing; with *is_line* line breaks count too."""
    found = _UNSOUND.search(text) or (_BREAKS.search(text) if is_line else None)
    return found[0] if found is not None else ""
