"""``guardrails permit show``: a permit as it was issued."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, asked, where_options
from guardrails.surfaces.cli.permit_files import permit_printed

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("show")
@click.argument("permit", metavar="PERMIT_ID")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the permit to this file.")
@where_options
def command(permit: str, out: Path | None, **where: Any) -> int:
    """Print the permit PERMIT_ID (prm_…) as it was issued."""

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.permit_desk import show_permit

        return show_permit(gate, caller, permit)

    place = Where(**where)
    scopes = ("check", "read", "review", "operate")
    return permit_printed(place, asked(place, scopes, here, There("GET", f"/v1/permits/{permit}")), out)
