"""The first page: all that whoever reads one page has to know."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.render.moment import rfc3339
from guardrails.report.controls import OPEN
from guardrails.report.document import (
    Block,
    Callout,
    Cell,
    Code,
    Figure,
    Figures,
    Items,
    Mark,
    Paragraph,
    Section,
    Table,
    Tone,
)
from guardrails.report.report import About, Report
from guardrails.report.words.integrity import commands, integrity_callout
from guardrails.report.words.limits import not_shown
from guardrails.report.words.phrases import UNFINISHED, counted, listed, nought, unfinished


def first_page(report: Report) -> Section:
    """Return the first page."""
    return Section(
        "at-a-glance",
        "At a glance",
        (
            *_unfinished(report.about),
            Paragraph(_what(report), lead=True),
            integrity_callout(report),
            _figures(report),
            Table("What to look at first", ("Question", "Answer", "Part"), tuple(_questions(report)), (34, 56, 10)),
            Code(commands(report.integrity)),
            Paragraph("What this report does not show:"),
            Items(tuple(not_shown(report))),
        ),
    )


def _unfinished(about: About) -> Iterator[Block]:
    if not about.has_ended:
        again = f"Figures may still change; `--as-of {rfc3339(about.as_of_ms)}` makes this very report again."
        yield Callout(UNFINISHED, f"{unfinished(about)} {again}", "gap")


def _what(report: Report) -> str:
    one = report.population.binding
    return (
        f"{counted(one.total, 'check')} of {counted(report.population.texts, 'text')} were decided and recorded in this "
        f"period: {one.passed:,} passed, {one.revise:,} went back to be mended, {one.escalate:,} went to a person."
    )


def _figures(report: Report) -> Figures:
    asked, open_controls = report.oversight.all, sum(one.status in OPEN for one in report.controls)
    return Figures(
        (
            Figure(f"{report.population.binding.total:,}", "checks decided"),
            Figure(f"{asked.asked:,}", "questions to people", f"{asked.answered:,} answered"),
            Figure(f"{asked.overdue:,}", "answered by nobody", "past due", _tone(asked.overdue)),
            Figure(
                f"{report.exceptions.passed_with_fault:,}",
                "passed unchecked",
                "the gate fails closed",
                _tone(report.exceptions.passed_with_fault),
            ),
            Figure(
                f"{open_controls:,}",
                "open controls",
                f"of {len(report.controls)}",
                "attention" if open_controls else "good",
            ),
        )
    )


def _tone(count: int) -> Tone:
    return "attention" if count else "good"


def _questions(report: Report) -> Iterator[tuple[Cell, ...]]:
    exceptions, asked = report.exceptions, report.oversight.all
    yield (
        "Is the record whole?",
        Mark("intact", "good") if report.integrity.is_intact else Mark("NOT intact", "attention"),
        "2",
    )
    yield "Whom did nobody answer?", nought(asked.overdue, f"of {counted(asked.asked, 'question')} open past due"), "6"
    yield "Published without a permit?", _published(report), "5"
    yield "Break-glass permits?", nought(len(exceptions.break_glass)), "5"
    yield "Rules changed by policies of this period?", _changed(report), "3"
    yield "Rules switched off or softened?", _off(report), "3"
    yield (
        "Exceptions in force?",
        f"{counted(len(exceptions.waivers), 'waiver')}, in {counted(exceptions.waived_checks, 'check')}",
        "5",
    )
    yield "Incidents?", _incidents(report), "12"
    yield "Controls that are open?", _controls(report), "13"


def _published(report: Report) -> Cell:
    exceptions = report.exceptions
    if not exceptions.published:
        return Mark("no publication is on record, so this cannot be told", "gap")
    return nought(len(exceptions.no_permit), f"of {counted(exceptions.published, 'publication')}")


def _changed(report: Report) -> Cell:
    events = [one for one in report.policies.events if one.in_period and one.event != "first-use"]
    rules = sum(len(one.rules) for one in events)
    added = sum(dict(one.changes).get("added", 0) for one in events)
    if not report.policies.is_activated:
        return Mark("no policy was activated by people: the files count as they are", "attention")
    return f"{counted(rules, 'rule')} changed or taken out, {added:,} added, in {counted(len(events), 'activation')}"


def _off(report: Report) -> Cell:
    gaps = len(report.policies.off)
    return f"{counted(gaps, 'rule or layer', 'rules or layers')} off, {counted(len(report.policies.changed), 'rule')} changed by the workspace"


def _incidents(report: Report) -> Cell:
    stops, others, silent = report.incidents.stops, report.incidents.others, len(report.incidents.silences)
    standing = sum(not one.until_ms for one in stops)
    text = f"{counted(len(stops), 'stop')}, {standing} still in force; {counted(len(others), 'other event')}"
    if silent:
        text += f"; {counted(silent, 'pause')} without a sign of life"
    return Mark(text, "attention") if standing or silent else text


def _controls(report: Report) -> Cell:
    counts = {status: sum(one.status == status for one in report.controls) for status in OPEN}
    text = listed(f"{count} {status}" for status, count in counts.items() if count)
    return (
        Mark(text, "attention" if counts["not satisfied"] else "gap") if any(counts.values()) else Mark("none", "good")
    )
