"""``guardrails ledger checkpoint``: the head, signed, and where it goes so that somebody outside remembers it."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.errors import DraftError
from guardrails.surfaces.cli.ledger_words import vkey_of
from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.audit.checkpoint import Checkpoint
    from guardrails.audit.log import AuditLog
    from guardrails.audit.note import VerifierKey
    from guardrails.audit.witnessing import Ask


@click.command("checkpoint")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file instead.")
@click.option("--key-out", type=click.Path(dir_okay=False, path_type=Path), help="Write the public key to this file.")
@click.option("--witness", "places", multiple=True, metavar="URL|FOLDER", help="Have it cosigned; may be repeated.")
@click.option("--witness-key", "vkeys", multiple=True, metavar="KEY", help="Of a witness at a URL, from its keeper.")
@click.option("--eml", type=click.Path(dir_okay=False, path_type=Path), help="Also as a mail, written to this file.")
@click.option("--mail-from", default="guardrails@localhost", metavar="ADDRESS", help="Sender of that mail.")
@click.option("--mail-to", default="", metavar="ADDRESS", help="Receiver of that mail.")
@click.option("--git", "checkout", type=click.Path(file_okay=False, path_type=Path), help="Also commit it there.")
@workspace_option
def command(
    out: Path | None,
    key_out: Path | None,
    places: tuple[str, ...],
    vkeys: tuple[str, ...],
    eml: Path | None,
    mail_from: str,
    mail_to: str,
    checkout: Path | None,
    workspace: Path | None,
) -> int:
    """
    Sign the head of the ledger and print it (C2SP tlog-checkpoint); the public key goes to the standard error.

    A checkpoint proves something once somebody else holds it: a witness (--witness), a mailbox (--eml), a repository
    (--git). `guardrails ledger verify --checkpoint FILE` compares later.

    Exit codes: 0 signed, and cosigned by every witness asked; 2 wrong call; 4 it was not.
    """
    from guardrails import wiring
    from guardrails.audit.checkpoint import make_checkpoint
    from guardrails.audit.signing import signer

    with closing(wiring.existing_log(wiring.settings(workspace, os.environ))) as log:
        witnesses = [_witness(log, place, vkeys) for place in places]
        made = make_checkpoint(log)
        try:
            made = _cosigned(log, made, witnesses)
        finally:
            # Also without its cosignature it is worth something to whoever gets it.
            _hand_out(log, made, out, eml, mail_from, mail_to, checkout)
            key = signer(log, "checkpoint").key.vkey
            print(f"signed by {key}", file=sys.stderr)
            if key_out is not None:
                key_out.write_text(f"{key}\n", encoding="utf-8")
    return 0


def _witness(log: AuditLog, place: str, vkeys: tuple[str, ...]) -> tuple[Ask, tuple[VerifierKey, ...]]:
    """Return how to ask the witness at *place* and its keys, which are on the record from now on."""
    from guardrails.audit.witnessing import add_witness, witnesses_on_record

    given = tuple(map(vkey_of, vkeys))
    if place.startswith(("http://", "https://")):
        from guardrails.backends.witness.http import asking

        ask, keys = asking(place), given
    else:
        from guardrails.backends.witness.folder import open_witness

        witness = open_witness(Path(place))
        ask, keys = witness.add_checkpoint, (witness.key,)
    for key in keys:
        add_witness(log, key)
    known = keys or witnesses_on_record(log)
    if not known:
        raise DraftError("no-witness-key", f"which key has {place}?", help="say --witness-key VKEY; its keeper has it")
    return ask, known


def _cosigned(log: AuditLog, made: Checkpoint, witnesses: list[tuple[Ask, tuple[VerifierKey, ...]]]) -> Checkpoint:
    from guardrails.audit.witnessing import witnessed_checkpoint

    for ask, keys in witnesses:
        made = witnessed_checkpoint(log, made, ask, keys)
    return made


def _hand_out(
    log: AuditLog, made: Checkpoint, out: Path | None, eml: Path | None, sender: str, to: str, checkout: Path | None
) -> None:
    from guardrails.backends.durable_file import write_durably

    note = str(made.note)
    if eml is not None:
        from guardrails.render.checkpoint_mail import checkpoint_mail

        size, at_ms = made.head.size, log.clock()
        mail = checkpoint_mail(note, origin=made.origin, size=size, sender=sender, to=to, at_ms=at_ms)
        write_durably(eml, mail)
    if checkout is not None:
        from guardrails.backends.git_commit import commit_file

        name = made.origin.replace("/", "-")
        commit_file(checkout, f"{name}.checkpoint", note.encode(), f"{made.origin}: {made.head.size} records")
    if out is None:
        print(note, end="")
    else:
        write_durably(out, note.encode())
