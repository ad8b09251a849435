"""
Apply edits to a draft, and tell which of its safe fixes hold as a set.

Fixes are listed edits, never silent changes. A set is verified by applying it and running text and rules once more.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from guardrails.matching.fold import fold_key
from guardrails.model.draft import ClaimLink, Draft, Field
from guardrails.model.finding import Edit, Finding, Fix


def safe_fixes(findings: Sequence[Finding]) -> tuple[Fix, ...]:
    """Return the first safe fix of each finding that overlaps no fix taken before, in published order."""
    taken: list[Fix] = []
    places: defaultdict[str, _Places] = defaultdict(_Places)
    for finding in findings:
        for fix in finding.fixes:
            if fix.safety == "safe" and not any(places[e.span.field].touch(e) for e in fix.edits):
                taken.append(fix)
                for edit in fix.edits:
                    places[edit.span.field].add(edit)
                break
    return tuple(taken)


def apply(draft: Draft, fixes: Iterable[Fix]) -> Draft:
    """Return *draft* with the edits of non-overlapping *fixes* applied and its claim links moved along."""
    edits = sorted((edit for fix in fixes for edit in fix.edits), key=lambda edit: edit.span)
    return replace(
        draft,
        fields=tuple(_edited(field, [e for e in edits if e.span.field == field.id]) for field in draft.fields),
        claims=tuple(_moved(link, [e for e in edits if e.span.field == link.field]) for link in draft.claims),
    )


def verified(fixes: Sequence[Fix], before: Sequence[Finding], after: Sequence[Finding]) -> tuple[str, ...]:
    """
    Return the ids of the fixes that clear their finding, or none of them if the set adds any finding.

    Findings are compared by rule, field and folded match, because an edit changes the sentence that fingerprints are
    made of.
    """
    had, has = Counter(map(_key, before)), Counter(map(_key, after))
    if has - had:
        return ()
    owners = {fix.id: _key(finding) for finding in before for fix in finding.fixes}
    fixed = Counter(owners[fix.id] for fix in fixes)
    return tuple(fix.id for fix in fixes if had[owners[fix.id]] - has[owners[fix.id]] >= fixed[owners[fix.id]])


def marked(findings: Sequence[Finding], fix_ids: Sequence[str]) -> tuple[Finding, ...]:
    """Return *findings* with the fixes named in *fix_ids* marked as verified."""
    held = set(fix_ids)
    return tuple(
        replace(finding, fixes=tuple(replace(fix, verified=fix.id in held) for fix in finding.fixes))
        for finding in findings
    )


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.rule.id, finding.spans[0].field, fold_key(finding.match)


class _Places:
    """Where the edits taken in one field stand, those that touch as one: sorted, with a gap between any two."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def touch(self, edit: Edit) -> bool:
        """Tell whether *edit* overlaps or touches one of them."""
        first, last = self._touched(edit)
        return first < last

    def add(self, edit: Edit) -> None:
        """Take *edit* as well."""
        first, last = self._touched(edit)
        start = min([edit.span.start, *self._starts[first:last]])
        end = max([edit.span.end, *self._ends[first:last]])
        self._starts[first:last], self._ends[first:last] = [start], [end]

    def _touched(self, edit: Edit) -> tuple[int, int]:
        return bisect_left(self._ends, edit.span.start), bisect_right(self._starts, edit.span.end)


def _edited(field: Field, edits: list[Edit]) -> Field:
    parts, done = [], 0
    for edit in edits:
        parts += [field.text[done : edit.span.start], edit.text]
        done = edit.span.end
    return replace(field, text="".join((*parts, field.text[done:])))


def _moved(link: ClaimLink, edits: list[Edit]) -> ClaimLink:
    def moved(position: int) -> int:
        shift = 0
        for edit in edits:
            if edit.span.end <= position:
                shift += len(edit.text) - (edit.span.end - edit.span.start)
            elif edit.span.start < position:
                return edit.span.start + shift
        return position + shift

    return replace(link, start=moved(link.start), end=max(moved(link.start), moved(link.end)))
