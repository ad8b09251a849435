"""
API keys: who may call, on whose behalf, for which part of the workspace.

A token is ``gk_<id>_<secret>``: 16 characters of base32 that name the key, 64 of hex that prove it. The store keeps
the SHA-256 of the secret alone (a secret of 256 random bits needs no slow hash). Every issue and revocation is a
``key_event`` record; the record of an issue comes first, so that no key works unrecorded, the revocation itself comes
before its record, so that no failure keeps a key alive.

Who makes and ends keys is an *operator*: a person whose key has the scope ``operate``. Before there is one, whoever
founds the ledger makes keys without one (``bootstrap``); afterwards nobody does. The record says who it was (``made_by``).
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
from guardrails.model.context import Actor, Principal, Values, folded_name

_PREFIX = "gk"
_ID_BYTES = 10
_SECRET_BYTES = 32
_OPERATE = "operate"
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


BOOTSTRAP = "bootstrap"
"""How a key was made before there was an operator; else it was by ``key``."""

NOBODY = Caller(Actor(Principal()))
"""Whoever has no key and says no name."""


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
        by: Caller = NOBODY,
    ) -> tuple[str, ApiKey]:
        """
        Return a new token, which is shown this once, and what is kept of it.

        Raises:
            DraftError: ``key-without-principal`` unless *principal* is a named agent or person; ``bad-name`` if *person* holds
                what cannot be seen; ``operator-needed``, ``person-needed`` or ``forbidden`` unless *by* may make keys.
        """
        if principal.kind == "none" or not principal.id:
            raise DraftError("key-without-principal", "an API key stands for an agent or a person in a role")
        name = " ".join(person.split())
        if not name.isprintable():
            raise DraftError("bad-name", "the name holds characters that nobody sees", help="type it by hand")
        made_by = self.made_by(by)
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
            person=name,
        )
        self._record("issued", key, made_by)
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

    def revoke(self, key_id: str, by: Caller = NOBODY) -> ApiKey:
        """
        End a key for good and return it; revoking again changes nothing.

        Raises:
            DraftError: ``key-unknown``; ``last-operator`` if nobody could make or end keys afterwards; as :meth:`issue` of *by*.
        """
        made_by = self.made_by(by)
        key = self._store.api_key(key_id)
        if key is None:
            raise DraftError("key-unknown", f"there is no API key {key_id!r}", help="List them with `guardrails keys`.")
        if key.revoked_ms:
            return key
        if (key,) == self.operators():
            raise DraftError(
                "last-operator",
                "without this key nobody could make or end keys",
                help="make another first: guardrails keys create --person ROLE --name WHO --scope operate",
            )
        revoked = dataclasses.replace(key, revoked_ms=self._log.clock())
        self._store.put_api_key(revoked)
        self._record("revoked", revoked, made_by)
        return revoked

    def operators(self) -> tuple[ApiKey, ...]:
        """Return the live keys of those who make and end keys."""
        live = (key for key in self._store.api_keys() if not key.revoked_ms)
        return tuple(key for key in live if key.principal.kind == "person" and _OPERATE in key.scopes)

    def list(self) -> tuple[ApiKey, ...]:
        """Return every key, revoked ones too, oldest first."""
        return self._store.api_keys()

    def made_by(self, by: Caller) -> dict[str, Json]:
        """
        Return what a record says of who makes or ends keys: how, as what, and by whose hands.

        Raises:
            DraftError: ``operator-needed`` without a key where there is an operator; ``person-needed`` or ``forbidden`` of a
                key that is no operator's.
        """
        who: Principal = by.principal
        if by.actor.credential:
            require(by, _OPERATE)
            if who.kind != "person":
                raise DraftError("person-needed", f"{who.kind} {who.id!r} may not make or end keys: only people do")
        elif self.operators():
            raise DraftError(
                "operator-needed",
                "only a person whose key has the scope “operate” makes and ends keys here",
                help="put that key into GUARDRAILS_KEY",
            )
        return {
            "how": "key" if by.actor.credential else BOOTSTRAP,
            "kind": who.kind,
            "role": _role(who),
            "ref": self._log.refs.actor(by.actor) if who.id else "",
        }

    def _record(self, event: str, key: ApiKey, made_by: dict[str, Json]) -> None:
        permitted: dict[str, Json] = {name: list(values) for name, values in key.permitted}
        self._log.append(
            "key_event",
            {
                "event": event,
                "key": key.id,
                "principal": {"kind": key.principal.kind, "ref": self._log.refs.principal(key.principal)},
                "role": _role(key.principal),
                "person_ref": self._log.refs.of("person", folded_name(key.person)),
                "made_by": made_by,
                "scopes": list(key.scopes),
                "permitted": permitted,
            },
        )


def _role(who: Principal) -> str:
    return who.id if who.kind == "person" else ""


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
