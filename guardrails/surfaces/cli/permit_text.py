"""The text that a permit is held against: a file, or the standard input."""

from __future__ import annotations

import sys

from guardrails.audit.permit_check import Content
from guardrails.errors import DraftError
from guardrails.model.draft import content_sha256
from guardrails.surfaces.cli.inputs import AS_ENDINGS, STDIN, read
from guardrails.text.canon import text_digest
from guardrails.text.load import draft_from_file


def content_of(path: str, as_format: str | None) -> Content:
    """
    Return what is about to be published; its canon is made only if it is asked for.

    Raises:
        DraftError: ``file-not-found``, ``file-unreadable``, ``unknown-format`` and whatever makes a file no draft.
    """
    if path == STDIN and as_format is None:
        raise DraftError("unknown-format", "cannot tell the format of the standard input", help="say --as html")
    name = f"<stdin>{AS_ENDINGS[as_format or 'text']}" if path == STDIN else path
    fields = draft_from_file(name, sys.stdin.buffer.read() if path == STDIN else read(path)).fields
    return Content(content_sha256(fields), lambda: text_digest(fields, _html_of))


def _html_of(markdown: str) -> str:
    from guardrails.wiring import html_of

    return html_of(markdown)
