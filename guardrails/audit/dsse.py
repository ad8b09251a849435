"""
Envelopes: bytes, what they are, and Ed25519 signatures over both, in the form of DSSE 1.0.

An envelope is a JSON object ``{payload, payloadType, signatures[{keyid, sig}]}`` with the bytes in base64. What is signed is
the pre-authentication encoding ``DSSEv1 SP len(type) SP type SP len(body) SP body`` (:func:`pae`). A ``keyid`` is a hint
and proves nothing: whoever verifies tries the keys they hold.

Read strictly: UTF-8 without a byte order mark, no key twice, no other keys, base64 in its one standard spelling. So one
envelope has one meaning for every reader. Standard library only; cryptography is loaded with the first signature.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, NoReturn, cast

from guardrails.errors import DraftError
from guardrails.model.canonical import Json, canonical

IN_TOTO = "application/vnd.in-toto+json"
"""The type of a payload that is an in-toto statement."""

_ENVELOPE_KEYS = {"payload", "payloadType", "signatures"}
_SIGNATURE_KEYS = {"keyid", "sig"}
_SIGNATURE_BYTES = 64
_MAX_SIGNATURES = 16
_MAX_BYTES = 1 << 20


class Signature(NamedTuple):
    """The name of a key, as its owner calls it, and 64 bytes."""

    keyid: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload, its type, and who signed both."""

    payload: bytes
    payload_type: str = IN_TOTO
    signatures: tuple[Signature, ...] = ()

    @property
    def signed(self) -> bytes:
        """What signatures are over."""
        return pae(self.payload_type, self.payload)

    def is_signed_by(self, public: bytes) -> bool:
        """Tell whether one of the signatures is by the Ed25519 key *public* (32 bytes)."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        key = Ed25519PublicKey.from_public_bytes(public)
        for one in self.signatures:
            try:
                key.verify(one.data, self.signed)
            except InvalidSignature:
                continue
            return True
        return False

    def with_signature(self, signature: Signature) -> Envelope:
        """Return the envelope with one signature more, kept once."""
        return Envelope(self.payload, self.payload_type, tuple(dict.fromkeys((*self.signatures, signature))))


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding of DSSE 1.0."""
    kind = payload_type.encode("utf-8")
    return b" ".join((b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload))


def envelope_json(envelope: Envelope) -> dict[str, Json]:
    """Return *envelope* as it is written."""
    signatures: Iterable[Json] = ({"keyid": one.keyid, "sig": _b64(one.data)} for one in envelope.signatures)
    return {
        "payload": _b64(envelope.payload),
        "payloadType": envelope.payload_type,
        "signatures": list(signatures),
    }


def envelope_bytes(envelope: Envelope) -> bytes:
    """Return the canonical JSON of *envelope*; :func:`parsed_envelope` is the inverse."""
    return canonical(envelope_json(envelope))


def parsed_envelope(data: bytes) -> Envelope:
    """
    Return the envelope that is written as *data*; nothing of it is verified.

    Raises:
        DraftError: ``permit-unreadable``.
    """
    if len(data) > _MAX_BYTES:
        raise unreadable("it is too large")
    return envelope_of(strict_json(data))


def envelope_of(value: object) -> Envelope:
    """
    Return the envelope in a parsed JSON *value*.

    Raises:
        DraftError: ``permit-unreadable``.
    """
    members = _members(value, _ENVELOPE_KEYS)
    signatures = members["signatures"]
    if not isinstance(signatures, list) or len(signatures) > _MAX_SIGNATURES:
        raise unreadable(f"at most {_MAX_SIGNATURES} signatures expected")
    payload, kind = _bytes(members["payload"]), members["payloadType"]
    if not isinstance(kind, str):
        raise unreadable("its type is no text")
    return Envelope(payload, kind, tuple(map(_signature, signatures)))


def strict_json(data: bytes) -> object:
    """
    Return the JSON value that *data* is: UTF-8 without a byte order mark, in which no key occurs twice and no half character.

    Raises:
        DraftError: ``permit-unreadable``.
    """
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_number)
        if b"\\u" in data:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # half of a surrogate pair is no character
    except (ValueError, RecursionError) as error:
        raise unreadable("it is no JSON of one meaning") from error
    return cast("object", value)


def unreadable(why: str) -> DraftError:
    """Return the refusal of what is no permit at all."""
    return DraftError("permit-unreadable", f"this is no permit: {why}")


def _signature(value: object) -> Signature:
    members = _members(value, _SIGNATURE_KEYS)
    data, keyid = _bytes(members["sig"]), members["keyid"]
    if not isinstance(keyid, str) or len(data) != _SIGNATURE_BYTES:
        raise unreadable("one of its signatures is none")
    return Signature(keyid, data)


def _members(value: object, keys: set[str]) -> dict[str, object]:
    if not isinstance(value, dict) or set(value) != keys:
        raise unreadable(f"an object with {', '.join(sorted(keys))} expected")
    return cast("dict[str, object]", value)


def _bytes(value: object) -> bytes:
    try:
        data = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError) as error:
        raise unreadable("a value is no base64") from error
    if not data or _b64(data) != value:
        raise unreadable("a value is no base64 in its one spelling")
    return data


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key occurs twice")
    return members


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
