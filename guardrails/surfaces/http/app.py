"""
The application: routes over one gate.

``POST /v1/checks`` answers 200 for every verdict, with the verdict in ``Guardrails-Verdict``; 4xx for bad requests; 503
and no verdict when the record could not be made durable. Every error is a problem document.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from guardrails import __version__
from guardrails.errors import GuardrailsError, LedgerError
from guardrails.live import LiveGate
from guardrails.review.activation import Activations
from guardrails.surfaces.http.access import Authenticate
from guardrails.surfaces.http.activating import add_activations, watch
from guardrails.surfaces.http.briefs import add_briefs
from guardrails.surfaces.http.checks import add_checks
from guardrails.surfaces.http.disclosures import add_disclosures
from guardrails.surfaces.http.lanes import Lanes
from guardrails.surfaces.http.metrics import Metrics
from guardrails.surfaces.http.people import add_facts, add_reviews, add_stops, add_waivers
from guardrails.surfaces.http.permits import add_permits
from guardrails.surfaces.http.policies import add_policies
from guardrails.surfaces.http.privacy import add_privacy
from guardrails.surfaces.http.probes import add_probes
from guardrails.surfaces.http.problems import problem_of, problem_of_parameters, problem_of_status, status_of
from guardrails.surfaces.http.service import Service
from guardrails.surfaces.http.shield import Shield


def application(live: LiveGate, activations: Activations, authenticate: Authenticate, *, threads: int) -> FastAPI:
    """
    Return the application over *live*; closing that is the caller's.

    Args:
        live: Lends the gate, to *threads* threads at once.

        activations: Puts policies in force on the ledger of that gate.

        authenticate: Turns the ``Authorization`` header into a caller.

        threads: How many checks may be under way at once.
    """
    service = Service(live, activations, authenticate, Lanes(threads))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(watch(service))
        yield
        watching.cancel()
        service.lanes.close()

    app = FastAPI(
        title="guardrails",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    add_probes(app, service)
    add_checks(app, service)
    add_disclosures(app, service)
    add_activations(app, service)
    add_policies(app, service)
    add_briefs(app, service)
    add_reviews(app, service)
    add_waivers(app, service)
    add_stops(app, service)
    add_facts(app, service)
    add_permits(app, service)
    add_privacy(app, service)
    _add_errors(app, service.metrics)
    app.add_middleware(Shield, metrics=service.metrics)
    app.state.is_stopping = lambda: False  # the server says so once it was told to stop
    return app


def _add_errors(app: FastAPI, metrics: Metrics) -> None:
    async def deliberate(_request: Request, error: Exception) -> Response:
        assert isinstance(error, GuardrailsError)
        metrics.problems.labels(error.code).inc()
        if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            reason = error.message if isinstance(error, LedgerError) else ""  # a file and SQLite's words, never copy
            structlog.get_logger().error("request_failed", code=error.code, error=type(error).__name__, reason=reason)
        return problem_of(error)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        metrics.problems.labels(HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")).inc()
        is_method = error.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        headers = {"Allow": _allowed(app, request.scope["path"])} if is_method else error.headers
        return problem_of_status(error.status_code, headers)

    async def misread(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        metrics.problems.labels("bad-parameter").inc()
        return problem_of_parameters(error.errors())

    app.add_exception_handler(GuardrailsError, deliberate)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, misread)


def _allowed(app: FastAPI, path: str) -> str:
    """Return the methods of every route at *path*; the framework names those of the first one only."""
    here = (route for route in app.routes if isinstance(route, Route) and route.path_regex.match(path))
    return ", ".join(sorted({method for route in here for method in route.methods or ()}))
