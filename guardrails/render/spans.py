"""
Spans in published form: ``{field, start, end, utf16, byte, line, column, quote}``.

``start`` and ``end`` are code points of the submitted field, end exclusive; ``utf16`` and ``byte`` are the same range
as ``{start, end}`` in UTF-16 units and UTF-8 bytes. ``line`` and ``column`` (code points) are those of ``start`` and
count from 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from guardrails.model.canonical import Json
from guardrails.model.draft import Field
from guardrails.model.span import Span
from guardrails.render.mask import masked
from guardrails.text.position import Positions


class SpanWriter:
    """Writes spans of one draft; every field is indexed at most once, and only if something was found in it."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._texts = {field.id: field.text for field in fields}
        self._positions = cache(lambda field: Positions(self._texts[field]))

    def json(self, span: Span, *, mask: bool) -> dict[str, Json]:
        """Return *span* in published form, its quote masked if *mask*."""
        at = self._positions(span.field)
        slice_ = self._texts[span.field][span.start : span.end]
        return {
            "field": span.field,
            "start": span.start,
            "end": span.end,
            "utf16": {"start": at.utf16(span.start), "end": at.utf16(span.end)},
            "byte": {"start": at.byte(span.start), "end": at.byte(span.end)},
            "line": at.line(span.start),
            "column": at.column(span.start),
            "quote": masked(slice_) if mask else slice_,
        }
