"""C2SP tlog-witness over HTTP: a server for one witness, and asking one at a URL."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from guardrails.audit.witness import Reply, Witness
from guardrails.errors import GuardrailsError, LedgerError, SettingsError

PATH = "/add-checkpoint"
_MAX_BYTES = 1 << 16
_TIMEOUT_S = 10
_TYPES = {409: "text/x.tlog.size"}


def witness_server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """
    Return a server that answers ``POST /add-checkpoint`` for *witness*; ``serve_forever`` runs it.

    Raises:
        SettingsError: ``bad-address`` if it cannot be listened on.
    """
    handler = type("Handler", (_Handler,), {"witness": witness})
    try:
        return ThreadingHTTPServer((host, port), handler)
    except OSError as error:
        raise SettingsError("bad-address", f"cannot listen on {host}, port {port}: {error.strerror}") from error


def asking(url: str) -> Callable[[str], Reply]:
    """
    Return what puts a request to the witness whose submission prefix is *url*, or raises ``witness-unreachable``.

    Raises:
        SettingsError: ``bad-address`` if it is no address.
    """
    if not url.startswith(("http://", "https://")):
        raise SettingsError("bad-address", f"{url!r} is no address of a witness", help="http://HOST:PORT")
    return partial(_asked, url)


def _asked(url: str, request: str) -> Reply:
    sent = Request(url.rstrip("/") + PATH, request.encode(), {"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310 - http(s) only, see asking
    try:
        with urlopen(sent, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - as above
            return Reply(answer.status, answer.read(_MAX_BYTES).decode("utf-8", "replace"))
    except HTTPError as error:
        with error:
            return Reply(error.code, error.read(_MAX_BYTES).decode("utf-8", "replace"))
    except (URLError, OSError, HTTPException) as error:
        raise LedgerError(
            "witness-unreachable", f"no witness answers at {url}", help="The checkpoint is kept; ask again later."
        ) from error


class _Handler(BaseHTTPRequestHandler):
    witness: ClassVar[Witness]
    protocol_version = "HTTP/1.1"
    timeout = _TIMEOUT_S
    server_version, sys_version = "guardrails-witness", ""

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != PATH or not (length.isascii() and length.isdigit()) or int(length[:9]) > _MAX_BYTES:
            self.close_connection = True
            self._answer(Reply(404 if self.path != PATH else 413))
            return
        try:
            reply = self.witness.add_checkpoint(self.rfile.read(int(length)).decode("utf-8"))
        except UnicodeDecodeError:
            reply = Reply(400)
        except (GuardrailsError, OSError):
            reply = Reply(500)  # what was seen may not be durable: nothing is cosigned
        self._answer(reply)

    def _answer(self, reply: Reply) -> None:
        body = reply.body.encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", _TYPES.get(reply.status, "text/plain; charset=utf-8"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: what matters is in the witness's folder."""
