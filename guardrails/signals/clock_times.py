"""Times of day: "18:30", "6.30 pm", "18 Uhr", "6–8 pm", "von 18 bis 20 Uhr"; English and German."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guardrails.model.span import Extent
from guardrails.text.expression import expression

_TIME = r"(?:[01]?\d|2[0-4])(?:[.:][0-5]\d)?"
_CLOCK = expression(
    rf"(?<![\w.,:/-])(?:(?P<first>{_TIME})\s?(?:[–—-]|to|bis|and|und)\s?)?(?P<time>{_TIME})\s?"
    r"(?P<mark>[ap]\.?m\b\.?|uhr\b|o['’]clock)"
    r"|(?<![\w.,:/-])(?P<plain>(?:[01]?\d|2[0-3]):[0-5]\d)(?![\w:]|\.\d)",
    re.IGNORECASE,
)
_NOON = 12


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day in *minutes* after midnight (0 to 1440)."""

    extent: Extent
    minutes: int


def clock_times(text: str) -> tuple[ClockTime, ...]:
    """Return the times of day in *text*, in order."""
    made: list[ClockTime] = []
    for found in _CLOCK.finditer(text):
        mark = (found["mark"] or "").lower()
        made.extend(
            ClockTime(Extent(*found.span(name)), _minutes(found[name], mark))
            for name in ("first", "time", "plain")
            if found[name]
        )
    return tuple(made)


def _minutes(time: str, mark: str) -> int:
    hour, _, minute = time.replace(".", ":").partition(":")
    hours = int(hour)
    if mark[:1] in {"a", "p"}:
        hours = hours % _NOON + (_NOON if mark[0] == "p" else 0)
    return hours * 60 + int(minute or 0)
