"""``guardrails ledger``: the record of all decisions, looked at."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli.exits import NO_ANSWER
from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.audit.verify import VerifyReport


@click.group("ledger")
def command() -> None:
    """Make and verify the record of all decisions; make its index again; go on after a loss."""


@command.command("init")
@workspace_option
def init(workspace: Path | None) -> int:
    """
    Make the ledger; one that is there is kept. A ledger in a file is also made by the first check.

    In PostgreSQL an administrator makes it, once: GUARDRAILS_LEDGER_ADMIN=postgresql://ADMIN@HOST/DATABASE (and
    GUARDRAILS_KEYS_ADMIN where the keys lie elsewhere). The role of the service, named in `ledger:`, is let in and owns
    nothing.
    """
    from guardrails import wiring

    for line in wiring.init_ledger(wiring.settings(workspace, os.environ), os.environ):
        print(f"ledger: {line}")
    return 0


@command.command("verify")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@workspace_option
def verify(output: str, workspace: Path | None) -> int:
    """
    Recompute everything the ledger claims: every hash, every commitment, the whole tree. Nothing is written.

    Exit codes: 0 nothing was changed, 4 something was, or the ledger is gone or cannot be read, 2 there never was one.
    """
    from guardrails import wiring

    report = wiring.verify_ledger(wiring.settings(workspace, os.environ))
    print(_json(report) if output == "json" else _text(report))
    return 0 if report.ok else NO_ANSWER


@command.command("rebuild-index")
@workspace_option
def rebuild_index(workspace: Path | None) -> int:
    """Make the index of earlier work again, from the records alone."""
    from guardrails import wiring

    size = wiring.rebuild_index(wiring.settings(workspace, os.environ))
    print(f"ledger: index made again from {_records(size)}")
    return 0


@command.command("rotate-epoch")
@workspace_option
def rotate_epoch(workspace: Path | None) -> int:
    """
    Make what was erased unreadable in every back-up: wrap all keys anew, destroy what they were wrapped under.

    An older copy of the keys opens nothing afterwards: back up keys and epochs again at once.
    """
    from guardrails import wiring

    number = wiring.rotate_epoch(wiring.settings(workspace, os.environ))
    print(f"ledger: every key is wrapped under epoch {number} now; the earlier ones are destroyed")
    print("   older copies of the keys open nothing any more: make a back-up of keys and epochs now")
    return 0


@command.command("retain")
@click.option("--dry-run", is_flag=True, help="Only say what is over.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@workspace_option
def retain(output: str, workspace: Path | None, *, dry_run: bool) -> int:
    """
    Erase whatever is kept no longer, by “keep:” in guardrails.yaml; run it daily.

    A legal hold keeps what it covers, and so does a question that still waits for a person.
    """
    from guardrails import wiring
    from guardrails.privacy.published import retention
    from guardrails.render.privacy_text import retention_lines

    with wiring.privacy_desk(wiring.settings(workspace, os.environ)) as desk:
        body = retention(desk, dry_run=dry_run)
    print(json.dumps(body, indent=2, ensure_ascii=False) if output == "json" else "\n".join(retention_lines(body)))
    return 0


@command.command("recover")
@click.option("--accept-gap", is_flag=True, help="Go on although records that were seen are missing.")
@click.option("--reason", default="", help="Why they are missing, and what was done to find them.")
@click.option("--approved-by", "roles", multiple=True, metavar="ROLE", help="Two people, where nobody has API keys.")
@workspace_option
def recover(accept_gap: bool, reason: str, roles: tuple[str, ...], workspace: Path | None) -> int:
    """
    Write again to a ledger that was restored from an old copy.

    Two different people approve: by the keys in GUARDRAILS_KEY and GUARDRAILS_SECOND_KEY, or, where no API key exists,
    by --approved-by twice. What is missing, and who accepted it, becomes a record.
    """
    from guardrails import wiring

    if not accept_gap:
        raise click.UsageError("say --accept-gap: the missing records will not come back")
    settings = wiring.settings(workspace, os.environ)
    second = os.environ.get("GUARDRAILS_SECOND_KEY", "")
    missing, size = wiring.recover_ledger(settings, reason=reason, roles=roles, second_key=second)
    print(f"ledger: {_records(missing)} missing, accepted by two people; it goes on with {_records(size)}")
    return 0


def _json(report: VerifyReport) -> str:
    problems = [{"index": one.index, "what": one.what, "detail": one.detail} for one in report.problems]
    counts = {name: getattr(report, name) for name in ("size", "intact", "erased", "unaccounted")}
    body = {"schema": "guardrails.ledger-report/v1", "ok": report.ok, **counts, "root": report.root}
    return json.dumps({**body, "types": dict(report.types), "problems": problems}, indent=2, ensure_ascii=False)


def _text(report: VerifyReport) -> str:
    lines = [f"{_place(one.index)}: {one.what}{f' ({one.detail})' if one.detail else ''}" for one in report.problems]
    erased = f", {report.erased} erased on the record" if report.erased else ""
    unaccounted = f", {report.unaccounted} unaccounted for" if report.unaccounted else ""
    result = "intact" if report.ok else "NOT intact"
    types = ", ".join(f"{count} {name}" for name, count in report.types)
    counted = f"{_records(report.size)}{f': {types}' if types else ''}"
    lines.append(f"ledger: {result} ({counted}; {report.intact} as written{erased}{unaccounted})")
    lines.append(f"   root: {report.root}")
    return "\n".join(lines)


def _records(count: int) -> str:
    return f"{count} record{'' if count == 1 else 's'}"


def _place(index: int) -> str:
    return "the whole" if index < 0 else f"record {index}"
