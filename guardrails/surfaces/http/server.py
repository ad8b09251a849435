"""Run the application: one process with its event loop, one ledger writer and a pool of workers behind the gate."""

from __future__ import annotations

import ipaddress
import signal
import socket
from types import FrameType
from typing import NoReturn

import structlog
import uvicorn

from guardrails.audit.keys import ApiKeys
from guardrails.errors import SettingsError
from guardrails.live import LiveGate
from guardrails.review.activation import Activations
from guardrails.settings import Settings
from guardrails.surfaces.http.access import authenticator
from guardrails.surfaces.http.app import application
from guardrails.surfaces.http.logs import configure_logs

DRAIN_S = 30
"""How long requests under way may take once the server was told to stop."""


def serve(live: LiveGate, activations: Activations, keys: ApiKeys, settings: Settings) -> None:
    """
    Serve until stopped (SIGTERM or SIGINT), finish what is under way, close *live*.

    Raises:
        SettingsError: ``not-loopback`` if there are no API keys and the host is more than this machine;
            ``bad-address`` if it cannot be listened on.
    """
    try:
        _require_safe(keys, settings.host)
        configure_logs()
        signal.signal(signal.SIGTERM, _stop)  # uvicorn raises it again once it has finished
        with _listening(settings.host, settings.port) as listener:
            authenticate = authenticator(keys, settings.actor)
            app = application(live, activations, authenticate, threads=settings.workers * 4)
            host, port = listener.getsockname()[:2]
            with live.lent() as gate:
                digest = gate.policy.digest
            structlog.get_logger().info("serving", host=host, port=port, policy_digest=digest)
            server = _server(app)
            app.state.is_stopping = lambda: server.should_exit
            server.run([listener])
    finally:
        live.close()


def _server(app: object) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,  # type: ignore[arg-type]  # uvicorn's own protocol of an ASGI application
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=DRAIN_S,
        )
    )


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            "bad-address",
            f"cannot listen on {host}, port {port}: {error.strerror}",
            help="choose others: guardrails serve --host ADDRESS --port PORT",
        ) from error


def _require_safe(keys: ApiKeys, host: str) -> None:
    if not keys.list() and not _is_loopback(host):
        raise SettingsError(
            "not-loopback",
            f"without API keys the server binds to loopback only, not to {host}",
            help="issue a key first: guardrails keys create --agent NAME",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
