"""
The ledger's signing keys: one live key per purpose, each with a record of its coming and its going.

Which keys exist, for what and since when, is on the record (``key_event``, ``signing-key-created`` and
``signing-key-retired``, and ``signing-key-compromised`` where somebody else had it); the secret halves alone lie in the key store, wrapped as part keys are, until their key is retired.
A key is for one purpose: what a checkpoint key
signs is no permit, whatever it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, get_args

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guardrails.audit.log import AuditLog
from guardrails.audit.note import Note, VerifierKey, parsed_vkey, signed, verifier_key
from guardrails.audit.store import SIGNING_KEY, Expected, PartKey
from guardrails.errors import DraftError, LedgerError
from guardrails.model.canonical import Json
from guardrails.model.record import Record

Purpose: TypeAlias = Literal["checkpoint", "permit", "report"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

CREATED, RETIRED, COMPROMISED = "signing-key-created", "signing-key-retired", "signing-key-compromised"
_SEED_BYTES = 32
TWO_PEOPLE = 2


@dataclass(frozen=True, slots=True)
class KeyPeriod:
    """
    A public key, what it is for, and when it was live; *until_ms* is 0 while it is.

    With *is_compromised* somebody else may have signed with it since *until_ms*, under any date.
    """

    key: VerifierKey
    purpose: str
    from_ms: int
    until_ms: int = 0
    is_compromised: bool = False

    def ended(self, at_ms: int, *, is_compromised: bool = False) -> KeyPeriod:
        """Return it with its end at *at_ms*, unless it ended before."""
        until_ms = min(self.until_ms or at_ms, at_ms)
        return replace(self, until_ms=until_ms, is_compromised=self.is_compromised or is_compromised)


@dataclass(frozen=True, slots=True)
class Signer:
    """A live key with its secret half."""

    key: VerifierKey
    _seed: bytes = field(repr=False)

    def signed(self, text: str) -> Note:
        """Return *text* as a signed note."""
        return signed(text, self.key.name, self._seed)

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of an Ed25519 signature over *message*."""
        return Ed25519PrivateKey.from_private_bytes(self._seed).sign(message)


def key_periods(log: AuditLog, size: int | None = None) -> tuple[KeyPeriod, ...]:
    """Return every signing key that is on the record (of the first *size*, by default all), oldest first."""
    periods: dict[str, KeyPeriod] = {}
    for record in _events(log, size):
        vkey = record.text("vkey")
        if record.text("event") == CREATED:
            periods[vkey] = KeyPeriod(parsed_vkey(vkey), record.text("purpose"), record.at_ms)
        elif vkey in periods and record.text("event") == COMPROMISED:
            periods[vkey] = periods[vkey].ended(record.number("since_ms"), is_compromised=True)
        elif vkey in periods:
            periods[vkey] = periods[vkey].ended(record.at_ms)
    return tuple(periods.values())


def signer(log: AuditLog, purpose: Purpose) -> Signer:
    """
    Return the live key for *purpose*; the first use makes one, and a record of it.

    Raises:
        LedgerError: ``signing-key-missing`` if the record names a live key whose secret half is gone.
    """
    live = [one for one in key_periods(log) if one.purpose == purpose and not one.until_ms]
    if not live:
        return _created(log, purpose)
    kept = log.keys.part_key(SIGNING_KEY, live[-1].key.vkey)
    if kept is None or verifier_key(live[-1].key.name, kept.key) != live[-1].key:
        raise LedgerError(
            "signing-key-missing",
            f"the secret half of the live {purpose} key is not in the key store",
            help=f"Restore the newest copy of the keys, or: guardrails ledger rotate-key {purpose}",
        )
    return Signer(live[-1].key, kept.key)


def rotate(
    log: AuditLog, purpose: Purpose, *, approved_by: Sequence[str], compromised_since_ms: int | None = None
) -> Signer:
    """
    End every live key for *purpose* and make a new one; what the old ones signed stays valid, their secret halves do not.

    With *compromised_since_ms* whatever was live at that moment or later counts for nothing that it signed since, and for
    what it signed before only where the ledger proves that (``trust``).

    Raises:
        DraftError: ``rotation-not-approved`` unless two different people approved; ``bad-moment`` for one that is to come.
    """
    if len(set(approved_by)) < TWO_PEOPLE:
        raise DraftError("rotation-not-approved", "two different people must approve a new key")
    if compromised_since_ms is not None and not 0 < compromised_since_ms <= log.clock():
        raise DraftError("bad-moment", "a key was compromised at a moment that has been")
    people: list[Json] = [log.refs.of("person", who) for who in sorted(set(approved_by))]
    keys = [one for one in key_periods(log) if one.purpose == purpose]
    for one in keys:
        about: dict[str, Json] = {"purpose": purpose, "vkey": one.key.vkey, "approved_by": people}
        if compromised_since_ms is not None and not 0 < one.until_ms <= compromised_since_ms:
            log.append("key_event", {**about, "event": COMPROMISED, "since_ms": compromised_since_ms})
        if not one.until_ms:
            log.append("key_event", {**about, "event": RETIRED})
    ended = [one.key.vkey for one in key_periods(log) if one.until_ms]  # also what a crash left of earlier ones
    log.keys.drop([(SIGNING_KEY, vkey) for vkey in ended])
    return _created(log, purpose)


def _created(log: AuditLog, purpose: Purpose) -> Signer:
    seed = log.entropy(_SEED_BYTES)
    # A log's key has the name of the log (C2SP tlog-checkpoint, "Signatures").
    key = verifier_key(log.origin if purpose == "checkpoint" else f"{log.origin}/{purpose}", seed)
    # The secret half first: a key on record can always sign. Of two processes that make one at once, one is overtaken.
    log.keys.put([PartKey(SIGNING_KEY, key.vkey, seed, log.entropy(_SEED_BYTES))], log.head())
    body = {"event": CREATED, "purpose": purpose, "vkey": key.vkey}
    try:
        log.append("key_event", body, expected=Expected("key_event", len(log.indices("key_event"))))
    except LedgerError as error:
        if error.code != "overtaken":
            raise
        log.keys.drop([(SIGNING_KEY, key.vkey)])
        return signer(log, purpose)
    return Signer(key, seed)


def _events(log: AuditLog, size: int | None) -> Iterator[Record]:
    indices = (index for index in log.indices("key_event") if size is None or index < size)
    return (record for record in map(log.record, indices) if record.text("vkey"))
