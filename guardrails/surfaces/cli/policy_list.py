"""``guardrails policy list``: the rules as a table."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.model.policy import LAYERS
from guardrails.surfaces.cli.options import workspace_option
from guardrails.surfaces.cli.policy_words import counted

if TYPE_CHECKING:
    from guardrails.model.policy import Rule, Scope

_HEAD = ("RULE", "LAYER", "ASKS FOR", "WHERE", "STATUS")


@click.command("list")
@click.option("--layer", type=click.Choice(LAYERS), help="Only rules of this layer.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@workspace_option
def command(layer: str | None, output: str, workspace: Path | None) -> int:
    """List the rules of the workspace, those of its packs included."""
    from guardrails import wiring
    from guardrails.policy.catalogue import policy_json

    policy = wiring.open_policy(wiring.settings(workspace, os.environ))
    if output == "json":
        print(json.dumps(policy_json(policy), indent=2, ensure_ascii=False))
        return 0
    rules = [rule for rule in sorted(policy.rules, key=lambda one: one.id) if layer in (None, rule.layer)]
    for line in _table([_HEAD, *(_row(rule) for rule in rules)]):
        print(line)
    print(f"\n{counted(len(rules), 'rule')}; “guardrails policy show RULE” explains one")
    return 0


def _row(rule: Rule) -> tuple[str, ...]:
    effect = rule.effect + ("*" if rule.cases else "")
    return f"{rule.id}@{rule.version}", rule.layer, effect, where(rule.scope), rule.status


def where(scope: Scope) -> str:
    """Return the places a rule applies to, ``everywhere`` if it has no scope."""
    included = "; ".join("/".join(values) for _, values in scope.include)
    excluded = "; ".join("/".join(values) for _, values in scope.exclude)
    return f"{included or 'everywhere'}{f', not {excluded}' if excluded else ''}"


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
