"""
Identities of records: sortable by time, unguessable, the same shape everywhere.

An id is a prefix, ``_`` and 26 characters of Crockford's base32: 48 bits of milliseconds since the epoch, then 80
random bits (the layout of a ULID, lower case). Ids of one millisecond are in no particular order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Clock: TypeAlias = Callable[[], int]
"""Returns the time in milliseconds since the epoch (UTC)."""

Entropy: TypeAlias = Callable[[int], bytes]
"""Returns that many unpredictable bytes."""

# Crockford's base32 (crockford.com/base32.html) without i, l, o, u.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_DIGITS = 26
_RANDOM_BYTES = 10
_MAX_MS = 2**48


def new_id(prefix: str, at_ms: int, entropy: Entropy) -> str:
    """
    Return a fresh id, for example ``chk_01k…``.

    Raises:
        ValueError: If *at_ms* is not in ``[0, 2⁴⁸)``.
    """
    if not 0 <= at_ms < _MAX_MS:
        raise ValueError(f"the time of an id must fit 48 bits, got {at_ms}")
    number = int.from_bytes(at_ms.to_bytes(6, "big") + entropy(_RANDOM_BYTES), "big")
    return f"{prefix}_{_base32(number)}"


def _base32(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (_DIGITS - 1), -1, -5))
