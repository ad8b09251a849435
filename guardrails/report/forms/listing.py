"""
The complete list of checks as CSV (RFC 4180 with line feeds, UTF-8), one line per check, without a word of any text.

A damaged record has a line, too: whether it was a check of the period nobody can tell, so it has an index and what is wrong
with it (``reasons``), and the verdict is :data:`DAMAGED`. A cell that a spreadsheet would take for a formula begins with an
apostrophe.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from guardrails.render.moment import rfc3339
from guardrails.report.evidence import Decision
from guardrails.report.forms.visible import visible
from guardrails.report.report import Report

HEAD = (
    "index", "check_id", "at", "verdict", "binding", "channels", "markets", "reasons", "rules", "faults", "waivers", "queue",
    "policy_digest", "origin", "not_seen",
)  # fmt: skip
"""Names of the columns."""

DAMAGED = "NOT INTACT"
"""Instead of a verdict."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(report: Report) -> bytes:
    """Return every check of the period and every damaged record, in ledger order."""
    rows = [*map(_row, report.decisions), *_damaged(report)]
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows([_safe(cell) for cell in row] for row in sorted(rows, key=lambda row: int(row[0])))
    return out.getvalue().encode("utf-8")


def _row(one: Decision) -> tuple[str, ...]:
    rules = (f"{hit.rule}:{hit.calls_for}:{hit.findings}" for hit in one.rules)
    return (
        str(one.at), one.id, rfc3339(one.at_ms), one.verdict, "yes" if one.binding else "no", _many(one.channels),
        _many(one.markets), _many(one.reasons), " ".join(rules), _many(one.faults), _many(one.waivers), one.queue,
        one.policy_digest, one.origin, "" if one.not_seen < 0 else str(one.not_seen),
    )  # fmt: skip


def _damaged(report: Report) -> Iterator[tuple[str, ...]]:
    by_index: dict[int, list[str]] = {}
    for one in report.integrity.problems:
        if one.spoils:
            by_index.setdefault(one.index, []).append(one.what)
    for index, what in by_index.items():
        cells = {"index": str(index), "verdict": DAMAGED, "reasons": " ".join(dict.fromkeys(what))}
        yield tuple(cells.get(name, "") for name in HEAD)


def _many(names: tuple[str, ...]) -> str:
    return " ".join(names)


def _safe(cell: str) -> str:
    text = visible(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
