"""Part 2: whether the record is whole, and on whose word."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.audit.stretch import Problem
from guardrails.report.document import Block, Callout, Cell, Code, Mark, Paragraph, Section
from guardrails.report.parts.integrity import Integrity
from guardrails.report.report import Report
from guardrails.report.words.phrases import counted, listed, reach
from guardrails.report.words.sheet import MOST, Column, Line, Lines, Sheet

VERIFY = "guardrails ledger verify"
INTACT = "ledger: intact"
"""How its answer begins for a ledger that is whole."""

_SHOWN = 5

_PROBLEMS = Sheet[Problem](
    "What is not as it was recorded",
    (
        Column("Record", lambda one: one.index if one.index >= 0 else "the whole", 12),
        Column("What", lambda one: one.what, 28),
        Column("Detail", lambda one: one.detail, 60),
    ),
)
_VERIFY = (
    f"Whoever has the ledger and its keys can find out the same. The answer begins “{INTACT}” if nothing was changed, and "
    "counts the records of today; that the first of them had this root then is found out by making this report again."
)


def integrity(report: Report) -> Section:
    """Return the part."""
    problems = tuple(_problems(report.integrity))
    blocks = (
        integrity_callout(report),
        *problems,
        _found(reach(report.about)).of(report.integrity),
        Paragraph(_VERIFY),
        Code(VERIFY),
    )
    return Section("integrity", "2 Integrity of the record", blocks)


def _found(until: str) -> Lines[Integrity]:
    return Lines(
        (
            Line("Ledger", lambda one: one.origin),
            Line(f"Records until {until}", lambda one: f"{one.size:,}"),
            Line("Merkle root over them", lambda one: one.root or Mark("cannot be told", "attention")),
            Line("By type", _types),
            Line("Erased on the record, in part or whole", lambda one: f"{one.erased:,}"),
            Line("Signed checkpoints", _checkpoints),
            Line("Witnesses", trust),
            Line("Names under checkpoints whose keys are not known here", lambda one: listed(one.unknown)),
        )
    )


def integrity_callout(report: Report) -> Callout:
    """Return in a few sentences whether the record is whole, and on whose word."""
    found = report.integrity
    if not found.is_intact:
        return Callout("The record is NOT intact", _damage(found), "attention")
    text = (
        f"All {counted(found.size, 'record')} until {reach(report.about)}, and any later ones, were recomputed: every hash, "
        f"every commitment, the whole tree. {trust(found)}"
    )
    return Callout("The record is intact", text, "good")


def trust(found: Integrity) -> str:
    """Return on whose word the record rests."""
    if found.cosigned:
        names = listed(sorted({one.witness for one in found.cosigned}))
        last = max(one.size for one in found.cosigned)
        return f"Cosigned by {names}, up to record {last:,}: the operator alone could not have rewritten these."
    return (
        "It is operator-trusted: no witness outside has cosigned it, so whoever holds ledger and keys could have rewritten "
        "all of it."
    )


def _damage(found: Integrity) -> str:
    shown = [f"record {one.index}: {one.what}" if one.index >= 0 else one.what for one in _worst(found)[:_SHOWN]]
    if not found.is_consistent:
        shown.append("a signed checkpoint is not what the ledger begins with")
    more = f" and {len(found.problems) - _SHOWN} more" if len(found.problems) > _SHOWN else ""
    return (
        f"{counted(len(found.problems), 'problem')} found: {listed(shown)}{more}. A damaged record speaks for nobody and is "
        f"in no figure below. `{VERIFY}` names every one of them."
    )


def _worst(found: Integrity) -> list[Problem]:
    return sorted(found.problems, key=lambda one: (one.index < 0, one))  # records first


def _problems(found: Integrity) -> Iterator[Block]:
    if found.problems:
        yield _PROBLEMS.of(_worst(found)[:MOST])


def _types(found: Integrity) -> str:
    return listed(f"{count:,} {name.replace('_', ' ')}" for name, count in found.types)


def _checkpoints(found: Integrity) -> Cell:
    if not found.checkpoints:
        return Mark("none", "gap")
    words = f"{found.checkpoints:,}, from record {found.first:,} to {found.last:,}"
    if found.is_consistent:
        shown = " (the proof is in the JSON form)" if found.proof else ""
        return f"{words}; each is a beginning of this ledger, so the last extends the first{shown}"
    return Mark(f"{words}; one of them is NOT a beginning of this ledger", "attention")
