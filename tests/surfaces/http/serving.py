"""The application over a real ledger in a folder, as the tests of the HTTP surface use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from guardrails.audit.keys import ApiKeys
from guardrails.audit.log import AuditLog
from guardrails.audit.standing import Standing
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.gate import Gate
from guardrails.identity import engine_identity
from guardrails.model.context import Principal
from guardrails.model.draft import draft_json
from guardrails.pipeline import Evaluate
from guardrails.policy.bundle import bundle_bytes
from guardrails.policy.codec import policy_bytes
from guardrails.surfaces.http.access import authenticator
from guardrails.surfaces.http.app import application
from tests.e2e import nimbrel

PROBLEM_KEYS = {"type", "title", "status", "detail", "code", "help", "place"}


@cache
def _policy_bytes() -> tuple[bytes, bytes]:
    return policy_bytes(nimbrel.policy()), bundle_bytes(nimbrel.policy().bundle)


def gate_in(folder: Path, evaluate: Evaluate | None = None) -> Gate:
    """Return a gate over a new ledger in *folder*; the clock stands still."""

    def clock() -> int:
        return nimbrel.AS_OF_MS

    store = SqliteStore(folder / "ledger.db", busy_timeout_ms=50)
    log = AuditLog(store, SqliteKeys(folder / "keys.db"), clock)
    policy = nimbrel.policy()
    return Gate(
        policy=policy,
        evaluate=evaluate or nimbrel.evaluate(),
        log=log,
        standing=Standing(log),
        record=log.append_check,
        clock=clock,
        engine=engine_identity(embedded_engine().identity, policy),
        policy_bytes=_policy_bytes(),
    )


@dataclass(frozen=True)
class Served:
    """A client of the application, and what is behind it."""

    client: TestClient
    gate: Gate
    keys: ApiKeys
    app: FastAPI

    def check(self, body: Any = None, **more: Any) -> Any:
        """POST a draft, by default the one that passes."""
        return self.client.post("/v1/checks", json=passing() if body is None else body, **more)

    def key(self, *scopes: str, principal: Principal = nimbrel.AGENT, **permitted: Any) -> dict[str, str]:
        """Issue a key and return the header that shows it."""
        token, _ = self.keys.issue(principal=principal, scopes=scopes, **permitted)
        return {"Authorization": f"Bearer {token}"}


@contextmanager
def served(folder: Path, evaluate: Evaluate | None = None) -> Iterator[Served]:
    """Serve a new ledger in *folder* for the block; without keys everybody is the distribution agent."""
    gate = gate_in(folder, evaluate)
    keys = ApiKeys(gate.log)
    app = application(gate, authenticator(keys, nimbrel.AGENT), threads=2)
    try:
        with TestClient(app) as client:
            yield Served(client, gate, keys, app)
    finally:
        gate.close()


def passing() -> Any:
    """Return the body of the draft that passes."""
    return draft_json(nimbrel.draft(nimbrel.PASSING))


def bodies(text: str) -> Any:
    """Return a body with one field of plain *text*."""
    return {"fields": [{"id": "body", "text": text}]}


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """Assert that *response* is a problem document of the one shape, and return it."""
    assert (status, "application/problem+json") == (response.status_code, response.headers["content-type"])
    document = response.json()
    assert set(document) == PROBLEM_KEYS
    assert (status, code, f"urn:guardrails:problem:{code}") == (document["status"], document["code"], document["type"])
    assert document["title"]
    assert document["detail"]
    assert "Guardrails-Verdict" not in response.headers
    assert response.headers["Request-Id"]
    return dict(document)
