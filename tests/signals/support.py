"""Signals of a text made of plain paragraphs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from guardrails.model.span import Extent
from guardrails.signals.analysis import FieldSignals
from tests.matching.support import parsed_field


class _HasExtent(Protocol):
    @property
    def extent(self) -> Extent: ...


def signals(*blocks: str, languages: tuple[str, ...] = ("en",)) -> FieldSignals:
    """Return the signals of a field with these *blocks*."""
    return FieldSignals(parsed_field(*blocks), languages)


def quotes(analysed: FieldSignals, found: Iterable[_HasExtent]) -> list[str]:
    """Return the words behind each signal."""
    return [analysed.parsed.text[item.extent.start : item.extent.end] for item in found]
