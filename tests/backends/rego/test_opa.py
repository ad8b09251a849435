"""The remote engine: whatever a server does, the answer is a decision or an engine error."""

from __future__ import annotations

import json
import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from guardrails.backends.rego.opa import opa_engine
from guardrails.errors import EngineError, SettingsError
from guardrails.model.policy import Bundle
from tests.rego.support import bundle
from tests.services import opa_server

BUNDLE = Bundle("sha256:ours", (), {})
OURS = {"bundles": {"main": {"revision": "sha256:ours"}}}


class _Scripted(BaseHTTPRequestHandler):
    """Answers every request with the server's script and remembers it."""

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        length = int(self.headers.get("Content-Length", "0"))
        server.seen.append((self.path, self.headers.get("Authorization"), self.rfile.read(length)))
        self.send_response(server.status)
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        self.wfile.write(server.body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


class _Server(HTTPServer):
    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Scripted)
        self.status, self.body = status, body
        self.seen: list[tuple[str, str | None, bytes]] = []


@contextmanager
def scripted(body: object, status: int = 200) -> Iterator[_Server]:
    """A server that always answers *body*."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with _Server(status, raw) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def code(body: object, status: int = 200) -> str:
    """The code of the error that *body* leads to."""
    with scripted(body, status) as server:
        engine = opa_engine(f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(EngineError) as failed:
            engine.decide(BUNDLE, b"{}")
        engine.close()
        return failed.value.code


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"result": {}}, 200, "engine-other-revision"),
        (
            {"result": {}, "provenance": {"bundles": {"main": {"revision": "sha256:theirs"}}}},
            200,
            "engine-other-revision",
        ),
        ({"result": {}, "provenance": {"bundles": {}}}, 200, "engine-other-revision"),
        (
            {"result": {}, "provenance": {"bundles": {**OURS["bundles"], "b": {"revision": "x"}}}},
            200,
            "engine-other-revision",
        ),
        ({"provenance": OURS}, 200, "engine-undefined"),
        ({"result": 1.5, "provenance": OURS}, 200, "engine-bad-json"),
        ([], 200, "engine-bad-json"),
        (b"nonsense", 200, "engine-bad-json"),
        ({"code": "internal_error"}, 500, "engine-refused"),
        ({}, 401, "engine-refused"),
        ({}, 503, "engine-refused"),
    ],
)
def test_every_odd_answer_has_its_code(body: object, status: int, expected: str) -> None:
    """Nothing but a result of the right revision is an answer."""
    assert code(body, status) == expected


def test_the_question_is_asked_strictly() -> None:
    """Provenance and strict built-ins are asked for, with the token, over the one entry point."""
    with scripted({"result": {"a": 1}, "provenance": OURS}) as server:
        engine = opa_engine(f"http://127.0.0.1:{server.server_port}", token="t0")
        raw = engine.decide(BUNDLE, b'{"b":2}')
        engine.close()

    path, token, body = server.seen[0]
    assert raw == b'{"a":1}'
    assert path == "/v1/data/guardrails/decision/decision?provenance=true&strict-builtin-errors=true"
    assert token == "Bearer t0"
    assert json.loads(body) == {"input": {"b": 2}}


def test_a_server_that_is_not_there_is_an_error() -> None:
    """No connection is no answer."""
    with scripted({}) as server:
        port = server.server_port
    with pytest.raises(EngineError) as failed:
        opa_engine(f"http://127.0.0.1:{port}").decide(BUNDLE, b"{}")

    assert failed.value.code == "engine-unreachable"


@pytest.mark.parametrize("url", ["", "localhost:8181", "ftp://x", "http://x/prefix", "http://"])
def test_a_url_that_cannot_work_is_refused_at_once(url: str) -> None:
    """The client cannot reach an OPA behind a path."""
    with pytest.raises(SettingsError):
        opa_engine(url)


def test_the_token_is_never_shown() -> None:
    """A representation in a log or a trace holds no secret."""
    assert "s3cret" not in repr(opa_engine("http://127.0.0.1:1", token="s3cret"))


def test_it_travels_to_a_worker() -> None:
    """The engine survives pickling."""
    engine = opa_engine("http://127.0.0.1:1", token="t")

    assert pickle.loads(pickle.dumps(engine)) == engine


def test_another_revision_of_a_real_opa_is_refused() -> None:
    """An OPA that serves yesterday's bundle does not decide today's check."""
    with opa_server(bundle()) as url, pytest.raises(EngineError) as failed:
        opa_engine(url).decide(Bundle("sha256:tomorrow", bundle().modules, bundle().data), b"{}")

    assert failed.value.code == "engine-other-revision"
