"""Parts 1 to 5: scope, integrity, policies, population, exceptions."""

from __future__ import annotations

from guardrails.report.document import (
    Bar,
    Bars,
    Block,
    Callout,
    Cell,
    Code,
    Items,
    Mark,
    Pairs,
    Paragraph,
    Section,
    Table,
)
from guardrails.report.parts.policies import PolicyEvent
from guardrails.report.parts.population import Verdicts
from guardrails.report.report import Report
from guardrails.report.words.first_page import VERIFY, integrity_callout, trust
from guardrails.report.words.phrases import counted, day, listed, minute, nought, reach, short

VERDICTS = (Mark("passed", "good"), Mark("to be revised", "gap"), Mark("put before a person", "plain"))
_MOST = 25
"""Longest list in the text; the rest is in the CSV and JSON forms."""


def scope(report: Report) -> Section:
    """Return part 1."""
    about = report.about
    rows = tuple(
        (
            one.agent,
            listed(one.decides, "nothing: it only recommends"),
            one.delegated_by or Mark("nobody", "attention"),
            one.until or "no end",
        )
        for one in report.systems
    )
    return Section(
        "scope",
        "1 Scope, period, systems, roles",
        (
            Pairs(
                (
                    ("Workspace", about.workspace or "unknown"),
                    ("Brand", about.brand or "unknown"),
                    (
                        "Period",
                        f"{minute(about.period.from_ms)} to {minute(about.period.until_ms)} UTC, the end excluded",
                    ),
                    ("As of", f"{minute(about.as_of_ms)} UTC"),
                    ("Checked by", f"guardrails {about.version}"),
                    ("Channels", listed(about.channels)),
                    ("Markets", listed(about.markets)),
                    ("Languages and regions", listed(about.locales)),
                    ("Roles of people", listed(about.people)),
                )
            ),
            Paragraph(
                "Towards the public the operator of this workspace is the deployer, in the words of the EU AI Act, of the agents "
                "below; their providers are not on record here. Marketing copy is no high-risk use (Annex III): only Articles "
                "4, 5 and 50 bind by law. Everything else is voluntary, and this report is aligned with it."
            ),
            Table("Agents that submit texts", ("Agent", "May decide", "Delegated by", "Until"), rows),
        ),
    )


def integrity(report: Report) -> Section:
    """Return part 2."""
    found = report.integrity
    problems: tuple[Block, ...] = ()
    if found.problems:
        rows = tuple(
            (one.index if one.index >= 0 else "the whole", one.what, one.detail)
            for one in sorted(found.problems, key=lambda one: (one.index < 0, one))[:_MOST]
        )
        problems = (Table("What is not as it was recorded", ("Record", "What", "Detail"), rows, (12, 28, 60)),)
    return Section(
        "integrity",
        "2 Integrity of the record",
        (
            integrity_callout(report),
            *problems,
            Pairs(
                (
                    ("Ledger", found.origin),
                    (f"Records until {reach(report.about)}", f"{found.size:,}"),
                    ("Merkle root over them", found.root or Mark("cannot be told", "attention")),
                    ("By type", listed(f"{count:,} {name.replace('_', ' ')}" for name, count in found.types)),
                    ("Erased on the record, in part or whole", f"{found.erased:,}"),
                    ("Signed checkpoints", _checkpoints(report)),
                    ("Witnesses", trust(found)),
                    ("Names under checkpoints whose keys are not known here", listed(found.unknown)),
                )
            ),
            Paragraph(
                "Whoever has the ledger and its keys can find out the same; “intact” is what it says of a whole one:"
            ),
            Code(VERIFY),
        ),
    )


def _checkpoints(report: Report) -> Cell:
    found = report.integrity
    if not found.checkpoints:
        return Mark("none", "gap")
    words = f"{found.checkpoints:,}, from record {found.first:,} to {found.last:,}"
    if found.is_consistent:
        return f"{words}; each is a beginning of this ledger, so the last extends the first"
    return Mark(f"{words}; one of them is NOT a beginning of this ledger", "attention")


