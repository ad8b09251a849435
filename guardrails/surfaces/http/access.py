"""Who calls: an API key, or on loopback without any keys the principal of the operator's settings."""

from __future__ import annotations

from collections.abc import Callable

from guardrails.audit.keys import ApiKeys, Caller
from guardrails.model.context import Actor

Authenticate = Callable[[str], Caller]
"""From the ``Authorization`` header's value to a caller; raises DraftError ``unauthorized``."""


def authenticator(keys: ApiKeys, fallback: Actor) -> Authenticate:
    """
    Return how callers are recognised: by API key if there are any, else all are *fallback* (loopback only).

    Without keys every scope is given: it is the operator's own machine.
    """

    def authenticate(authorization: str) -> Caller:
        if not authorization and not keys.list():
            return Caller(fallback)
        scheme, _, token = authorization.partition(" ")
        return keys.caller(token.strip() if scheme.lower() == "bearer" else "")

    return authenticate
