"""``guardrails privacy``: what the controller has to be able to show."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from guardrails.surfaces.cli.options import active_option, workspace_option
from guardrails.surfaces.cli.people import There, Where, asked_there, printed, where_options
from guardrails.surfaces.cli.privacy_desk import asked
from guardrails.surfaces.cli.remote import server_option

if TYPE_CHECKING:
    from guardrails.model.canonical import Json
    from guardrails.privacy.published import Desk


@click.group("privacy")
def command() -> None:
    """Print the record of processing, what was erased with its receipts, and what waits for a second person."""


@command.command("record")
@click.option("--format", "output", type=click.Choice(["markdown", "json"]), default="markdown", help="Form of output.")
@active_option
@server_option
@workspace_option
def record(output: str, server: str | None, workspace: Path | None, *, active: bool) -> int:
    """
    Print the record of processing activities (Art. 30 GDPR), from “governance:” and from what the policy does.

    A server is asked about the policy that is in force there.
    """
    from guardrails.privacy.processing import processing_markdown

    there = There("GET", "/v1/processing-record")
    body = asked_there(server, there) if server else _processing(workspace, active=active)
    return printed(Where(workspace, server, output), body, lambda _: processing_markdown(body))


def _processing(workspace: Path | None, *, active: bool) -> dict[str, Any]:
    from guardrails import wiring
    from guardrails.privacy.processing import processing_record

    settings = wiring.settings(workspace, os.environ)
    return processing_record(wiring.policy_in_force(settings) if active else wiring.open_policy(settings))


@command.command("waiting")
@where_options
def waiting(**where: Any) -> int:
    """List the erasures and releases of holds that one person has approved and another one has not."""
    from guardrails.render.privacy_text import approval_lines

    def here(desk: Desk) -> dict[str, Json]:
        from guardrails.privacy.published import list_approvals

        return list_approvals(desk)

    place = Where(**where)
    given = asked(place, here, There("GET", "/v1/approvals"))
    return printed(place, given, lambda _: approval_lines(given))


@command.command("erasures")
@where_options
def erasures(**where: Any) -> int:
    """List what was erased, on request and by age."""
    from guardrails.render.privacy_text import erasure_lines

    def here(desk: Desk) -> dict[str, Json]:
        from guardrails.privacy.published import list_erasures

        return list_erasures(desk)

    place = Where(**where)
    given = asked(place, here, There("GET", "/v1/erasures"))
    return printed(place, given, lambda _: erasure_lines(given))


@command.command("receipt")
@click.argument("erasure", metavar="ERASURE")
@where_options
def receipt(erasure: str, **where: Any) -> int:
    """Print the receipt of ERASURE (rec_…, see “guardrails privacy erasures”) once more, with the copies known now."""
    from guardrails.render.privacy_text import receipt_lines

    def here(desk: Desk) -> dict[str, Json]:
        from guardrails.privacy.published import show_receipt

        return show_receipt(desk, erasure)

    place = Where(**where)
    given = asked(place, here, There("GET", f"/v1/erasures/{quote(erasure, safe='')}"))
    return printed(place, given, lambda _: receipt_lines(given))
