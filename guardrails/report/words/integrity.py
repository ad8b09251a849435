"""Part 2: whether the record is whole, and on whose word."""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.audit.stretch import Problem
from guardrails.report.document import Block, Callout, Cell, Code, Mark, Paragraph, Section
from guardrails.report.parts.integrity import Cosigned, Integrity
from guardrails.report.report import Report
from guardrails.report.words.phrases import counted, listed, minute, reach
from guardrails.report.words.sheet import MOST, Column, Line, Lines, Sheet

VERIFY = "guardrails ledger verify"
INTACT = "ledger: intact"
"""How its answer begins for a ledger that is whole."""

_SHOWN = 5

_OPERATOR = "It is operator-trusted: whoever holds ledger and keys could have rewritten all of it."
_MAKER = (
    "as the maker of this report names it. Compare it with its keeper: if it is theirs, the operator alone could not have "
    "rewritten these."
)
_RECORD = (
    "as the ledger's own record names it, which whoever runs the ledger writes. Nobody gave a witness's key for this report, so it "
    "is operator-trusted until that key is compared with its keeper."
)
_COSIGNED = Sheet[Cosigned](
    "Cosigned by",
    (
        Column("Witness", lambda one: one.witness, 22),
        Column("Records", lambda one: one.size, 8),
        Column("When (UTC)", lambda one: minute(one.at_s * 1000), 15),
        Column("Key: compare it with its keeper", lambda one: f"`{one.vkey}`", 37),
        Column("Named by", lambda one: "the maker of this report" if one.given else "the ledger's own record", 18),
    ),
)

_PROBLEMS = Sheet[Problem](
    "What is not as it was recorded",
    (
        Column("Record", lambda one: one.index if one.index >= 0 else "the whole", 12),
        Column("What", lambda one: one.what, 28),
        Column("Detail", lambda one: one.detail, 60),
    ),
)
CHECK = "guardrails report verify DIR --key KEY"
"""How a report that is handed over is checked by itself: *DIR* is the folder that it came in."""

COMPARE = f"{VERIFY} --checkpoint DIR/checkpoint"
"""How it is found out that the ledger still begins with the records that the report rests on."""

_VERIFY = (
    f"The first command needs neither ledger nor workspace: it says whether the files are those that were signed. KEY is the ledger's "
    "key for reports; take it from whoever keeps the ledger, not from this folder. The second is for whoever has the ledger: "
    f"its answer begins “{INTACT}” if nothing was changed, counts the records of today, and says that the first of them are those "
    "that the checkpoint in this folder signs."
)
_NO_CHECKPOINT = "There is no checkpoint in this folder: nothing is signed that was not found intact."


def integrity(report: Report) -> Section:
    """Return the part."""
    problems = tuple(_problems(report.integrity))
    blocks = (
        integrity_callout(report),
        *problems,
        _found(reach(report.about)).of(report.integrity),
        *_trusted(report.integrity),
        Paragraph(_VERIFY if report.integrity.is_signable else _NO_CHECKPOINT),
        Code(commands(report.integrity)),
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


def commands(found: Integrity) -> str:
    """Return what to type to find out the same."""
    return f"{CHECK}\n{COMPARE if found.is_signable else VERIFY}"


def trust(found: Integrity) -> str:
    """Return on whose word the record rests."""
    if any(one.given for one in found.cosigned):
        return f"{_saw(found)}: {_MAKER}"
    if found.given:
        return f"{_OPERATOR} No checkpoint here is cosigned with the key that the maker of this report names for {listed(found.given)}."
    if found.cosigned:
        return f"{_saw(found)}: {_RECORD}"
    return f"{_OPERATOR} No witness outside has cosigned it."


def _saw(found: Integrity) -> str:
    lines = (
        f"{one.witness} the first {counted(one.size, 'record')}, by the key `{one.vkey}`" for one in found.cosigned
    )
    return f"Cosigned by {'; by '.join(lines)}"


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


def _trusted(found: Integrity) -> Iterator[Block]:
    if found.cosigned:
        yield _COSIGNED.of(found.cosigned)


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
