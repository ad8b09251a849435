"""Who calls: an API key, or on loopback without any keys the principal of the operator's settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guardrails.audit.keys import ApiKeys
from guardrails.errors import DraftError
from guardrails.model.context import Principal, Values

SCOPES = ("check", "read", "simulate")


@dataclass(frozen=True, slots=True)
class Caller:
    """A credential's meaning: principal, permitted context values and scopes."""

    principal: Principal
    permitted: Values
    scopes: tuple[str, ...]


Authenticate = Callable[[str], Caller]
"""From the ``Authorization`` header's value to a caller; raises DraftError ``unauthorized``."""


def require(caller: Caller, scope: str) -> None:
    """
    Refuse a caller without *scope*.

    Raises:
        DraftError: ``forbidden``.
    """
    if scope not in caller.scopes:
        raise DraftError(
            "forbidden",
            f"this key has not the scope “{scope}”",
            help=f"issue a key with it: guardrails keys create --scope {scope} …",
        )


def authenticator(keys: ApiKeys, fallback: Principal) -> Authenticate:
    """
    Return how callers are recognised: by API key if there are any, else all are *fallback* (loopback only).

    Without keys every scope is given: it is the operator's own machine.
    """

    def authenticate(authorization: str) -> Caller:
        if not authorization and not keys.list():
            return Caller(fallback, (), SCOPES)
        scheme, _, token = authorization.partition(" ")
        key = keys.verify(token.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise DraftError("unauthorized", "a valid API key is needed", help="send Authorization: Bearer gk_…")
        return Caller(key.principal, key.permitted, tuple(key.scopes))

    return authenticate
