"""``guardrails report``: what the ledger and the workspace show an auditor, and what they do not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli import report_verify
from guardrails.surfaces.cli.exits import NO_ANSWER
from guardrails.surfaces.cli.ledger_words import vkey_of
from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.report.issue import Issued
    from guardrails.report.report import Report


@click.group("report", invoke_without_command=True)
@click.option("--from", "since", metavar="DAY", help="First UTC day (or moment) of the period.")
@click.option("--to", "until", metavar="DAY", help="Last UTC day of the period, included (or moment).")
@click.option("--brand", metavar="NAME", help="Refuse a workspace of another brand.")
@click.option(
    "--format",
    "forms",
    type=click.Choice(["html", "json", "csv", "pdf"]),
    multiple=True,
    help="Form; may be given several times (default: html).",
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder (default: report-FROM-TO).")
@click.option(
    "--as-of",
    metavar="MOMENT",
    help="What the report is of (default: the end of the period; before that, the last record).",
)
@click.option("--witness", "witnesses", multiple=True, metavar="VKEY|FILE", help="Key of a witness, from its keeper.")
@click.option("--key-out", type=click.Path(dir_okay=False, path_type=Path), help="Write the public key to this file.")
@workspace_option
@click.pass_context
def command(
    ctx: click.Context,
    since: str | None,
    until: str | None,
    brand: str | None,
    forms: tuple[str, ...],
    out: Path | None,
    as_of: str | None,
    witnesses: tuple[str, ...],
    key_out: Path | None,
    workspace: Path | None,
) -> int:
    """
    Report on a period, from the ledger and the workspace alone.

    Writes report.html (the master), report.oscal.json (OSCAL assessment results), decisions.csv (every check),
    report.pdf, the checkpoint they rest on, and manifest.note, which lists their digests and is signed. The same ledger, workspace and period give the same bytes. That it was issued is itself on record.

    Exit codes: 0 done, 4 done, and the record is not intact (the first page says so); 2 wrong call.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    if since is None or until is None:
        raise click.UsageError("which period? say --from DAY and --to DAY", ctx)
    from guardrails import wiring
    from guardrails.audit.signing import signer
    from guardrails.report.issue import issued
    from guardrails.report.period import period_of
    from guardrails.text.moment import moment_ms
    from guardrails.wiring import desks

    period, moment = period_of(since, until), moment_ms(as_of) if as_of else None
    settings = wiring.settings(workspace, os.environ)
    maker = desks.report_maker(settings, tuple(map(vkey_of, witnesses)))
    try:
        caller = wiring.caller(settings, maker.log, "operate")
        report = maker.made(period, moment)
        _require_brand(report, brand)
        done = issued(maker.log, report, forms or ("html",), caller.actor)
        if key_out is not None and done.receipt is not None:
            key_out.write_text(f"{signer(maker.log, 'report').key.vkey}\n", encoding="utf-8")
    finally:
        maker.log.close()
    folder = out or Path(f"report-{since[:10]}-{until[:10]}")
    _write(folder, done)
    for line in _lines(folder, report, done):
        print(line)
    return 0 if report.integrity.is_intact and done.receipt else NO_ANSWER


command.add_command(report_verify.command)


def _require_brand(report: Report, brand: str | None) -> None:
    if brand is not None and brand != report.about.brand:
        from guardrails.errors import DraftError

        raise DraftError("unknown-brand", f"this workspace is of the brand {report.about.brand!r}, not {brand!r}")


def _write(folder: Path, done: Issued) -> None:
    from guardrails.errors import SettingsError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in done.files:
            (folder / name).write_bytes(data)
    except OSError as error:
        raise SettingsError("report-unwritable", f"{folder}: {error.strerror}") from error


def _others(folder: Path, done: Issued) -> list[str]:
    """Return what else lies in the folder, be it of an earlier report."""
    own = {name for name, _ in done.files}
    return sorted(one.name for one in folder.iterdir() if one.name not in own)


def _lines(folder: Path, report: Report, done: Issued) -> list[str]:
    from guardrails.render.moment import rfc3339
    from guardrails.report.controls import STATUSES

    found = report.integrity
    about = report.about
    counts = (f"{sum(one.status == status for one in report.controls)} {status}" for status in STATUSES)
    lines = [f"{folder / name}" for name, _ in done.files]
    lines += [f"NOT of this report: {folder / name}" for name in _others(folder, done)]
    if not about.has_ended:
        lines.append(f"period: NOT ended; records up to {rfc3339(about.as_of_ms)}")
    lines.append(f"record: {'intact' if found.is_intact else 'NOT intact, see the first page'} ({found.size} records)")
    lines.append(f"controls: {', '.join(counts)}")
    if done.receipt is None:
        lines.append(f"NOT signed and NOT on record: {done.problem}")
    else:
        lines.append(f"on record: {done.receipt.record_id} at {done.receipt.index}")
    return lines
