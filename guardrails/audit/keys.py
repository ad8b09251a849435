"""
API keys: who may call, on whose behalf, for which part of the workspace.

A token is ``gk_<id>_<secret>``: 16 characters of base32 that name the key, 64 of hex that prove it. The store keeps
the SHA-256 of the secret alone (a secret of 256 random bits needs no slow hash). Every issue and revocation is a
``key_event`` record; the record of an issue comes first, so that no key works unrecorded, the revocation itself comes
before its record, so that no failure keeps a key alive.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
from collections.abc import Sequence

from guardrails.audit.log import AuditLog
from guardrails.audit.store import ApiKey
from guardrails.errors import DraftError
from guardrails.model.canonical import Json
from guardrails.model.context import Actor, Principal, Values

_PREFIX = "gk"
_ID_BYTES = 10
_SECRET_BYTES = 32
_NO_SECRET = hashlib.sha256(b"").hexdigest()


SCOPES = ("check", "read", "simulate", "review", "operate", "disclose", "privacy")
"""
What a key may be good for: submit, read back, judge at other moments, answer reviews, halt and activate, have personal
data shown, find and erase what is on record about a person.
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Caller:
    """What a credential stands for: who, within which context values, for what (:data:`SCOPES`)."""

    actor: Actor
    permitted: Values = ()
    scopes: tuple[str, ...] = SCOPES

    @property
    def principal(self) -> Principal:
        """Who calls."""
        return self.actor.principal


def require(caller: Caller, *scopes: str) -> None:
    """
    Refuse a caller that has none of *scopes*.

    Raises:
        DraftError: ``forbidden``.
    """
    if set(scopes).isdisjoint(caller.scopes):
        raise DraftError(
            "forbidden",
            f"this key has not the scope {' or '.join(f'“{scope}”' for scope in scopes)}",
            help=f"issue a key with it: guardrails keys create --scope {scopes[0]} …",
        )


class ApiKeys:
    """The credentials kept with a ledger's keys."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._store = log.keys

    def issue(
        self,
        *,
        principal: Principal,
        scopes: Sequence[str] = (),
        brands: Sequence[str] = (),
        channels: Sequence[str] = (),
        markets: Sequence[str] = (),
        locales: Sequence[str] = (),
        person: str = "",
    ) -> tuple[str, ApiKey]:
        """
        Return a new token, which is shown this once, and what is kept of it.

        Raises:
            DraftError: ``key-without-principal`` unless *principal* is a named agent or person.
        """
        if principal.kind == "none" or not principal.id:
            raise DraftError("key-without-principal", "an API key stands for an agent or a person in a role")
        secret = self._log.entropy(_SECRET_BYTES).hex()
        key = ApiKey(
            id=base64.b32encode(self._log.entropy(_ID_BYTES)).decode().lower(),
            secret_sha256=_digest(secret),
            principal=principal,
            scopes=tuple(scopes),
            created_ms=self._log.clock(),
            brands=tuple(brands),
            channels=tuple(channels),
            markets=tuple(markets),
            locales=tuple(locales),
            person=person,
        )
        self._record("issued", key)
        self._store.put_api_key(key)
        return f"{_PREFIX}_{key.id}_{secret}", key

    def verify(self, token: str) -> ApiKey | None:
        """Return the live key of *token*, or None; takes as long for a wrong secret as for a right one."""
        prefix, _, rest = token.partition("_")
        key_id, _, secret = rest.partition("_")
        key = self._store.api_key(key_id) if prefix == _PREFIX else None
        matches = hmac.compare_digest(_digest(secret), key.secret_sha256 if key else _NO_SECRET)
        return key if key and matches and not key.revoked_ms else None

    def caller(self, token: str) -> Caller:
        """
        Return what the live key of *token* stands for.

        Raises:
            DraftError: ``unauthorized`` if there is none.
        """
        key = self.verify(token)
        if key is None:
            raise DraftError("unauthorized", "a valid API key is needed", help="send Authorization: Bearer gk_…")
        return Caller(Actor(key.principal, key.id, key.person), key.permitted, tuple(key.scopes))

    def revoke(self, key_id: str) -> ApiKey:
        """
        End a key for good and return it; revoking again changes nothing.

        Raises:
            DraftError: ``key-unknown``.
        """
        key = self._store.api_key(key_id)
        if key is None:
            raise DraftError("key-unknown", f"there is no API key {key_id!r}", help="List them with `guardrails keys`.")
        if key.revoked_ms:
            return key
        revoked = dataclasses.replace(key, revoked_ms=self._log.clock())
        self._store.put_api_key(revoked)
        self._record("revoked", revoked)
        return revoked

    def list(self) -> tuple[ApiKey, ...]:
        """Return every key, revoked ones too, oldest first."""
        return self._store.api_keys()

    def _record(self, event: str, key: ApiKey) -> None:
        permitted: dict[str, Json] = {name: list(values) for name, values in key.permitted}
        self._log.append(
            "key_event",
            {
                "event": event,
                "key": key.id,
                "principal": {"kind": key.principal.kind, "ref": self._log.refs.principal(key.principal)},
                "person_ref": self._log.refs.of("person", key.person),
                "scopes": list(key.scopes),
                "permitted": permitted,
            },
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
