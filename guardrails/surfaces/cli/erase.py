"""``guardrails erase``: a text, a field of it, or a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, printed, where_options
from guardrails.surfaces.cli.privacy_desk import SEARCH_S, asked, asked_by_two, roles_option
from guardrails.surfaces.cli.subject import said
from guardrails.surfaces.cli.terminal import searching

if TYPE_CHECKING:
    from guardrails.model.canonical import Json
    from guardrails.privacy.published import Desk

    Lines = Callable[[Mapping[str, Any]], Iterable[str]]

_RECEIPT = "guardrails.erasure-receipt/v1"


@click.command("erase")
@click.argument("checks", nargs=-1, metavar="CHECK...")
@click.option(
    "--subject", multiple=True, metavar="TEXT", help="Everything that names this person; “-” reads names by line."
)
@click.option("--field", default="", metavar="FIELD", help="Of each text only this field, and what may quote it.")
@click.option("--ground", default="", metavar="CODE", help="Why it may go, e.g. gdpr-17-1-b.")
@click.option("--request", default="", metavar="REF", help="What asked for it: a ticket, a letter; without the name.")
@click.option("--reason", default="", metavar="TEXT", help="Why, in words, without the name; kept encrypted.")
@click.option("--dry-run", is_flag=True, help="Only say what would go, what is lost, what stands against it.")
@click.option("--receipt", type=click.Path(path_type=Path, dir_okay=False), help="Also write the receipt as JSON here.")
@roles_option
@where_options
def command(
    checks: tuple[str, ...],
    subject: tuple[str, ...],
    field: str,
    roles: tuple[str, ...],
    receipt: Path | None,
    *,
    dry_run: bool,
    **more: Any,
) -> int:
    """
    Destroy the keys and the text of CHECK (chk_…), or of everything that names a person. It cannot be undone.

    The record that it was checked, and every proof, stays; so does what Rego decided on, which holds no text. What a legal
    hold covers is refused. Erasing again finishes what was interrupted.

    Two different people approve, each with a key of their own (scope “privacy”): one runs this command and the other runs
    the same one within a week, or both at once by GUARDRAILS_KEY and GUARDRAILS_SECOND_KEY. Where no API key exists, say
    --approved-by twice.
    """
    if bool(checks) == bool(subject):
        raise click.UsageError("name checks, or a person with --subject")
    if field and subject:
        raise click.UsageError("--field is for checks; a person is erased wherever they are named")
    place = Where(more.pop("workspace"), more.pop("server"), more.pop("output"))
    body: dict[str, Json] = {"checks": list(checks), "field": field, "subject": list(said(subject)), **more}
    body |= {"approved_by": list(roles), "dry_run": dry_run}
    there = There("POST", "/v1/erasures", body=body, patience_s=SEARCH_S)

    def here(desk: Desk, people: Sequence[str] = ()) -> dict[str, Json]:
        from guardrails.privacy.published import erase

        return erase(desk, body, searching, people)

    given = asked(place, here, there) if dry_run else asked_by_two(place, here, there)
    if receipt and given["schema"] == _RECEIPT:
        receipt.write_text(json.dumps(given, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return printed(place, given, lambda _: _lines(given["schema"])(given))


def _lines(schema: str) -> Lines:
    from guardrails.render.privacy_text import plan_lines, receipt_lines
    from guardrails.render.standing_text import recorded_lines

    known: dict[str, Lines] = {"guardrails.erasure-plan/v1": plan_lines, _RECEIPT: receipt_lines}
    return known.get(schema, recorded_lines)
