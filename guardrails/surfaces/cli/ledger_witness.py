"""``guardrails ledger witness``: the small separate process that remembers a ledger's head."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

import click

from guardrails.surfaces.cli.exits import NO_ANSWER
from guardrails.surfaces.cli.ledger_words import vkey_of

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("witness")
def command() -> None:
    """
    Remember the head of a ledger, and cosign only what extends it.

    A witness belongs to somebody who does not run the ledger: another department, another company, another account. It
    needs no access to the ledger, and sees no record.
    """


@command.command("init")
@click.argument("folder", type=_FOLDER)
@click.option("--name", required=True, help="Who it is, e.g. legal.example.com; no blanks.")
@click.option("--log", "vkeys", multiple=True, metavar="KEY", help="Key of a ledger it watches; may be repeated.")
def init(folder: Path, name: str, vkeys: tuple[str, ...]) -> int:
    """Make a witness in a new FOLDER and print its public key; give that to everybody who verifies."""
    from guardrails.backends.witness.folder import make_witness

    print(make_witness(folder, name, tuple(map(vkey_of, vkeys))).key.vkey)
    return 0


@command.command("trust")
@click.argument("folder", type=_FOLDER)
@click.argument("vkey", metavar="KEY")
@click.option("--origin", default="", help="What the ledger calls itself (default: the name in its key).")
def trust(folder: Path, vkey: str, origin: str) -> int:
    """Have the witness in FOLDER know a ledger by its KEY; also after the ledger has a new one."""
    from guardrails.backends.witness import folder as folders

    print(f"watches {folders.trust(folder, vkey_of(vkey), origin)}")
    return 0


@command.command("end")
@click.argument("folder", type=_FOLDER)
@click.argument("vkey", metavar="KEY")
@click.option(
    "--back-to", type=click.File(encoding="utf-8"), help="Remember this earlier head again, which it cosigned."
)
def end(folder: Path, vkey: str, back_to: TextIO | None) -> int:
    """
    Have the witness in FOLDER cosign nothing by KEY any more; it is told the next one by `trust`.

    What it has cosigned stays so. If somebody had it cosign a head with a stolen key, the true ledger does not extend that:
    give the last good head by --back-to; the other one is kept in FOLDER, as evidence.
    """
    from guardrails.audit.checkpoint import parsed_checkpoint
    from guardrails.backends.witness import folder as folders

    earlier = parsed_checkpoint(back_to.read()) if back_to else None
    origin = folders.end(folder, vkey_of(vkey), earlier)
    print(f"cosigns nothing of {origin} by that key any more")
    if earlier:
        print(f"remembers its first {earlier.head.size} records; what it had seen is kept in {folder / 'seen'}")
    return 0


@command.command("serve")
@click.argument("folder", type=_FOLDER)
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, help="Port to listen on.")
def serve(folder: Path, host: str, port: int) -> int:
    """Answer POST /add-checkpoint (C2SP tlog-witness) until stopped."""
    from guardrails.backends.witness.folder import open_witness
    from guardrails.backends.witness.http import witness_server

    witness = open_witness(folder)
    with witness_server(witness, host, port) as server:
        print(f"{witness.key.vkey}\nlistening on http://{host}:{server.server_port}", flush=True)
        server.serve_forever()
    return 0


@command.command("cosign")
@click.argument("folder", type=_FOLDER)
@click.argument("request", type=click.File(encoding="utf-8"))
def cosign(folder: Path, request: TextIO) -> int:
    """
    Answer one request that came as a file: “old N”, the hashes of a proof, an empty line, the checkpoint.

    Exit codes: 0 cosigned, 4 refused, with the status that HTTP would answer.
    """
    from guardrails.backends.witness.folder import open_witness

    reply = open_witness(folder).add_checkpoint(request.read())
    if reply.status == 200:  # noqa: PLR2004 - as HTTP has it
        print(reply.body, end="")
        return 0
    print(f"refused: {reply.status}{f', it has seen {reply.body.strip()}' if reply.body else ''}", file=sys.stderr)
    return NO_ANSWER
