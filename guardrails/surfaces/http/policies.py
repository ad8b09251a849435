"""``/v1/policies``: the rules in force, in plain words and in full, and what they cost."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI, Request
from starlette.responses import Response

from guardrails.gate import Gate
from guardrails.impact.friction import friction as cost_of
from guardrails.impact.friction import friction_json
from guardrails.model.canonical import Json, canonical
from guardrails.policy.catalogue import policy_json, rule_called, rule_json
from guardrails.surfaces.http.service import Service


def add_policies(app: FastAPI, service: Service) -> None:
    """Add the routes to *app*."""

    @app.get("/v1/policies", response_class=Response)
    async def policies(request: Request, *, friction: bool = False) -> Response:
        await service.caller(request, "read")
        listed = service.at_gate(lambda gate: policy_json(gate.policy))
        if friction:
            listed["friction"] = await service.lanes.slow(partial(service.at_gate, _friction))
        return Response(canonical(listed), media_type="application/json")

    @app.get("/v1/policies/{rule}", response_class=Response)
    async def policy(request: Request, rule: str) -> Response:
        await service.caller(request, "read")
        found = service.at_gate(lambda gate: rule_json(rule_called(gate.policy, rule)))
        return Response(canonical(found), media_type="application/json")


def _friction(gate: Gate) -> dict[str, Json]:
    return friction_json(cost_of(gate.log, gate.clock()), dict(gate.policy.workspace.friction))
