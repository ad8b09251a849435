"""
Whom a verifier of permits trusts: ``guardrails.trust/v1``, a file that is handed over once and kept.

``{schema, origin, keys[{vkey, purpose, from, until, compromised, role, person}]}``: the ledger whose permits count, and public keys (in the
form of ``note``), each for one purpose: ``permit`` and ``checkpoint`` are the service's, ``approver`` is a person's, with their
role and their reference in that ledger. ``from`` and ``until`` (exclusive, or null) say when a key was live: what it signed
as of a moment outside counts for nothing; its beginning may be two minutes early, because the first permit may be made by
another machine than the key. A key that is ``compromised`` (false if it is not said) was somebody else's from ``until`` on,
who may write any date: a permit it signed counts only with a proof that the ledger had it before, and a list of revoked permits
or a head that it signed counts for nothing. There are newer ones, signed by the key after it.

A key counts by its bytes as they stand here; a point in another encoding, or one of small order, is no key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from guardrails.audit.permit import SKEW_MS, moment, moment_of
from guardrails.errors import SettingsError
from guardrails.model.canonical import Json
from guardrails.text.expression import expression

SCHEMA = "guardrails.trust/v1"
PURPOSES = ("permit", "checkpoint", "approver")

_VKEY = expression(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})")
_ED25519 = 0x01
_KEY_BYTES = 32
# RFC 8032, 5.1: the prime of the field, and the y of the points whose order divides the cofactor (as in Go's edwards25519).
_PRIME = 2**255 - 19
_EIGHT = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL = frozenset((0, 1, _PRIME - 1, _EIGHT, _PRIME - _EIGHT))


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """
    A public key, what it is for and when it was live (*until_ms* 0 for no end); *person* and *role* of approvers.

    With *is_compromised* somebody else has had it since *until_ms*.
    """

    vkey: str
    public: bytes
    purpose: str
    from_ms: int
    until_ms: int = 0
    role: str = ""
    person: str = ""
    is_compromised: bool = False

    @property
    def name(self) -> str:
        """How its owner calls it."""
        return self.vkey.partition("+")[0]

    def is_live(self, at_ms: int) -> bool:
        """Tell whether it was live at a moment, which another clock may have told."""
        return self.from_ms - SKEW_MS <= at_ms and (not self.until_ms or at_ms < self.until_ms)


@dataclass(frozen=True, slots=True)
class Trust:
    """The ledger *origin* and whose signatures count for it."""

    origin: str
    keys: tuple[TrustedKey, ...]

    def of(self, purpose: str, at_ms: int) -> tuple[TrustedKey, ...]:
        """Return the keys for *purpose* that were live at a moment."""
        return tuple(key for key in self.keys if key.purpose == purpose and key.is_live(at_ms))


def keyid_of(vkey: str) -> str:
    """Return how signatures in envelopes name a key: its name and its hash."""
    return "+".join(vkey.split("+", 2)[:2])


def trust_json(trust: Trust) -> dict[str, Json]:
    """Return *trust* as it is written; :func:`parsed_trust` is the inverse."""
    return {
        "schema": SCHEMA,
        "origin": trust.origin,
        "keys": [
            {
                "vkey": key.vkey,
                "purpose": key.purpose,
                "from": moment(key.from_ms),
                "until": moment(key.until_ms) if key.until_ms else None,
                "compromised": key.is_compromised,
                "role": key.role,
                "person": key.person,
            }
            for key in trust.keys
        ],
    }


def parsed_trust(data: bytes) -> Trust:
    """
    Return the trust that the file *data* states.

    Raises:
        SettingsError: ``trust-unreadable``.
    """
    try:
        value = json.loads(data.decode("utf-8"))
        if value["schema"] != SCHEMA:
            raise _unreadable(f"schema {SCHEMA!r} expected")
        keys = tuple(_key(one) for one in value["keys"])
        origin = str(value["origin"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable("it is no JSON of that form") from error
    _require_apart(keys)
    return Trust(origin, keys)


def public_of(vkey: str) -> bytes:
    """
    Return the 32 bytes of the Ed25519 key that *vkey* names.

    Raises:
        SettingsError: ``trust-unreadable``, also for a point of small order or in another encoding than its own.
    """
    found = _VKEY.fullmatch(vkey)
    try:
        data = base64.b64decode(found[3], validate=True) if found else b""
    except binascii.Error:
        data = b""
    if found is None or len(data) != 1 + _KEY_BYTES or data[0] != _ED25519:
        raise _unreadable(f"{vkey!r} is no public key of a signer")
    if hashlib.sha256(found[1].encode() + b"\n" + data).hexdigest()[:8] != found[2]:
        raise _unreadable(f"the hash in {vkey!r} is not that of its key")
    y = int.from_bytes(data[1:], "little") & (2**255 - 1)
    if y >= _PRIME or y in _SMALL:
        raise _unreadable(f"{vkey!r} is a point that anybody can sign for")
    return data[1:]


def _key(value: dict[str, Any]) -> TrustedKey:
    if value["purpose"] not in PURPOSES:
        raise _unreadable(f"a key is for {', '.join(PURPOSES)}")
    vkey, until, is_compromised = str(value["vkey"]), value["until"], value.get("compromised", False)
    if not isinstance(is_compromised, bool) or (is_compromised and until is None):
        raise _unreadable("a key is compromised since its end, or it is not")
    return TrustedKey(
        vkey=vkey,
        public=public_of(vkey),
        purpose=str(value["purpose"]),
        from_ms=moment_of(value["from"]),
        until_ms=0 if until is None else moment_of(until),
        role=str(value["role"]),
        person=str(value["person"]),
        is_compromised=is_compromised,
    )


def _require_apart(keys: Iterable[TrustedKey]) -> None:
    """Refuse a key that is listed for two purposes or two people: it would count for whoever suits."""
    owners: dict[bytes, tuple[str, str]] = {}
    for key in keys:
        owner = key.purpose, key.person
        if owners.setdefault(key.public, owner) != owner:
            raise _unreadable(f"{key.vkey!r} is listed for two purposes or people")
        if key.purpose == "approver" and not key.person:
            raise _unreadable(f"{key.vkey!r} is an approver's and names no person")


def _unreadable(why: str) -> SettingsError:
    return SettingsError("trust-unreadable", f"this is no trust file: {why}", help="guardrails permit trust")
