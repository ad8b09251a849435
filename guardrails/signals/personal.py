"""
Personal data with a form of their own: e-mail addresses, phone numbers, account, card and identity numbers.

Everything that has check digits is checked, so that a random number is rarely taken for one. Names and addresses are
not looked for: they need a trained model. Where two readings overlap the one that starts first, then the longer, is
kept; checked kinds come before phone numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from guardrails.model.span import Extent
from guardrails.signals.checkdigits import CHECKED
from guardrails.signals.signal import PersonalDatum
from guardrails.text.expression import expression

_EMAIL = expression(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}(?![\w-])")
_PHONE = expression(
    r"(?<![\w.,/+-])(?<!\d\s)(?:"
    # International: +49 89 1234567, 0043 1 234567.
    r"(?:\+|00)[1-9]\d{0,2}[\s./-]?(?:\(0?\d{0,4}\)[\s./-]?)?\d{1,5}(?:[\s./-]?\d{2,5}){1,4}"
    # German, Austrian and other trunk-zero forms: 089 / 123456, (030) 123 456.
    r"|\(?0[1-9]\d{1,4}\)?\s?[/ -]\s?\d{3,9}(?:[ -]?\d{2,6}){0,2}"
    # North American: (555) 123-4567, 555-123-4567.
    r"|\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[.-]\d{4}"
    r")(?![\w]|[.,/-]\d)"
)
# Everything but an address has six digits close together.
_NUMBER_LIKE = expression(r"(?:[0-9][ \t\u00a0./()A-Za-z-]{0,3}){6}")
_DIGITS = (7, 15)  # E.164 allows 15 digits; shorter than 7 is no number to call somebody at.


def personal(text: str) -> tuple[PersonalDatum, ...]:
    """Return the personal data of *text*, in order, none overlapping."""
    found = [PersonalDatum("email", extent) for extent in _spans(_EMAIL, text, None)] if "@" in text else []
    if _NUMBER_LIKE.search(text) is None:
        return tuple(found)
    for kind, pattern, is_valid in CHECKED:
        found.extend(PersonalDatum(kind, extent) for extent in _spans(pattern, text, is_valid))
    kept = _apart(found)
    phones = (PersonalDatum("phone", extent) for extent in _spans(_PHONE, text, _is_phone))
    kept.extend(phone for phone in phones if not any(phone.extent.overlaps(other.extent) for other in kept))
    return tuple(sorted(kept, key=lambda datum: datum.extent))


def _spans(pattern: re.Pattern[str], text: str, is_valid: Callable[[str], bool] | None) -> list[Extent]:
    part = "number" if "number" in pattern.groupindex else 0
    return [Extent(*m.span(part)) for m in pattern.finditer(text) if is_valid is None or is_valid(m[part])]


def _is_phone(digits: str) -> bool:
    low, high = _DIGITS
    return low <= sum(char.isdigit() for char in digits) <= high


def _apart(found: list[PersonalDatum]) -> list[PersonalDatum]:
    kept: list[PersonalDatum] = []
    for datum in sorted(found, key=lambda datum: (datum.extent.start, -datum.extent.end)):
        if not kept or not kept[-1].extent.overlaps(datum.extent):
            kept.append(datum)
    return kept
