"""What an assessment comes to: one line with the verdict, then reasons and next steps where there are any."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.model.assessment import Assessment
from guardrails.model.day import day_of
from guardrails.render.mask import Masker
from guardrails.render.paint import Paint, Tone, printable

_TONES: dict[str, Tone] = {"pass": "good", "revise": "warn", "escalate": "bad"}


def summary(file: str, assessment: Assessment, masker: Masker, *, binding: bool, paint: Paint) -> Iterator[str]:
    """Yield the verdict of *file* and why, who and what next."""
    yield verdict_line(file, assessment, binding=binding, paint=paint)
    for line in _details(assessment, binding=binding):
        yield f"   {printable(masker.words(line))}"


def verdict_line(file: str, assessment: Assessment, *, binding: bool, paint: Paint) -> str:
    """Return ``file: verdict: revise (1 finding, nothing left unchecked)``."""
    verdict = assessment.verdict
    who = f" – needs a person: {assessment.routing.queue}" if assessment.routing and verdict == "escalate" else ""
    mode = "" if binding else ", not binding"
    counted = f"({_findings(assessment)}, {_unchecked(assessment)}{mode})"
    return f"{file}: verdict: {paint(_TONES[verdict], verdict)}{who} {counted}"


def _findings(assessment: Assessment) -> str:
    held = sum(finding.calls_for in {"revise", "escalate"} for finding in assessment.findings)
    notes, truncated = len(assessment.findings) - held, assessment.completeness.truncated
    counted = ((held, "finding"), (notes, "note"))
    words = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counted if count]
    more = f" and {truncated} more not shown" if truncated else ""
    return (", ".join(words) or "nothing found") + more


def _unchecked(assessment: Assessment) -> str:
    faults = len(assessment.completeness.faults)
    if faults:
        return f"{faults} {'thing' if faults == 1 else 'things'} could not be checked"
    return "nothing left unchecked"


def _details(assessment: Assessment, *, binding: bool) -> Iterator[str]:
    yield from _why(assessment)
    yield from _doubts(assessment)
    yield from _gaps(assessment)
    yield from _to_do(assessment)
    yield from _who(assessment, binding=binding)


def _why(assessment: Assessment) -> Iterator[str]:
    if assessment.verdict != "pass":
        for reason in assessment.reasons:
            if reason.outcome in {"revise", "escalate"}:
                yield f"because: {reason.message or reason.code}"
    for reason in assessment.reasons:
        if reason.code.startswith("suppression-"):
            yield f"note: {reason.message}"


def _doubts(assessment: Assessment) -> Iterator[str]:
    """Say what about the context is contradictory or unknown."""
    for conflict in assessment.context.conflicts:
        wrong = "the draft and the caller differ" if conflict.why == "draft-differs" else "this is not permitted"
        yield f"contradiction: {_word(conflict.key)} “{conflict.claimed}”: {wrong}"
    if assessment.verdict != "pass" and assessment.context.assumed:
        keys = ", ".join(_word(key) for key in assessment.context.assumed)
        yield f"not known: {keys}; rules for every possible value counted"


def _word(key: str) -> str:
    return key.replace("_", " ")


def _gaps(assessment: Assessment) -> Iterator[str]:
    for fault in assessment.completeness.faults:
        yield f"could not be checked: {fault.rule + ': ' if fault.rule else ''}{fault.message}"
    for thing in assessment.completeness.not_seen:
        yield f"not looked at: {thing}"


def _to_do(assessment: Assessment) -> Iterator[str]:
    told = {finding.instruction for finding in assessment.findings}
    for instruction in assessment.next.instructions:
        if instruction not in told:
            yield f"next: {instruction}"
    if assessment.fixed is not None:
        count = len(assessment.fixed.fix_ids)
        yield (
            f"fixable: {count} safe {'fix' if count == 1 else 'fixes'} "
            f"would give {assessment.fixed.verdict_after} (guardrails fix)"
        )
    for obligation in assessment.obligations:
        yield f"still to do {obligation.due} publishing: {obligation.text}"
    if assessment.verdict == "revise" and assessment.next.rounds_left is not None:
        left = assessment.next.rounds_left
        yield f"rounds left before a person is asked: {left}"


def _who(assessment: Assessment, *, binding: bool) -> Iterator[str]:
    routing = assessment.routing
    if assessment.verdict == "escalate" and routing is not None:
        yield f"{'asked' if binding else 'would be asked'}: {routing.question or 'a person decides'}"
        if binding:
            yield f"answer due: within {routing.due_hours} hours: {' or '.join(routing.allowed)}"
    if assessment.verdict == "pass" and assessment.accountable:
        until = assessment.good_until_ms
        yield f"accountable: {assessment.accountable}{'' if until is None else f', good until {day_of(until - 1)}'}"
