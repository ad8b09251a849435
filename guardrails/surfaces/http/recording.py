"""
What people do over HTTP is recorded once: the same request under the same ``Idempotency-Key`` gets the same answer.

The answer is remembered right after its record. A crash between the two leaves a record whose answer nobody has: sent
again, it is recorded again, or refused because it was done.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias

import structlog
from fastapi import Request
from starlette.responses import Response

from guardrails.audit.entry import Idempotency as Remembered
from guardrails.audit.keys import Caller
from guardrails.audit.log import AuditLog
from guardrails.errors import LedgerError
from guardrails.gate import Idempotency
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import Principal
from guardrails.surfaces.http.body import body_of
from guardrails.surfaces.http.idempotency import idempotency_of_act
from guardrails.surfaces.http.service import Service
from guardrails.text.draft_json import strict_json
from guardrails.text.load import decoded

_Given: TypeAlias = "tuple[dict[str, Json] | None, bytes]"


def parsed(body: bytes) -> object:
    """Return the JSON value of a body."""
    return strict_json(decoded("body", body), "body")


async def recorded(
    service: Service,
    request: Request,
    caller: Caller,
    key: str,
    record: Callable[..., dict[str, Json]],
    *arguments: object,
    has_body: bool = True,
) -> Response:
    """Have *record* called with gate, caller, *arguments* and the body, once per idempotency *key*."""
    body = await body_of(request) if has_body else b""
    more = [parsed(body)] if has_body else []
    call = partial(service.at_gate, lambda gate: record(gate, caller, *arguments, *more))
    return await once(service, request, caller, key, body, service.lanes.short, call)


async def once(
    service: Service,
    request: Request,
    caller: Caller,
    key: str,
    body: bytes,
    lane: Callable[[Callable[[], _Given]], Awaitable[_Given]],
    record: Callable[[], dict[str, Json]],
) -> Response:
    """Record something in a *lane*, or give the answer again that was given under this idempotency key."""
    what = f"{request.method} {request.url.path}"
    idempotency = idempotency_of_act(key, body, what, caller.actor.who)
    log = service.activations.log
    with service.in_flight.held(caller.principal, idempotency):
        answer, given = await lane(partial(_given, log, caller.principal, idempotency, record))
    if answer is not None:
        _account(service, answer)
        return Response(given, media_type="application/json")
    service.metrics.replays.inc()
    return Response(given, media_type="application/json", headers={"Idempotency-Replayed": "true"})


def _given(
    log: AuditLog, principal: Principal, idempotency: Idempotency | None, record: Callable[[], dict[str, Json]]
) -> _Given:
    """Return what was recorded just now and its bytes, or nothing and the bytes given before."""
    if idempotency:
        before = log.answers.given(principal, idempotency.key, idempotency.body_sha256, now_ms=log.clock())
        if before is not None:
            return None, before
    answer = record()
    given = canonical(answer)
    if idempotency:
        _remember(log, principal, idempotency, answer, given)
    return answer, given


def _remember(
    log: AuditLog, principal: Principal, idempotency: Idempotency, answer: dict[str, Any], given: bytes
) -> None:
    """Remember an answer beside its last record; the record is durable already, so failing here unsays nothing."""
    made = _records(answer)
    if not made:
        return
    wanted = Remembered(idempotency.key, idempotency.body_sha256, lambda _: given)
    try:
        log.answers.remember(principal, wanted, made[-1], now_ms=log.clock())
    except LedgerError as error:
        structlog.get_logger().error("answer_not_remembered", code=error.code, record_id=made[-1])


def _records(answer: dict[str, Any]) -> list[str]:
    """Return the ids of the records that an answer tells of; none where there was nothing to record."""
    if "audit" in answer:
        return [answer["audit"]["record_id"]]
    answers = (one["audit"] for one in answer.get("answers", ()))
    return [one["record_id"] for one in (*answers, *answer.get("records", ()))]


def _account(service: Service, answer: dict[str, Any]) -> None:
    """Count and log what was recorded: ids and codes."""
    for one in answer.get("answers", ()):
        service.metrics.answers.labels(one["decision"]).inc()
        structlog.get_logger().info(
            "review_answered", review=one["review"], decision=one["decision"], status=one["status"]
        )
    what = answer.get("what") or ("erased" if "records" in answer else "")
    for record_id in _records(answer) if what else ():
        structlog.get_logger().info("recorded", what=what, record_id=record_id)
