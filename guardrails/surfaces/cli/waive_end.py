"""``guardrails waive end``: end an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from guardrails.surfaces.cli.people import There, Where, recorded, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("end")
@click.argument("waiver", metavar="WAIVER")
@where_options
def command(waiver: str, **where: Any) -> int:
    """End the exception WAIVER (wvr_…), or withdraw the wish for it: the rule holds again from now on."""

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.published import end_waiver

        return end_waiver(gate, caller, waiver)

    return recorded(Where(**where), ["review"], here, There("DELETE", f"/v1/waivers/{quote(waiver, safe='')}"))
