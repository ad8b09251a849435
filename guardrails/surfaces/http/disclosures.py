"""``/v1/checks/{check_id}/disclosures``: put on record that a client shows the personal data an answer masks."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI, Request
from starlette.responses import Response

from guardrails.audit.disclosure import SCOPE, record_disclosure
from guardrails.live import LiveGate
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import Actor
from guardrails.surfaces.http.service import Service


def add_disclosures(app: FastAPI, service: Service) -> None:
    """Add the route to *app*."""

    @app.post("/v1/checks/{check_id}/disclosures", response_class=Response)
    async def disclose(request: Request, check_id: str) -> Response:
        caller = await service.caller(request, SCOPE)
        given = await service.lanes.short(partial(_disclosed, service.live, check_id, caller.actor))
        return Response(given, media_type="application/json")


def _disclosed(live: LiveGate, check_id: str, actor: Actor) -> bytes:
    with live.lent() as gate:
        receipt = record_disclosure(gate.log, check_id, actor)
    audit: Json = {"record_id": receipt.record_id, "index": receipt.index, "leaf_hash": receipt.leaf_hash}
    return canonical({"schema": "guardrails.disclosure/v1", "check_id": check_id, "audit": audit})
