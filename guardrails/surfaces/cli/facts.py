"""``guardrails facts``: withdraw a fact at once, and see which texts rest on it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from guardrails.surfaces.cli.people import There, Where, asked, asked_there, printed, where_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json

    Change = Callable[[Gate, Caller, str, object], dict[str, Json]]


@click.group("facts")
def command() -> None:
    """List facts, withdraw them, and let them be used again."""


@command.command("list")
@where_options
def list_facts(**where: Any) -> int:
    """
    List the facts of the workspace: what may be said, until when, and what was withdrawn.

    With --server those of the policy in force there.
    """
    from guardrails.render.standing_text import fact_lines

    place = Where(**where)
    body = asked_there(place.server, There("GET", "/v1/facts")) if place.server else _listed_here(place)
    return printed(place, body, lambda _: fact_lines(body))


def _listed_here(place: Where) -> dict[str, Json]:
    """Return the facts in the workspace's files; who looks at them makes no ledger."""
    from guardrails import wiring
    from guardrails.render.standing import facts_json
    from guardrails.wiring import desks

    settings = wiring.settings(place.workspace, os.environ)
    return facts_json(wiring.open_policy(settings).facts, desks.withdrawn_facts(settings), wiring.now_ms())


@command.command("withdraw")
@click.argument("fact", metavar="FACT")
@click.option("--reason", required=True, help="Why it may no longer be used.")
@where_options
def withdraw(fact: str, reason: str, **where: Any) -> int:
    """Withdraw FACT: from now on every text that rests on it asks a person. Needs the scope “operate”."""
    from guardrails.review.published import withdraw_fact

    return _changed(withdraw_fact, "POST", fact, reason, Where(**where))


@command.command("restore")
@click.argument("fact", metavar="FACT")
@click.option("--reason", required=True, help="Why it may be used again.")
@where_options
def restore(fact: str, reason: str, **where: Any) -> int:
    """Let FACT be used again. Needs the scope “operate”."""
    from guardrails.review.published import restore_fact

    return _changed(restore_fact, "DELETE", fact, reason, Where(**where))


def _changed(change: Change, method: str, fact: str, reason: str, place: Where) -> int:
    from guardrails.render.standing_text import fact_change_lines

    body: dict[str, Json] = {"reason": reason}
    there = There(method, f"/v1/facts/{quote(fact, safe='')}/withdrawal", body=body)
    done = asked(place, ["operate"], lambda gate, caller: change(gate, caller, fact, body), there)
    return printed(place, done, lambda _: fact_change_lines(done))
