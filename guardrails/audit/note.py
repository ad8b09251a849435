"""
Signed notes: a short text with Ed25519 signatures under it, in the form of C2SP signed-note.

A note is a text that ends with a newline, an empty line, and one line per signature: an em dash, the signer's name, and
base64 of the signer's key id (4 bytes) followed by the signature. The key id is the start of
``SHA-256(name LF type public key)``; a *vkey* names a signer for good: ``name+hex key id+base64(type public key)``.
Signatures by unknown keys are ignored, as the format asks; whoever verifies compares with vkeys that they hold.

Two types of signature are made here: that of a log (``0x01``, over the text) and that of a witness (``0x04``,
cosignature/v1, which also says when it saw the text).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from guardrails.errors import LedgerError

SIGNED = 0x01
COSIGNED = 0x04
_TYPES = (SIGNED, COSIGNED)
_KEY_BYTES = 32
_ID_BYTES = 4
_STAMP_BYTES = 8
_MAX_SIGNATURES = 64
_MAX_BYTES = 1 << 20
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a signer: its *name*, the *type* of its signatures, and 32 bytes of Ed25519."""

    name: str
    type: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The one-line form, which :func:`parsed_vkey` reads."""
        return f"{self.name}+{self.id.hex()}+{_b64(bytes([self.type]) + self.public)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the signer's name, its key's id, and what follows the id."""

    name: str
    key_id: bytes
    data: bytes

    def __str__(self) -> str:
        """Return the line."""
        return f"— {self.name} {_b64(self.key_id + self.data)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a newline, and what is signed under it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __str__(self) -> str:
        """Return the note as it is written and sent."""
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def by(self, key: VerifierKey) -> Signature | None:
        """Return the valid signature of *key* under this text, or None."""
        own = (one for one in self.signatures if (one.name, one.key_id) == (key.name, key.id))
        return next((one for one in own if _holds(one, key, self.text)), None)

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """Return the note with *more* signatures, each kept once."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


def verifier_key(name: str, private: bytes, kind: int = SIGNED) -> VerifierKey:
    """
    Return the public half of a signer whose Ed25519 seed is *private* (32 bytes).

    Raises:
        ValueError: If the name is empty or holds a blank or a plus sign.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a signer")
    return VerifierKey(name, kind, Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def parsed_vkey(vkey: str) -> VerifierKey:
    """
    Return the key that *vkey* names.

    Raises:
        LedgerError: ``vkey-unreadable``, also if its id is not that of its bytes.
    """
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    data = _decoded(encoded)
    if not _NAME.fullmatch(name) or data is None or len(data) != 1 + _KEY_BYTES or data[0] not in _TYPES:
        raise LedgerError("vkey-unreadable", f"{vkey!r} is no public key of a signer", help="name+hash+base64")
    key = VerifierKey(name, data[0], data[1:])
    if key.id.hex() != key_id:
        raise LedgerError("vkey-unreadable", f"the hash in {vkey!r} is not that of its key")
    return key


def signed(text: str, name: str, private: bytes) -> Note:
    """Return *text* signed by *name*, whose Ed25519 seed is *private*."""
    key = verifier_key(name, private)
    data = Ed25519PrivateKey.from_private_bytes(private).sign(text.encode())
    return Note(text, (Signature(name, key.id, data),))


def cosignature(text: str, name: str, private: bytes, at_s: int) -> Signature:
    """Return a witness's signature (cosignature/v1) under a checkpoint's *text*, seen at *at_s* (seconds, UTC)."""
    key = verifier_key(name, private, COSIGNED)
    data = Ed25519PrivateKey.from_private_bytes(private).sign(_cosigned(text, at_s))
    return Signature(name, key.id, at_s.to_bytes(_STAMP_BYTES, "big") + data)


def cosigned_at(signature: Signature) -> int:
    """Return when a witness signed, in seconds (UTC); only for signatures that :meth:`Note.by` has found valid."""
    return int.from_bytes(signature.data[:_STAMP_BYTES], "big")


def parsed_note(data: str) -> Note:
    """
    Return the note that is written as *data*.

    Raises:
        LedgerError: ``note-unreadable``.
    """
    text, gap, lines = data.rpartition("\n\n")
    if not gap or len(data) > _MAX_BYTES or not lines.endswith("\n") or _has_controls(data):
        raise _unreadable("text, an empty line and signatures expected")
    signatures = tuple(map(_parsed_line, lines[:-1].split("\n")))
    if len(signatures) > _MAX_SIGNATURES:
        raise _unreadable(f"more than {_MAX_SIGNATURES} signatures")
    return Note(f"{text}\n", signatures)


def _parsed_line(line: str) -> Signature:
    match = _LINE.fullmatch(line)
    data = _decoded(match[2]) if match else None
    if match is None or data is None or len(data) <= _ID_BYTES:
        raise _unreadable("a line is no signature")
    return Signature(match[1], data[:_ID_BYTES], data[_ID_BYTES:])


def _holds(signature: Signature, key: VerifierKey, text: str) -> bool:
    data, message = signature.data, text.encode()
    if key.type == COSIGNED:
        data, message = data[_STAMP_BYTES:], _cosigned(text, cosigned_at(signature))
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(data, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _cosigned(text: str, at_s: int) -> bytes:
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def _has_controls(data: str) -> bool:
    return any(character < " " and character != "\n" for character in data)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(data: str) -> bytes | None:
    """Return the bytes of *data*, or None if it is not the one way to write them."""
    try:
        found = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if _b64(found) == data else None


def _unreadable(why: str) -> LedgerError:
    return LedgerError("note-unreadable", f"this is no signed note: {why}")
