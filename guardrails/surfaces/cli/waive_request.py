"""``guardrails waive request``: ask for an exception to a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from guardrails.model.canonical import Json
from guardrails.model.context import PLURALS
from guardrails.surfaces.cli.people import There, Where, recorded, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate

_SCOPE = ("channel", "market", "locale", "audience", "content_type", "stage", "action")


@click.command("request")
@click.argument("rule", metavar="RULE")
@click.option("--reason", required=True, metavar="TEXT", help="Why; whoever approves reads it.")
@click.option(
    "--until", required=True, metavar="DATE", help="Last UTC day on which it holds; at most 90 days from now."
)
@click.option("--check", metavar="CHECK", help="Only for the text of this check (chk_…) …")
@click.option("--finding", metavar="FINDING", help="… or, with it, only for this finding of it (f1), in any text.")
@click.option("--channel", multiple=True, metavar="VALUE", help="Only on this channel; may be repeated.")
@click.option("--market", multiple=True, metavar="VALUE", help="Only in this market; may be repeated.")
@click.option("--locale", multiple=True, metavar="VALUE", help="Only in this locale; may be repeated.")
@click.option("--audience", multiple=True, metavar="VALUE", help="Only for this audience; may be repeated.")
@click.option("--content-type", multiple=True, metavar="VALUE", help="Only for this type of content; may be repeated.")
@click.option("--stage", multiple=True, metavar="VALUE", help="Only at this stage; may be repeated.")
@click.option("--action", multiple=True, metavar="VALUE", help="Only to prepare, or to publish.")
@where_options
def command(rule: str, **options: Any) -> int:
    """
    Ask for an exception to RULE. Another person approves it; until then nothing changes.

    Without --check it is for every text, without a place for every place.
    """
    place = Where(options["workspace"], options["server"], options["output"])
    scope: dict[str, Json] = {PLURALS[key]: list(options[key]) for key in _SCOPE if options[key]}
    body: dict[str, Json] = {"rule": rule, "reason": options["reason"], "until": options["until"], "scope": scope}
    body |= {key: options[key] for key in ("check", "finding") if options[key]}

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.published import request_waiver

        return request_waiver(gate, caller, body)

    return recorded(place, ["check", "review"], here, There("POST", "/v1/waivers", body=body))
