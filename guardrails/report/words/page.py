"""The whole report as a document: first page, the parts in order, controls and limits."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.report.controls import OPEN, STATUSES, Control
from guardrails.report.document import Bar, Bars, Block, Callout, Document, Items, Mark, Paragraph, Section, Table, Tone
from guardrails.report.report import Report
from guardrails.report.words import what_was_decided as decided
from guardrails.report.words import who_answered as people
from guardrails.report.words.first_page import first_page, not_shown
from guardrails.report.words.phrases import counted, day, listed, minute

_TONES: dict[str, Tone] = {
    "satisfied": "good",
    "not satisfied": "attention",
    "no evidence": "gap",
    "not applicable": "plain",
}
_PARTS = (
    decided.scope, decided.integrity, decided.policies, decided.population, decided.exceptions,
    people.oversight, people.accuracy, people.claims, people.disclosure, people.access, people.privacy, people.incidents,
)  # fmt: skip


def document_of(report: Report) -> Document:
    """Return *report* in words."""
    about = report.about
    named = (
        f"{day(about.period.from_ms)} to {day(about.period.until_ms - 1)}{'' if about.has_ended else ' (not ended)'}"
    )
    return Document(
        title="Compliance report",
        subtitle=f"{about.brand or about.workspace or 'Workspace unknown'}, {named}",
        facts=(
            ("Workspace", about.workspace or "unknown"),
            ("As of", f"{minute(about.as_of_ms)} UTC"),
            ("Ledger", report.integrity.origin),
            ("Made by", f"guardrails {about.version}"),
        ),
        first=first_page(report),
        sections=(*(part(report) for part in _PARTS), _controls(report), _limits(report)),
        foot=f"{about.brand or about.workspace} · {named} · root {report.integrity.root[:12]}",
        as_of_ms=about.as_of_ms,
    )


def _controls(report: Report) -> Section:
    return Section("controls", "13 Controls", tuple(_control_blocks(report)))


def _control_blocks(report: Report) -> Iterator[Block]:
    yield Paragraph(
        "Each control is judged by a query over the ledger. Satisfied: something was looked at and nothing breaks it. No evidence: "
        "there was nothing to look at. Not applicable: the workspace declares so in a policy that people put in force. The "
        "report is aligned with the frameworks named; it certifies nothing."
    )
    if report.stray:
        text = f"The policy declares something of {listed(report.stray)}, which is no control of this report; it counts for nothing."
        yield Callout("A declaration names no control", text, "attention")
    by_whom = _by_whom(report)
    frameworks = tuple(dict.fromkeys(one.definition.framework for one in report.controls))
    by = {name: [one for one in report.controls if one.definition.framework == name] for name in frameworks}
    words = "; ".join(f"{name}: {listed(_count(found, status) for status in STATUSES)}" for name, found in by.items())
    yield Bars(
        "Controls by status",
        f"Per framework. {words}.",
        tuple(Mark(status, _TONES[status]) for status in STATUSES),
        tuple(
            Bar(name.split(",")[0], tuple(sum(one.status == s for one in found) for s in STATUSES))
            for name, found in by.items()
        ),
    )
    broken = [one for one in report.controls if one.status == "not satisfied"]
    if broken:
        yield Table("Not satisfied", ("Control", "Title", "What breaks it"), tuple(map(_broken, broken)), (16, 34, 50))
    unknown = tuple(
        (one.definition.id, one.definition.title, f"{one.definition.evidence}: {one.query.would}")
        for one in report.controls
        if one.status == "no evidence"
    )
    if unknown:
        yield Table("No evidence", ("Control", "Title", "What would show it"), unknown, (16, 34, 50))
    for name, found in by.items():
        rows = tuple(_row(one, by_whom) for one in found)
        yield Table(
            name,
            (
                "Control",
                "Title",
                "Status",
                "Population",
                "Tested",
                "Exceptions",
                "What was asked (and of what)",
            ),
            rows,
            (15, 20, 11, 9, 7, 9, 29),
        )


def _by_whom(report: Report) -> str:
    """Return who put in force what the policy declares, as the end of a sentence about it."""
    activated = [one for one in report.policies.events if one.event != "first-use"]
    if not activated:
        return ""
    last = activated[-1]
    return f" (put in force on {day(last.at_ms)} by {last.role}, proposed by {last.proposed_by or 'nobody'})"


def _count(found: list[Control], status: str) -> str:
    return f"{sum(one.status == status for one in found)} {status}"


def _broken(one: Control) -> tuple[str, ...]:
    shown = one.exceptions[:5]
    more = f" and {len(one.exceptions) - len(shown)} more" if len(one.exceptions) > len(shown) else ""
    return one.definition.id, one.definition.title, f"{listed(shown)}{more}"


def _row(one: Control, by: str) -> tuple[str | int | Mark, ...]:
    definition = one.definition
    basis = f"{definition.basis}{f' since {definition.since}' if definition.since else ''}"
    asked = (
        f"Declared: {one.reason}{by}" if one.status == "not applicable" else f"{one.query.asks} ({definition.evidence})"
    )
    status = Mark(one.status, _TONES[one.status])
    return (
        definition.id,
        f"{definition.title} ({basis})",
        status,
        one.population,
        one.tested,
        len(one.exceptions),
        asked,
    )


def _limits(report: Report) -> Section:
    is_open = sum(one.status in OPEN for one in report.controls)
    more = (
        "Texts, claims and people: the report names records, rules, roles and facts by reference, never what a text says.",
        "Anything outside the ledger and the workspace: documents, training, contracts. Controls that rest on them have no evidence here.",
        "Evidence that was erased: its record and proofs stay, its text cannot be decided again.",
        f"{counted(is_open, 'control')} without proof; an open control is not a breach, it is a question.",
        "Legal advice. Dates of the EU AI Act are those after the Digital Omnibus on AI; its number in the Official Journal is not known here.",
    )
    return Section(
        "limits",
        "14 Limits of this report",
        (
            Paragraph("What this report does not show, and no figure in it can make up for:"),
            Items((*not_shown(report), *more)),
        ),
    )
