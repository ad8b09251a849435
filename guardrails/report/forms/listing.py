"""
The complete list of checks as CSV (RFC 4180 with line feeds, UTF-8), one line per check, without a word of any text.

A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
from io import StringIO

from guardrails.render.moment import rfc3339
from guardrails.report.evidence import Decision
from guardrails.report.report import Report

HEAD = (
    "index", "check_id", "at", "verdict", "binding", "channels", "markets", "reasons", "rules", "faults", "waivers", "queue",
    "policy_digest", "origin", "not_seen",
)  # fmt: skip
"""Names of the columns."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(report: Report) -> bytes:
    """Return every check of the period, in ledger order."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows([_safe(cell) for cell in _row(one)] for one in report.decisions)
    return out.getvalue().encode("utf-8")


def _row(one: Decision) -> tuple[str, ...]:
    rules = (f"{hit.rule}:{hit.calls_for}:{hit.findings}" for hit in one.rules)
    return (
        str(one.at), one.id, rfc3339(one.at_ms), one.verdict, "yes" if one.binding else "no", _many(one.channels),
        _many(one.markets), _many(one.reasons), " ".join(rules), _many(one.faults), _many(one.waivers), one.queue,
        one.policy_digest, one.origin, "" if one.not_seen < 0 else str(one.not_seen),
    )  # fmt: skip


def _many(names: tuple[str, ...]) -> str:
    return " ".join(names)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
