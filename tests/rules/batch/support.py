"""Batches of short texts: drafts of one field, with an assessment that holds the findings a test asks for."""

from __future__ import annotations

from dataclasses import replace

from guardrails.backends.documents import READERS
from guardrails.model.context import EffectiveContext
from guardrails.model.draft import Draft, Field
from guardrails.model.finding import Outcome
from guardrails.model.span import Span
from guardrails.rules.batch import BatchFindings, Item, across
from guardrails.rules.batch.item import Place
from tests.render.samples import assessment, finding


def item(
    name: str,
    text: str,
    *escalating: str,
    locale: str = "en-GB",
    market: str = "uk",
    calls_for: Outcome = "escalate",
    format_: str = "text",
) -> Item:
    """Return an item with a finding on every word of *escalating*; no *locale* or *market* means unknown."""
    body = Field("body", text, format_)  # type: ignore[arg-type] # one of the formats
    found = []
    for number, word in enumerate(escalating, 1):
        start = text.index(word)
        place = (Span("body", start, start + len(word)),)
        found.append(replace(finding(0, 1), id=f"f{number}", spans=place, match=word, calls_for=calls_for))
    values = (
        ("locale", (locale,) if locale else ("de-DE", "en-GB")),
        ("market", (market,) if market else ("de", "uk")),
    )
    return Item(name, Draft((body,)), assessment(*found, context=EffectiveContext(values)))


def batch(*items: Item) -> BatchFindings:
    """Return what *items* show together."""
    return across(items, READERS)


def quotes(items: tuple[Item, ...], places: tuple[Place, ...]) -> list[tuple[str, str]]:
    """Return for every place its item and the words there."""
    texts = {(one.id, field.id): field.text for one in items for field in one.draft.fields}
    return [(p.item, texts[p.item, p.span.field][p.span.start : p.span.end]) for p in places]
