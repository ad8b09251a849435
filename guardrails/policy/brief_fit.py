"""
What fits into a number of words.

1. The gravest entries are named by title, all in one line, with three quarters of the words at most; the first that does
not fit ends it, so that what is left out is the least grave. 2. Those that are named get a line of their own, shorter
(*gist*), then 3. at length: the brand's own first, then the graver. Entries without a title join in step 2. 4. What
room is left names more of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from guardrails.model.brief import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALSO = "Also:"
_ALSO_WORDS = 2
"""List mark and opening of the line of titles."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to say: *line* at length, *gist* shorter, *title* in a line with others (empty: not by title)."""

    line: Line
    gist: Line
    title: str = ""
    is_own: bool = True


class _Form(IntEnum):
    LEFT = 0
    TITLE = 1
    GIST = 2
    LINE = 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """The lines that fit; *whole* if every entry is said at length."""

    lines: tuple[Line, ...]
    whole: bool

    @property
    def words(self) -> int:
        """Words of all lines."""
        return sum(line.words for line in self.lines)


def fitted(entries: Sequence[Entry], words: int) -> Fitted:
    """Return what of *entries* (the gravest first) fits into *words*."""
    forms = _named(entries, words * 3 // 4 - _ALSO_WORDS)  # 1.
    room = words - _ALSO_WORDS - sum(_cost(entry, form) for entry, form in zip(entries, forms, strict=True))
    by_interest = sorted(range(len(entries)), key=lambda at: not entries[at].is_own)
    for form in (_Form.GIST, _Form.LINE):  # 2. and 3.
        for at in by_interest:
            more = _cost(entries[at], form) - _cost(entries[at], forms[at])
            if more <= room and _may_become(entries[at], forms[at], form):
                room -= more
                forms[at] = form
    _name_more(entries, forms, room)  # 4.
    return Fitted(_lines(entries, forms), all(form is _Form.LINE for form in forms))


def _named(entries: Sequence[Entry], room: int) -> list[_Form]:
    forms = []
    for entry in entries:
        if entry.title:
            room -= _cost(entry, _Form.TITLE)
        forms.append(_Form.TITLE if entry.title and room >= 0 else _Form.LEFT)
    return forms


def _name_more(entries: Sequence[Entry], forms: list[_Form], room: int) -> None:
    for at, entry in enumerate(entries):
        if entry.title and forms[at] is _Form.LEFT:
            room -= _cost(entry, _Form.TITLE)
            if room < 0:
                return
            forms[at] = _Form.TITLE


def _may_become(entry: Entry, now: _Form, then: _Form) -> bool:
    return now == then - 1 or (then is _Form.GIST and not entry.title)


def _cost(entry: Entry, form: _Form) -> int:
    match form:
        case _Form.LEFT:
            return 0
        case _Form.TITLE:
            return len(entry.title.split())
        case _Form.GIST:
            return entry.gist.words
        case _Form.LINE:
            return entry.line.words


def _lines(entries: Sequence[Entry], forms: Sequence[_Form]) -> tuple[Line, ...]:
    own = [
        entry.line if form is _Form.LINE else entry.gist
        for entry, form in zip(entries, forms, strict=True)
        if form >= _Form.GIST
    ]
    titled = [entry for entry, form in zip(entries, forms, strict=True) if form is _Form.TITLE]
    if titled:
        rules = tuple(rule for entry in titled for rule in entry.line.rules)
        own.append(Line(f"{_ALSO} {'; '.join(entry.title for entry in titled)}.", rules, quiet=True))
    return tuple(own)
