"""``guardrails where``: which texts rest on a fact or source, were found by a rule, or say a phrase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, asked, printed, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("where")
@click.argument("what", metavar="WHAT")
@where_options
def command(what: str, **where: Any) -> int:
    """
    List the texts on record that rest on fact:ID or source:ID, that rule:ID found, or that say "a phrase".

    Facts and sources are looked up; for a rule every record is read, for a phrase every text is decrypted. Needs the scope
    “operate”.
    """
    from guardrails.render.standing_text import mention_lines

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.published import mentions

        return mentions(gate, caller, what)

    place = Where(**where)
    body = asked(place, ["operate"], here, There("GET", "/v1/mentions", query=[("what", what)]))
    return printed(place, body, lambda _: mention_lines(body))