def policies(report: Report) -> Section:
    """Return part 3."""
    found = report.policies
    events = tuple(
        (minute(one.at_ms), one.event.replace("-", " "), short(one.digest), _by(one), _changes(one), _tests(one))
        for one in found.events[-_MOST:]
    )
    off = tuple((one.what, one.how, one.reason or "–", one.owner or "–", one.until or "–") for one in found.off)
    changed = tuple((one.rule, one.what, one.reason, one.owner, one.until or "for good") for one in found.changed)
    touched = tuple(f"{one} ({day(event.at_ms)})" for event in found.events if event.in_period for one in event.rules)
    blocks: list[Block] = [
        Pairs(
            (
                (f"In force at {reach(report.about)}", found.digest or "nothing was ever checked"),
                ("Rules", listed(f"{count} {status}" for status, count in found.rules)),
                (
                    "Packs",
                    listed(f"{name} {version} ({layer}, {owner})" for name, version, layer, owner in found.packs),
                ),
                ("Layers without a rule in a language", listed(found.uncovered)),
            )
        )
    ]
    if not found.is_activated:
        text = "Until somebody activates one, the workspace's files count as they are, whoever writes them."
        blocks.append(Callout("No policy was put in force by people", text, "attention"))
    if found.files_differ:
        text = "This report describes what was in force; reasons for changed rules are taken from the files as they are now."
        blocks.append(Callout("The workspace's files are not what was in force", text, "gap"))
    if not found.is_known:
        version = found.compiled_by or "unknown"
        text = f"It was compiled by guardrails {version}, not {report.about.version}; its rules and packs cannot be listed."
        blocks.append(Callout("The policy in force cannot be read", text, "gap"))
    blocks.append(
        Table(
            "Policies that came into force",
            ("When", "What", "Digest", "Proposed and approved by", "Against the one before", "Tested"),
            events,
            (14, 12, 14, 20, 20, 20),
        )
    )
    if touched:
        blocks += [Paragraph("Rules that judge differently since a policy of this period:"), Items(touched[:_MOST])]
    blocks += [
        Table(
            "Rules of packs that the workspace changed",
            ("Rule", "Changed", "Why", "Owner", "Until"),
            changed,
            (24, 14, 36, 14, 12),
        ),
        Table(
            "What is switched off or softened",
            ("Rule or layer", "How", "Why", "Owner", "Until"),
            off,
            (24, 18, 32, 14, 12),
        ),
    ]
    return Section("policies", "3 Policies", tuple(blocks))


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


def population(report: Report) -> Section:
    """Return part 4."""
    found = report.population
    sample = tuple(
        (
            one.at,
            minute(one.at_ms),
            one.check,
            one.verdict,
            short(one.leaf),
            "proved" if one.proved else Mark("NOT proved", "attention"),
            _replay(one.replay),
        )
        for one in found.sample
    )
    rules = tuple((one.rule, one.texts, one.revise, one.escalate) for one in found.by_rule[:_MOST])
    more = len(found.by_rule) - len(rules)
    return Section(
        "population",
        "4 Population and sample",
        (
            Paragraph(
                f"{counted(found.binding.total, 'binding check')} of {counted(found.texts, 'text')}, and "
                f"{counted(found.simulated, 'simulation')}, which bind nobody. The complete list, with the index of each in "
                "the ledger, is the CSV form of this report."
            ),
            _chart("Checks by week", "Week from Monday", found.by_week),
            Table(
                "By channel",
                ("Channel", *(one.text.capitalize() for one in VERDICTS), "All"),
                _verdict_rows(found.by_channel),
            ),
            Table(
                "By market",
                ("Market", *(one.text.capitalize() for one in VERDICTS), "All"),
                _verdict_rows(found.by_market),
            ),
            Table("By reason", ("Reason", "Checks"), found.by_reason[:_MOST], (70, 30)),
            Table(
                f"By rule{f' ({more} more in the JSON form)' if more else ''}",
                ("Rule", "Checks with a finding", "To be revised", "To be decided"),
                rows=rules,
            ),
            Paragraph(
                f"A sample of {counted(len(found.sample), 'check')} was drawn with the seed `{found.seed}`, which is the SHA-256 of "
                "root and period: nobody chose it. Each was proved to be in the tree and decided again from its stored input "
                "and bundle. The proofs are in the JSON form."
            ),
            Table(
                "The sample",
                ("Record", "When (UTC)", "Check", "Verdict", "Leaf", "In the tree", "Decided again"),
                sample,
                (8, 16, 30, 10, 13, 10, 13),
            ),
        ),
    )


