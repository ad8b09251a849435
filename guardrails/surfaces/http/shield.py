"""
The outermost layer: a request id, headers of every response, and a problem document for whatever escapes.

What escapes is a defect. Its message may hold copy, so only its type is logged and nothing of it is answered.
"""

from __future__ import annotations

import secrets

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guardrails.surfaces.http.metrics import Metrics
from guardrails.surfaces.http.problems import defect


class Shield:
    """ASGI middleware around *app*; defects are counted in *metrics* as ``defect``."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection; everything but HTTP is passed on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, started = secrets.token_hex(8), False

        async def marked(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["Request-Id"] = request_id
                headers["Cache-Control"] = "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, marked)
            except ClientDisconnect:
                structlog.get_logger().info("client_gone")
            except Exception as error:  # noqa: BLE001 - the last line of defence; the message may hold copy
                self._metrics.problems.labels("defect").inc()
                structlog.get_logger().error("request_failed", code="defect", error=type(error).__name__)
                if not started:
                    await defect()(scope, receive, marked)
