"""
The published answer to a batch: ``guardrails.batch-answer/v1``.

``results`` are the answers of the items in their order, each with the item's id. ``questions`` are passages that need a
person in several items, ``odd_values`` what one or two items say otherwise than all others; a place is ``{item, span,
findings[]}``, its quote masked where a finding of its item says so. ``verdict`` is the strictest of the items: what is
found across them changes none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from guardrails.model.assessment import Assessment
from guardrails.model.canonical import Json
from guardrails.model.draft import Draft
from guardrails.render.answer import Answer as Published
from guardrails.render.answer import answer_json, strictest
from guardrails.render.mask import Masker
from guardrails.render.spans import SpanWriter
from guardrails.rules.batch import BatchFindings, Item, OddValue, Question
from guardrails.rules.batch.item import Place


class Answer(Published, Protocol):
    """An answer that still holds its assessment as a value."""

    @property
    def assessment(self) -> Assessment: ...  # noqa: D102


Result = tuple[str, Draft, Answer]
"""An item: its id, its draft, and the answer to it."""


def items_of(results: Sequence[Result]) -> tuple[Item, ...]:
    """Return *results* as what ``rules.batch.across`` looks at."""
    return tuple(Item(name, draft, answer.assessment) for name, draft, answer in results)


def batch_json(results: Sequence[Result], found: BatchFindings) -> dict[str, Json]:
    """Return the answer to a batch."""
    places = _Places(results)
    return {
        "schema": "guardrails.batch-answer/v1",
        "verdict": strictest(answer.assessment.verdict for _, _, answer in results),
        "results": [{"id": name, "answer": answer_json(answer)} for name, _, answer in results],
        "questions": [_question(one, places) for one in found.questions],
        "odd_values": [_odd_value(one, places) for one in found.odd_values],
    }


def batch_lines(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the items of ``guardrails.batch-answer/v1`` show together, in words; nothing if that is nothing."""
    for question in body["questions"]:
        names = list(dict.fromkeys(place["item"] for place in question["places"]))
        yield f"one question for {len(names)} texts: “{_words(question['places'][0])}”"
        yield f"   = in {', '.join(names)}"
    for odd in body["odd_values"]:
        usual = f"“{_words(odd['usual'])}” in {odd['agreeing']} others"
        for place in odd["places"]:
            yield f"differs from the others: “{_words(place)}” in {place['item']}; {usual}"


def _words(place: Mapping[str, Any]) -> str:
    return " ".join(str(place["span"]["quote"]).split())


class _Places:
    """Writes places of a batch; a draft is indexed at most once."""

    def __init__(self, results: Sequence[Result]) -> None:
        known = {name: (draft, answer.assessment) for name, draft, answer in results}
        self._writer = cache(lambda name: SpanWriter(known[name][0].fields))
        self._masker = cache(
            lambda name: Masker(known[name][0].fields, known[name][1].findings, known[name][1].sensitive)
        )

    def json(self, place: Place) -> dict[str, Json]:
        """Return one place."""
        span = self._writer(place.item).json(place.span, mask=self._masker(place.item).touches(place.span))
        return {"item": place.item, "span": span, "findings": list(place.findings)}


def _question(question: Question, places: _Places) -> Json:
    return {
        "id": question.id,
        "rules": list(question.rules),
        "places": [places.json(place) for place in question.places],
    }


def _odd_value(odd: OddValue, places: _Places) -> Json:
    return {
        "places": [places.json(place) for place in odd.places],
        "usual": places.json(odd.usual),
        "agreeing": odd.agreeing,
        "basis": odd.basis,
        "fact": odd.fact or None,
    }
