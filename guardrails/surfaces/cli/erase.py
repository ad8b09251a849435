"""``guardrails erase``: a text, a field of it, or a person."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from guardrails.surfaces.cli.options import workspace_option
from guardrails.surfaces.cli.subject import said
from guardrails.surfaces.cli.terminal import searching


@click.command("erase")
@click.argument("checks", nargs=-1, metavar="CHECK...")
@click.option(
    "--subject", multiple=True, metavar="TEXT", help="Everything that names this person; “-” reads names by line."
)
@click.option("--field", default="", metavar="FIELD", help="Of each text only this field, and what may quote it.")
@click.option("--ground", default="", metavar="CODE", help="Why it may go, e.g. gdpr-17-1-b.")
@click.option("--request", default="", metavar="REF", help="What asked for it: a ticket, a letter.")
@click.option("--reason", default="", metavar="TEXT", help="Why, in words; kept encrypted.")
@click.option("--approved-by", "roles", multiple=True, metavar="ROLE", help="Two people, where nobody has API keys.")
@click.option("--dry-run", is_flag=True, help="Only say what would go, what is lost, what stands against it.")
@click.option("--receipt", type=click.Path(path_type=Path, dir_okay=False), help="Also write the receipt as JSON here.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@workspace_option
def command(
    checks: tuple[str, ...],
    subject: tuple[str, ...],
    field: str,
    ground: str,
    request: str,
    reason: str,
    roles: tuple[str, ...],
    receipt: Path | None,
    output: str,
    workspace: Path | None,
    *,
    dry_run: bool,
) -> int:
    """
    Destroy the keys and the text of CHECK (chk_…), or of everything that names a person. It cannot be undone.

    The record that it was checked, and every proof, stays; so does what Rego decided on, which holds no text. Two different
    people approve: by the keys in GUARDRAILS_KEY and GUARDRAILS_SECOND_KEY (scope “privacy”), or, where no API key exists,
    by --approved-by twice. What a legal hold covers is refused. Erasing again finishes what was interrupted.
    """
    from guardrails import wiring
    from guardrails.privacy.published import Wanted, carry_out, plan_erasure
    from guardrails.render.privacy_text import plan_lines, receipt_lines
    from guardrails.wiring import desks

    if bool(checks) == bool(subject):
        raise click.UsageError("name checks, or a person with --subject")
    if field and subject:
        raise click.UsageError("--field is for checks; a person is erased wherever they are named")
    settings = wiring.settings(workspace, os.environ)
    wanted = Wanted(checks, field, said(subject))
    with desks.privacy_desk(settings) as desk:
        if dry_run:
            body, lines = plan_erasure(desk, wanted, searching), plan_lines
        else:
            people = desks.approvers(settings, desk, roles, os.environ.get("GUARDRAILS_SECOND_KEY", ""))
            body = carry_out(desk, wanted, searching, ground=ground, request=request, reason=reason, approved_by=people)
            lines = receipt_lines
    text = json.dumps(body, indent=2, ensure_ascii=False)
    if receipt and not dry_run:
        receipt.write_text(f"{text}\n", encoding="utf-8")
    print(text if output == "json" else "\n".join(lines(body)))
    return 0
