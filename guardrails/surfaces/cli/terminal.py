"""What a terminal can do, and progress on it."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from guardrails.render.paint import Paint

_PROGRESS_FROM = 10  # fewer files are done before anybody looks


def paint_for(stream: TextIO) -> Paint:
    """Return colours if *stream* is a terminal that shows them; ``NO_COLOR`` and ``FORCE_COLOR`` are heeded."""
    if os.environ.get("NO_COLOR"):
        return Paint()
    if os.environ.get("FORCE_COLOR"):
        return Paint(colour=True)
    return Paint(colour=stream.isatty() and os.environ.get("TERM") != "dumb")


class Progress:
    """One line on the standard error, rewritten as things are done; silent off a terminal or for few of them."""

    def __init__(self, total: int, what: str = "drafts") -> None:
        self._total = total
        self._what = what
        self._shown = total >= _PROGRESS_FROM and sys.stderr.isatty()

    def at(self, done: int) -> None:
        """Show that *done* of them are done."""
        if self._shown:
            print(f"\r\x1b[K{done}/{self._total} {self._what}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


_STEP = 50  # so many records are one step: more often nobody can read


def searching(done: int, total: int) -> None:
    """Show how many records of a ledger were searched."""
    progress = Progress(total, "records")
    if done == total:
        progress.clear()
    elif done % _STEP == 0:
        progress.at(done)
