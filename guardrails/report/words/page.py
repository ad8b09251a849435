"""The whole report as a document: the first page, then the parts in order."""

from __future__ import annotations

from guardrails.report.document import Document
from guardrails.report.report import Report
from guardrails.report.words.access import access
from guardrails.report.words.accuracy import accuracy
from guardrails.report.words.controls import controls
from guardrails.report.words.exceptions import exceptions
from guardrails.report.words.first_page import first_page
from guardrails.report.words.incidents import incidents
from guardrails.report.words.integrity import integrity
from guardrails.report.words.limits import limits
from guardrails.report.words.oversight import oversight
from guardrails.report.words.phrases import day, minute
from guardrails.report.words.policies import policies
from guardrails.report.words.population import population
from guardrails.report.words.privacy import privacy
from guardrails.report.words.registers import claims, disclosure
from guardrails.report.words.scope import scope

_PARTS = (
    scope, integrity, policies, population, exceptions, oversight, accuracy, claims, disclosure, access, privacy, incidents,
    controls, limits,
)  # fmt: skip


def document_of(report: Report) -> Document:
    """Return *report* in words."""
    about, root = report.about, report.integrity.root[:12]
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
        sections=tuple(part(report) for part in _PARTS),
        foot=f"{about.brand or about.workspace} · {named} · root {root}",
        as_of_ms=about.as_of_ms,
    )
