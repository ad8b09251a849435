"""Fixes applied to a draft, and shown as a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from guardrails.model.assessment import Assessment
from guardrails.model.draft import Field
from guardrails.model.finding import Edit, Fix
from guardrails.render.paint import Paint, Tone, printable

_CONTEXT = 2
_TONES: dict[str, Tone] = {"+": "good", "-": "bad", "@": "info"}


def verified_fixes(assessment: Assessment) -> tuple[Fix, ...]:
    """Return the fixes of the set that was verified as a whole; empty if there is none."""
    chosen = assessment.fixed.fix_ids if assessment.fixed else ()
    fixes = {fix.id: fix for finding in assessment.findings for fix in finding.fixes}
    return tuple(fixes[name] for name in chosen if name in fixes)


def applied(fields: Sequence[Field], fixes: Iterable[Fix]) -> tuple[Field, ...]:
    """
    Return *fields* with all edits of *fixes* made; equal edits are made once.

    Raises:
        ValueError: If two different edits overlap.
    """
    edits = sorted({edit for fix in fixes for edit in fix.edits}, key=_place)
    return tuple(
        replace(field, text=_edited(field.text, [edit for edit in edits if edit.span.field == field.id]))
        for field in fields
    )


def _place(edit: Edit) -> tuple[str, int, int, str]:
    return edit.span.field, edit.span.start, edit.span.end, edit.text


def _edited(text: str, edits: Sequence[Edit]) -> str:
    out: list[str] = []
    at = 0
    for edit in edits:
        if edit.span.start < at:
            raise ValueError(f"edits overlap at {edit.span.start} of field {edit.span.field!r}")
        out += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*out, text[at:]])


def unified_diff(name: str, before: str, after: str, paint: Paint) -> Iterator[str]:
    """Yield the lines of a unified diff from *before* to *after*, without line ends; nothing if they are equal."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", n=_CONTEXT, lineterm=""
    )
    for line in lines:
        tone = _TONES.get(line[:1])
        shown = printable(line.replace("\t", "    "))
        yield paint(tone, shown) if tone else shown
