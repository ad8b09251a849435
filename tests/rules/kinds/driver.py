"""Run one rule kind over marked text: parsed by hand, scanned and analysed for real."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml
from pydantic import TypeAdapter

from guardrails.backends.documents import READERS
from guardrails.backends.documents.characters import URL
from guardrails.matching.scanner import Scanner
from guardrails.model.context import EffectiveContext, Values
from guardrails.model.draft import ClaimLink, Draft, Field, Format, Source
from guardrails.model.fact import NO_FACTS, Facts
from guardrails.model.finding import Hit
from guardrails.model.span import Extent
from guardrails.rules.kind import View
from guardrails.rules.kinds import kind
from guardrails.signals.analysis import FieldSignals
from guardrails.text.parsed import Block, ParsedField, Piece

AS_OF_MS = 1_790_000_000_000
"""21 September 2026, in the afternoon."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a rule sees besides the text."""

    values: Values = ()
    sources: tuple[Source, ...] = ()
    claims: tuple[ClaimLink, ...] = ()
    publish_at_ms: int | None = None
    field_ids: tuple[str, ...] = field(default=("body",))
    facts: Facts = NO_FACTS
    form: Format = "text"


def parsed(text: str, field_id: str = "body") -> ParsedField:
    """Parse *text* as paragraphs with bare links; a line that starts with ``# `` is a heading, without its sign."""
    blocks, pieces, shown = [], [], ""
    for found in re.finditer(r"[^\n](?:[^\n]|\n(?!\n))*", text):
        is_heading = found[0].startswith("# ")
        at = found.start() + 2 * is_heading
        if shown:
            pieces.append(Piece(len(shown), at, at, "synthetic"))
            shown += "\n\n"
        pieces.append(Piece(len(shown), at, found.end()))
        extent = Extent(len(shown), len(shown) + found.end() - at)
        blocks.append(Block("heading" if is_heading else "paragraph", extent, int(is_heading)))
        shown += text[at : found.end()]
    links = tuple((Extent(*found.span()), found[0]) for found in URL.finditer(shown))
    return ParsedField(field_id, "text", text, shown, tuple(blocks), tuple(pieces), links=links)


def hits(name: str, params: str, *texts: str, setting: Setting | None = None) -> list[Hit]:
    """Return the hits of kind *name* with YAML *params* in one field per text, in reading order."""
    seen = setting or Setting()
    rule_kind = kind(name)
    plan = rule_kind.plan(TypeAdapter(rule_kind.params).validate_python(yaml.safe_load(params)))
    ids = seen.field_ids if len(seen.field_ids) == len(texts) else tuple(f"f{n}" for n in range(len(texts)))
    fields = [_read(text, field_id, seen.form) for text, field_id in zip(texts, ids, strict=True)]
    candidates = Scanner([plan]).scan(fields).get(0, [])
    if plan.units and not candidates and not rule_kind.per_draft:
        return []
    draft = Draft(tuple(Field(f.id, f.source) for f in fields), sources=seen.sources, claims=seen.claims)
    context = EffectiveContext(seen.values, publish_at_ms=seen.publish_at_ms)
    signals = [FieldSignals(f, ("en", "de")) for f in fields]
    view = View(fields, candidates, signals, context, draft, AS_OF_MS, seen.facts)
    return sorted(rule_kind.find(view, plan), key=lambda hit: (hit.field, hit.extent))


def _read(text: str, field_id: str, form: Format) -> ParsedField:
    return parsed(text, field_id) if form == "text" else READERS[form](Field(field_id, text, form))


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return *text* without its ``[[ ]]`` and the ranges they marked."""
    plain, ranges, opened = "", [], 0
    for part in re.split(r"(\[\[|\]\])", text):
        if part == "[[":
            opened = len(plain)
        elif part == "]]":
            ranges.append((opened, len(plain)))
        else:
            plain += part
    return plain, ranges


def places(found: list[Hit], text: str) -> list[tuple[int, int]]:
    """Return where *found* stands in the submitted *text*."""
    field_ = parsed(text)
    spans = [(hit.extent.start, hit.extent.end) for hit in found if hit.in_source]
    mapped = [field_.span(hit.extent) for hit in found if not hit.in_source]
    return sorted([*spans, *((span.start, span.end) for span in mapped if span is not None)])
