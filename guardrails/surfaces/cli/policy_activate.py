"""``guardrails policy activate``: what the files say counts from now on, because two people agree."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from guardrails.errors import DraftError, GuardrailsError
from guardrails.surfaces.cli.people import There, Where, asked_there, printed, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.review.activation import Activations, Done

    Act = Callable[[Activations, Caller], Done]


@click.command("activate")
@click.option("--proposed-by", metavar="ROLE", default="", help="Who proposes it, where there are no API keys.")
@click.option("--note", default="", help="What it is for, for the record.")
@where_options
def command(proposed_by: str, note: str, **where: Any) -> int:
    """
    Put what the workspace's files say in force, if they load and every test comes out as marked.

    It takes two people: one proposes (“guardrails policy propose”), another one with the scope “operate” activates. With
    --server the files are those of the server's workspace. From the first activation on, checks use what is in force,
    whatever happens to the files; lint and policy test use the files.

    Exit codes: 0 it is in force, 2 it is not, and what was in force before still is, 4 the ledger cannot be written.
    """

    def activate(activations: Activations, caller: Caller) -> Done:
        from guardrails.review.activation import Ask

        return activations.activate(Ask(caller.actor, proposed_by, note))

    return put_in_force(Where(**where), activate, {"proposed_by": proposed_by, "note": note})


def put_in_force(place: Where, act: Act, body: dict[str, Any]) -> int:
    """Have a policy put in force, here by *act*, there by *body*, print what was done, and return 0."""
    from guardrails.render.activation_text import done_lines

    there = There("POST", "/v1/policies/activations", body=body)
    done = _put_there(place.server, there) if place.server else _put_here(place, act)
    return printed(place, done, lambda _: done_lines(done))


def _put_there(address: str, there: There) -> dict[str, Any]:
    """Ask the server; what it refuses has changed nothing, without an answer nobody knows."""
    try:
        return asked_there(address, there)
    except DraftError:
        print("policy: nothing was changed; guardrails policy rollback --list says what is in force\n", file=sys.stderr)
        raise


def _put_here(place: Where, act: Act) -> dict[str, Any]:
    """Do *act*; if it was refused, say what goes on."""
    from guardrails import wiring
    from guardrails.review.in_force import in_force_words
    from guardrails.review.published_policies import done_json
    from guardrails.wiring import desks

    settings = wiring.settings(place.workspace, os.environ)
    with closing(wiring.open_log(settings)) as log:
        try:
            return done_json(act(desks.activations(settings, log), wiring.caller(settings, log, "operate")))
        except GuardrailsError:
            print(f"policy: nothing was changed; {in_force_words(log)}\n", file=sys.stderr)
            raise
