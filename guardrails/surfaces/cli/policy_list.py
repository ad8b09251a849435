"""``guardrails policy list``: the rules as a table."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.model.policy import LAYERS
from guardrails.surfaces.cli.options import active_option, workspace_option
from guardrails.surfaces.cli.policy_words import counted

if TYPE_CHECKING:
    from guardrails.impact.friction import Friction
    from guardrails.model.canonical import Json
    from guardrails.model.policy import Rule, Scope

_COST = ("HELD", "DISPUTED", "APPROVED AS IT WAS")
_HEAD = ("RULE", "LAYER", "ASKS FOR", "WHERE", "STATUS")


@click.command("list")
@click.option("--layer", type=click.Choice(LAYERS), help="Only rules of this layer.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@active_option
@workspace_option
def command(layer: str | None, output: str, active: bool, workspace: Path | None) -> int:
    """
    List the rules of the workspace, those of its packs included.

    Once there is a ledger, with what each rule cost in the last 30 days: texts it held, findings that were disputed,
    texts that people approved as they were (once five different people have decided).
    """
    from guardrails import wiring
    from guardrails.policy.catalogue import policy_json

    settings = wiring.settings(workspace, os.environ)
    policy = wiring.policy_in_force(settings) if active else wiring.open_policy(settings)
    cost = wiring.friction(settings)
    if output == "json":
        print(json.dumps(_json(policy_json(policy), cost), indent=2, ensure_ascii=False))
        return 0
    rules = [rule for rule in sorted(policy.rules, key=lambda one: one.id) if layer in (None, rule.layer)]
    head = _HEAD if cost is None else (*_HEAD, *_COST)
    for line in _table([head, *(_row(rule, cost) for rule in rules)]):
        print(line)
    elsewhere = "; * asks for something else in some places" if any(rule.cases for rule in rules) else ""
    print(f"\n{counted(len(rules), 'rule')}; “guardrails policy show RULE” explains one{elsewhere}")
    if cost is not None:
        print(_friction_line(cost, dict(policy.workspace.friction)))
    return 0


def _row(rule: Rule, cost: Friction | None) -> tuple[str, ...]:
    effect = rule.effect + ("*" if rule.cases else "")
    row = (f"{rule.id}@{rule.version}", rule.layer, effect, where(rule.scope), rule.status)
    if cost is None:
        return row
    one = cost.cost(rule.id)
    return (*row, *(str(count) if count else "-" for count in (one.holds, one.disputes, one.unchanged)))


def _friction_line(cost: Friction, limits: dict[str, int]) -> str:
    """Return what the gate cost, each share with its limit where the workspace has set one."""
    words = {
        "held": f"of {counted(cost.texts, 'text')} held at first",
        "asked": "asked a person",
        "unchanged": f"of {counted(cost.answers, 'answer')} let it through unchanged",
    }
    parts = []
    for name, text in words.items():
        share = cost.percent(name)
        limit = limits.get(name)
        over = "" if limit is None else f" (limit {limit} %{', OVER' if share is not None and share > limit else ''})"
        parts.append(f"{'no share' if share is None else f'{share} %'} {text}{over}")
    return f"friction, 30 days: {'; '.join(parts)}"


def _json(body: dict[str, Json], cost: Friction | None) -> dict[str, Json]:
    if cost is None:
        return body | {"friction": None}
    rules: dict[str, Json] = {
        name: {"holds": one.holds, "disputes": one.disputes, "approved_unchanged": one.unchanged}
        for name, one in cost.rules
    }
    counts: dict[str, Json] = {name: getattr(cost, name) for name in ("texts", "held", "asked", "answers", "unchanged")}
    return body | {"friction": {"days": 30, **counts, "rules": rules}}


def where(scope: Scope) -> str:
    """Return the places a rule applies to, ``everywhere`` if it has no scope."""
    included = "; ".join("/".join(values) for _, values in scope.include)
    excluded = "; ".join("/".join(values) for _, values in scope.exclude)
    return f"{included or 'everywhere'}{f', not {excluded}' if excluded else ''}"


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
