"""
``/v1/checks``: submit a draft, read an answer again.

A POST goes through these steps: 1. who calls; 2. read the body; 3. the answer given before under the same idempotency
key, or a new one from the gate; 4. count and log, without a word of the draft.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal

import structlog
from fastapi import FastAPI, Query, Request
from starlette.responses import Response

from guardrails.answer import StoredAnswer
from guardrails.audit.keys import Caller
from guardrails.errors import DraftError
from guardrails.gate import Idempotency
from guardrails.live import LiveGate
from guardrails.model.canonical import canonical
from guardrails.model.draft import CONTEXT_KEYS, Pairs
from guardrails.render.answer import answer_json
from guardrails.render.batch import batch_json, items_of
from guardrails.surfaces.http.body import body_of
from guardrails.surfaces.http.idempotency import Key, idempotency_of
from guardrails.surfaces.http.service import Service
from guardrails.text.draft_json import batch_from_json, draft_from_json
from guardrails.text.load import decoded
from guardrails.text.moment import moment_ms
from guardrails.wiring import across

AsOf = Annotated[str, Query(max_length=40)]
ContextOf = Annotated[Literal["caller", "draft"], Query()]


def add_checks(app: FastAPI, service: Service) -> None:
    """Add the routes to *app*."""

    @app.post("/v1/checks", response_class=Response)
    async def check(
        request: Request, idempotency_key: Key = "", as_of: AsOf = "", context_of: ContextOf = "caller"
    ) -> Response:
        started = time.perf_counter()
        caller = await service.caller(request, "simulate" if as_of else "check")  # 1.
        body = await body_of(request)  # 2.
        claimed = _claimed(request) if context_of == "draft" else None
        idempotency = idempotency_of(idempotency_key, body, as_of, claimed)
        with service.in_flight.held(caller.principal, idempotency), service.metrics.under_way.track_inprogress():
            call = partial(_given, service.live, caller, body, as_of, claimed, idempotency)
            given, replayed = await service.lanes.check(call)  # 3.
        answer = json.loads(given)
        _account(service, answer, time.perf_counter() - started, replayed=replayed)  # 4.
        return _answered(given, answer["assessment"]["verdict"], replayed=replayed)

    @app.post("/v1/checks:batch", response_class=Response)
    async def check_batch(request: Request, context_of: ContextOf = "caller") -> Response:
        started = time.perf_counter()
        caller = await service.caller(request, "check")
        body = await body_of(request)
        claimed = _claimed(request) if context_of == "draft" else None
        with service.metrics.under_way.track_inprogress():
            given = await service.lanes.check(partial(_given_batch, service.live, caller, body, claimed))
        took_s = (time.perf_counter() - started) / len(given["results"])
        for result in given["results"]:
            _account(service, result["answer"], took_s, replayed=False)
        return _answered(canonical(given), given["verdict"], replayed=False)

    @app.get("/v1/checks/{check_id}", response_class=Response)
    async def stored(request: Request, check_id: str) -> Response:
        await service.caller(request, "read")
        found = await service.lanes.short(partial(_stored, service.live, check_id))
        if found is None:
            raise DraftError("not-found", "no check has this id")
        given = canonical(answer_json(found))
        return _answered(given, json.loads(found.assessment_bytes)["verdict"], replayed=False)


def _claimed(request: Request) -> Pairs:
    """Return the context that the caller sets by query parameters, where the body's is the draft's own."""
    return tuple(sorted((key, request.query_params[key]) for key in CONTEXT_KEYS if key in request.query_params))


def _given(
    live: LiveGate, caller: Caller, body: bytes, as_of: str, claimed: Pairs | None, idempotency: Idempotency | None
) -> tuple[bytes, bool]:
    """Return the answer as JSON, and whether it was given before."""
    with live.lent() as gate:
        if idempotency and (before := gate.answered(caller.principal, idempotency)) is not None:
            return before, True
        draft = draft_from_json(decoded("body", body), "body")
        answer = gate.check(
            draft if claimed is not None else replace(draft, context=()),
            principal=caller.principal,
            who=caller.actor.who,
            permitted=caller.permitted,
            caller=draft.context if claimed is None else claimed,
            as_of_ms=_as_of_ms(as_of),
            idempotency=idempotency,
        )
    return canonical(answer_json(answer)), False


def _stored(live: LiveGate, check_id: str) -> StoredAnswer | None:
    with live.lent() as gate:
        return gate.stored(check_id)


def _given_batch(live: LiveGate, caller: Caller, body: bytes, claimed: Pairs | None) -> dict[str, Any]:
    """Return the answer to a batch: every item on record, and what they show together."""
    items = batch_from_json(decoded("body", body), "body")
    with live.lent() as gate:
        answers = gate.check_batch(
            [
                (replace(draft, context=()), draft.context) if claimed is None else (draft, claimed)
                for _, draft in items
            ],
            principal=caller.principal,
            permitted=caller.permitted,
            who=caller.actor.who,
        )
    results = [(name, draft, answer) for (name, draft), answer in zip(items, answers, strict=True)]
    return batch_json(results, across(items_of(results)))


def _as_of_ms(as_of: str) -> int | None:
    moment = moment_ms(as_of) if as_of else None
    if moment is not None and moment < 0:
        raise DraftError("bad-moment", "no policy is older than 1970", help="write 2026-12-01 or 2026-12-01T08:00:00Z")
    return moment


def _answered(given: bytes, verdict: str, *, replayed: bool) -> Response:
    headers = {"Guardrails-Verdict": verdict} | ({"Idempotency-Replayed": "true"} if replayed else {})
    return Response(given, media_type="application/json", headers=headers)


def _account(service: Service, answer: dict[str, Any], took_s: float, *, replayed: bool) -> None:
    """Count the answer and log one line of it: ids, codes and numbers."""
    assessment, metrics = answer["assessment"], service.metrics
    faults = [fault["code"] for fault in assessment["completeness"]["faults"]]
    if replayed:
        metrics.replays.inc()
    else:
        metrics.latency.observe(took_s)
        metrics.checks.labels(assessment["verdict"]).inc()
        for code in faults:
            metrics.faults.labels(code).inc()
    structlog.get_logger().info(
        "check_finished",
        check_id=answer["check_id"],
        policy_digest=assessment["policy"]["digest"],
        verdict=assessment["verdict"],
        binding=answer["binding"],
        findings=len(assessment["findings"]),
        reasons=[reason["code"] for reason in assessment["reasons"]],
        faults=faults,
        replayed=replayed,
        duration_us=round(took_s * 1_000_000),
        stages_us=answer["timing_us"],
    )
