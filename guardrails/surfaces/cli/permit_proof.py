"""``guardrails permit proof``: that a permit is on record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import Where, where_options
from guardrails.surfaces.cli.permit_files import text_printed

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate


@click.command("proof")
@click.argument("permit", metavar="PERMIT_ID")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file.")
@where_options
def command(permit: str, out: Path | None, **where: Any) -> int:
    """Print the proof that the permit PERMIT_ID (prm_…) is on the record (C2SP tlog-proof)."""

    def here(gate: Gate, caller: Caller) -> str:
        from guardrails.review.permit_desk import permit_proof

        return permit_proof(gate, caller, permit)

    return text_printed(Where(**where), f"/v1/permits/{permit}/proof", here, out)
