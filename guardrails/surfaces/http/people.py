"""
``/v1/reviews``, ``/v1/waivers``, ``/v1/disputes``, ``/v1/stops``, ``/v1/facts``: people answer and halt, agents read.

Agents read what became of their own; ``/v1/mentions`` lists the texts that rest on a fact, or say a phrase.

The routes are thin: who calls, the body as JSON, then the same functions as on the command line (``review/published``).
What was recorded is logged by id and kind, never by a word of text or by a person.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal, TypeVar

from fastapi import FastAPI, Query, Request
from starlette.responses import Response

from guardrails.model.canonical import Json, canonical
from guardrails.review import published
from guardrails.review.desk import Desk
from guardrails.review.reading import MAX_PAGE, require_reviewer
from guardrails.surfaces.http.body import body_of
from guardrails.surfaces.http.idempotency import Key
from guardrails.surfaces.http.recording import once, parsed, recorded
from guardrails.surfaces.http.service import Service

MAX_WAIT_S = 60
"""Longest time that a list of reviews waits for news."""

T = TypeVar("T")
Queue = Annotated[str, Query(max_length=200)]
What = Annotated[str, Query(max_length=400)]
Status = Annotated[Literal["open", "decided", "moot", "all"], Query()]
Wait = Annotated[int, Query(ge=0, le=MAX_WAIT_S)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
After = Annotated[str, Query(max_length=200)]
Version = Annotated[int, Query(ge=-1)]


def add_reviews(app: FastAPI, service: Service) -> None:
    """Add the routes of reviews to *app*."""

    @app.get("/v1/reviews", response_class=Response)
    async def listed(
        request: Request,
        queue: Queue = "",
        status: Status = "open",
        wait: Wait = 0,
        version: Version = -1,
        limit: Limit = MAX_PAGE,
        after: After = "",
    ) -> Response:
        caller = await service.caller(request, "review")
        await _at_desk(service, lambda desk: require_reviewer(desk, caller))
        if wait and version >= 0:
            with service.metrics.waiting.track_inprogress():
                await service.watch.other_than(version, wait, partial(_is_over, request))
        return _json(
            await _at_desk(
                service,
                lambda desk: published.list_reviews(desk, caller, queue=queue, status=status, limit=limit, after=after),
            )
        )

    @app.get("/v1/reviews/{review_id}", response_class=Response)
    async def shown(request: Request, review_id: str, *, show_personal_data: bool = False) -> Response:
        caller = await service.caller(request, "review", "read")
        return _json(
            await _at_desk(
                service, lambda desk: published.show_review(desk, caller, review_id, show_personal=show_personal_data)
            )
        )

    @app.post("/v1/reviews/{review_id}/decisions", response_class=Response)
    async def decided(request: Request, review_id: str, key: Key = "") -> Response:
        caller = await service.caller(request, "review")
        body = await body_of(request)
        value = parsed(body)
        call = partial(service.at_desk, lambda desk: published.answer_review(desk, caller, review_id, value))
        return await once(service, request, caller, key, body, service.lanes.check, call)


def add_waivers(app: FastAPI, service: Service) -> None:
    """Add the routes of waivers and disputes to *app*."""

    @app.get("/v1/waivers", response_class=Response)
    async def listed(request: Request) -> Response:
        caller = await service.caller(request, "read", "review")
        return _json(
            await service.lanes.short(partial(service.at_gate, lambda gate: published.list_waivers(gate, caller)))
        )

    @app.post("/v1/waivers", response_class=Response)
    async def requested(request: Request, key: Key = "") -> Response:
        caller = await service.caller(request, "check", "review")
        return await recorded(service, request, caller, key, published.request_waiver)

    @app.post("/v1/waivers/{waiver_id}/approval", response_class=Response)
    async def approved(request: Request, waiver_id: str, key: Key = "") -> Response:
        caller = await service.caller(request, "review")
        return await recorded(service, request, caller, key, published.approve_waiver, waiver_id, has_body=False)

    @app.delete("/v1/waivers/{waiver_id}", response_class=Response)
    async def ended(request: Request, waiver_id: str, key: Key = "") -> Response:
        caller = await service.caller(request, "review")
        return await recorded(service, request, caller, key, published.end_waiver, waiver_id, has_body=False)

    @app.post("/v1/disputes", response_class=Response)
    async def disputed(request: Request, key: Key = "") -> Response:
        caller = await service.caller(request, "check", "review")
        return await recorded(service, request, caller, key, published.dispute)


def add_stops(app: FastAPI, service: Service) -> None:
    """Add the routes of stops to *app*."""

    @app.get("/v1/stops", response_class=Response)
    async def listed(request: Request) -> Response:
        caller = await service.caller(request, "read", "review", "operate")
        return _json(
            await service.lanes.short(partial(service.at_gate, lambda gate: published.list_stops(gate, caller)))
        )

    @app.post("/v1/stops", response_class=Response)
    async def stopped(request: Request, key: Key = "") -> Response:
        caller = await service.caller(request, "operate")
        return await recorded(service, request, caller, key, published.set_stop)

    @app.delete("/v1/stops/{stop_id}", response_class=Response)
    async def resumed(request: Request, stop_id: str, key: Key = "") -> Response:
        caller = await service.caller(request, "operate")
        return await recorded(service, request, caller, key, published.end_stop, stop_id)


def add_facts(app: FastAPI, service: Service) -> None:
    """Add the routes of facts, and of the texts that rest on something, to *app*."""

    @app.get("/v1/facts", response_class=Response)
    async def listed(request: Request) -> Response:
        caller = await service.caller(request, "read", "review", "operate")
        return _json(
            await service.lanes.short(partial(service.at_gate, lambda gate: published.list_facts(gate, caller)))
        )

    @app.post("/v1/facts/{fact_id}/withdrawal", response_class=Response)
    async def withdrawn(request: Request, fact_id: str, key: Key = "") -> Response:
        caller = await service.caller(request, "operate")
        return await recorded(service, request, caller, key, published.withdraw_fact, fact_id)

    @app.delete("/v1/facts/{fact_id}/withdrawal", response_class=Response)
    async def restored(request: Request, fact_id: str, key: Key = "") -> Response:
        caller = await service.caller(request, "operate")
        return await recorded(service, request, caller, key, published.restore_fact, fact_id)

    @app.get("/v1/mentions", response_class=Response)
    async def mentioned(request: Request, what: What = "") -> Response:
        caller = await service.caller(request, "operate")
        return _json(
            await service.lanes.long(partial(service.at_gate, lambda gate: published.mentions(gate, caller, what)))
        )


async def _at_desk(service: Service, call: Callable[[Desk], T]) -> T:
    return await service.lanes.short(partial(service.at_desk, call))


async def _is_over(request: Request) -> bool:
    """Tell whether nobody waits for the answer any more: the caller has gone, or the server was told to stop."""
    return bool(request.app.state.is_stopping()) or await request.is_disconnected()


def _json(body: Json) -> Response:
    return Response(canonical(body), media_type="application/json")
