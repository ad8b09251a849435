"""``guardrails check``: the gate itself; every verdict is recorded before it is printed."""

from __future__ import annotations

import os

import click

from guardrails.errors import DraftError, GuardrailsError
from guardrails.model.context import Principal
from guardrails.surfaces.cli.judging import run, run_failed
from guardrails.surfaces.cli.options import Request, checking_options, context_options, files_argument, request
from guardrails.surfaces.cli.remote import Server, server_option


@click.command("check")
@files_argument
@context_options()
@click.option("--agent", metavar="NAME", help="Who submits; must be the agent that this machine is set up for.")
@server_option
@checking_options
def command(agent: str | None, server: str | None, **options: object) -> int:
    """
    Check drafts before they go out, on the record.

    FILES are drafts, folders of drafts, globs, or - for the standard input. With --server they are checked there, with
    the same output and codes; without, the record is kept on this machine only.

    Exit codes: 0 pass, 1 revise, 3 escalate (a person decides), 2 wrong call, file or policy, 4 no answer. Of several
    files the gravest counts: 4, 2, 3, 1, 0.
    """
    asked = request({**options, "server": server})
    try:
        return _checked_there(asked, agent, server) if server else _checked(asked, agent)
    except GuardrailsError as error:
        if asked.output == "json":
            return run_failed(asked, error)
        raise


def _checked_there(asked: Request, agent: str | None, address: str) -> int:
    server = Server(address, os.environ.get("GUARDRAILS_KEY", ""))
    if agent is not None:
        raise DraftError("agent-not-established", "over a server the key says who submits", help="leave out --agent")
    return run(asked, lambda draft: server.check(draft, caller=asked.caller, as_of_ms=asked.as_of_ms))


def _checked(asked: Request, agent: str | None) -> int:
    from guardrails import wiring

    settings = wiring.settings(asked.workspace, os.environ)
    gate = wiring.open_gate(settings)
    try:
        caller = wiring.caller(settings, gate.log, "simulate" if asked.as_of_ms is not None else "check")
        _require_same(agent, caller.principal)
        return run(
            asked,
            lambda draft: gate.check(
                draft,
                principal=caller.principal,
                permitted=caller.permitted,
                credential=caller.actor.credential,
                caller=asked.caller,
                as_of_ms=asked.as_of_ms,
            ),
        )
    finally:
        gate.close()


def _require_same(agent: str | None, principal: Principal) -> None:
    if agent is not None and (principal.kind, principal.id) != ("agent", agent):
        known = f"{principal.kind} {principal.id!r}" if principal.id else "nobody"
        raise DraftError(
            "agent-not-established",
            f"--agent names {agent!r}, but this machine is set up for {known}",
            help="set “principal: {agent: …}” in guardrails.local.yaml, or GUARDRAILS_KEY",
        )
