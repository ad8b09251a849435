"""
A person's signing key in a file: ``PRIVATE+KEY+name+hash+base64(type seed)``, as Go's note package writes signers.

The name and hash are those of the public half (``note``), so that a file tells which key it is.
"""

from __future__ import annotations

import base64
import binascii

from guardrails.audit.note import SIGNED, VerifierKey, verifier_key
from guardrails.errors import SettingsError

_PREFIX = "PRIVATE+KEY+"
_PARTS = 3


def private_line(key: VerifierKey, seed: bytes) -> str:
    """Return the line that keeps *seed*; :func:`parsed_private_line` is the inverse."""
    encoded = base64.b64encode(bytes([SIGNED]) + seed).decode()
    return f"{_PREFIX}{key.name}+{key.id.hex()}+{encoded}\n"


def parsed_private_line(text: str) -> tuple[VerifierKey, bytes]:
    """
    Return the public half and the seed of the key that *text* keeps.

    Raises:
        SettingsError: ``key-unreadable``.
    """
    parts = text.strip().removeprefix(_PREFIX).split("+", _PARTS - 1)
    try:
        name, key_id, encoded = parts
        data = base64.b64decode(encoded, validate=True)
        key = verifier_key(name, data[1:])
        is_whole = text.startswith(_PREFIX) and data[0] == SIGNED and key.id.hex() == key_id
    except (ValueError, IndexError, binascii.Error) as error:
        raise _unreadable() from error
    if not is_whole:
        raise _unreadable()
    return key, data[1:]


def _unreadable() -> SettingsError:
    return SettingsError("key-unreadable", "this is no key for signing permits", help="guardrails permit key new FILE")
