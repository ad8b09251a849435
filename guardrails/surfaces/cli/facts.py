"""``guardrails facts``: withdraw a fact at once, and see which texts rest on it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.audit.entry import Receipt
    from guardrails.gate import Gate
    from guardrails.model.context import Actor

    Change = Callable[[Gate, str, str, Actor], Receipt]


@click.group("facts")
def command() -> None:
    """List facts, withdraw them, and let them be used again."""


@command.command("list")
@workspace_option
def list_facts(workspace: Path | None) -> int:
    """List the facts of the workspace: what may be said, until when, and what was withdrawn."""
    from guardrails import wiring

    settings = wiring.settings(workspace, os.environ)
    facts, withdrawn = wiring.open_policy(settings).facts.facts, wiring.withdrawn_facts(settings)
    for fact in facts:
        status = "withdrawn" if fact.id in withdrawn else fact.status(wiring.now_ms())
        until = f"until {fact.valid.until}" if fact.valid and fact.valid.until else "no end"
        print(f"{fact.id:<10}  {status:<9}  {until:<16}  {fact.subject.name}: {fact.metric.name}")
    print(f"{len(facts)} fact{'' if len(facts) == 1 else 's'}; cite one as [fact:ID]")
    return 0


@command.command("withdraw")
@click.argument("fact", metavar="FACT")
@click.option("--reason", required=True, help="Why it may no longer be used.")
@workspace_option
def withdraw(fact: str, reason: str, workspace: Path | None) -> int:
    """Withdraw FACT: from now on every text that rests on it asks a person."""
    from guardrails.review import stop

    return _changed(stop.withdraw, fact, reason, workspace, "is withdrawn")


@command.command("restore")
@click.argument("fact", metavar="FACT")
@click.option("--reason", required=True, help="Why it may be used again.")
@workspace_option
def restore(fact: str, reason: str, workspace: Path | None) -> int:
    """Let FACT be used again."""
    from guardrails.review import stop

    return _changed(stop.restore, fact, reason, workspace, "may be used again")


def _changed(change: Change, fact: str, reason: str, workspace: Path | None, words: str) -> int:
    from guardrails import wiring
    from guardrails.review.history import where
    from guardrails.review.revoking import Ending, live_permits
    from guardrails.surfaces.cli.where import text_lines

    settings = wiring.settings(workspace, os.environ)
    gate = wiring.open_gate(settings)
    try:
        receipt = change(gate, fact, reason, wiring.caller(settings, gate.log, "operate").actor)
        found = where(gate.log, f"fact:{fact}")
        ending = Ending.now(gate)
        ends = [ending.of(record) for _, record in live_permits(gate)]
        held = sum(end is not None and end.code == "fact-withdrawn" for end in ends)
    finally:
        gate.close()
    print(f"fact {fact} {words} (record {receipt.record_id})")
    print("\n".join(text_lines(f"fact:{fact}", found)))
    if held:
        print(f"permits that do not hold while facts are withdrawn: {held}; guardrails permit revocations")
    return 0
