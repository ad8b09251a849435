"""
Problem documents (RFC 9457): the one shape of every error over HTTP.

``type``, ``title``, ``status``, ``detail``, ``code``, ``help`` and ``place`` are always there, the last two perhaps
empty. ``code`` is what the command line says too. What went wrong inside (5xx) is for the operator's log: the document
says only what it means for the caller.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from guardrails.errors import DraftError, GuardrailsError, LedgerError, UnavailableError

MEDIA_TYPE = "application/problem+json"

STATUS_BY_CODE = {
    "bad-json": 400, "unauthorized": 401, "forbidden": 403, "not-found": 404, "idempotency-key-in-use": 409, "already-in-force": 409,
    "payload-missing": 410, "too-large": 413, "draft-too-large": 413, "not-json": 415,
    "person-needed": 403, "unknown-role": 403, "not-asked": 403, "own-text": 403, "own-request": 403,
    "rule-unknown": 404, "review-unknown": 404, "waiver-unknown": 404, "stop-unknown": 404, "finding-unknown": 404, "unknown-fact": 404,
    "review-decided": 409, "review-moved": 409, "already-answered": 409, "waiver-ended": 409, "already-withdrawn": 409, "not-withdrawn": 409,
    "permit-unknown": 404, "key-unknown": 404, "permit-revoked": 409, "permit-ended": 409, "passes-no-more": 409, "not-passed": 409,
    "hold-unknown": 404, "erasure-unknown": 404, "held": 409, "still-in-force": 409, "two-people-needed": 403, "erasure-not-approved": 403, "release-not-approved": 403,
    "already-asked": 409, "passed": 409, "key-in-use": 409, "trust-unreadable": 422,
}  # fmt: skip
"""Where the class of an exception does not tell the status."""

_HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "5"},
}
_NO_LEDGER = "the ledger cannot be reached or written, and without a record there is no verdict"
_DEFECT = "this is a defect of ours; nothing was decided"


def problem(
    status: int, code: str, detail: str, *, hint: str = "", place: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """Return the problem document; half characters (lone surrogates) in it become question marks."""
    body = {
        "type": f"urn:guardrails:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "help": hint,
        "place": place,
    }
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    extra = {**_HEADERS.get(HTTPStatus(status), {}), **(headers or {})}
    return Response(content, status, extra, media_type=MEDIA_TYPE)


def problem_of(error: GuardrailsError) -> Response:
    """Return the problem document of a deliberate exception."""
    status = status_of(error)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return problem(status, error.code, _DEFECT)
    if isinstance(error, LedgerError) and status == HTTPStatus.SERVICE_UNAVAILABLE:
        return problem(status, error.code, _NO_LEDGER, hint="try again; the operator finds the reason in the log")
    place = str(error.place) if error.place else ""
    return problem(status, error.code, error.message, hint=error.help, place=place)


def problem_of_status(status: int, headers: Mapping[str, str] | None) -> Response:
    """Return the problem document of what the framework refused: no such path, no such method."""
    known = HTTPStatus(status)
    return problem(status, known.phrase.lower().replace(" ", "-"), known.description or known.phrase, headers=headers)


def problem_of_parameters(errors: Sequence[Mapping[str, Any]]) -> Response:
    """Return the problem document of parameters that the framework refused; their values are not repeated."""
    places = [" ".join(map(str, error["loc"])) for error in errors]
    return problem(422, "bad-parameter", "; ".join(str(error["msg"]) for error in errors), place=", ".join(places))


def defect() -> Response:
    """Return the problem document of anything unforeseen."""
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "defect", _DEFECT)


def status_of(error: GuardrailsError) -> int:
    """Return the HTTP status of *error*: by code where one is listed, else by class."""
    if error.code in STATUS_BY_CODE:
        return STATUS_BY_CODE[error.code]
    if isinstance(error, DraftError):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(error, LedgerError | UnavailableError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.INTERNAL_SERVER_ERROR
