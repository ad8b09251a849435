"""
The remote engine: a real OPA server that serves the same bundle.

opa-python-client is transport only: ``query_rule`` and nothing else (its policy upload rewrites policies). Every
exception it lets through becomes an :class:`~guardrails.errors.EngineError`; an answer without ``result`` is one too,
and so is an answer from any revision but the one that was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from guardrails.backends.rego.archive import bundle_tar
from guardrails.decide.engine import ENTRYPOINT, parse_input, raw_decision
from guardrails.errors import EngineError, MissingDependencyError, SettingsError
from guardrails.model.policy import Bundle

__all__ = ["OpaEngine", "bundle_tar", "opa_engine"]

TIMEOUT_S = 1.5
"""How long one answer may take."""

_PARAMS = {"provenance": "true", "strict-builtin-errors": "true"}


def opa_engine(url: str, token: str | None = None) -> OpaEngine:
    """
    Return the engine behind *url* (``http://host:port`` or ``https://…``, without a path); *token* is a bearer token.

    Raises:
        MissingDependencyError: If opa-python-client is not installed.

        SettingsError: ``opa-url``, if *url* is not of that form.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise SettingsError("opa-url", "the URL of OPA must be http(s)://host:port", help="Leave out any path.")
    return OpaEngine(url=f"{parts.scheme}://{parts.netloc}", token=token or "")


@dataclass(frozen=True, slots=True)
class OpaEngine:
    """
    A :class:`~guardrails.decide.engine.RegoEngine` over HTTP.

    ``identity`` does not ask the server: what answers is pinned by the bundle's revision, which every answer states.
    """

    url: str
    token: str = field(default="", repr=False)
    _clients: list[Any] = field(default_factory=list, repr=False, compare=False)

    @property
    def identity(self) -> tuple[tuple[str, str], ...]:
        """The name and protocol of what decides; its exact version is OPA's own matter."""
        return (("opa", "data-api-v1"),)

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to a worker process without the open connection."""
        return opa_engine, (self.url, self.token)

    def decide(self, bundle: Bundle, input_bytes: bytes) -> bytes:
        """
        Return the raw decision as canonical JSON.

        Raises:
            EngineError: ``engine-bad-input``, ``engine-unreachable``, ``engine-refused``, ``engine-undefined``,
                ``engine-other-revision`` or ``engine-bad-json``.
        """
        answer = self._asked(parse_input(input_bytes))
        _require_revision(answer, bundle.digest)
        if "result" not in answer:
            raise EngineError("engine-undefined", "OPA's answer holds no result")
        return raw_decision(answer["result"])

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        while self._clients:
            self._clients.pop().close_connection()

    def _asked(self, facts: object) -> Mapping[str, Any]:
        import requests

        package, _, rule = ENTRYPOINT.rpartition("/")
        try:
            answer = self._client().query_rule(facts, package, rule, _PARAMS)
        except requests.exceptions.HTTPError as error:
            status = error.response.status_code if error.response is not None else 0
            raise EngineError("engine-refused", f"OPA answered with status {status}") from error
        except requests.exceptions.JSONDecodeError as error:
            raise EngineError("engine-bad-json", "OPA's answer is no JSON") from error
        except (requests.exceptions.RequestException, OSError) as error:
            raise EngineError("engine-unreachable", f"OPA did not answer: {type(error).__name__}") from error
        if not isinstance(answer, dict):
            raise EngineError("engine-bad-json", "OPA's answer is no object")
        return answer

    def _client(self) -> Any:
        if not self._clients:
            self._clients.append(_client(self.url, self.token))
        return self._clients[0]


def _client(url: str, token: str) -> Any:
    try:
        from opa_client.opa import OpaClient
    except ImportError as error:
        message = "the remote engine needs opa-python-client"
        raise MissingDependencyError("missing-opa-client", message, help="Install guardrails-gate[opa].") from error
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    client = OpaClient(
        host=parts.hostname,
        port=parts.port or (443 if is_tls else 80),
        ssl=is_tls,
        token=token or None,
        timeout=TIMEOUT_S,
        retries=0,
    )
    client._session.trust_env = False  # noqa: SLF001  (no proxy or CA file from the environment, and no public way)
    return client


def _require_revision(answer: Mapping[str, Any], digest: str) -> None:
    provenance = answer.get("provenance")
    bundles = provenance.get("bundles") if isinstance(provenance, dict) else None
    revisions = (
        [b.get("revision") for b in bundles.values() if isinstance(b, dict)] if isinstance(bundles, dict) else []
    )
    if revisions != [digest]:
        raise EngineError("engine-other-revision", "OPA serves another bundle than the one asked for")
