"""
``/v1/policies/proposals`` and ``activations``: proposing, putting in force, what was; and the watch that takes up what is.

A POST of an activation puts what lies in the server's workspace in force, if another person has proposed it; one with
``rollback`` (``previous``, a digest, or how one begins) takes an earlier policy from the ledger.

A watch looks into the ledger once a second, because any process may write there. What it finds is started beside what
is served, and takes its place when it is ready.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Annotated, TypeVar

import structlog
from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.responses import Response

from guardrails.errors import DraftError, PolicyError
from guardrails.live import LiveGate, Refused, Swapped
from guardrails.model.canonical import Json, canonical
from guardrails.review.activation import Activations, Ask, Done
from guardrails.review.in_force import in_force_words
from guardrails.review.published_policies import done_json, history_json, proposals_json, proposed_json
from guardrails.surfaces.http.body import body_of
from guardrails.surfaces.http.service import Service

WATCH_S = 1.0
"""How often the ledger is asked what is in force."""

_Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


_T = TypeVar("_T")
_B = TypeVar("_B", bound=BaseModel)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    proposed_by: _Name = ""
    rollback: _Name = ""
    note: _Words = ""


class _ProposalBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    policy: _Name = ""
    note: _Words = ""


def add_activations(app: FastAPI, service: Service) -> None:
    """Add the routes to *app*."""

    @app.api_route("/v1/policies/proposals", methods=["GET", "POST"], response_class=Response)
    async def propose_or_list(request: Request) -> Response:
        if request.method == "GET":
            await service.caller(request, "read")
            return _json(await service.lanes.short(partial(proposals_json, service.activations.log)))
        caller = await service.caller(request, "operate", "review")
        body = _parsed(_ProposalBody, await body_of(request))
        call = partial(_refusing, service.activations, lambda desk: desk.propose(caller.actor, body.note, body.policy))
        return _json(proposed_json(await service.lanes.slow(call)))

    @app.api_route("/v1/policies/activations", methods=["GET", "POST"], response_class=Response)
    async def put_or_list(request: Request) -> Response:
        if request.method == "GET":
            await service.caller(request, "read")
            listed = await service.lanes.short(partial(history_json, service.activations.log))
            return _json(listed | {"serving": _serving(service.live)})
        caller = await service.caller(request, "operate")
        body = _parsed(_Body, await body_of(request))
        ask = Ask(caller.actor, body.proposed_by, body.note)
        done = await service.lanes.slow(partial(_put, service.activations, ask, body.rollback))
        await _take_up(service)
        return _json(done_json(done) | {"serving": _serving(service.live)})


async def watch(service: Service) -> None:
    """Take up what is in force, again and again; nothing but cancelling ends it."""
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            await _take_up(service)
        except Exception as error:  # noqa: BLE001 - a watch that ends would leave an old policy in force unseen
            structlog.get_logger().error("policy_watch_failed", error=type(error).__name__)


async def _take_up(service: Service) -> None:
    started = time.perf_counter()
    match await service.lanes.slow(service.live.refresh):
        case Swapped(before, after):
            service.metrics.swaps.inc()
            took_ms = round((time.perf_counter() - started) * 1000)
            structlog.get_logger().info("policy_swapped", before=before, policy_digest=after, duration_ms=took_ms)
        case Refused(digest, code, error):
            service.metrics.refused_policies.labels(code).inc()
            structlog.get_logger().error(
                "policy_refused", policy_digest=digest, code=code, error=error, serving=_serving(service.live)
            )


def _put(activations: Activations, ask: Ask, rollback: str) -> Done:
    """Put a policy in force."""
    if rollback:
        return activations.roll_back(ask, "" if rollback == "previous" else rollback)
    return _refusing(activations, lambda desk: desk.activate(ask))


def _refusing(activations: Activations, call: Callable[[Activations], _T]) -> _T:
    """Return what *call* does; what is wrong with the workspace is the caller's to know, with what goes on instead."""
    try:
        return call(activations)
    except PolicyError as error:
        more = len(error.problems) - 1
        others = f" (and {more} more)" if more > 0 else ""
        stays = f"{error.help} Nothing was activated: {in_force_words(activations.log)}.".strip()
        raise DraftError(error.code, f"{error.message}{others}", help=stays, place=error.place) from error


def _serving(live: LiveGate) -> str:
    with live.lent() as gate:
        return gate.policy.digest


def _json(body: dict[str, Json]) -> Response:
    return Response(canonical(body), media_type="application/json")


def _parsed(kind: type[_B], body: bytes) -> _B:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        code = "bad-json" if first["type"] == "json_invalid" else "bad-body"
        raise DraftError(code, f"{'.'.join(map(str, first['loc'])) or 'the body'}: {first['msg']}") from error
