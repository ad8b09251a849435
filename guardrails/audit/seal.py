"""
What keeps copy and people out of the ledger's leaves: commitments, references, encryption.

*Commitment*: ``HMAC-SHA256(salt, "guardrails.commitment/v1" NUL part NUL plaintext)`` in hex, with a fresh salt of 32
bytes per part. A bare digest of short copy could be found by trying; without the salt this cannot, and destroying the
salt with the key makes the leaf meaningless while every proof still holds.

*Reference*: ``HMAC-SHA256(ledger key, "guardrails.ref/v1" NUL kind NUL value)`` in hex. Equal values have equal
references in one ledger, so that rounds and risk can be counted, and in no other.

*Sealed part*: nonce (12 bytes) ‖ AES-256-GCM ciphertext and tag, under a key used for this part only; the additional
data are ``"guardrails.payload/v1" NUL record id NUL part``, so that a part moved to another record does not open.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guardrails.audit.ids import Entropy
from guardrails.audit.store import PartKey
from guardrails.errors import LedgerError

_KEY_BYTES = 32
_NONCE_BYTES = 12


def new_part_key(record_id: str, part: str, entropy: Entropy) -> PartKey:
    """Return a fresh key and salt for one part of one record."""
    return PartKey(record_id, part, key=entropy(_KEY_BYTES), salt=entropy(_KEY_BYTES))


def commitment(key: PartKey, plaintext: bytes) -> str:
    """Return the commitment to *plaintext* under the part's salt, in hex."""
    return _keyed(key.salt, b"guardrails.commitment/v1", key.part.encode(), plaintext)


def reference(ledger_key: bytes, kind: str, value: str) -> str:
    """Return the ledger-wide reference of *value*, in hex; *kind* keeps equal words for different things apart."""
    return _keyed(ledger_key, b"guardrails.ref/v1", kind.encode(), value.encode())


def sealed(key: PartKey, plaintext: bytes, entropy: Entropy) -> bytes:
    """Return *plaintext* encrypted under the part's key; :func:`opened` is the inverse."""
    nonce = entropy(_NONCE_BYTES)
    return nonce + AESGCM(key.key).encrypt(nonce, plaintext, _bound_to(key))


def opened(key: PartKey, data: bytes) -> bytes:
    """
    Return the plaintext of a sealed part.

    Raises:
        LedgerError: ``payload-damaged`` if a byte of it, its key, its record id or its name has changed.
    """
    try:
        return AESGCM(key.key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _bound_to(key))
    except (InvalidTag, ValueError) as error:
        raise LedgerError(
            "payload-damaged",
            f"part {key.part!r} of {key.record_id} does not open with its key",
            help="Run `guardrails ledger verify` and compare with a back-up.",
        ) from error


def _bound_to(key: PartKey) -> bytes:
    return b"\x00".join((b"guardrails.payload/v1", key.record_id.encode(), key.part.encode()))


def _keyed(key: bytes, *parts: bytes) -> str:
    return hmac.new(key, b"\x00".join(parts), hashlib.sha256).hexdigest()
