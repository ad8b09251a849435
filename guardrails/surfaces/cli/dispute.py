"""``guardrails dispute``: say that a finding is wrong, unclear or too strict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, recorded, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("dispute")
@click.argument("check", metavar="CHECK")
@click.argument("finding", metavar="FINDING")
@click.option(
    "--reason",
    type=click.Choice(["wrong", "unclear", "too-strict"]),
    required=True,
    help="The rule is mistaken here, nobody understands it, or it asks too much.",
)
@click.option("--note", default="", metavar="TEXT", help="In your words; kept encrypted.")
@where_options
def command(check: str, finding: str, reason: str, note: str, **where: Any) -> int:
    """
    Dispute FINDING (f1) of CHECK (chk_…). People and agents may.

    It changes no verdict; it is counted for the rule (guardrails policy list), so that rules that cost more than they
    help are found.
    """
    body: dict[str, Json] = {"check": check, "finding": finding, "reason": reason, "note": note}

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.published import dispute

        return dispute(gate, caller, body)

    return recorded(Where(**where), ["check", "review"], here, There("POST", "/v1/disputes", body=body))
