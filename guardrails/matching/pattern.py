"""Patterns: RE2 expressions, compiled with errors that a policy author can act on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol, cast

import re2

from guardrails.errors import PolicyError

_MAX_MEMORY_BYTES = 64 * 2**20
_LOOK_AROUND = ("(?=", "(?!", "(?<=", "(?<!")


class Found(Protocol):
    """A match of a compiled pattern."""

    def span(self, group: int | str = 0, /) -> tuple[int, int]:
        """Return the half-open range of *group*, (−1, −1) if it took no part."""


class Compiled(Protocol):
    """A compiled pattern."""

    def finditer(self, text: str, pos: int | None = None, endpos: int | None = None, /) -> Iterable[Found]:
        """Yield the matches in order, none overlapping."""


@lru_cache(maxsize=8192)
def compile_pattern(pattern: str, ignore_case: bool) -> Compiled:
    r"""
    Compile *pattern*, an RE2 expression (``\b`` and ``\w`` know ASCII only; ``\pL`` is any letter).

    Raises:
        PolicyError: ``bad-pattern``, if RE2 does not accept it.
    """
    try:
        return cast("Compiled", re2.compile(flagged(pattern, ignore_case=ignore_case), _options()))
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        message = f"expected an RE2 pattern, got {pattern!r}: {reason}"
        raise PolicyError("bad-pattern", message, help=_advice(pattern, reason)) from error


class PatternSet:
    """
    Tells in one pass which of several patterns may match.

    Args:
        sources: RE2 patterns with their flags written in (:func:`flagged`), each known to compile.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        """Compile *sources* into one automaton."""
        self._all = range(len(sources))
        self._set = re2.Set.SearchSet(_options())
        for source in sources:
            self._set.Add(source)
        # An empty pattern matches everything: an answer without it means that the automaton ran out of memory.
        self._set.Add("")
        self._set.Compile()

    def possible(self, text: str) -> Sequence[int]:
        """Return the indexes of the patterns that match *text*, sorted; all of them if that cannot be told."""
        found = self._set.Match(text)
        return sorted(index for index in found if index in self._all) if found else self._all


def flagged(pattern: str, *, ignore_case: bool) -> str:
    """Return *pattern* with its case flag written into it."""
    return f"(?i){pattern}" if ignore_case else pattern


def _options() -> re2.Options:
    """Return the options every pattern is compiled with: quiet, 64 MB."""
    made = re2.Options()
    made.log_errors = False
    made.max_mem = _MAX_MEMORY_BYTES
    return made


def _advice(pattern: str, reason: str) -> str:
    if any(opening in pattern for opening in _LOOK_AROUND):
        return "look-around is not supported; use anchors/exceptions instead"
    if "invalid escape sequence: \\" in reason and reason.rstrip()[-1:].isdigit():
        return "backreferences are not supported; write the repeated words out"
    return "see https://github.com/google/re2/wiki/Syntax for what a pattern may hold"
