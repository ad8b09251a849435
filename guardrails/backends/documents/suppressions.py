"""
Suppression comments: ``<!-- guardrails-disable RULE: reason -->`` and ``<!-- guardrails-disable-next-line RULE: reason -->``.

The first is about the whole field, the second about the next line that is not blank. They count in ``lint`` only.
"""

from __future__ import annotations

import re

from guardrails.text.expression import expression
from guardrails.text.parsed import Suppression

_COMMENT = expression(
    r"\s*guardrails-disable(?P<next>-next-line)?[ \t]+(?P<rule>[\w.-]+)[ \t]*(?::(?P<reason>.*))?", re.DOTALL
)
_REST_AND_NEXT = expression(r"[^\r\n]*(?:\r\n?|\n)(?:[ \t]*(?:\r\n?|\n))*(?P<line>[^\r\n]*)")


def suppression(source: str, comment: str, end: int) -> Suppression | None:
    """Return what the text of a *comment* that ends at *end* of *source* suppresses; None if it is another comment."""
    found = _COMMENT.fullmatch(comment.rstrip())
    if found is None:
        return None
    reason = " ".join((found["reason"] or "").split())
    start, stop = _next_line(source, end) if found["next"] else (0, len(source))
    return Suppression(found["rule"], reason, start, stop)


def _next_line(source: str, end: int) -> tuple[int, int]:
    found = _REST_AND_NEXT.match(source, end)
    return found.span("line") if found else (len(source), len(source))
