"""
Suppression comments: ``<!-- guardrails-disable RULE: reason (who) -->``, ``<!-- guardrails-disable-next-line RULE: … -->``.

The first is about the whole field, the second about the next line that is not blank. They count in ``lint`` only. A
comment that begins like one and is none is kept without a rule, so that its author hears of it.
"""

from __future__ import annotations

import re

from guardrails.text.expression import expression
from guardrails.text.parsed import Suppression

_COMMENT = expression(
    r"\s*guardrails-disable(?P<next>-next-line)?[ \t]+(?P<rule>[\w.-]+)[ \t]*(?::(?P<reason>.*?)(?:\((?P<who>[^()]*)\)\s*)?)?",
    re.DOTALL,
)
_BEGINS = "guardrails-disable"
_REST_AND_NEXT = expression(r"[^\r\n]*(?:\r\n?|\n)(?:[ \t]*(?:\r\n?|\n))*(?P<line>[^\r\n]*)")


def suppression(source: str, comment: str, start: int, end: int) -> Suppression | None:
    """Return what the text of a *comment* in ``[start, end)`` of *source* suppresses; None if it is another comment."""
    if not comment.lstrip().startswith(_BEGINS):
        return None
    found = _COMMENT.fullmatch(comment.rstrip())
    if found is None:
        return Suppression("", "", start, start, at=start)
    reason, who = (" ".join((found[name] or "").split()) for name in ("reason", "who"))
    begin, stop = _next_line(source, end) if found["next"] else (0, len(source))
    return Suppression(found["rule"], reason, begin, stop, who, start)


def _next_line(source: str, end: int) -> tuple[int, int]:
    found = _REST_AND_NEXT.match(source, end)
    return found.span("line") if found else (len(source), len(source))
