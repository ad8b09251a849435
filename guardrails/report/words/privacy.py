"""Part 11: what was erased, held and kept."""

from __future__ import annotations

from guardrails.report.document import Mark, Paragraph, Section
from guardrails.report.parts.privacy import Privacy
from guardrails.report.report import Report
from guardrails.report.words.phrases import listed, nought
from guardrails.report.words.sheet import Line, Lines

_DONE = Lines[Privacy](
    (
        Line("Erasures, by ground", lambda one: _counts(one.erasures)),
        Line("Erasures that fewer than two people approved", lambda one: nought(len(one.one_person))),
        Line("Requests of persons", lambda one: _counts(one.requests)),
        Line("Legal holds", lambda one: f"{_counts(one.holds)}; in force at the end: {one.held:,}"),
        Line("Runs of retention", lambda one: f"{one.retention:,}" if one.retention else Mark("none on record", "gap")),
    )
)
_BESIDE = (
    "Records hold references, commitments and codes; texts and people lie encrypted beside them, each part under a key of "
    "its own. `guardrails privacy record` prints the whole record of processing (Art. 30)."
)


def privacy(report: Report) -> Section:
    """Return the part."""
    said = ((f"Governance: {key.replace('_', ' ')}", value) for key, value in report.privacy.governance)
    return Section("privacy", "11 Privacy", (_DONE.of(report.privacy, *said), Paragraph(_BESIDE)))


def _counts(counts: tuple[tuple[str, int], ...]) -> str:
    return listed(f"{count:,} {name}" for name, count in counts)
