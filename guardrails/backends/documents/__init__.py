"""Readers of document formats: submitted field in, parsed field with an exact source map out."""

from __future__ import annotations

from guardrails.backends.documents import html, markdown, plain
from guardrails.text.parsed import DocumentReader

READERS: dict[str, DocumentReader] = {"text": plain.read, "markdown": markdown.read, "html": html.read}
"""The reader of every format a field may have."""
