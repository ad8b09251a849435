"""Run the application: one process with its event loop, one ledger writer and a pool of workers behind the gate."""

from __future__ import annotations

import ipaddress

import structlog
import uvicorn

from guardrails.audit.keys import ApiKeys
from guardrails.errors import SettingsError
from guardrails.gate import Gate
from guardrails.settings import Settings
from guardrails.surfaces.http.access import authenticator
from guardrails.surfaces.http.app import application


def serve(gate: Gate, keys: ApiKeys, settings: Settings) -> None:
    """
    Serve until stopped.

    Raises:
        SettingsError: ``not-loopback`` if there are no API keys and the host is more than this machine.
    """
    host, port = settings.host, settings.port
    if not keys.list() and not _is_loopback(host):
        gate.close()
        raise SettingsError(
            "not-loopback",
            f"without API keys the server binds to loopback only, not to {host}",
            help="issue a key first: guardrails keys create --agent NAME",
        )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ]
    )
    app = application(gate, authenticator(keys, settings.principal), threads=settings.workers * 4)
    structlog.get_logger().info("serving", host=host, port=port, policy_digest=gate.policy.digest)
    try:
        uvicorn.run(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=30)
    finally:
        gate.close()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
