"""Problem documents (RFC 9457): the one shape of every error over HTTP."""

from __future__ import annotations

import json
from http import HTTPStatus

from starlette.responses import Response

from guardrails.errors import DraftError, GuardrailsError, LedgerError, UnavailableError

STATUS_BY_CODE = {
    "bad-json": 400, "unauthorized": 401, "forbidden": 403, "not-found": 404, "idempotency-in-flight": 409,
    "too-large": 413, "idempotency-other-body": 422,
}  # fmt: skip


def problem(status: int, code: str, message: str, *, hint: str = "", place: str = "") -> Response:
    """Return ``application/problem+json`` with ``type, title, status, detail, code, help, place``."""
    body = {
        "type": f"urn:guardrails:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
        "code": code,
        "help": hint,
        "place": place,
    }
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return Response(json.dumps(body, ensure_ascii=False), status, headers, media_type="application/problem+json")


def problem_of(error: GuardrailsError) -> Response:
    """Return the problem document of a deliberate exception."""
    place = str(error.place) if error.place else ""
    return problem(status_of(error), error.code, error.message, hint=error.help, place=place)


def status_of(error: GuardrailsError) -> int:
    """Return the HTTP status of *error*: by code where one is listed, else by class."""
    if error.code in STATUS_BY_CODE:
        return STATUS_BY_CODE[error.code]
    if isinstance(error, DraftError):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(error, LedgerError | UnavailableError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.INTERNAL_SERVER_ERROR
