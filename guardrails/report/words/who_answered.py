"""Parts 6 to 12: people, accuracy, registers, access, privacy, incidents."""

from __future__ import annotations

from guardrails.report.document import Bar, Bars, Block, Cell, Mark, Pairs, Paragraph, Section, Table
from guardrails.report.parts.oversight import FEWEST, QueueLine
from guardrails.report.report import Report
from guardrails.report.words.phrases import counted, listed, minute, nought, reach, span

_MOST = 25
_WITHHELD = "withheld"
_ORIGINS = {"generated": "made by AI", "assisted": "made with AI", "human": "made by people", "": "not said"}


def oversight(report: Report) -> Section:
    """Return part 6."""
    found = report.oversight
    lines = (*found.queues, found.all) if found.queues else ()
    asked = tuple((one.queue, one.asked, one.answered, one.moot, one.open, nought(one.overdue)) for one in lines)
    return Section(
        "oversight",
        "6 Human oversight",
        (
            Paragraph(
                f"People were asked {counted(found.all.asked, 'question')}; {found.all.answered:,} were answered, {found.in_time:,} of them in "
                f"time, {found.two_people:,} by two or more people. Authors disputed {counted(found.disputes, 'finding')}."
            ),
            Bars(
                "Questions by queue",
                f"Per queue. {'; '.join(f'{q.queue}: {q.answered} answered, {q.open} open, {q.moot} no longer asked' for q in found.queues) or 'No question'}.",
                (Mark("answered", "good"), Mark("open", "attention"), Mark("no longer asked", "plain")),
                tuple(Bar(one.queue, (one.answered, one.open, one.moot)) for one in found.queues),
            ),
            Table("Questions by queue", ("Queue", "Asked", "Answered", "No longer asked", "Open", "Overdue"), asked),
            Table(
                "How they were answered",
                (
                    "Queue",
                    "Median time",
                    "Slowest tenth",
                    "Approved",
                    "Unchanged",
                    "Sent back",
                    "Rejected",
                    "Right to ask",
                    "Within a minute",
                ),
                tuple(map(_manner, lines)),
            ),
            Paragraph(
                f"Times and shares are per queue, never per person, and only where {FEWEST} or more people answered. Approvals within "
                "a minute of the question are a sign that nobody weighed them."
            ),
        ),
    )


def _manner(line: QueueLine) -> tuple[Cell, ...]:
    one = line.manner
    if one is None:
        return (line.queue, *([_WITHHELD] * 8))
    shares = (one.approved, one.unchanged, one.sent_back, one.rejected, one.needed, one.quick)
    return (line.queue, span(one.median_min), span(one.slow_min), *(f"{share} %" for share in shares))


def accuracy(report: Report) -> Section:
    """Return part 7."""
    rows = tuple(
        (one.rule, one.held, one.disputed, one.let_through, f"{_tenths(one.low_pm)} to {_tenths(one.high_pm)} %")
        for one in report.accuracy[:_MOST]
    )
    return Section(
        "accuracy",
        "7 Accuracy",
        (
            Paragraph(
                "What a rule held and a person let through unchanged is the nearest that a ledger comes to a false alarm; the "
                "interval is of 95 % (Wilson). Precision and recall need texts that people have labelled, and what was missed "
                "is on nobody's record: neither is shown. Each activation tests every rule on its own examples (part 3)."
            ),
            Table(
                "Rules that held texts",
                ("Rule", "Texts held", "Disputed", "Let through unchanged", "Share let through"),
                rows,
                (36, 14, 14, 18, 18),
            ),
        ),
    )


def _tenths(thousandths: int) -> str:
    return f"{thousandths // 10}.{thousandths % 10}"


def claims(report: Report) -> Section:
    """Return part 8."""
    rows = tuple(
        (
            one.fact,
            one.sheet,
            listed(one.sources),
            one.owner or "–",
            one.until or "no end",
            _status(one.status),
            one.texts,
        )
        for one in report.claims
    )
    return Section(
        "claims",
        "8 Claims register",
        (
            Paragraph(
                "Approved facts by reference: what each says is on its sheet. A claim in a text counts as backed while the fact it cites is usable."
            ),
            Table(
                f"Facts at {reach(report.about)}",
                ("Fact", "Sheet", "Rests on", "Owner", "Valid until", "Status", "Texts"),
                rows,
                (12, 20, 20, 16, 13, 11, 8),
            ),
        ),
    )


