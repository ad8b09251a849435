"""
Regular expressions that are compiled when they are first used.

A module's expressions are compiled while it is imported, a tenth of a cold start, and most drafts use few of them: no
other script, no dates, no clock times.
"""

from __future__ import annotations

import re
from typing import Any, cast


def expression(source: str, flags: int = 0) -> re.Pattern[str]:
    """
    Return what works like ``re.compile(source, flags)``, as its methods and attributes are concerned.

    A mistake in *source* shows on first use; a test uses all there are.
    """
    return cast("re.Pattern[str]", _Expression(source, flags))


class _Expression:
    """Becomes the compiled expression by taking over all it has, so that later uses cost nothing."""

    def __init__(self, source: str, flags: int) -> None:
        self._compiled_from = source, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(*self._compiled_from)
        self.__dict__.update({one: getattr(compiled, one) for one in dir(compiled) if not one.startswith("_")})
        return getattr(compiled, name)
