"""For the operator: alive, ready, metrics, OpenAPI. No key is needed and nothing of a draft is in any of them."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI
from starlette.responses import Response

from guardrails.live import LiveGate
from guardrails.model.canonical import Json, canonical
from guardrails.surfaces.http.metrics import MEDIA_TYPE
from guardrails.surfaces.http.openapi.document import openapi
from guardrails.surfaces.http.service import Service


def add_probes(app: FastAPI, service: Service) -> None:
    """Add the routes to *app*."""

    @app.get("/livez", response_class=Response)
    async def livez() -> Response:
        return Response("ok\n", media_type="text/plain")

    @app.get("/readyz", response_class=Response)
    async def readyz() -> Response:
        ready = await service.lanes.short(partial(_ready, service.live))
        return Response(canonical(ready), media_type="application/json")

    @app.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type=MEDIA_TYPE)

    @app.get("/openapi.json", response_class=Response)
    async def described() -> Response:
        with service.live.lent() as gate:
            return Response(canonical(openapi(gate.policy, gate.clock())), media_type="application/json")


def _ready(live: LiveGate) -> dict[str, Json]:
    """Return what is served; and what is in force and is not, where it could not be started."""
    with live.lent() as gate:
        ready: dict[str, Json] = {"policy": gate.policy.digest, "records": gate.log.head().size}
    refused = live.refused
    return ready | ({"refused": {"policy": refused.digest, "code": refused.code}} if refused else {})
