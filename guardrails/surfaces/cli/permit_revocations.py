"""``guardrails permit revocations``: which permits do not hold any more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import Where, where_options
from guardrails.surfaces.cli.permit_files import text_printed

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate


@click.command("revocations")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file.")
@where_options
def command(out: Path | None, **where: Any) -> int:
    """
    Print the signed list of permits that do not hold any more.

    Keep it beside a verifier (guardrails permit verify --revocations) and fetch it often; it says when it was made.
    """

    def here(gate: Gate, caller: Caller) -> str:
        from guardrails.review.permit_desk import revocation_list

        return revocation_list(gate, caller)

    return text_printed(Where(**where), "/v1/permits/revocations", here, out)
