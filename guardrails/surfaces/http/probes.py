"""For the operator: alive, ready, metrics, OpenAPI. No key is needed and nothing of a draft is in any of them."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import Response

from guardrails.model.canonical import Json, canonical
from guardrails.surfaces.http.metrics import MEDIA_TYPE
from guardrails.surfaces.http.openapi import openapi
from guardrails.surfaces.http.service import Service


def add_probes(app: FastAPI, service: Service) -> None:
    """Add the routes to *app*."""
    document = canonical(openapi(service.gate.policy.workspace))

    @app.get("/livez", response_class=Response)
    async def livez() -> Response:
        return Response("ok\n", media_type="text/plain")

    @app.get("/readyz", response_class=Response)
    async def readyz() -> Response:
        head = await service.lanes.short(service.gate.log.head)
        ready: dict[str, Json] = {"policy": service.gate.policy.digest, "records": head.size}
        return Response(canonical(ready), media_type="application/json")

    @app.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type=MEDIA_TYPE)

    @app.get("/openapi.json", response_class=Response)
    async def described() -> Response:
        return Response(document, media_type="application/json")
