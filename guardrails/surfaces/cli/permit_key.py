"""``guardrails permit key``: the keys with which people sign permits."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardrails.errors import DraftError, Place
from guardrails.surfaces.cli.people import There, Where, recorded, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json

_SEED_BYTES = 32
_PRIVATE = 0o600


@click.group("key")
def command() -> None:
    """Make a key for signing permits, register its public half, end one."""


@command.command("new")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", required=True, help="How signatures call you, e.g. jo.example.")
def new(file: Path, name: str) -> int:
    """Make a key of your own in FILE, which only you can read, and print its public half."""
    from guardrails.audit.note import verifier_key
    from guardrails.audit.signing_file import private_line

    seed = secrets.token_bytes(_SEED_BYTES)
    try:
        key = verifier_key(name, seed)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w", encoding="utf-8") as opened:
            opened.write(private_line(key, seed))
    except ValueError as error:
        raise DraftError("bad-name", str(error)) from error
    except OSError as error:
        raise DraftError("file-unwritable", f"it cannot be made: {error.strerror}", place=Place(str(file))) from error
    print(key.vkey)
    click.echo(f"the key is in {file} and nowhere else; register the line above: guardrails permit key add …", err=True)
    return 0


@command.command("add")
@click.argument("vkey", metavar="PUBLIC_KEY")
@where_options
def add(vkey: str, **where: Any) -> int:
    """Register PUBLIC_KEY as yours (the person of GUARDRAILS_KEY)."""

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.permit_desk import register_key

        return register_key(gate, caller, {"vkey": vkey})

    return recorded(Where(**where), ["review"], here, There("POST", "/v1/approver-keys", body={"vkey": vkey}))


@command.command("end")
@click.argument("vkey", metavar="PUBLIC_KEY")
@where_options
def end(vkey: str, **where: Any) -> int:
    """End PUBLIC_KEY: what it signs or signed counts for no permit any more."""

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.permit_desk import end_key

        return end_key(gate, caller, {"vkey": vkey})

    return recorded(
        Where(**where), ["review", "operate"], here, There("DELETE", "/v1/approver-keys", body={"vkey": vkey})
    )
