"""
``/v1/checks/{check_id}/permit`` and ``/v1/permits``: permits are issued, shown, verified and revoked.

The routes are thin: who calls, the body as JSON, then the same functions as on the command line (``review/permit_desk``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

import structlog
from fastapi import FastAPI, Query, Request
from starlette.responses import Response

from guardrails.audit.keys import SCOPES
from guardrails.gate import Gate
from guardrails.model.canonical import canonical
from guardrails.review import permit_desk
from guardrails.surfaces.http.body import body_of
from guardrails.surfaces.http.service import Service
from guardrails.text.draft_json import strict_json
from guardrails.text.load import decoded
from guardrails.text.moment import end_ms, moment_ms
from guardrails.wiring import html_of

Moment = Annotated[str, Query(max_length=40)]
_LAST_MS = 253_402_300_799_999  # the end of the year 9999
Status = Annotated[Literal["live", "all"], Query()]


def add_permits(app: FastAPI, service: Service) -> None:
    """Add the routes to *app*."""
    _add_issuing(app, service)
    _add_files(app, service)

    _add_published(app, service)

    @app.get("/v1/permits", response_class=Response)
    async def listed(request: Request, status: Status = "live") -> Response:
        caller = await service.caller(request, "check", "read", "review", "operate")
        return await _answered(service, lambda gate: permit_desk.list_permits(gate, caller, status=status))

    @app.get("/v1/permits/{permit_id}", response_class=Response)
    async def shown(request: Request, permit_id: str) -> Response:
        caller = await service.caller(request, "check", "read", "review", "operate")
        return await _answered(service, lambda gate: permit_desk.show_permit(gate, caller, permit_id))

    @app.post("/v1/permits/{permit_id}/revocation", response_class=Response)
    async def revoked(request: Request, permit_id: str) -> Response:
        caller, value = await service.caller(request, "operate"), await _value(request)
        return await _recorded(service, lambda gate: permit_desk.revoke_permit(gate, caller, permit_id, value))


def _add_issuing(app: FastAPI, service: Service) -> None:
    @app.post("/v1/checks/{check_id}/permit", response_class=Response)
    async def issued(request: Request, check_id: str) -> Response:
        caller = await service.caller(request, "check", "review", "operate")
        return await _recorded(service, lambda gate: permit_desk.issue_permit(gate, caller, check_id, html_of))

    @app.post("/v1/checks/{check_id}/break-glass", response_class=Response)
    async def broken(request: Request, check_id: str) -> Response:
        caller, value = await service.caller(request, "review"), await _value(request)
        return await _recorded(
            service, lambda gate: permit_desk.ask_break_glass(gate, caller, check_id, value, html_of)
        )

    @app.post("/v1/permits:verify", response_class=Response)
    async def verified(request: Request) -> Response:
        caller, value = await service.caller(request, *SCOPES), await _value(request)
        return await _answered(service, lambda gate: permit_desk.verify_permit(gate, caller, value, html_of))


def _add_files(app: FastAPI, service: Service) -> None:
    @app.get("/v1/permits/revocations", response_class=Response)
    async def revocations(request: Request) -> Response:
        caller = await service.caller(request, *SCOPES)
        return await _text(service, lambda gate: permit_desk.revocation_list(gate, caller))

    @app.get("/v1/permits/trust", response_class=Response)
    async def trust(request: Request) -> Response:
        caller = await service.caller(request, *SCOPES)
        return await _text(service, lambda gate: permit_desk.trust_file(gate, caller), "application/json")

    @app.get("/v1/permits/{permit_id}/proof", response_class=Response)
    async def proof(request: Request, permit_id: str) -> Response:
        caller = await service.caller(request, *SCOPES)
        return await _text(service, lambda gate: permit_desk.permit_proof(gate, caller, permit_id))

    @app.post("/v1/approver-keys", response_class=Response)
    async def registered(request: Request) -> Response:
        caller, value = await service.caller(request, "review"), await _value(request)
        return await _recorded(service, lambda gate: permit_desk.register_key(gate, caller, value))

    @app.delete("/v1/approver-keys", response_class=Response)
    async def ended(request: Request) -> Response:
        caller, value = await service.caller(request, "review", "operate"), await _value(request)
        return await _recorded(service, lambda gate: permit_desk.end_key(gate, caller, value))


def _add_published(app: FastAPI, service: Service) -> None:
    @app.post("/v1/published", response_class=Response)
    async def published(request: Request) -> Response:
        caller, value = await service.caller(request, "check", "operate"), await _value(request)
        return await _recorded(service, lambda gate: permit_desk.add_published(gate, caller, value))

    @app.get("/v1/published", response_class=Response)
    async def publications(request: Request, since: Moment = "", until: Moment = "") -> Response:
        caller = await service.caller(request, "read", "operate")
        first, end = moment_ms(since) if since else 0, end_ms(until) if until else _LAST_MS
        return await _answered(service, lambda gate: permit_desk.list_published(gate, caller, first, end))


async def _value(request: Request) -> object:
    return strict_json(decoded("body", await body_of(request)), "body")


async def _answered(service: Service, call: Callable[[Gate], dict[str, Any]]) -> Response:
    return Response(canonical(await service.lanes.check(partial(service.at_gate, call))), media_type="application/json")


async def _recorded(service: Service, call: Callable[[Gate], dict[str, Any]]) -> Response:
    """Answer and log what was recorded: ids and codes."""
    answer = await service.lanes.check(partial(service.at_gate, call))
    what = answer.get("what") or answer.get("outcome") or "permit-issued"
    structlog.get_logger().info("recorded", what=what, record_id=answer["audit"]["record_id"])
    return Response(canonical(answer), media_type="application/json")


async def _text(service: Service, call: Callable[[Gate], str], kind: str = "text/plain") -> Response:
    return Response(await service.lanes.short(partial(service.at_gate, call)), media_type=kind)
