"""Fixes as people see them before they are made: a unified diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from guardrails.model.assessment import Assessment
from guardrails.model.finding import Fix
from guardrails.render.paint import Paint, Tone, printable

_CONTEXT = 2
_TONES: dict[str, Tone] = {"+": "good", "-": "bad", "@": "info"}


def verified_fixes(assessment: Assessment) -> tuple[Fix, ...]:
    """Return the fixes of the set that was verified as a whole; empty if there is none."""
    chosen = assessment.fixed.fix_ids if assessment.fixed else ()
    fixes = {fix.id: fix for finding in assessment.findings for fix in finding.fixes}
    return tuple(fixes[name] for name in chosen if name in fixes)


def unified_diff(name: str, before: str, after: str, paint: Paint) -> Iterator[str]:
    """Yield the lines of a unified diff from *before* to *after*, without line ends; nothing if they are equal."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", n=_CONTEXT, lineterm=""
    )
    for line in lines:
        tone = _TONES.get(line[:1])
        shown = printable(line.replace("\t", "    "))
        yield paint(tone, shown) if tone else shown
