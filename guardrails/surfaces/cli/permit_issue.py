"""``guardrails permit issue``: the permit for a text that passed."""

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


@click.command("issue")
@click.argument("check", metavar="CHECK")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the permit to this file.")
@where_options
def command(check: str, out: Path | None, **where: Any) -> int:
    """
    Issue the permit for CHECK (chk_…), which passed; issuing it again gives the same permit.

    The permit is printed on one line, or written to --out; what it says goes to the standard error.
    """

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.permit_desk import issue_permit
        from guardrails.wiring import html_of

        return issue_permit(gate, caller, check, html_of)

    place = Where(**where)
    scopes = ("check", "review", "operate")
    return permit_printed(place, asked(place, scopes, here, There("POST", f"/v1/checks/{check}/permit")), out)
