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
from guardrails.surfaces.cli.people import There, Where, printed, where_options
from guardrails.surfaces.cli.privacy_desk import SEARCH_S, asked
from guardrails.surfaces.cli.remote import server_option
from guardrails.surfaces.cli.terminal import searching

if TYPE_CHECKING:
    from guardrails.model.canonical import Json
    from guardrails.privacy.published import Desk

_texts = click.argument("texts", nargs=-1, required=True, metavar="TEXT...")
_from = click.option("--from", "since", default="", metavar="DATE", help="Only records from this UTC day on.")
_until = click.option("--until", default="", metavar="DATE", help="Only records until this UTC day, the whole of it.")


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
@where_options
def find(texts: tuple[str, ...], since: str, until: str, **where: Any) -> int:
    """List the records that name the person, without a word of what they say."""
    from guardrails.render.privacy_text import subject_lines

    body = _body(texts, since, until)

    def here(desk: Desk) -> dict[str, Json]:
        from guardrails.privacy.published import find_subject

        return find_subject(desk, body, searching)

    place = Where(**where)
    given = asked(place, here, There("POST", "/v1/subjects:find", body=body, patience_s=SEARCH_S))
    return printed(place, given, lambda _: subject_lines(given))


@command.command("export")
@_texts
@_from
@_until
@click.option("--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to make.")
@server_option
@workspace_option
def export(
    texts: tuple[str, ...], since: str, until: str, file: Path, server: str | None, workspace: Path | None
) -> int:
    """Write every passage that names the person into one JSON file that only you can read."""
    body = _body(texts, since, until)

    def here(desk: Desk) -> dict[str, Json]:
        from guardrails.privacy.published import export_subject

        return export_subject(desk, body, searching)

    handle = _new(file)
    try:
        there = There("POST", "/v1/subjects:export", body=body, patience_s=SEARCH_S)
        given = asked(Where(workspace, server, "json"), here, there)
    except BaseException:
        os.close(handle)
        file.unlink()
        raise
    _write(handle, given)
    print(f"{file}: every passage that names them; that it was made is on record. Delete it when it is not needed.")
    return 0


def said(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is searched for; “-” stands for the lines of the standard input."""
    lines = [line for line in sys.stdin.read().splitlines() if line.strip()] if "-" in texts else []
    return tuple(one for one in (*texts, *lines) if one != "-")


def _body(texts: tuple[str, ...], since: str, until: str) -> dict[str, Json]:
    return {"texts": list(said(texts)), "since": since, "until": until}


def _new(file: Path) -> int:
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise DraftError("bad-file", error.strerror or "it cannot be made", place=Place(str(file))) from error


def _write(handle: int, body: dict[str, Any]) -> None:
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(body, stream, indent=2, ensure_ascii=False, sort_keys=True)
        stream.write("\n")
