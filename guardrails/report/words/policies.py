"""Part 3: which rules were in force, who put them there, what is switched off."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.report.document import Block, Callout, Items, Paragraph, Section
from guardrails.report.parts.policies import Off, Policies, PolicyEvent
from guardrails.report.report import Report
from guardrails.report.view import Override
from guardrails.report.words.phrases import counted, day, listed, minute, reach, short
from guardrails.report.words.sheet import MOST, Column, Line, Lines, Sheet


def _by(one: PolicyEvent) -> str:
    if one.event == "first-use":
        return "nobody: first use"
    return f"{one.proposed_by or 'nobody'}, then {one.role}"


def _changes(one: PolicyEvent) -> str:
    return listed((f"{count} {name}" for name, count in one.changes if count), "–" if not one.changes else "nothing")


def _tests(one: PolicyEvent) -> str:
    if one.examples < 0:
        return "not on record"
    untested = f", {counted(one.untested, 'rule')} without" if one.untested else ""
    return f"{counted(one.examples, 'example')}, {counted(one.cases, 'case')}{untested}"


_EVENTS = Sheet[PolicyEvent](
    "Policies that came into force",
    (
        Column("When", lambda one: minute(one.at_ms), 14),
        Column("What", lambda one: one.event.replace("-", " "), 12),
        Column("Digest", lambda one: short(one.digest), 14),
        Column("Proposed and approved by", _by, 20),
        Column("Against the one before", _changes, 20),
        Column("Tested", _tests, 20),
    ),
)
_CHANGED = Sheet[Override](
    "Rules of packs that the workspace changed",
    (
        Column("Rule", lambda one: one.rule, 24),
        Column("Changed", lambda one: one.what, 14),
        Column("Why", lambda one: one.reason, 36),
        Column("Owner", lambda one: one.owner, 14),
        Column("Until", lambda one: one.until or "for good", 12),
    ),
)
_OFF = Sheet[Off](
    "What is switched off or softened",
    (
        Column("Rule or layer", lambda one: one.what, 24),
        Column("How", lambda one: one.how, 18),
        Column("Why", lambda one: one.reason or "–", 32),
        Column("Owner", lambda one: one.owner or "–", 14),
        Column("Until", lambda one: one.until or "–", 12),
    ),
)


def policies(report: Report) -> Section:
    """Return the part."""
    found = report.policies
    blocks = (
        _in_force(reach(report.about)).of(found),
        *_callouts(report),
        _EVENTS.of(found.events[-MOST:]),
        *_touched(found),
        _CHANGED.of(found.changed),
        _OFF.of(found.off),
    )
    return Section("policies", "3 Policies", blocks)


def _in_force(when: str) -> Lines[Policies]:
    return Lines(
        (
            Line(f"In force at {when}", lambda one: one.digest or "nothing was ever checked"),
            Line("Rules", lambda one: listed(f"{count} {status}" for status, count in one.rules)),
            Line(
                "Packs",
                lambda one: listed(f"{name} {version} ({layer}, {owner})" for name, version, layer, owner in one.packs),
            ),
            Line("Layers without a rule in a language", lambda one: listed(one.uncovered)),
        )
    )


def _callouts(report: Report) -> Iterator[Callout]:
    found, version = report.policies, report.about.version
    if not found.is_activated:
        text = "Until somebody activates one, the workspace's files count as they are, whoever writes them."
        yield Callout("No policy was put in force by people", text, "attention")
    if found.files_differ:
        text = "This report describes what was in force; reasons for changed rules are taken from the files as they are now."
        yield Callout("The workspace's files are not what was in force", text, "gap")
    if not found.is_known:
        by = found.compiled_by or "unknown"
        text = f"It was compiled by guardrails {by}, not {version}; its rules and packs cannot be listed."
        yield Callout("The policy in force cannot be read", text, "gap")


def _touched(found: Policies) -> Iterator[Block]:
    touched = tuple(f"{one} ({day(event.at_ms)})" for event in found.events if event.in_period for one in event.rules)
    if touched:
        yield Paragraph("Rules that judge differently since a policy of this period:")
        yield Items(touched[:MOST])
