"""One item of a batch: what is handed in, and the same once it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guardrails.model.assessment import Assessment
from guardrails.model.draft import Draft
from guardrails.model.span import Span
from guardrails.signals.analysis import FieldSignals
from guardrails.text.parsed import DocumentReader
from guardrails.text.submitted import parse


@dataclass(frozen=True, slots=True)
class Item:
    """A draft of a batch with its assessment; *id* is unique in the batch and names the item in what is found."""

    id: str
    draft: Draft
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the item's id and a span of its draft; *findings* are ids of the item's findings there."""

    item: str
    span: Span
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadItem:
    """
    An item after reading.

    Attributes:
        signals: Per field, what analysis sees.

        language: The one language of its effective locales; empty if there are several.

        market: Its market if it is known, else empty.
    """

    item: Item
    signals: tuple[FieldSignals, ...]
    language: str
    market: str


def read(item: Item, batch: Sequence[Item], readers: Mapping[str, DocumentReader]) -> ReadItem:
    """Return *item* read; where its own locales do not decide, its text may be in any language of the *batch*."""
    own = _languages(item)
    languages = tuple(dict.fromkeys((*own, *(language for other in batch for language in _languages(other)))))
    signals = tuple(FieldSignals(field, languages) for field in parse(item.draft, readers))
    context = item.assessment.context
    market = context["market"][0] if context.is_known("market") else ""
    return ReadItem(item, signals, own[0] if len(own) == 1 else "", market)


def _languages(item: Item) -> tuple[str, ...]:
    return tuple(dict.fromkeys(locale.split("-")[0] for locale in item.assessment.context["locale"]))
