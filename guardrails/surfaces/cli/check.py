"""``guardrails check``: the gate itself; every verdict is recorded before it is printed."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from guardrails.errors import DraftError, GuardrailsError
from guardrails.model.context import Principal
from guardrails.surfaces.cli.judging import run, run_failed, run_together
from guardrails.surfaces.cli.options import (
    Request,
    checking_options,
    context_options,
    disclosing_option,
    files_argument,
    request,
)
from guardrails.surfaces.cli.remote import Server, server_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from guardrails.answer import Answer
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json
    from guardrails.model.draft import Draft
    from guardrails.render.reading import ReadAnswer


A = TypeVar("A", "Answer", "ReadAnswer")


@click.command("check")
@files_argument
@context_options()
@click.option("--agent", metavar="NAME", help="Who submits; must be the agent that this machine is set up for.")
@click.option("--together", is_flag=True, help="Check as one batch, and say what the drafts show together.")
@server_option
@disclosing_option
@checking_options
def command(agent: str | None, server: str | None, together: bool, **options: object) -> int:
    """
    Check drafts before they go out, on the record.

    FILES are drafts, folders of drafts, globs, or - for the standard input. With --server they are checked there, with
    the same output and codes; without, the record is kept on this machine only.

    With --show-personal-data what an answer masks is shown here, once that is on the record too (API keys need the scope
    “disclose”).

    Exit codes: 0 pass, 1 revise, 3 escalate (a person decides), 2 wrong call, file or policy, 4 no answer. Of several
    files the gravest counts: 4, 2, 3, 1, 0.
    """
    asked = request({**options, "server": server})
    try:
        if server:
            return _checked_there(asked, agent, server, together=together)
        return _checked(asked, agent, together=together)
    except GuardrailsError as error:
        if asked.output == "json":
            return run_failed(asked, error)
        raise


def _checked_there(asked: Request, agent: str | None, address: str, *, together: bool) -> int:
    server = Server(address, os.environ.get("GUARDRAILS_KEY", ""))
    if agent is not None:
        raise DraftError("agent-not-established", "over a server the key says who submits", help="leave out --agent")

    def judge(draft: Draft) -> ReadAnswer:
        return _disclosed(asked, server.check(draft, caller=asked.caller, as_of_ms=asked.as_of_ms), server.disclose)

    def judge_together(named: list[tuple[str, Draft]]) -> tuple[list[ReadAnswer], dict[str, Json]]:
        answers, body = server.check_batch(named, caller=asked.caller)
        return [_disclosed(asked, answer, server.disclose) for answer in answers], body

    if together:
        _require_now(asked)
        return run_together(asked, judge_together)
    return run(asked, judge)


def _checked(asked: Request, agent: str | None, *, together: bool) -> int:
    from guardrails import wiring

    settings = wiring.settings(asked.workspace, os.environ)
    gate = wiring.open_gate(settings, told=partial(print, file=sys.stderr))
    try:
        caller = wiring.caller(settings, gate.log, "simulate" if asked.as_of_ms is not None else "check")
        _require_same(agent, caller.principal)
        disclose = _discloser(asked, gate, caller)
        if together:
            return _checked_together(asked, gate, caller, disclose)

        def judge(draft: Draft) -> Answer:
            answer = gate.check(
                draft,
                principal=caller.principal,
                permitted=caller.permitted,
                who=caller.actor.who,
                caller=asked.caller,
                as_of_ms=asked.as_of_ms,
            )
            return _disclosed(asked, answer, disclose)

        return run(asked, judge)
    finally:
        gate.close()


def _checked_together(asked: Request, gate: Gate, caller: Caller, disclose: Callable[[str], object]) -> int:
    from guardrails.render.batch import batch_json, items_of
    from guardrails.wiring import across

    _require_now(asked)

    def judge(named: list[tuple[str, Draft]]) -> tuple[list[Answer], dict[str, Json]]:
        answers = gate.check_batch(
            [(draft, asked.caller) for _, draft in named],
            principal=caller.principal,
            permitted=caller.permitted,
            who=caller.actor.who,
        )
        results = [(name, draft, answer) for (name, draft), answer in zip(named, answers, strict=True)]
        body = batch_json(results, across(items_of(results)))
        return [_disclosed(asked, answer, disclose) for answer in answers], body

    return run_together(asked, judge)


def _require_now(asked: Request) -> None:
    if asked.as_of_ms is not None:
        raise DraftError("not-together", "a batch is checked as of now", help="leave out --as-of")


def _discloser(asked: Request, gate: Gate, caller: Caller) -> Callable[[str], object]:
    """
    Return what puts on record that the personal data of a check is shown.

    Raises:
        DraftError: ``forbidden`` if that was asked for and the caller's key does not permit it.
    """
    from guardrails.audit.disclosure import SCOPE, record_disclosure
    from guardrails.audit.keys import require

    if asked.show_personal:
        require(caller, SCOPE)
    return lambda check_id: record_disclosure(gate.log, check_id, caller.actor)


def _disclosed(asked: Request, answer: A, disclose: Callable[[str], object]) -> A:
    """Return *answer* once it is on record that what it masks will be shown; nothing is recorded if it masks nothing."""
    masks = bool(answer.assessment.sensitive) or any(finding.sensitive for finding in answer.assessment.findings)
    if asked.show_personal and masks and not asked.quiet:
        disclose(str(answer.check_id))
    return answer


def _require_same(agent: str | None, principal: Principal) -> None:
    if agent is not None and (principal.kind, principal.id) != ("agent", agent):
        known = f"{principal.kind} {principal.id!r}" if principal.id else "nobody"
        raise DraftError(
            "agent-not-established",
            f"--agent names {agent!r}, but this machine is set up for {known}",
            help="set “principal: {agent: …}” in guardrails.local.yaml, or GUARDRAILS_KEY",
        )
