"""Part 14: what the report cannot show; the first page says the first of it."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.report.controls import OPEN
from guardrails.report.document import Items, Paragraph, Section
from guardrails.report.report import Report
from guardrails.report.words.phrases import counted, listed


def limits(report: Report) -> Section:
    """Return the part."""
    is_open = sum(one.status in OPEN for one in report.controls)
    more = (
        "Texts, claims and people: the report names records, rules, roles and facts by reference, never what a text says.",
        "Anything outside the ledger and the workspace: documents, training, contracts. Controls that rest on them have no evidence here.",
        "Evidence that was erased: its record and proofs stay, its text cannot be decided again.",
        "How long persons waited who asked for their data: the record has when they were answered, not when they asked.",
        "What sources said: facts name their sources, and no copy or digest of a source is kept. Who provides the models, neither.",
        f"{counted(is_open, 'control')} without proof; an open control is not a breach, it is a question.",
        "Legal advice. Dates of the EU AI Act are those after the Digital Omnibus on AI; its number in the Official Journal is not known here.",
    )
    lead = Paragraph("What this report does not show, and no figure in it can make up for:")
    return Section("limits", "14 Limits of this report", (lead, Items((*not_shown(report), *more))))


def not_shown(report: Report) -> Iterator[str]:
    """Yield what the report cannot show, in sentences."""
    seen = report.not_seen
    yield "Texts that were never sent to the gate. It knows what it was asked, and nothing else."
    yield (
        f"Pictures, sound and attachments: nobody looked at {counted(seen.things, 'of them', 'of them')}, in "
        f"{counted(seen.checks, 'check')}{f' ({seen.untold:,} more checks do not tell)' if seen.untold else ''}."
    )
    yield f"Languages without rules: {listed(report.policies.uncovered, 'none among the languages of this workspace')}."
    if not report.exceptions.published:
        yield "Whether what was checked is what was published: no publication is on record."
    yield "Whether a text is lawful. Findings are signs of risk; a person judges."
