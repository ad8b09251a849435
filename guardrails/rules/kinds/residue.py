"""
residue: leftovers of prompts, templates and chat tools.

Why: "As an AI language model" or "[Your Name]" in published copy is the proof that nobody read it.

How: a list of phrases, placeholders and tool marks in English and German, found in the text; marks that a chat tool
leaves in links (``utm_source=chatgpt.com``) are looked for in the submitted source, where links stand.

Misses: leftovers in other languages (list them under *extra*); a placeholder in single braces, because copy about
software is full of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from guardrails.matching.pattern import compile_pattern
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Need, Pattern, Plan, Unit
from guardrails.model.span import Extent
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, integer, longest, replacement, slice_of, without_exceptions

_PHRASES = (
    "as an AI language model", "as a large language model", "as an AI assistant, I", "as an AI, I",
    "I cannot fulfill that request", "I can't assist with that", "my knowledge cutoff", "as of my last update",
    "as of my last knowledge update", "let me know if you would like me to",
    "let me know if you'd like me to", "regenerate response",
    "als KI-Sprachmodell", "als KI-Modell", "als großes Sprachmodell", "als KI-Assistent kann ich",
    "hier ist der überarbeitete Text", "hier ist der Text", "hier ist ein Entwurf", "hier ist dein Text",
    "hier ist Ihr Text", "gerne, hier ist", "sag mir gerne, ob ich", "mein Wissensstand endet",
    "lorem ipsum", "dolor sit amet", "Blindtext", "placeholder text", "Max Mustermann", "Erika Mustermann",
)  # fmt: skip
"""Whole phrases; no text that is ready begins or ends with them."""

_MARKS = ("oaicite", "contentReference[", "oai_citation", "[cite_start]", "[cite:", ":::writing")
"""Marks of tools; they may stand inside a word."""

_PATTERNS = (
    Pattern(r"\b(?:sure|certainly|of course|absolutely)[,!.] (?:here(?:'s|’s| is| are)|i can|i'd be)\b", anchors=(
        "sure", "certainly", "of course", "absolutely")),
    Pattern(r"\bhere(?:'s|’s| is| are) (?:a|an|the|your|my) (?:\pL+ ){0,2}(?:draft|rewrite|revised|rewritten|updated "
            r"version|improved version)\b", anchors=("here",)),
    Pattern(r"\[(?:(?:your|my|company|brand|product|client|customer|recipient|first|last|full|contact|sender)\b"
            r"[^\]\n]{0,40}|(?:name|date|city|topic|link|url|cta|insert\b[^\]\n]{0,60}|add\b[^\]\n]{0,60}|tbd|tbc))\]",
            anchors=("[",)),
    Pattern(r"\[(?:(?:ihr|ihre|dein|deine|firmen|produkt|kunden|vor-?|nach)[^\]\n]{0,40}|name|datum|ort|thema|"
            r"hier [^\]\n]{0,60} einfügen)\]", anchors=("[",)),
    Pattern(r"\{\{[^{}\n]{1,60}\}\}|\$\{[A-Za-z_][^{}\n]{0,60}\}|<<[A-Za-z_][^<>\n]{0,60}>>|%%[A-Z_]{2,40}%%", anchors=(
        "{{", "${", "<<", "%%")),
    Pattern(r"\b(?:TODO|FIXME|TBD|XXX)\b", ignore_case=False, anchors=("todo", "fixme", "tbd", "xxx")),
    Pattern(r"\b[XxN]{2,3} ?(?:%|percent\b|Prozent\b|EUR\b|USD\b|€|\$)", ignore_case=False, anchors=(
        "%", "percent", "prozent", "eur", "usd", "€", "$")),
    Pattern(r"\b(?:insert|add) (?:your )?(?:\pL+ )?(?:name|date|figure|number|link|quote|text|image|source|logo|statistic|"
            r"product|company|price|details?|example)s? here\b", anchors=("insert", "add")),
    Pattern(r"\bhier (?:bitte )?(?:\pL+ )?(?:Name|Datum|Zahl|Link|Zitat|Text|Bild|Quelle|Logo|Preis|Produkt|Beispiel)\pL* "
            r"einfügen\b", anchors=("einfügen",)),
    Pattern(r"(?:cite)?turn\d+(?:search|view|news|image|file|fetch)\d+", anchors=("turn",)),
    Pattern(r"【\d+[^】\n]{0,40}】", anchors=("【",)),
)  # fmt: skip

_LINK_MARK = r"[?&]?utm_source=(?:chatgpt\.com|openai|copilot\.com|perplexity|gemini\.google\.com|claude\.ai)"


@dataclass(frozen=True, slots=True)
class Params:
    """
    What else counts.

    Attributes:
        extra: Further words and phrases.

        exceptions: Phrases inside which nothing is residue, e.g. merge tags that the mailing tool fills
            ("{{first_name}}").
    """

    __pydantic_config__: ClassVar = FORBID

    extra: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


def plan(params: Params) -> Plan:
    """Scan for phrases, marks and patterns; exceptions come last, data is the number of the first."""
    whole = (Literal_(text) for text in (*_PHRASES, *params.extra))
    parts = (Literal_(mark, whole=False) for mark in _MARKS)
    sought: tuple[Unit, ...] = (*whole, *parts, *_PATTERNS)
    return Plan((*sought, *(Literal_(text, whole=False) for text in params.exceptions)), len(sought))


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Confirm: outside exceptions, the longest of those that overlap; then look at links in the source."""
    for candidate in longest(without_exceptions(view.candidates, integer(plan.data))):
        match = slice_of(view.fields[candidate.field], candidate.extent)
        yield Hit(candidate.field, candidate.extent, match)
    for number, parsed in enumerate(view.fields):
        if "utm_source=" in parsed.source.casefold():
            yield from _link_marks(number, parsed.source)


def _link_marks(number: int, source: str) -> Iterator[Hit]:
    for found in compile_pattern(_LINK_MARK, ignore_case=True).finditer(source):
        extent = Extent(*found.span())
        match = source[extent.start : extent.end]
        kept = match[:1] if match[:1] == "?" and source[extent.end : extent.end + 1] == "&" else ""
        end = extent.end + len(kept)
        fix = replacement(Extent(extent.start, end), kept, safe=False)
        yield Hit(number, extent, match, evidence=(("source", "link"),), fixes=(fix,), in_source=True)


_DEFAULT = """
{}
"""
_MERGE_TAGS = """
extra: [Musterfirma]
exceptions: ["{{first_name}}"]
"""

KIND = RuleKind(
    name="residue",
    params=Params,
    revision=1,
    locales=ANY,
    needs=frozenset({Need.SOURCE}),
    plan=plan,
    find=find,
    examples=(
        Example(_DEFAULT, "[[As an AI language model]], I love this balm. Yours, [[{{name}}]]"),
        Example(_DEFAULT, "[[Sure, here is]] the text. It saves [[XX %]], [[insert figure here]]. [[TODO]]"),
        Example(_DEFAULT, "[[Hier ist der Text]] dazu :[[oaicite]] [[turn0search0]]"),
        Example(_DEFAULT, "See https://lumora.example/a[[?utm_source=chatgpt.com]] for more."),
        Example(_MERGE_TAGS, "Dear {{first_name}}, [[{{last_name}}]] of [[Musterfirma]]"),
        Example(_DEFAULT, "Here is a place where models of language are at home [1]."),
        Example(_DEFAULT, "Insert the card here, then turn left. See https://lumora.example/?utm_source=newsletter"),
        Example(_MERGE_TAGS, "Dear {{first_name}}, welcome."),
    ),
    per_draft=True,
)
