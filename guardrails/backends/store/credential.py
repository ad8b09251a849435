"""
How credentials and other guarded rows of a key store look, whatever database holds them.

A guarded row ends in the SHA-256 of its other values: a flipped bit would make a revoked key live.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TypeAlias, cast

from guardrails.audit.store import ApiKey
from guardrails.errors import LedgerError
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import Principal

Value: TypeAlias = "int | str | bytes | None"
Row: TypeAlias = tuple[Value, ...]

API_KEY_TYPES = (str, str, str, str, str, int, int, bytes)
_NAMED = ("scopes", "brands", "channels", "markets", "locales")


def guarded(*values: Value) -> Row:
    """Return *values* and their digest; the inverse of :func:`whole`."""
    return (*values, _sha256(values))


def whole(row: Row, what: str, where: object) -> Row:
    """
    Return *row* without its last column, which is the digest of the others.

    Raises:
        LedgerError: ``ledger-damaged`` if it is not.
    """
    *values, digest = row
    if _sha256(values) != digest:
        message = f"{where}: {what} is not what was written"
        raise LedgerError("ledger-damaged", message, help="Stop writing and restore the newest copy of the keys.")
    return tuple(values)


def api_key_row(key: ApiKey) -> Row:
    """Return the guarded row of a credential; the inverse of :func:`api_key`."""
    whose: dict[str, Json] = {"person": [key.person]} if key.person else {}
    permits = canonical({name: list(getattr(key, name)) for name in _NAMED} | whose).decode()
    who = (key.principal.kind, key.principal.id)
    return guarded(key.id, key.secret_sha256, *who, permits, key.created_ms, key.revoked_ms)


def api_key(row: Row, where: object) -> ApiKey:
    """Return the credential in a guarded row; see :func:`whole`."""
    values = whole(row, "an API key", where)
    key_id, digest, kind, name, permits, created_ms, revoked_ms = cast(
        "tuple[str, str, str, str, str, int, int]", values
    )
    named = {field: tuple(listed) for field, listed in json.loads(permits).items()}
    (person,) = named.pop("person", ("",))
    who = Principal("person" if kind == "person" else "agent", name)
    return ApiKey(key_id, digest, who, created_ms=created_ms, revoked_ms=revoked_ms, person=person, **named)


def _sha256(values: Sequence[Value]) -> bytes:
    return hashlib.sha256(repr(tuple(values)).encode()).digest()
