"""Errors for people: code, message, place with the line and a caret, help."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.errors import GuardrailsError, Place, PolicyError
from guardrails.render.excerpt import Line, excerpt
from guardrails.render.paint import Paint, printable


def error_lines(error: GuardrailsError, paint: Paint) -> Iterator[str]:
    """Yield *error*; of a policy that does not load, every mistake found."""
    yield from _one(error, paint)
    if isinstance(error, PolicyError):
        for problem in error.problems:
            if problem is not error:
                yield ""
                yield from _one(problem, paint)


def _one(error: GuardrailsError, paint: Paint) -> Iterator[str]:
    yield f"{paint('bad', f'error[{error.code}]')}: {paint('bold', _several(error.message))}"
    if error.place is not None:
        yield f"{paint('dim', '  -->')} {error.place}"
        yield from _excerpt(error.place, paint)
    if error.help:
        yield f"   = help: {_several(error.help)}"


def _several(text: str) -> str:
    return "\n     ".join(printable(line) for line in text.splitlines())


def _excerpt(place: Place, paint: Paint) -> list[str]:
    if place.excerpt is None or place.line is None:
        return []
    start = max((place.column or 1) - 1, 0)
    length = 1 if place.column else 0
    return excerpt([Line(place.line, place.excerpt, start, start + length)], "", paint, "bad")
