"""``guardrails hold``: legal holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from guardrails.surfaces.cli.people import There, Where, printed, where_options
from guardrails.surfaces.cli.privacy_desk import asked, asked_by_two, roles_option

if TYPE_CHECKING:
    from guardrails.model.canonical import Json
    from guardrails.privacy.published import Desk


@click.group("hold")
def command() -> None:
    """Keep records from being erased while a dispute lasts: by hand, by request or by their age."""


@command.command("add")
@click.option("--check", metavar="CHECK", help="This text (chk_…), and what was said about it.")
@click.option("--campaign", metavar="NAME", help="Every text of this campaign.")
@click.option("--channel", metavar="NAME", help="Every text that may go out on this channel.")
@click.option("--from", "since", default="", metavar="DATE", help="Everything from this UTC day on …")
@click.option("--until", default="", metavar="DATE", help="… until this one, both included.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept encrypted.")
@where_options
def add(since: str, until: str, reason: str, **options: Any) -> int:
    """Hold a text, a campaign, a channel or a period. One person can, and it counts at once."""
    from guardrails.render.standing_text import recorded_lines

    place = Where(options.pop("workspace"), options.pop("server"), options.pop("output"))
    body = {**_scope(since, until, options), "reason": reason}

    def here(desk: Desk) -> dict[str, Json]:
        from guardrails.privacy.published import add_hold

        return add_hold(desk, body)

    given = asked(place, here, There("POST", "/v1/holds", body=body))
    return printed(place, given, lambda _: recorded_lines(given))


@command.command("release")
@click.argument("hold", metavar="HOLD")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept encrypted.")
@roles_option
@where_options
def release(hold: str, reason: str, roles: tuple[str, ...], **where: Any) -> int:
    """
    Let what HOLD (hld_…) covers be erased again.

    Two different people, each with a key of their own (scope “privacy”): one runs this command and the other runs it
    within a week, or both at once by GUARDRAILS_KEY and GUARDRAILS_SECOND_KEY. Where no API key exists, say --approved-by
    twice.
    """
    from guardrails.render.standing_text import recorded_lines

    body: dict[str, Json] = {"reason": reason, "approved_by": list(roles)}

    def here(desk: Desk, people: Sequence[str]) -> dict[str, Json]:
        from guardrails.privacy.published import end_hold

        return end_hold(desk, hold, body, people)

    place = Where(**where)
    given = asked_by_two(place, here, There("DELETE", f"/v1/holds/{quote(hold, safe='')}", body=body))
    return printed(place, given, lambda _: recorded_lines(given))


@command.command("list")
@where_options
def list_holds(**where: Any) -> int:
    """List the holds in force, oldest first."""
    from guardrails.render.privacy_text import hold_lines

    def here(desk: Desk) -> dict[str, Json]:
        from guardrails.privacy.published import list_holds as listed

        return listed(desk)

    place = Where(**where)
    given = asked(place, here, There("GET", "/v1/holds"))
    return printed(place, given, lambda _: hold_lines(given))


def _scope(since: str, until: str, named: dict[str, str | None]) -> dict[str, Json]:
    said = {kind: value for kind, value in named.items() if value}
    if len(said) + bool(since or until) != 1 or bool(since) != bool(until):
        raise click.UsageError("say one of --check, --campaign, --channel, or --from with --until")
    if since:
        return {"scope": "period", "since": since, "until": until}
    ((kind, value),) = said.items()
    return {"scope": kind, "value": value}
