"""The body of a request: JSON, within the limit, read as it arrives."""

from __future__ import annotations

from starlette.requests import Request

from guardrails.errors import DraftError

MAX_BYTES = 4_000_000
"""Longest body that is read."""


async def body_of(request: Request) -> bytes:
    """
    Return the body.

    Raises:
        DraftError: ``not-json`` unless the request says that it sends JSON (no page in a browser may do that unasked,
            so none can submit drafts to a server on its reader's own machine); ``too-large``.
    """
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise DraftError("not-json", "a draft is sent as JSON", help="send Content-Type: application/json")
    announced = request.headers.get("Content-Length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > MAX_BYTES:
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise _too_large()
    return bytes(body)


def _too_large() -> DraftError:
    return DraftError("too-large", f"the body is larger than {MAX_BYTES} bytes", help="split the draft")
