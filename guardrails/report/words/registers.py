"""Parts 8 and 9: the claims register, and the register of what was made with AI."""

from __future__ import annotations

from guardrails.report.document import Mark, Paragraph, Section
from guardrails.report.parts.registers import Claim, Disclosure
from guardrails.report.report import Report
from guardrails.report.words.phrases import listed, nought, reach
from guardrails.report.words.sheet import Column, Line, Lines, Sheet

_ORIGINS = {"generated": "made by AI", "assisted": "made with AI", "human": "made by people", "": "not said"}
_BACKED = (
    "Approved facts by reference: what each says is on its sheet. A claim in a text counts as backed while the fact it "
    "cites is usable."
)
_CLAIMS = Sheet[Claim](
    "Facts at ",
    (
        Column("Fact", lambda one: one.fact, 12),
        Column("Sheet", lambda one: one.sheet, 20),
        Column("Rests on", lambda one: listed(one.sources), 20),
        Column("Owner", lambda one: one.owner or "–", 16),
        Column("Valid until", lambda one: one.until or "no end", 13),
        Column("Status", lambda one: Mark(one.status, "good" if one.status == "usable" else "attention"), 11),
        Column("Texts", lambda one: one.texts, 8),
    ),
)
_ARTICLE_50 = (
    "Article 50 of the EU AI Act: since 2 August 2026 for notices and labels, for marking by systems that were on the "
    "market before that day from 2 December 2026. Ordinary product copy is mostly outside 50(4), whose duty lapses with "
    "human review under editorial responsibility."
)
_BY_ORIGIN = Sheet[tuple[str, int]](
    "Checks by origin, as their authors say",
    (Column("Origin", lambda one: _ORIGINS[one[0]], 70), Column("Checks", lambda one: one[1], 30)),
)
_DISCLOSED = Lines[Disclosure](
    (
        Line("Active rules that ask for disclosure", lambda one: listed(one.rules)),
        Line("Texts in which one of them found something", lambda one: f"{one.findings:,}"),
        Line("Passed in spite of such a rule", lambda one: nought(one.passed_with_finding)),
        Line("Texts made with AI that a person approved", lambda one: f"{one.read_by_people:,}"),
    )
)


def claims(report: Report) -> Section:
    """Return part 8."""
    blocks = (Paragraph(_BACKED), _CLAIMS.of(report.claims, after=reach(report.about)))
    return Section("claims", "8 Claims register", blocks)


def disclosure(report: Report) -> Section:
    """Return part 9."""
    found = report.disclosure
    blocks = (Paragraph(_ARTICLE_50), _BY_ORIGIN.of(found.origins), _DISCLOSED.of(found))
    return Section("disclosure", "9 AI disclosure register", blocks)
