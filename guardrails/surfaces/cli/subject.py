"""``guardrails subject``: what is on record about a person, found and given out."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardrails.errors import DraftError, Place
from guardrails.surfaces.cli.options import workspace_option
from guardrails.surfaces.cli.terminal import searching

if TYPE_CHECKING:
    from guardrails.privacy.search import Period

_texts = click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
_from = click.option("--from", "since", metavar="DATE", help="Only records from this UTC day on.")
_until = click.option("--until", metavar="DATE", help="Only records until this UTC day, the whole of it.")


@click.group("subject")
def command() -> None:
    """
    Find, or give out, what is on record about a person.

    TEXT is what they are called in copy: a name, an address, a number, each once per spelling; “-” reads one per line from
    the standard input, so that it is in no shell history. Every part of every record is decrypted and searched; that
    somebody looked is on record, without the name. Needs the scope “privacy”.
    """


@command.command("find")
@_texts
@_from
@_until
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@workspace_option
def find(texts: tuple[str, ...], since: str | None, until: str | None, output: str, workspace: Path | None) -> int:
    """List the records that name the person, without a word of what they say."""
    from guardrails import wiring
    from guardrails.privacy.published import find_subject
    from guardrails.render.privacy_text import subject_lines
    from guardrails.wiring import desks

    with desks.privacy_desk(wiring.settings(workspace, os.environ)) as desk:
        body = find_subject(desk, said(texts), period(since, until), searching)
    print(json.dumps(body, indent=2, ensure_ascii=False) if output == "json" else "\n".join(subject_lines(body)))
    return 0


@command.command("export")
@_texts
@_from
@_until
@click.option("--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to make.")
@workspace_option
def export(texts: tuple[str, ...], since: str | None, until: str | None, file: Path, workspace: Path | None) -> int:
    """Write every passage that names the person into one JSON file that only you can read."""
    from guardrails import wiring
    from guardrails.privacy.published import export_subject
    from guardrails.wiring import desks

    handle = _new(file)
    try:
        with desks.privacy_desk(wiring.settings(workspace, os.environ)) as desk:
            body = export_subject(desk, said(texts), period(since, until), searching)
    except BaseException:
        os.close(handle)
        file.unlink()
        raise
    _write(handle, body)
    print(f"{file}: every passage that names them; that it was made is on record. Delete it when it is not needed.")
    return 0


def said(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is searched for; “-” stands for the lines of the standard input."""
    lines = [line for line in sys.stdin.read().splitlines() if line.strip()] if "-" in texts else []
    return tuple(one for one in (*texts, *lines) if one != "-")


def period(since: str | None, until: str | None) -> Period:
    """
    Return the period between two UTC days, both included.

    Raises:
        DraftError: ``bad-period`` or ``bad-moment``.
    """
    from guardrails.privacy.search import Period
    from guardrails.text.moment import end_ms, moment_ms

    found = Period(moment_ms(since) if since else 0, end_ms(until) if until else 0)
    if found.until_ms and found.until_ms <= found.from_ms:
        raise DraftError("bad-period", "a period ends after it begins")
    return found


def _new(file: Path) -> int:
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise DraftError("bad-file", error.strerror or "it cannot be made", place=Place(str(file))) from error


def _write(handle: int, body: dict[str, Any]) -> None:
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(body, stream, indent=2, ensure_ascii=False)
        stream.write("\n")
