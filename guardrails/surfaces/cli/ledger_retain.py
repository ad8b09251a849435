"""``guardrails ledger retain``: erase what is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, printed, where_options
from guardrails.surfaces.cli.privacy_desk import SEARCH_S, asked

if TYPE_CHECKING:
    from guardrails.model.canonical import Json
    from guardrails.privacy.published import Desk


@click.command("retain")
@click.option("--dry-run", is_flag=True, help="Only say what is over.")
@where_options
def command(*, dry_run: bool, **where: Any) -> int:
    """
    Erase whatever is kept no longer, by “keep:” in guardrails.yaml; run it daily.

    A legal hold keeps what it covers, and so does a question that still waits for a person.
    """
    from guardrails.render.privacy_text import retention_lines

    body: dict[str, Json] = {"dry_run": dry_run}

    def here(desk: Desk) -> dict[str, Json]:
        from guardrails.privacy.published import retention

        return retention(desk, body)

    place = Where(**where)
    given = asked(place, here, There("POST", "/v1/retention", body=body, patience_s=SEARCH_S))
    return printed(place, given, lambda _: retention_lines(given))
