"""``guardrails permit revoke``: a permit ends before its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, recorded, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("revoke")
@click.argument("permit", metavar="PERMIT_ID")
@click.option("--reason", required=True, help="Why; it goes on the record.")
@where_options
def command(permit: str, reason: str, **where: Any) -> int:
    """
    End the permit PERMIT_ID (prm_…) for good.

    Verifiers hear of it with the next list (guardrails permit revocations). Withdrawing a fact, a stop and a rollback end
    permits as well, without this command.
    """
    body: dict[str, Json] = {"reason": reason}

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.permit_desk import revoke_permit

        return revoke_permit(gate, caller, permit, body)

    return recorded(Where(**where), ["operate"], here, There("POST", f"/v1/permits/{permit}/revocation", body=body))
