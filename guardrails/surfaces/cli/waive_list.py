"""``guardrails waive list``: exceptions, and whether anybody needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, asked, printed, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that have expired.")
@where_options
def command(everything: bool, **where: Any) -> int:
    """
    List the exceptions that wait for approval or are in force.

    One that no check needed since it began is unused; one that ends within 7 days says so.
    """
    from guardrails.render.standing_text import waiver_lines

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.published import list_waivers

        return list_waivers(gate, caller)

    place = Where(**where)
    body = asked(place, ["read", "review"], here, There("GET", "/v1/waivers"))
    return printed(place, body, lambda paint: waiver_lines(body, paint, everything=everything))
