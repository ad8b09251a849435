"""``guardrails published``: what was published, held against permits."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, asked, printed, where_options
from guardrails.surfaces.cli.remote import Server

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json

_REPORTING = ("check", "operate")
_LAST_MS = 253_402_300_799_999  # the end of the year 9999


@click.group("published")
def command() -> None:
    """Report what was published, import it, list it."""


@command.command("add")
@click.option("--url", required=True, help="The address of what was published.")
@click.option("--at", "published_at", required=True, metavar="MOMENT", help="When, e.g. 2026-11-23T08:00:00Z.")
@click.option("--channel", default="", metavar="NAME", help="Where.")
@click.option("--market", default="", metavar="NAME", help="For which market.")
@click.option("--permit", default="", metavar="PERMIT_ID", help="Under which permit.")
@click.option(
    "--content-sha256", default="", metavar="HEX", help="Or which text: the digest of its canon or its fields."
)
@where_options
def add(**options: Any) -> int:
    """Report one publication; what came of it is on the record. Exit codes: 0 it was permitted, 1 it was not."""
    from guardrails.render.published import publication_line

    place = Where(options.pop("workspace"), options.pop("server"), options.pop("output"))
    body: dict[str, Json] = dict(options)

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.permit_desk import add_published

        return add_published(gate, caller, body)

    given = asked(place, _REPORTING, here, There("POST", "/v1/published", body=body))
    printed(place, given, lambda paint: [publication_line(given, paint)])
    return 0 if given["outcome"] == "permitted" else 1


@command.command("import")
@click.argument("file", metavar="FILE.csv", type=click.Path())
@where_options
def import_file(file: str, **where: Any) -> int:
    """
    Report every publication in a CSV file: url, published_at, permit or content_sha256, perhaps channel and market.

    What was reported before changes nothing. Exit codes: 0 all were permitted, 1 some were not.
    """
    from guardrails.surfaces.cli.inputs import read
    from guardrails.text.load import decoded

    place, text = Where(**where), decoded(file, read(file))

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.permit_desk import import_published

        return {"results": [*import_published(gate, caller, text, file)]}

    results = _sent(place, text, file) if place.server else asked(place, _REPORTING, here, There("", ""))["results"]
    held = [one for one in results if one["outcome"] != "permitted"]
    body = {
        "schema": "guardrails.published-import/v1",
        "imported": len(results),
        "not_permitted": len(held),
        "results": results,
    }
    printed(place, body, lambda _: [f"{len(results)} reported, {len(held)} without a permit for it"])
    return 1 if held else 0


@command.command("list")
@click.option("--since", default="", metavar="MOMENT", help="From when.")
@click.option("--until", default="", metavar="MOMENT", help="Until when; a day counts whole.")
@where_options
def list_published(since: str, until: str, **where: Any) -> int:
    """List what was published, first what had no permit, and the permits that ended unused."""
    from guardrails.render.published import publications_lines
    from guardrails.text.moment import end_ms, moment_ms

    first, end = moment_ms(since) if since else 0, end_ms(until) if until else _LAST_MS

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.permit_desk import list_published

        return list_published(gate, caller, first, end)

    place = Where(**where)
    query = [(name, value) for name, value in (("since", since), ("until", until)) if value]
    body = asked(place, ["read", "operate"], here, There("GET", "/v1/published", query=query))
    return printed(place, body, lambda paint: publications_lines(body, paint))


def _sent(place: Where, text: str, name: str) -> list[dict[str, Any]]:
    """Report to a server, line by line, once the whole file is read."""
    from guardrails.render.moment import rfc3339
    from guardrails.review.published_csv import publications_in

    bodies: list[dict[str, Json]] = [
        {
            "url": one.url, "published_at": rfc3339(one.at_ms), "channel": one.channel, "market": one.market,
            "permit": one.permit, "content_sha256": one.content_sha256,
        }
        for one in publications_in(text, name)
    ]  # fmt: skip
    server = Server(str(place.server), os.environ.get("GUARDRAILS_KEY", ""))
    return [json.loads(server.ask("POST", "/v1/published", body=body)) for body in bodies]
