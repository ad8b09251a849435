"""
The command line as a thin client: the same commands, answered by a server (``--server``, ``GUARDRAILS_URL``).

Standard library only, imported when a server is asked: a check on this machine needs none of it. A problem document
becomes the error that the server met, with its code and help; a server that cannot be reached, or answers with anything
else, is ``server-unreachable`` or ``bad-answer`` (exit 4): there is no verdict.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

import click

from guardrails.errors import DraftError, GuardrailsError, Place, UnavailableError
from guardrails.model.canonical import Json, canonical
from guardrails.model.draft import Draft, Pairs, draft_json
from guardrails.render.moment import rfc3339

if TYPE_CHECKING:
    from guardrails.render.reading import ReadAnswer

F = TypeVar("F", bound=Callable[..., object])

PATIENCE_S = 90
"""How long one answer may take; longer than the longest poll of the server."""

_UNKNOWN = "it was sent, so it may have been done all the same: look before you send it again"

_SERVER_ERRORS = 500


def server_option(command: F) -> F:
    """Add ``--server``."""
    return click.option(
        "--server", envvar="GUARDRAILS_URL", metavar="URL", help="Ask this server; GUARDRAILS_KEY says who asks."
    )(command)


@dataclass(frozen=True, slots=True)
class Server:
    """A server at *address* (``https://gate.example``), called with the API key *token* (empty for none)."""

    address: str
    token: str = field(default="", repr=False)

    def check(self, draft: Draft, *, caller: Pairs, as_of_ms: int | None) -> ReadAnswer:
        """
        Have *draft* checked, what it says of itself and what the caller says kept apart.

        Raises:
            GuardrailsError: What the server met, or ``server-unreachable`` or ``bad-answer``.
        """
        from guardrails.render.reading import answer_of

        query = [("context_of", "draft"), *caller]
        if as_of_ms is not None:
            query.append(("as_of", rfc3339(as_of_ms)))
        return answer_of(self.ask("POST", "/v1/checks", body=draft_json(draft), query=query))

    def check_batch(
        self, named: Sequence[tuple[str, Draft]], *, caller: Pairs
    ) -> tuple[list[ReadAnswer], dict[str, Json]]:
        """
        Have drafts checked that belong together; return the answers, and ``guardrails.batch-answer/v1`` of all of them.

        Raises:
            GuardrailsError: See :meth:`check`.
        """
        from guardrails.render.reading import answer_of

        items: list[Json] = [{"id": name, "draft": draft_json(draft)} for name, draft in named]
        batch: Json = {"schema": "guardrails.batch/v1", "items": items}
        data = self.ask("POST", "/v1/checks:batch", body=batch, query=[("context_of", "draft"), *caller])
        try:
            body: dict[str, Json] = json.loads(data)
            results = cast("list[dict[str, Json]]", body["results"])
            return [answer_of(canonical(one["answer"])) for one in results], body
        except (ValueError, KeyError, TypeError) as error:
            raise UnavailableError("bad-answer", "the server's answer cannot be read") from error

    def disclose(self, check_id: str) -> None:
        """
        Put on record there that the personal data in the text of a check is shown here.

        Raises:
            GuardrailsError: See :meth:`check`; nothing may be shown then.
        """
        import urllib.parse

        self.ask("POST", f"/v1/checks/{urllib.parse.quote(check_id, safe='')}/disclosures")

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Json = None,
        query: Sequence[tuple[str, str]] = (),
        patience_s: int = PATIENCE_S,
    ) -> bytes:
        """
        Return the body of the server's answer, if it comes within *patience_s*.

        Raises:
            GuardrailsError: See :meth:`check`.
        """
        import urllib.error
        import urllib.request
        from http.client import HTTPException

        request = urllib.request.Request(self._url(path, query), method=method)  # noqa: S310 - the scheme is checked
        if body is not None:
            request.data = canonical(body)
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=patience_s) as answer:  # noqa: S310 - as above
                data: bytes = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                raise _met(error.code, error.read()) from error
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            message = f"{self.address} does not answer: {reason}"
            was_sent = not isinstance(error, urllib.error.URLError)
            hint = _UNKNOWN if was_sent else "nothing was decided; try again"
            raise UnavailableError("server-unreachable", message, help=hint) from error
        return data

    def _url(self, path: str, query: Sequence[tuple[str, str]]) -> str:
        import urllib.parse

        parts = urllib.parse.urlsplit(self.address)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise DraftError(
                "bad-server", f"{self.address!r} is no address of a server", help="like https://gate.example"
            )
        asked = f"?{urllib.parse.urlencode(query)}" if query else ""
        return f"{self.address.rstrip('/')}{path}{asked}"


def _met(status: int, data: bytes) -> GuardrailsError:
    """Return the error that a problem document tells of: the caller's (4xx) or the server's."""
    try:
        problem = json.loads(data)
        code, detail, hint = str(problem["code"]), str(problem["detail"]), str(problem["help"])
        place = Place(str(problem["place"])) if problem.get("place") else None
    except (ValueError, KeyError, TypeError):
        return UnavailableError("bad-answer", f"the server answered with status {status} and no problem document")
    if code == "unauthorized":
        hint = "set GUARDRAILS_KEY to a key that is in force there (guardrails keys create --help)"
    kind = DraftError if status < _SERVER_ERRORS else UnavailableError
    return kind(code, detail, help=hint, place=place)
