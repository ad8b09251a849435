"""
A scripted agent: no language model, only what an answer tells it.

It applies the safe fixes and follows the instructions of the findings literally: deletes what it is told to delete,
replaces what it is told to replace by what stands in quotation marks, adds what it is told to add. What an instruction
leaves to judgement it does not do. Before writing it may have read the brief, and then does the same with its lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from guardrails.model.draft import Draft, Field
from guardrails.render.reading import assessment_of
from guardrails.rules.fixing import apply

QUOTED = re.compile(r"“([^”]+)”")
SENTENCE_END = re.compile(r"[.!?…][\s\"”»]|\n\n|\Z")


@dataclass(frozen=True)
class Change:
    """Put *text* in place of ``[start, end)`` of a field."""

    field: str
    start: int
    end: int
    text: str


def revised(draft: Draft, assessment: Mapping[str, Any]) -> Draft:
    """Return the next version of *draft*, by ``guardrails.assessment/v1`` alone."""
    if assessment["fixed"] is not None:
        wanted = set(assessment["fixed"]["fix_ids"])
        fixes = [fix for one in assessment_of(assessment).findings for fix in one.fixes if fix.id in wanted]
        return apply(draft, fixes)
    changes = [
        change for one in assessment["findings"] if one["calls_for"] == "revise" for change in _followed(draft, one)
    ]
    return changed(draft, changes)


def forewarned(draft: Draft, brief: Mapping[str, Any]) -> Draft:
    """Return *draft* as the agent writes it after reading ``guardrails.brief/v1``: wording, no-gos, what must be there."""
    head, text = _parts(draft.fields[-1].text)
    for line in brief["say_instead"]:
        for old, new in re.findall(r"“([^”]+)” → “([^”]+)”", line["text"]):
            text = re.sub(rf"\b{re.escape(old)}\b", new, text)
    for line in brief["avoid"]:
        for phrase in QUOTED.findall(line["text"].partition(": ")[2]):
            text = _without(text, phrase)
    for line in brief["required"]:
        if not line["text"].startswith(("With ", "Also:")) and (wanted := QUOTED.findall(line["text"])):
            text = (
                text
                if any(one.casefold() in text.casefold() for one in wanted)
                else f"{text.rstrip()}\n\n{wanted[0]}\n"
            )
    return replace(draft, fields=(*draft.fields[:-1], replace(draft.fields[-1], text=head + text)))


def changed(draft: Draft, changes: Sequence[Change]) -> Draft:
    """Return *draft* with non-overlapping *changes* made, later ones in the text first."""
    fields = []
    for field in draft.fields:
        text, reach = field.text, len(field.text) + 1
        for change in sorted((c for c in changes if c.field == field.id), key=lambda c: (-c.start, -c.end)):
            if change.end <= reach:
                text, reach = text[: change.start] + change.text + text[change.end :], change.start
        fields.append(replace(field, text=re.sub(r"(?<=\S) {2,}", " ", text)))
    return replace(draft, fields=tuple(fields))


def _followed(draft: Draft, finding: Mapping[str, Any]) -> list[Change]:
    span = finding["spans"][0]
    field = next(field for field in draft.fields if field.id == span["field"])
    told: str = finding["instruction"]
    quoted = QUOTED.findall(told)
    here = Change(field.id, span["start"], span["end"], "")
    if told.startswith("End the sentence"):
        return [replace(here, text=".")]
    if told.startswith(("Add", "Say once")):
        words = quoted[0] if quoted else told.partition(" that ")[2]
        return [Change(field.id, len(field.text), len(field.text), f"\n\n{words}\n")] if words else []
    if told.startswith("Replace") and len(quoted) > 1:
        return [replace(here, text=quoted[1])]
    if "what belongs to it" in told:
        return [_paragraph(field, here)]
    if "the sentence" in told or "leave the claim out" in told or told.startswith("Delete it"):
        return [_sentence(field, here)]
    return [here] if told.startswith(("Delete", "Leave", "Replace")) else []


def _paragraph(field: Field, at: Change) -> Change:
    start = field.text.rfind("\n\n", 0, at.start) + 1
    end = field.text.find("\n\n", at.end)
    return replace(at, start=start, end=len(field.text) if end < 0 else end)


def _sentence(field: Field, at: Change) -> Change:
    ends = [found.end() for found in SENTENCE_END.finditer(field.text)]
    start = max((end for end in ends if end <= at.start), default=0)
    return replace(at, start=start, end=min(end for end in ends if end >= at.end))


def _parts(text: str) -> tuple[str, str]:
    """Return front matter and the rest: what the draft says of itself is no copy."""
    end = text.find("\n---\n", 4) + 5 if text.startswith("---\n") else 0
    return text[:end], text[end:]


def _without(text: str, phrase: str) -> str:
    return re.sub(rf"\b{re.escape(phrase)}\b ?", "", text, flags=re.IGNORECASE)
