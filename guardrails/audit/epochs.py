"""
Key epochs: the keys of payload parts, and the ledger's other secrets with them, lie wrapped, under a key that is thrown away now and then.

A deleted row lives on in back-ups, in write-ahead logs and, under PostgreSQL, in dead tuples. So no part key is stored as
it is: it is wrapped under the key of the current *epoch*, which lies outside of the database. Rotating wraps what still
lives under a new epoch and destroys the old one; whatever was erased before is then unreadable in every copy of the
database, even in one that holds the deleted row. (So is everything else in an old copy: after a rotation a new back-up is
due, and only the current epoch can be restored.)

*Wrapped key*: nonce (12 bytes) ‖ AES-256-GCM ciphertext and tag (64 + 16 bytes) of the part's key and salt, one after the
other, under the epoch's key; the additional data are ``"guardrails.part-key/v1" NUL record id NUL part``, so that a row
moved to another part does not open.

Epoch 0 is the time before there were epochs: key and salt lie bare. The first rotation ends it, and a key store makes one
when it is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guardrails.audit.ids import Entropy
from guardrails.audit.store import PartKey
from guardrails.errors import LedgerError

BARE = 0
"""The epoch of keys that are not wrapped."""

KEY_BYTES = 32
_NONCE_BYTES = 12


class EpochKeys(Protocol):
    """Where the keys of epochs lie: never in the database of the keys that they wrap."""

    def cipher(self, number: int) -> AESGCM | None:
        """Return the cipher of an epoch, or None if it was never begun or has been destroyed."""

    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of the epochs that live, in order."""

    def begin(self, at_least: int) -> int:
        """Begin an epoch durably and return its number, which no epoch had before and is not below *at_least*."""

    def destroy_before(self, number: int) -> None:
        """Destroy the keys of all earlier epochs, leaving no copy of them."""


def wrapped(epoch: AESGCM, keys: Sequence[PartKey], entropy: Entropy) -> list[bytes]:
    """Return *keys* and their salts wrapped under an epoch's cipher, in order; :func:`unwrapped` is the inverse."""
    nonces = entropy(_NONCE_BYTES * len(keys))
    pairs = zip(keys, range(0, len(nonces), _NONCE_BYTES), strict=True)
    named = ((one, nonces[at : at + _NONCE_BYTES]) for one, at in pairs)
    return [
        nonce + epoch.encrypt(nonce, one.key + one.salt, _bound_to(one.record_id, one.part)) for one, nonce in named
    ]


def unwrapped(epoch: AESGCM | None, record_id: str, part: str, data: bytes) -> PartKey:
    """
    Return the key and salt in *data*; *epoch* is None where they lie bare.

    Raises:
        LedgerError: ``key-damaged`` if a byte of it, its record or its part has changed.
    """
    try:
        both = (
            data
            if epoch is None
            else epoch.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _bound_to(record_id, part))
        )
    except (InvalidTag, ValueError) as error:
        raise _damaged(record_id, part) from error
    if len(both) != 2 * KEY_BYTES:
        raise _damaged(record_id, part)
    return PartKey(record_id, part, both[:KEY_BYTES], both[KEY_BYTES:])


def _damaged(record_id: str, part: str) -> LedgerError:
    return LedgerError(
        "key-damaged",
        f"the key of part {part!r} of {record_id} is not what was written",
        help="Run `guardrails ledger verify` and compare with a back-up of the keys.",
    )


def _bound_to(record_id: str, part: str) -> bytes:
    return f"guardrails.part-key/v1\0{record_id}\0{part}".encode()
