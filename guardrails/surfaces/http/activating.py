"""
``/v1/policies/activations``: what people put in force, putting in force; and the watch that takes up what is.

A POST with ``proposed_by`` activates what lies in the server's workspace, one with ``rollback`` (``previous``, a digest, or
how one begins) takes an earlier policy from the ledger.

A watch looks into the ledger once a second, because any process may write there. What it finds is started beside what
is served, and takes its place when it is ready.
"""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Annotated

import structlog
from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.responses import Response

from guardrails.errors import DraftError, PolicyError
from guardrails.live import LiveGate, Refused, Swapped
from guardrails.model.canonical import Json, canonical
from guardrails.policy.diff import diff_json
from guardrails.render.moment import rfc3339
from guardrails.review.activation import Activations, Ask, Done
from guardrails.review.in_force import Activation, activations, in_force_words
from guardrails.surfaces.http.body import body_of
from guardrails.surfaces.http.service import Service

WATCH_S = 1.0
"""How often the ledger is asked what is in force."""

_Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    proposed_by: _Name = ""
    rollback: _Name = ""
    note: _Words = ""


def add_activations(app: FastAPI, service: Service) -> None:
    """Add the route to *app*."""

    @app.api_route("/v1/policies/activations", methods=["GET", "POST"], response_class=Response)
    async def put_or_list(request: Request) -> Response:
        if request.method == "GET":
            await service.caller(request, "read")
            return _json(await service.lanes.short(partial(_history, service)))
        caller = await service.caller(request, "operate")
        body = _parsed(await body_of(request))
        ask = Ask(caller.actor, body.proposed_by, body.note)
        done = await service.lanes.slow(partial(_put, service.activations, ask, body.rollback))
        await _take_up(service)
        return _json(_done_json(done) | {"serving": _serving(service.live)})


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
    """Put a policy in force; what is wrong with the workspace is the caller's to know, with what goes on instead."""
    if rollback:
        if ask.proposed_by:
            raise DraftError("bad-body", "a rollback takes one person", help="leave out proposed_by")
        return activations.roll_back(ask, "" if rollback == "previous" else rollback)
    try:
        return activations.activate(ask)
    except PolicyError as error:
        more = len(error.problems) - 1
        others = f" (and {more} more)" if more > 0 else ""
        stays = f"{error.help} Nothing was activated: {in_force_words(activations.log)}.".strip()
        raise DraftError(error.code, f"{error.message}{others}", help=stays, place=error.place) from error


def _history(service: Service) -> dict[str, Json]:
    """Return ``guardrails.activations/v1``: every activation, newest first, and what this server serves."""
    listed = [_activation_json(one) for one in reversed(activations(service.activations.log))]
    return {"schema": "guardrails.activations/v1", "activations": listed, "serving": _serving(service.live)}


def _done_json(done: Done) -> dict[str, Json]:
    """Return what was put in force as ``guardrails.activation/v1``."""
    body = {"schema": "guardrails.activation/v1", **_activation_json(done.activation)}
    return body | {"diff": diff_json(done.difference)}


def _activation_json(one: Activation) -> dict[str, Json]:
    return {
        "record_id": one.record,
        "at": rfc3339(one.at_ms),
        "event": one.event,
        "policy_digest": one.digest,
        "previous_digest": one.previous,
        "approved_by": one.role,
        "proposed_by": one.proposed_by,
        "commit": {"revision": one.commit.revision, "dirty": one.commit.dirty},
    }


def _serving(live: LiveGate) -> str:
    with live.lent() as gate:
        return gate.policy.digest


def _json(body: dict[str, Json]) -> Response:
    return Response(canonical(body), media_type="application/json")


def _parsed(body: bytes) -> _Body:
    try:
        return _Body.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        code = "bad-json" if first["type"] == "json_invalid" else "bad-body"
        raise DraftError(code, f"{'.'.join(map(str, first['loc'])) or 'the body'}: {first['msg']}") from error
