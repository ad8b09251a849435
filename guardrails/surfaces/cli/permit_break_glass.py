"""``guardrails permit break-glass``: two people let a text out that does not pass."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, asked, printed, where_options
from guardrails.surfaces.cli.permit_files import permit_printed

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("break-glass")
@click.argument("check", metavar="CHECK")
@click.option("--reason", required=True, help="Why; it goes on the record and on the first page of the report.")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the permit to this file.")
@where_options
def command(check: str, reason: str, out: Path | None, **where: Any) -> int:
    """
    Let the text of CHECK (chk_…) out although it does not pass, for four hours at most.

    It takes two people who have not submitted the text: the first asks, the second says the same and gets the permit.
    """
    from guardrails.render.standing_text import recorded_lines

    body: dict[str, Json] = {"reason": reason}

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.permit_desk import ask_break_glass
        from guardrails.wiring import html_of

        return ask_break_glass(gate, caller, check, body, html_of)

    place = Where(**where)
    given = asked(place, ["review"], here, There("POST", f"/v1/checks/{check}/break-glass", body=body))
    if given["schema"] == "guardrails.permit/v1":
        return permit_printed(place, given, out)
    return printed(place, given, lambda _: recorded_lines(given))
