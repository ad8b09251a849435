"""``guardrails waive approve``: put an exception in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from guardrails.surfaces.cli.people import There, Where, recorded, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("approve")
@click.argument("waiver", metavar="WAIVER")
@where_options
def command(waiver: str, **where: Any) -> int:
    """Put the exception WAIVER (wvr_…) in force from now on. Nobody approves their own wish."""

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.published import approve_waiver

        return approve_waiver(gate, caller, waiver)

    return recorded(Where(**where), ["review"], here, There("POST", f"/v1/waivers/{quote(waiver, safe='')}/approval"))
