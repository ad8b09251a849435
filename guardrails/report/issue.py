"""
A report is issued: its files are made, listed with their digests, the list is signed, and that is put on record.

The manifest is a signed note (``audit/note.py``) by the ledger's key for reports. Its text is

::

    guardrails-report/v1
    <origin of the ledger> <records> <root>
    <first day or moment> <end, excluded> <as of>       RFC 3339, UTC
    <sha256>  <file>                                    a line per file, by name; ``sha256sum -c`` reads these

Beside the forms lies ``checkpoint``, the head that the report rests on, signed by the ledger's key for checkpoints: whoever has
the ledger can tell with it that the ledger still begins with exactly these records. Nothing is signed that did not verify: a
report on a ledger that is not intact has none.

The record (``report_issued``) holds the manifest's digest, so that a report that somebody shows can be found again, and one
that is not on record is none of ours. It also says whether the ledger was intact and how many problems were found (*intact*,
*problems*), so that a report on a damaged ledger cannot be kept quiet. Where the ledger is too damaged to be written, the
files say so and stand unsigned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from guardrails.audit.checkpoint import checkpoint_text
from guardrails.audit.entry import Receipt
from guardrails.audit.log import AuditLog
from guardrails.audit.signing import signer
from guardrails.audit.store import Head
from guardrails.errors import LedgerError
from guardrails.model.canonical import sha256_hex
from guardrails.model.context import Actor
from guardrails.render.moment import rfc3339
from guardrails.report.document import Document
from guardrails.report.forms.html import html_of
from guardrails.report.forms.listing import csv_of
from guardrails.report.forms.oscal import oscal_of
from guardrails.report.forms.pdf import pdf_of
from guardrails.report.handed import CHECKPOINT, MANIFEST, SCHEMA
from guardrails.report.report import Report
from guardrails.report.words.page import document_of


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the report: the name of its file, and what makes it."""

    file: str
    make: Callable[[Report, Document], bytes]


FORMS: Mapping[str, Form] = {
    "html": Form("report.html", lambda _, document: html_of(document)),
    "json": Form("report.oscal.json", lambda report, _: oscal_of(report)),
    "csv": Form("decisions.csv", lambda report, _: csv_of(report)),
    "pdf": Form("report.pdf", lambda _, document: pdf_of(document)),
}
"""All forms, by the name of the option."""


@dataclass(frozen=True, slots=True)
class Issued:
    """The files by name, the manifest among them, and the record; *problem* says why there is none."""

    files: tuple[tuple[str, bytes], ...]
    receipt: Receipt | None
    problem: str = ""


def issued(log: AuditLog, report: Report, forms: Sequence[str], actor: Actor) -> Issued:
    """
    Make the files of *report*, sign their list and record it; durable when this returns.

    Raises:
        SettingsError: ``typst-missing`` for the PDF.
    """
    document = document_of(report)
    files = {FORMS[name].file: FORMS[name].make(report, document) for name in dict.fromkeys(forms)}
    try:
        files |= _checkpoint(log, report)
        text = manifest_text(report, files)
        note = str(signer(log, "report").signed(text)).encode("utf-8")
        receipt = _recorded(log, report, forms, note, actor)
    except LedgerError as error:
        return Issued(tuple(sorted(files.items())), None, f"{error.code}: {error.message}")
    return Issued(tuple(sorted({**files, MANIFEST: note}.items())), receipt)


def _checkpoint(log: AuditLog, report: Report) -> dict[str, bytes]:
    found = report.integrity
    if not found.is_signable:
        return {}
    text = checkpoint_text(found.origin, Head(found.size, bytes.fromhex(found.root)))
    return {CHECKPOINT: str(signer(log, "checkpoint").signed(text)).encode("utf-8")}


def manifest_text(report: Report, files: Mapping[str, bytes]) -> str:
    """Return what is signed."""
    about, found = report.about, report.integrity
    moments = (about.period.from_ms, about.period.until_ms, about.as_of_ms)
    lines = (
        SCHEMA,
        f"{found.origin} {found.size} {found.root}",
        " ".join(map(rfc3339, moments)),
        *(f"{sha256_hex(data)}  {name}" for name, data in sorted(files.items())),
    )
    return "".join(f"{line}\n" for line in lines)


def _recorded(log: AuditLog, report: Report, forms: Sequence[str], note: bytes, actor: Actor) -> Receipt:
    about = report.about
    return log.append(
        "report_issued",
        {
            "manifest_sha256": sha256_hex(note),
            "from_ms": about.period.from_ms,
            "until_ms": about.period.until_ms,
            "as_of_ms": about.as_of_ms,
            "size": report.integrity.size,
            "root": report.integrity.root,
            "intact": report.integrity.is_intact,
            "problems": len(report.integrity.problems),
            "forms": sorted(set(forms)),
            **log.refs.acted(actor),
        },
    )
