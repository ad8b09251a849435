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
    """Withdraw facts, and let them be used again."""


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
    from guardrails.surfaces.cli.where import text_lines

    settings = wiring.settings(workspace, os.environ)
    gate = wiring.open_gate(settings)
    try:
        receipt = change(gate, fact, reason, wiring.caller(settings, gate.log, "operate").actor)
        found = where(gate.log, f"fact:{fact}")
    finally:
        gate.close()
    print(f"fact {fact} {words} (record {receipt.record_id})")
    print("\n".join(text_lines(f"fact:{fact}", found)))
    return 0