def _status(status: str) -> Mark:
    return Mark(status, "good" if status == "usable" else "attention")


def disclosure(report: Report) -> Section:
    """Return part 9."""
    found = report.disclosure
    return Section(
        "disclosure",
        "9 AI disclosure register",
        (
            Paragraph(
                "Article 50 of the EU AI Act: since 2 August 2026 for notices and labels, for marking by systems that were on the "
                "market before that day from 2 December 2026. Ordinary product copy is mostly outside 50(4), whose duty lapses with "
                "human review under editorial responsibility."
            ),
            Table(
                "Checks by origin, as their authors say",
                ("Origin", "Checks"),
                tuple((_ORIGINS[name], count) for name, count in found.origins),
                (70, 30),
            ),
            Pairs(
                (
                    ("Active rules that ask for disclosure", listed(found.rules)),
                    ("Texts in which one of them found something", f"{found.findings:,}"),
                    ("Passed in spite of such a rule", nought(found.passed_with_finding)),
                    ("Texts made with AI that a person approved", f"{found.read_by_people:,}"),
                )
            ),
        ),
    )


def access(report: Report) -> Section:
    """Return part 10."""
    found, duties = report.access, report.access.duties
    keys = tuple(
        (one.at, minute(one.at_ms), one.event.replace("-", " "), one.what, listed(one.scopes, "–"))
        for one in found.keys[-_MOST:]
    )
    rows: tuple[tuple[Cell, ...], ...] = (
        ("The author does not answer for the text", duties.answers, nought(len(duties.own_text))),
        ("Who proposes a policy does not activate it", duties.activations, nought(len(duties.own_policy))),
        ("Who asks for a waiver does not approve it", duties.waivers, nought(len(duties.own_waiver))),
        ("Keys for reading make no record", duties.reading_keys, nought(len(duties.auditors))),
    )
    return Section(
        "access",
        "10 Access, keys, separation of duties",
        (
            Table("Duties kept apart", ("Duty", "Looked at", "Broken"), rows, (60, 20, 20)),
            Pairs(
                (
                    ("Personal data shown unmasked, on record", f"{found.disclosures:,}"),
                    ("Other access on record", listed(f"{count:,} {what}" for what, count in found.accesses)),
                    ("Reports issued in the period", f"{found.reports:,}"),
                )
            ),
            Table("Keys that came or went", ("Record", "When", "What", "Key", "Scopes"), keys, (8, 18, 22, 34, 18)),
        ),
    )


def privacy(report: Report) -> Section:
    """Return part 11."""
    found = report.privacy
    return Section(
        "privacy",
        "11 Privacy",
        (
            Pairs(
                (
                    ("Erasures, by ground", _counts(found.erasures)),
                    ("Erasures that fewer than two people approved", nought(len(found.one_person))),
                    ("Requests of persons", _counts(found.requests)),
                    ("Legal holds", _counts(found.holds)),
                    ("Runs of retention", f"{found.retention:,}" if found.retention else Mark("none on record", "gap")),
                    *((f"Governance: {key.replace('_', ' ')}", value) for key, value in found.governance),
                )
            ),
            Paragraph(
                "Records hold references, commitments and codes; texts and people lie encrypted beside them, each part under a key of its own."
            ),
        ),
    )


def _counts(counts: tuple[tuple[str, int], ...]) -> str:
    return listed(f"{count:,} {name}" for name, count in counts)


def incidents(report: Report) -> Section:
    """Return part 12."""
    found = report.incidents
    stops = tuple(
        (
            one.scope,
            one.role,
            minute(one.from_ms),
            minute(one.until_ms) if one.until_ms else Mark("in force", "attention"),
            one.held,
            one.id,
        )
        for one in found.stops
    )
    others = tuple((one.at, minute(one.at_ms), one.what, one.detail) for one in found.others[:_MOST])
    blocks: tuple[Block, ...] = (
        Table("Stops", ("Scope", "Set by", "From", "Until", "Checks held", "Stop"), stops, (10, 16, 16, 16, 11, 31)),
        Table("Facts withdrawn, gaps, failures", ("Record", "When", "What", "Which"), others, (10, 20, 35, 35)),
    )
    return Section("incidents", "12 Incidents", blocks)
