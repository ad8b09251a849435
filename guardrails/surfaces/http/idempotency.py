"""Idempotency keys under way: a second request with a key whose first is not answered yet is told to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Header

from guardrails.errors import DraftError
from guardrails.gate import Idempotency
from guardrails.model.canonical import sha256_hex
from guardrails.model.context import Principal
from guardrails.model.draft import Pairs

Key = Annotated[str, Header(alias="Idempotency-Key", max_length=200)]
"""The header with which a client says that requests are one and the same."""


class InFlight:
    """The keys under way in this process; used on the event loop only."""

    def __init__(self) -> None:
        self._held: set[tuple[Principal, str]] = set()

    @contextmanager
    def held(self, principal: Principal, idempotency: Idempotency | None) -> Iterator[None]:
        """
        Hold the key of *principal* for the block.

        Raises:
            DraftError: ``idempotency-key-in-use``.
        """
        if idempotency is None:
            yield
            return
        name = principal, idempotency.key
        if name in self._held:
            raise DraftError(
                "idempotency-key-in-use",
                "a request with this idempotency key is under way",
                help="wait for its answer, then send it again",
            )
        self._held.add(name)
        try:
            yield
        finally:
            self._held.discard(name)


def idempotency_of(key: str, body: bytes, as_of: str, claimed: Pairs | None = None) -> Idempotency | None:
    """Return what the header *key* means for this request (body and what its query says), or None without one."""
    said = None if claimed is None else dict(claimed)
    return Idempotency(key, sha256_hex([sha256_hex(body), as_of, said])) if key else None


def idempotency_of_act(key: str, body: bytes, what: str, who: str) -> Idempotency | None:
    """Return what *key* means for something that is recorded: *what* is method and path, *who* tells people apart."""
    return Idempotency(key, sha256_hex([sha256_hex(body), what, who])) if key else None
