"""Services that some tests need; a test without its service is skipped by name, or fails where services are required."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest

from guardrails.backends.rego.archive import bundle_tar
from guardrails.model.policy import Bundle

START_S = 20
"""How long OPA may take to answer its first health check."""


def require(service: str, available: bool, reason: str) -> None:
    """Skip the running test unless *available*; with ``GUARDRAILS_REQUIRE_SERVICES=1`` fail it instead."""
    if available:
        return
    message = f"{service} is not here: {reason}"
    if os.environ.get("GUARDRAILS_REQUIRE_SERVICES") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def opa_program() -> str:
    """Return the OPA to use (``GUARDRAILS_OPA``, else on PATH), or skip the running test."""
    found = os.environ.get("GUARDRAILS_OPA") or shutil.which("opa")
    require("opa", bool(found), "neither GUARDRAILS_OPA nor PATH names it")
    assert found is not None
    return found


@contextmanager
def opa_server(bundle: Bundle, port: int = 0) -> Iterator[str]:
    """Run a real OPA that serves *bundle*, on a free port if none is named; yield its URL. Afterwards it is killed."""
    program = opa_program()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "bundle.tar.gz"
        file.write_bytes(bundle_tar(bundle))
        address = f"127.0.0.1:{port or free_port()}"
        command = [program, "run", "--server", "--bundle", str(file), "--addr", address, "--log-level", "error"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                _wait_for(f"http://{address}/health", process)
                yield f"http://{address}"
            finally:
                process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    opener, end = build_opener(ProxyHandler({})), time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with opener.open(url, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    pytest.fail("OPA did not become healthy", pytrace=False)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def node_program() -> str:
    """Return Node (18 or later) on PATH, or skip the running test."""
    found = shutil.which("node")
    require("node", bool(found), "PATH does not name it")
    assert found is not None
    return found
