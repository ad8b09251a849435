"""
``/v1/subjects``, ``/v1/erasures``, ``/v1/approvals``, ``/v1/holds``, ``/v1/retention``: people's data.

And ``/v1/processing-record``: what whoever answers for it has to be able to show.

The routes are thin: who calls, the body as JSON, then the same functions as on the command line (``privacy/published``).
Names are in bodies only, never in an address. What was found is neither remembered nor logged: whoever asks again is
answered anew, and that too is on record.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from fastapi import FastAPI, Request
from starlette.responses import Response

from guardrails.audit.keys import Caller
from guardrails.gate import Gate
from guardrails.model.canonical import canonical
from guardrails.privacy import published
from guardrails.privacy.processing import processing_record
from guardrails.privacy.published import READING, RETAINING, SCOPE, Desk
from guardrails.privacy.shown import Published
from guardrails.surfaces.http.body import body_of
from guardrails.surfaces.http.idempotency import Key
from guardrails.surfaces.http.recording import once, parsed
from guardrails.surfaces.http.service import Service

Call = Callable[..., Published]


def add_privacy(app: FastAPI, service: Service) -> None:
    """Add the routes to *app*."""
    _add_subjects(app, service)
    _add_holds(app, service)
    long, short = service.lanes.long, service.lanes.short

    @app.post("/v1/erasures", response_class=Response)
    async def erased(request: Request, key: Key = "") -> Response:
        caller = await service.caller(request, SCOPE)
        return await _recorded(service, request, caller, key, long, published.erase)

    @app.get("/v1/erasures", response_class=Response)
    async def erasures(request: Request) -> Response:
        caller = await service.caller(request, *READING)
        return _json(await short(_at_desk(service, caller, published.list_erasures)))

    @app.get("/v1/erasures/{erasure_id}", response_class=Response)
    async def receipt(request: Request, erasure_id: str) -> Response:
        caller = await service.caller(request, SCOPE)
        return _json(await long(_at_desk(service, caller, published.show_receipt, erasure_id)))

    @app.get("/v1/approvals", response_class=Response)
    async def waiting(request: Request) -> Response:
        caller = await service.caller(request, SCOPE)
        return _json(await short(_at_desk(service, caller, published.list_approvals)))

    @app.get("/v1/processing-record", response_class=Response)
    async def processing(request: Request) -> Response:
        await service.caller(request, *READING)
        return _json(await short(partial(service.at_gate, lambda gate: processing_record(gate.policy))))

    @app.post("/v1/retention", response_class=Response)
    async def retained(request: Request, key: Key = "") -> Response:
        caller = await service.caller(request, *RETAINING)
        return await _recorded(service, request, caller, key, long, published.retention)


def _add_subjects(app: FastAPI, service: Service) -> None:
    @app.post("/v1/subjects:find", response_class=Response)
    async def found(request: Request) -> Response:
        return await _searched(service, request, "subject-find", published.find_subject)

    @app.post("/v1/subjects:export", response_class=Response)
    async def exported(request: Request) -> Response:
        return await _searched(service, request, "subject-export", published.export_subject)


def _add_holds(app: FastAPI, service: Service) -> None:
    short = service.lanes.short

    @app.get("/v1/holds", response_class=Response)
    async def listed(request: Request) -> Response:
        caller = await service.caller(request, *READING)
        return _json(await short(_at_desk(service, caller, published.list_holds)))

    @app.post("/v1/holds", response_class=Response)
    async def held(request: Request, key: Key = "") -> Response:
        caller = await service.caller(request, SCOPE)
        return await _recorded(service, request, caller, key, short, published.add_hold)

    @app.delete("/v1/holds/{hold_id}", response_class=Response)
    async def released(request: Request, hold_id: str, key: Key = "") -> Response:
        caller = await service.caller(request, SCOPE)
        return await _recorded(service, request, caller, key, short, published.end_hold, hold_id)


async def _searched(service: Service, request: Request, what: str, call: Call) -> Response:
    caller = await service.caller(request, SCOPE)
    value = parsed(await body_of(request))
    answer = await service.lanes.long(_at_desk(service, caller, call, value))
    structlog.get_logger().info("recorded", what=what)
    return _json(answer)


async def _recorded(
    service: Service,
    request: Request,
    caller: Caller,
    key: str,
    lane: Callable[[Callable[[], Any]], Awaitable[Any]],
    call: Call,
    *arguments: object,
) -> Response:
    """Have *call* called with a desk, *arguments* and the body, once per idempotency *key* if it records something."""
    body = await body_of(request)
    act = _at_desk(service, caller, call, *arguments, parsed(body))
    return await once(service, request, caller, key, body, lane, act)


def _at_desk(service: Service, caller: Caller, call: Call, *arguments: object) -> Callable[[], Published]:
    def at(gate: Gate) -> Published:
        return call(Desk(gate.log, gate.policy.workspace, caller), *arguments)

    return partial(service.at_gate, at)


def _json(body: Published) -> Response:
    return Response(canonical(body), media_type="application/json")
