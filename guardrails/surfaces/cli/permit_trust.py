"""``guardrails permit trust``: whom a verifier should trust."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import Where, where_options
from guardrails.surfaces.cli.permit_files import text_printed

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate


@click.command("trust")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file.")
@where_options
def command(out: Path | None, **where: Any) -> int:
    """
    Print the trust file: the keys whose signatures count, for a verifier to keep.

    Hand it over once, by a way that you trust, and again when a key was rotated or an approver came or went.
    """

    def here(gate: Gate, caller: Caller) -> str:
        from guardrails.review.permit_desk import trust_file

        return trust_file(gate, caller)

    return text_printed(Where(**where), "/v1/permits/trust", here, out)
