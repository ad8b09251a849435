"""
The application: routes over one gate.

``POST /v1/checks`` answers 200 for every verdict, with the verdict in ``Guardrails-Verdict``; 4xx for bad requests; 503
and no verdict when the record could not be made durable. Every error is a problem document.
"""

from __future__ import annotations

import asyncio
import functools
import json
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from difflib import get_close_matches
from http import HTTPStatus
from typing import Annotated, Protocol, TypeVar

import structlog
from fastapi import FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from guardrails import __version__
from guardrails.errors import DraftError, GuardrailsError
from guardrails.gate import Gate, Idempotency
from guardrails.model.canonical import canonical, sha256_hex
from guardrails.policy.catalogue import policy_json, rule_json
from guardrails.render.answer import answer_json
from guardrails.surfaces.http.access import Authenticate, Caller, require
from guardrails.surfaces.http.examples import CHECK_OPENAPI
from guardrails.surfaces.http.metrics import Metrics
from guardrails.surfaces.http.problems import problem, problem_of
from guardrails.text.draft_json import draft_from_json
from guardrails.text.load import decoded
from guardrails.text.moment import moment_ms

MAX_BODY = 4_000_000
T = TypeVar("T")


class Run(Protocol):
    """Runs a blocking call off the event loop."""

    def __call__(self, call: Callable[[], T], /) -> Awaitable[T]:
        """Return what *call* returns."""


AsOf = Annotated[
    str, Query(description="Judge as of this moment (ISO 8601). Needs the scope `simulate`; never binding.")
]
Key = Annotated[
    str,
    Header(alias="Idempotency-Key", max_length=200, description="The same key and body give the same answer for 24 h."),
]
Authorization = Annotated[str, Header()]


def application(gate: Gate, authenticate: Authenticate, *, threads: int) -> FastAPI:
    """
    Return the application over *gate*.

    Args:
        gate: Safe to call from *threads* threads.

        authenticate: Turns the ``Authorization`` header into a caller.

        threads: How many checks may be under way at once.
    """
    app = FastAPI(title="guardrails", version=__version__, docs_url=None, redoc_url=None)
    metrics, executor = Metrics(), ThreadPoolExecutor(threads, thread_name_prefix="check")

    async def run(call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(executor, call)

    _probes(app, gate, metrics, run)
    _checks(app, gate, authenticate, metrics, run)
    _policies(app, gate, authenticate)
    _errors(app, metrics)
    return app


def _checks(app: FastAPI, gate: Gate, authenticate: Authenticate, metrics: Metrics, run: Run) -> None:
    @app.post("/v1/checks", openapi_extra=CHECK_OPENAPI, summary="Check a draft", response_class=Response)
    async def check(
        request: Request, authorization: Authorization = "", idempotency_key: Key = "", as_of: AsOf = ""
    ) -> Response:
        started = time.perf_counter()
        caller = authenticate(authorization)
        require(caller, "simulate" if as_of else "check")
        body = await _body(request)
        given = await run(functools.partial(_given, gate, caller, body, idempotency_key, as_of))
        metrics.latency.observe(time.perf_counter() - started)
        return _answered(given, metrics)

    @app.get("/v1/checks/{check_id}", summary="An answer given before", response_class=Response)
    async def stored(check_id: str, authorization: Authorization = "") -> Response:
        require(authenticate(authorization), "read")
        found = await run(functools.partial(gate.stored, check_id))
        if found is None:
            raise DraftError("not-found", f"no check has the id {check_id!r}")
        return Response(canonical(answer_json(found)), media_type="application/json")


def _policies(app: FastAPI, gate: Gate, authenticate: Authenticate) -> None:
    @app.get("/v1/policies", summary="The rules in force", response_class=Response)
    async def policies(authorization: Authorization = "") -> Response:
        require(authenticate(authorization), "read")
        return Response(canonical(policy_json(gate.policy)), media_type="application/json")

    @app.get("/v1/policies/{rule}", summary="One rule, in plain words and in full", response_class=Response)
    async def policy(rule: str, authorization: Authorization = "") -> Response:
        require(authenticate(authorization), "read")
        found = next((one for one in gate.policy.rules if one.id == rule), None)
        if found is None:
            near = get_close_matches(rule, [one.id for one in gate.policy.rules], n=1)
            raise DraftError(
                "not-found", f"no rule has the id {rule!r}", help=f"did you mean {near[0]}?" if near else ""
            )
        return Response(canonical(rule_json(found)), media_type="application/json")


def _probes(app: FastAPI, gate: Gate, metrics: Metrics, run: Run) -> None:
    @app.get("/livez", summary="The process answers", response_class=Response)
    async def livez() -> Response:
        return Response("ok\n", media_type="text/plain")

    @app.get("/readyz", summary="Policy loaded and ledger reachable", response_class=Response)
    async def readyz() -> Response:
        head = await run(gate.log.head)
        return Response(canonical({"policy": gate.policy.digest, "records": head.size}), media_type="application/json")

    @app.get("/metrics", summary="Prometheus metrics", response_class=Response)
    async def exposition() -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")


def _errors(app: FastAPI, metrics: Metrics) -> None:
    async def deliberate(_request: Request, error: Exception) -> Response:
        assert isinstance(error, GuardrailsError)
        metrics.problems.labels(error.code).inc()
        return problem_of(error)

    async def framework(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.UNPROCESSABLE_ENTITY
        code = HTTPStatus(status).phrase.lower().replace(" ", "-")
        return problem(status, code, HTTPStatus(status).description or HTTPStatus(status).phrase)

    async def defect(_request: Request, error: Exception) -> Response:
        structlog.get_logger().error("request_failed", error=type(error).__name__)
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "defect", "this is a defect of ours; nothing was decided")

    app.add_exception_handler(GuardrailsError, deliberate)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(RequestValidationError, framework)
    app.add_exception_handler(Exception, defect)


def _given(gate: Gate, caller: Caller, body: bytes, key: str, as_of: str) -> bytes:
    """Return the answer as JSON: the one given before under the same key, or a new one."""
    idempotency = Idempotency(key, sha256_hex(body + as_of.encode())) if key else None
    if idempotency and (before := gate.answered(caller.principal, idempotency)) is not None:
        return before
    draft = draft_from_json(decoded("body", body), "body")
    answer = gate.check(
        replace(draft, context=()),
        principal=caller.principal,
        permitted=caller.permitted,
        caller=draft.context,
        as_of_ms=moment_ms(as_of) if as_of else None,
        idempotency=idempotency,
    )
    return canonical(answer_json(answer))


def _answered(given: bytes, metrics: Metrics) -> Response:
    assessment = json.loads(given)["assessment"]
    metrics.checks.labels(assessment["verdict"]).inc()
    for fault in assessment["completeness"]["faults"]:
        metrics.faults.labels(fault["code"]).inc()
    return Response(given, media_type="application/json", headers={"Guardrails-Verdict": assessment["verdict"]})


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise DraftError("too-large", f"the body is larger than {MAX_BODY} bytes")
    return bytes(body)
