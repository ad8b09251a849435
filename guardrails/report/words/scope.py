"""Part 1: what is reported on."""

from __future__ import annotations

from guardrails.report.document import Mark, Paragraph, Section
from guardrails.report.report import About, Report, System
from guardrails.report.words.phrases import listed, minute
from guardrails.report.words.sheet import Column, Line, Lines, Sheet

_ABOUT = Lines[About](
    (
        Line("Workspace", lambda one: one.workspace or "unknown"),
        Line("Brand", lambda one: one.brand or "unknown"),
        Line(
            "Period", lambda one: f"{minute(one.period.from_ms)} to {minute(one.period.until_ms)} UTC, the end excluded"
        ),
        Line("As of", lambda one: f"{minute(one.as_of_ms)} UTC"),
        Line("Checked by", lambda one: f"guardrails {one.version}"),
        Line("Channels", lambda one: listed(one.channels)),
        Line("Markets", lambda one: listed(one.markets)),
        Line("Languages and regions", lambda one: listed(one.locales)),
        Line("Roles of people", lambda one: listed(one.people)),
    )
)
_ROLES = (
    "Towards the public the operator of this workspace is the deployer, in the words of the EU AI Act, of the agents "
    "below; their providers are not on record here. Marketing copy is no high-risk use (Annex III): only Articles "
    "4, 5 and 50 bind by law. Everything else is voluntary, and this report is aligned with it."
)
_AGENTS = Sheet[System](
    "Agents that submit texts",
    (
        Column("Agent", lambda one: one.agent),
        Column("May decide", lambda one: listed(one.decides, "nothing: it only recommends")),
        Column("Delegated by", lambda one: one.delegated_by or Mark("nobody", "attention")),
        Column("Until", lambda one: one.until or "no end"),
    ),
)


def scope(report: Report) -> Section:
    """Return the part."""
    blocks = (_ABOUT.of(report.about), Paragraph(_ROLES), _AGENTS.of(report.systems))
    return Section("scope", "1 Scope, period, systems, roles", blocks)
