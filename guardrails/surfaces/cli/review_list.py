"""``guardrails review list``: what waits for a person, question by question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, asked, printed, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("list")
@click.option("--queue", metavar="NAME", default="", help="Only the questions of this queue.")
@click.option("--all", "everything", is_flag=True, help="Also what was decided, or needs no answer any more.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="Most questions to list.")
@click.option("--after", metavar="PLACE", default="", help="Go on where the list before ended; it says where.")
@where_options
def command(queue: str, everything: bool, limit: int, after: str, **where: Any) -> int:
    """
    List what waits for a person, what is due first in front.

    Texts that share the passage in question are one entry: one answer can do for all of them.
    """
    from guardrails.render.review_text import review_list_lines

    status = "all" if everything else "open"

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.desk import Desk
        from guardrails.review.published import list_reviews

        return list_reviews(Desk(gate), caller, queue=queue, status=status, limit=limit, after=after)

    place = Where(**where)
    query = [("status", status), ("limit", str(limit)), ("queue", queue), ("after", after)]
    body = asked(place, ["review"], here, There("GET", "/v1/reviews", query=query))
    return printed(place, body, lambda paint: review_list_lines(body, paint))
