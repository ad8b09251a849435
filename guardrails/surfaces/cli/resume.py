"""``guardrails resume``: lift a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from guardrails.surfaces.cli.people import There, Where, recorded, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("resume")
@click.argument("stop", metavar="STOP")
@click.option("--reason", required=True, metavar="TEXT", help="Why it may go on.")
@where_options
def command(stop: str, reason: str, **where: Any) -> int:
    """Lift STOP (stp_…, see guardrails stop --list): the next check is judged as before."""
    body: dict[str, Json] = {"reason": reason}

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.published import end_stop

        return end_stop(gate, caller, stop, body)

    return recorded(Where(**where), ["operate"], here, There("DELETE", f"/v1/stops/{quote(stop, safe='')}", body=body))
