"""Charts as SVG: stacked bars with their numbers, legible without colour; the alternative text says all of it."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from guardrails.report.document import Bar, Bars, Mark, Tone

INKS: dict[Tone, str] = {"good": "#2f5d50", "gap": "#8f5c0c", "attention": "#8c2f2b", "plain": "#3f5873"}
"""Each at least 4.5 to 1 against paper, and against the white numbers on it."""

_WIDTH, _LABEL, _ROW, _HEAD, _TAIL = 720, 168, 26, 34, 44
_LONGEST = 24
"""Most characters of a label."""

_NARROWEST = 16
"""Narrowest part, in pixels per digit block, that has its number on it."""


class Font(NamedTuple):
    """What text is set in, and how large."""

    family: str
    size: int = 13


def chart(bars: Bars, font: Font, number: int) -> str:
    """Return *bars* as SVG; *number* makes its ids unique in a page."""
    height = _HEAD + _ROW * max(len(bars.bars), 1) + 8
    widest = max((sum(bar.parts) for bar in bars.bars), default=0) or 1
    scale = (_WIDTH - _LABEL - _TAIL) / widest
    inks = [INKS[part.tone] for part in bars.parts]
    rows = "".join(_row(bar, inks, _HEAD + _ROW * at, scale) for at, bar in enumerate(bars.bars))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="chart-{number}-title chart-{number}-words" font-family="{escape(font.family)}" '
        f'font-size="{font.size}" fill="#1c1b19">'
        f'<title id="chart-{number}-title">{escape(bars.title)}</title>'
        f'<desc id="chart-{number}-words">{escape(bars.alternative)}</desc>'
        f"{_legend(bars.parts, font.size)}{rows}</svg>"
    )


def _legend(parts: tuple[Mark, ...], size: int) -> str:
    drawn, left = [], _LABEL
    for name, tone in parts:
        drawn.append(f'<rect x="{left}" y="6" width="12" height="12" fill="{INKS[tone]}"/>')
        drawn.append(f'<text x="{left + 18}" y="16">{escape(name)}</text>')
        left += 40 + round(len(name) * size * 0.52)
    return "".join(drawn)


def _row(bar: Bar, inks: list[str], top: int, scale: float) -> str:
    drawn = [f'<text x="{_LABEL - 12}" y="{top + 16}" text-anchor="end">{escape(_cut(bar.label))}</text>']
    left = float(_LABEL)
    for ink, count in zip(inks, bar.parts, strict=True):
        width = count * scale
        if count:
            drawn.append(
                f'<rect x="{left:.1f}" y="{top + 2}" width="{width:.1f}" height="19" fill="{ink}" stroke="#fffdf8" stroke-width="1"/>'
            )
        if count and width >= _NARROWEST + 7 * (len(str(count)) - 1):
            middle = left + width / 2
            drawn.append(f'<text x="{middle:.1f}" y="{top + 16}" text-anchor="middle" fill="#ffffff">{count}</text>')
        left += width
    drawn.append(f'<text x="{left + 6:.1f}" y="{top + 16}">{sum(bar.parts)}</text>')
    return "".join(drawn)


def _cut(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
