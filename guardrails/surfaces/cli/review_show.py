"""``guardrails review show``: one question with all that it takes to answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from guardrails.surfaces.cli.people import There, Where, asked, printed, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("show")
@click.argument("review", metavar="REVIEW")
@click.option("--show-personal-data", "personal", is_flag=True, help="Do not mask personal data; goes on the record.")
@where_options
def command(review: str, personal: bool, **where: Any) -> int:
    """
    Show the text with what holds it, what the policy says, earlier answers, and the command to answer.

    REVIEW is the id of a review (rev_…) or of a check (chk_…). An agent sees what became of its own.
    """
    from guardrails.render.review_text import review_lines, review_status_lines

    place = Where(**where)
    body = shown(place, review, personal=personal)
    lines = review_lines if body["schema"] == "guardrails.review/v1" else review_status_lines
    return printed(place, body, lambda paint: lines(body, paint))


def shown(where: Where, review: str, *, personal: bool = False) -> dict[str, Any]:
    """Return the review in published form: all of it for a person, what became of it for its author."""

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.desk import Desk
        from guardrails.review.published import show_review

        return show_review(Desk(gate), caller, review, show_personal=personal)

    query = [("show_personal_data", "true")] if personal else []
    return asked(where, ["review", "read"], here, There("GET", f"/v1/reviews/{quote(review, safe='')}", query=query))
