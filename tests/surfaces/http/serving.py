"""The application over a real ledger in a folder, as the tests of the HTTP surface use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from guardrails.audit.keys import ApiKeys, Caller
from guardrails.gate import Gate
from guardrails.model.context import Actor, Principal
from guardrails.model.draft import draft_json
from guardrails.pipeline import Evaluate
from guardrails.surfaces.http.access import authenticator
from guardrails.surfaces.http.app import application
from tests.e2e import nimbrel
from tests.gates import Clock, activations_over, gate_in, live_over

PROBLEM_KEYS = {"type", "title", "status", "detail", "code", "help", "place"}


OPERATOR = Caller(Actor(Principal("person", "brand-lead"), "key-operator", "olga"))
"""Who makes keys."""


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
        """Have an operator issue a key (a person's under the name of its role) and return the header that shows it."""
        whose = {"person": principal.id} if principal.kind == "person" else {}
        token, _ = self.keys.issue(principal=principal, scopes=scopes, by=OPERATOR, **{**whose, **permitted})
        return {"Authorization": f"Bearer {token}"}


@contextmanager
def served(
    folder: Path,
    evaluate: Evaluate | None = None,
    clock: Clock | None = None,
    workspace: Path = nimbrel.WORKSPACE,
    principal: Principal = nimbrel.AGENT,
) -> Iterator[Served]:
    """Serve a new ledger in *folder* for the block; without keys everybody is *principal*."""
    gate = gate_in(folder, evaluate, clock)
    keys, live = ApiKeys(gate.log), live_over(gate)
    app = application(live, activations_over(gate, workspace), authenticator(keys, Actor(principal)), threads=2)
    try:
        with TestClient(app) as client:
            yield Served(client, gate, keys, app)
    finally:
        live.close()


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
