"""A proposed voice as a rule: what it would hold, and its file, which people read, change and put into a pack."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeAlias

from guardrails.model.context import EffectiveContext
from guardrails.model.draft import Draft
from guardrails.policy.marks import marked
from guardrails.policy.voice_bands import LEAST_TEXTS
from guardrails.rules.kind import View
from guardrails.rules.kinds import voice as voice_kind
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.voice import measures_in
from guardrails.text.expression import expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from guardrails.policy.marks import Spans
    from guardrails.policy.voice_bands import Band, Proposal
    from guardrails.signals.voice import Measure
    from guardrails.text.parsed import ParsedField

    Example: TypeAlias = "tuple[ParsedField, Spans]"

_LANGUAGE_NAMES = {"en": "English", "de": "German", "fr": "French"}
# Text that a literal block of YAML holds as it is.
_LITERAL = expression(r"(?=\S)[^\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]*\Z")
_SPACE_AT_END = expression(r"[ \t]$", re.MULTILINE)


def held(fields: Sequence[ParsedField], found: Proposal) -> tuple[tuple[str, int, int], ...]:
    """Return what the rule of *found* finds in the *fields* of a text: field, start and end in the submitted text."""
    bands = {measure: voice_kind.Band(band.low, band.high) for measure, band in _limits(found).items()}
    params = voice_kind.Params(found.language, found.address, voice_kind.Bands(**bands))
    signals = [FieldSignals(field, (found.language,)) for field in fields]
    view = View(fields, (), signals, EffectiveContext(()), Draft(()), as_of_ms=0)
    hits = voice_kind.find(view, voice_kind.plan(params))
    spans = (fields[hit.field].span(hit.extent) for hit in hits)
    return tuple((span.field, span.start, span.end) for span in spans if span is not None)


def rule_yaml(found: Proposal, rule_id: str, *, good: Sequence[Example] = (), bad: Sequence[Example] = ()) -> str:
    """
    Return the rule file of *found*.

    Args:
        found: What was measured.

        rule_id: The id of the rule; its first part names the pack.

        good: Fields that become good examples.

        bad: Fields with what the rule finds in them, the bad examples. With examples of both sorts the rule watches
            (``observe``), else it is a draft.
    """
    language = _LANGUAGE_NAMES[found.language]
    lines = [
        *_head(found, language),
        f"id: {rule_id}",
        "version: 1",
        f"status: {'observe' if good and bad else 'draft'}",
        f'title: "Voice ({language})"',
        "kind: voice",
        "effect: revise",
        "severity: low",
        f"applies_to: {{locales: [{found.language}]}}",
        'message: "“{match}” is not our voice: {count} instead of {limit}"',
        'why: "Measured on our own good copy; a text outside these bands sounds like somebody else."',
        'instruction: "Use {say_instead}."',
        "params:",
        f"  language: {found.language}",
        *([f"  address: {found.address}"] if found.address else []),
        "  bands:",
        *(f"    {measure}: {_ends(band)}" for measure, band in _limits(found).items()),
        "examples:",
        *_examples("bad", bad),
        *_examples("good", good),
    ]
    return "\n".join(lines) + "\n"


def _head(found: Proposal, language: str) -> Iterator[str]:
    counts = f"{found.texts} texts in {language}, {found.sentences:,} sentences, {found.words:,} words"
    yield f"# Proposed by “guardrails policy measure” from {counts}."
    if found.left_out:
        yield f"# Left out, too short or in another language: {', '.join(found.left_out)}"
    yield "#"
    yield "# measure          least  average  greatest  texts"
    for measure, band in found.bands.items():
        values = band.values
        average = (2 * sum(values) + len(values)) // (2 * len(values))
        yield f"# {measure:<16} {values[0]:>5}  {average:>7}  {values[-1]:>8}  {len(values):>5}"
    missing = [measure for measure in measures_in(found.language) if measure not in found.bands]
    if missing:
        yield f"# Without a band, because fewer than {LEAST_TEXTS} texts have enough to count: {', '.join(missing)}"


def _limits(found: Proposal) -> dict[Measure, Band]:
    """Return the bands that end somewhere short of their scale."""
    return {name: band for name, band in found.bands.items() if band.low is not None or band.high is not None}


def _ends(band: Band) -> str:
    ends = (("min", band.low), ("max", band.high))
    return "{" + ", ".join(f"{name}: {end}" for name, end in ends if end is not None) + "}"


def _examples(group: str, examples: Sequence[Example]) -> Iterator[str]:
    if not examples:
        yield f"  {group}: []"
        return
    yield f"  {group}:"
    for field, spans in examples:
        yield f"    - format: {field.format}"
        yield from _text_lines(marked(field.source, spans))


def _text_lines(text: str) -> Iterable[str]:
    if _LITERAL.match(text) is None or _SPACE_AT_END.search(text):
        return [f"      text: {json.dumps(text)}"]
    return ["      text: |-", *(f"        {line}".rstrip() for line in text.rstrip("\n").split("\n"))]
