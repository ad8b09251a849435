"""``guardrails policy activate``: what the files say counts from now on, because two people agree."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.errors import GuardrailsError
from guardrails.surfaces.cli.options import workspace_option
from guardrails.surfaces.cli.policy_check import change_lines, contents
from guardrails.surfaces.cli.policy_words import counted

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.review.activation import Activations, Done
    from guardrails.review.in_force import Activation, Commit
    from guardrails.review.inspection import Inspection
    from guardrails.settings import Settings

_SHORT = 12


@click.command("activate")
@click.option("--proposed-by", metavar="ROLE", help="Who proposes it: another role than yours, who approve.")
@click.option("--note", default="", help="What it is for, for the record.")
@workspace_option
def command(proposed_by: str | None, note: str, workspace: Path | None) -> int:
    """
    Put what the workspace's files say in force, if they load and every test comes out as marked.

    You approve, as a person with the scope “operate” (GUARDRAILS_KEY, or the principal of guardrails.local.yaml); another
    role proposes: --proposed-by, or the principal of guardrails.local.yaml if your key is another's. From the first
    activation on, checks use what is in force, whatever happens to the files; lint and policy test use the files.

    Exit codes: 0 it is in force, 2 it is not, and what was in force before still is, 4 the ledger cannot be written.
    """
    from guardrails.review.activation import Ask

    def activate(activations: Activations, caller: Caller, settings: Settings) -> Done:
        return activations.activate(Ask(caller.actor, proposed_by or _proposer(caller, settings), note))

    return put_in_force(workspace, activate)


def put_in_force(workspace: Path | None, act: Callable[[Activations, Caller, Settings], Done]) -> int:
    """Do *act*, print what it did, and return 0; if it was refused, say what goes on."""
    from guardrails import wiring
    from guardrails.review.in_force import in_force_words

    settings = wiring.settings(workspace, os.environ)
    with closing(wiring.open_log(settings)) as log:
        try:
            done = act(wiring.activations(settings, log), wiring.caller(settings, log, "operate"), settings)
        except GuardrailsError:
            print(f"policy: nothing was changed; {in_force_words(log)}\n", file=sys.stderr)
            raise
    for line in _lines(done):
        print(line)
    return 0


def _proposer(caller: Caller, settings: Settings) -> str:
    """Return who sits at this machine, if a key says that somebody else approves."""
    is_another = caller.actor.credential and settings.principal.kind == "person"
    return settings.principal.id if is_another else ""


def _lines(done: Done) -> Iterator[str]:
    one = done.activation
    words = "rolled back to" if one.event == "rolled-back" else "activated"
    yield f"policy: {words} {one.digest} (record {one.record})"
    if one.previous == one.digest:
        yield "   it was used already; now it counts until people put another in force"
    else:
        yield f"   instead of: {one.previous or 'nothing, it is the first'}"
        yield from (f"   {line}" for line in _changes(done))
    if done.inspection is not None:
        yield f"   tested: {_tested(done.inspection)}"
    yield f"   {_people(one)}"
    if done.inspection is not None:
        yield f"   {_commit(one.commit)}"
    yield f"in force now: {one.digest} ({contents(done.policy)})"
    yield "   checks here use it from now on; servers over this ledger take it up within seconds"


def _changes(done: Done) -> Iterator[str]:
    if not done.is_comparable:
        yield "what was in force before cannot be read by this version, so everything counts as new"
    elif done.difference.is_empty:
        yield "no rule, fact or mandate differs, only what is written for the record (pack versions, reasons)"
    else:
        yield from change_lines(done.difference, advise=done.inspection is not None)


def _tested(inspection: Inspection) -> str:
    results, cases = inspection.examples.results, inspection.cases
    examples = f"{counted(len(results), 'example')} of {counted(len({one.rule for one in results}), 'rule')}"
    rego = f", {counted(cases.cases, 'case')} of {counted(cases.packages, 'Rego package')}" if cases.cases else ""
    untested = len(inspection.examples.untested)
    without = f"; {counted(untested, 'rule')} without examples" if untested else ""
    return f"{examples}{rego}, all as marked; nothing wrong with the files{without}"


def _people(one: Activation) -> str:
    return f"proposed by {one.proposed_by}, approved by {one.role}" if one.proposed_by else f"by {one.role}"


def _commit(commit: Commit) -> str:
    if not commit.revision:
        return "no commit: the workspace is no git checkout"
    return f"commit {commit.revision[:_SHORT]}{', with changes that are not in it' if commit.dirty else ''}"