def _verdict_rows(found: tuple[Verdicts, ...]) -> tuple[tuple[Cell, ...], ...]:
    return tuple((one.name, one.passed, one.revise, one.escalate, one.total) for one in found)


def _chart(title: str, what: str, found: tuple[Verdicts, ...]) -> Block:
    """Return the chart; its alternative says every number that it shows."""
    shown = found[-_MOST:]
    words = "; ".join(
        f"{one.name}: {one.passed} passed, {one.revise} to be revised, {one.escalate} put before a person"
        for one in shown
    )
    bars = tuple(Bar(one.name, (one.passed, one.revise, one.escalate)) for one in shown)
    return Bars(title, f"{what}. {words or 'No check'}.", VERDICTS, bars)


def _replay(status: str) -> Mark | str:
    if status in ("differs", "lost"):
        return Mark(status, "attention")
    return Mark("the same", "good") if status == "identical" else status


def exceptions(report: Report) -> Section:
    """Return part 5."""
    found = report.exceptions
    waivers = tuple(
        (one.rule, one.role, minute(one.from_ms), minute(one.ended_ms or one.until_ms), one.checks, one.id)
        for one in found.waivers
    )
    glass = tuple((one.at, minute(one.at_ms), minute(one.until_ms), one.record) for one in found.break_glass)
    blocks: list[Block] = [
        Pairs(
            (
                ("Passed although something was left unchecked", nought(found.passed_with_fault)),
                (
                    "Checks in which something could not be checked",
                    f"{found.degraded:,}; each of them escalated"
                    if found.degraded and not found.passed_with_fault
                    else f"{found.degraded:,}",
                ),
                ("What could not be checked", listed(f"{count:,} {code}" for code, count in found.faults)),
                (
                    "Approved by people against the gate's verdict",
                    f"{found.approved:,}, of these {found.unchanged:,} unchanged",
                ),
                ("Checks in which a waiver lifted something", f"{found.waived_checks:,}"),
                ("Failures of the gate on record", nought(found.gate_failures)),
                ("Gaps in the ledger that people accepted", nought(found.recoveries)),
            )
        ),
        Paragraph("There is no switch that opens the gate when something fails: without a record there is no verdict."),
        Table(
            "Waivers in force in the period",
            ("Rule", "Approved by", "From", "Until", "Checks", "Waiver"),
            waivers,
            (24, 14, 14, 14, 7, 27),
        ),
    ]
    if found.has_permits:
        blocks.append(
            Pairs(
                (
                    ("Permits given", f"{found.permits:,}, of these {found.unused_permits:,} not used"),
                    ("Permits revoked", f"{found.revoked:,}"),
                    ("Publications", f"{found.published:,}"),
                    ("Published without a permit on record", nought(len(found.no_permit))),
                )
            )
        )
        blocks.append(Items(found.no_permit[:_MOST])) if found.no_permit else None
    else:
        text = "Neither permits nor publications are on record in this period."
        blocks.append(Callout("Whether anything was published without a permit cannot be told", text, "gap"))
    blocks.append(Table("Break-glass permits", ("Record", "Given", "Until", "Permit"), glass, (10, 25, 25, 40)))
    return Section("exceptions", "5 Exceptions", tuple(blocks))
