"""
Text for people: findings the way a good compiler prints them, then what it comes to, in a marketer's words.

The words of the three verdicts stay; everything else is said plainly: "needs a person: legal", "could not be
checked", "still to do", "would be" (a rule that is only observed). Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guardrails.model.assessment import Assessment
from guardrails.model.draft import Field
from guardrails.model.finding import Finding, Fix
from guardrails.model.record import ID_PREFIXES
from guardrails.model.span import Span
from guardrails.render.excerpt import excerpt, marked_lines
from guardrails.render.findings import ordered
from guardrails.render.mask import Masker
from guardrails.render.paint import Paint, Tone, printable
from guardrails.render.summary import summary

_TONES: dict[str, Tone] = {"escalate": "bad", "revise": "warn", "note": "info", "none": "dim"}

_SUGGESTION = "a suggestion, read it first"
_FACTS = {
    "unknown": "is on no fact sheet",
    "withdrawn": "was withdrawn",
    "future": "is not valid yet",
    "stale": "is no longer valid",
}


def text_lines(
    file: str,
    assessment: Assessment,
    fields: Sequence[Field],
    *,
    binding: bool,
    paint: Paint,
    show_personal: bool = False,
) -> Iterator[str]:
    """
    Yield the lines for one draft: a paragraph per finding, then the verdict with its reasons and next steps.

    *file* is the draft's name, for places; if not *binding*, the verdict says so; *show_personal* shows personal data
    and secrets instead of masking them.
    """
    masker = Masker(fields, ()) if show_personal else Masker(fields, assessment.findings, assessment.sensitive)
    writer = _FindingWriter(file, fields, masker, paint, binding=binding)
    for finding in ordered(assessment.findings, [field.id for field in fields]):
        yield from writer.lines(finding)
        yield ""
    yield from summary(file, assessment, masker, binding=binding, paint=paint)


class _FindingWriter:
    """Prints findings of one draft; why a rule exists is said once."""

    def __init__(self, file: str, fields: Sequence[Field], masker: Masker, paint: Paint, *, binding: bool) -> None:
        self._file, self._masker, self._paint = file, masker, paint
        self._untried = _SUGGESTION if binding else "“guardrails fix” makes it if it is safe"
        self._texts = {field.id: field.text for field in fields}
        self._many = len(fields) > 1
        self._explained: set[str] = set()

    def lines(self, finding: Finding) -> Iterator[str]:
        """Yield one finding."""
        words, tone = _label(finding)
        head = self._paint(tone, f"{words}[{finding.rule.id}@{finding.rule.version}]")
        title, message = finding.rule.title, self._clean(finding.message)
        yield f"{head}: {self._paint('bold', self._clean(title) or message)}"
        yield from self._place(finding, message if title and self._clean(title) != message else "", tone)
        yield from self._notes(finding)

    def _place(self, finding: Finding, label: str, tone: Tone) -> Iterator[str]:
        pointed = [span for span in finding.spans if span.end > span.start]
        if not pointed:
            yield self._arrow(finding.spans[0] if finding.spans else None, None)
            if label:
                yield f"   = {label}"
        for index, span in enumerate(pointed):
            lines = marked_lines(self._texts[span.field], span.start, span.end)
            masked_lines = marked_lines(self._masker.field(span.field, self._texts[span.field]), span.start, span.end)
            yield self._arrow(span, (lines[0].number, lines[0].start + 1))
            yield from excerpt(masked_lines, label if index == 0 else "", self._paint, tone)

    def _arrow(self, span: Span | None, at: tuple[int, int] | None) -> str:
        field = f"#{span.field}" if span is not None and self._many else ""
        place = f":{at[0]}:{at[1]}" if at else ""
        return f"{self._paint('dim', '  -->')} {self._file}{field}{place}"

    def _notes(self, finding: Finding) -> Iterator[str]:
        if finding.waiver:
            yield f"   = {_lifted(finding)}: {finding.waiver}"
        comment = dict(finding.evidence).get("suppressed")
        if comment is not None:
            yield f"   = suppressed: {self._clean(comment) or 'the comment says neither why nor who'}"
        if finding.why and finding.rule.id not in self._explained:
            self._explained.add(finding.rule.id)
            yield f"   = why: {self._clean(finding.why)}"
        evidence = dict(finding.evidence)
        if evidence.get("status") in _FACTS and "fact" in evidence:
            yield f"   = fact: {self._clean(evidence['fact'])} {_FACTS[evidence['status']]}"
        if finding.instruction:
            yield f"   = help: {self._clean(finding.instruction)}"
        for fix in finding.fixes:
            yield f"   = fix: {self._fix(fix)}"

    def _fix(self, fix: Fix) -> str:
        maybe = "safe" if fix.verified else self._untried
        surely = maybe if fix.safety == "safe" else _SUGGESTION
        return f"{', '.join(self._edit(edit.span, self._masker.edit(edit)) for edit in fix.edits)} ({surely})"

    def _edit(self, span: Span, new: str) -> str:
        old = self._masker.field(span.field, self._texts[span.field][span.start : span.end], span.start)
        if not old:
            return f"insert {_quoted(new)}"
        return f"{_quoted(old)} → {_quoted(new)}" if new else f"delete {_quoted(old)}"

    def _clean(self, text: str) -> str:
        return printable(self._masker.words(text))


def _quoted(text: str) -> str:
    shown = text.replace("\r\n", "⏎").replace("\n", "⏎")
    return f"“{printable(shown)}”"


def _lifted(finding: Finding) -> str:
    """Say what lifts a finding: an exception, or a person's answer about this very text."""
    return "answered" if finding.waiver.startswith(f"{ID_PREFIXES['review']}_") else "waived"


def _label(finding: Finding) -> tuple[str, Tone]:
    if finding.observed:
        is_suppressed = "suppressed" in dict(finding.evidence)
        return f"{'suppressed' if is_suppressed else 'would be'} {finding.effect}", "dim"
    if finding.waiver and finding.calls_for in {"none", "note"}:
        return f"{_lifted(finding)} {finding.effect}", "dim"
    outcome = "note" if finding.calls_for == "none" else finding.calls_for
    return outcome, _TONES[outcome]
