"""``/v1/policies``: the rules in force, in plain words and in full."""

from __future__ import annotations

from difflib import get_close_matches

from fastapi import FastAPI, Request
from starlette.responses import Response

from guardrails.errors import DraftError
from guardrails.model.canonical import canonical
from guardrails.model.policy import CompiledPolicy, Rule
from guardrails.policy.catalogue import policy_json, rule_json
from guardrails.surfaces.http.service import Service


def add_policies(app: FastAPI, service: Service) -> None:
    """Add the routes to *app*."""

    @app.get("/v1/policies", response_class=Response)
    async def policies(request: Request) -> Response:
        await service.caller(request, "read")
        with service.live.lent() as gate:
            return Response(canonical(policy_json(gate.policy)), media_type="application/json")

    @app.get("/v1/policies/{rule}", response_class=Response)
    async def policy(request: Request, rule: str) -> Response:
        await service.caller(request, "read")
        with service.live.lent() as gate:
            return Response(canonical(rule_json(_rule(gate.policy, rule))), media_type="application/json")


def _rule(policy: CompiledPolicy, wanted: str) -> Rule:
    found = next((rule for rule in policy.rules if rule.id == wanted), None)
    if found is None:
        near = get_close_matches(wanted, [rule.id for rule in policy.rules], n=1)
        raise DraftError("not-found", "no rule has this id", help=f"did you mean {near[0]}?" if near else "")
    return found
