"""``guardrails policy show``: one rule, opening with a plain sentence."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.errors import DraftError
from guardrails.surfaces.cli.options import active_option, workspace_option
from guardrails.surfaces.cli.policy_list import where

if TYPE_CHECKING:
    from guardrails.model.policy import CompiledPolicy, Rule

_WIDTH = 100


@click.command("show")
@click.argument("rule_id", metavar="RULE")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@active_option
@workspace_option
def command(rule_id: str, output: str, active: bool, workspace: Path | None) -> int:
    """Explain the rule RULE."""
    from guardrails import wiring
    from guardrails.policy.catalogue import rule_json

    settings = wiring.settings(workspace, os.environ)
    rule = _rule(wiring.policy_in_force(settings) if active else wiring.open_policy(settings), rule_id)
    if output == "json":
        print(json.dumps(rule_json(rule), indent=2, ensure_ascii=False))
        return 0
    for line in _lines(rule):
        print(line)
    return 0


def _rule(policy: CompiledPolicy, rule_id: str) -> Rule:
    found = {rule.id: rule for rule in policy.rules}
    if rule_id not in found:
        near = get_close_matches(rule_id, found, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "“guardrails policy list” lists them"
        raise DraftError("unknown-rule", f"there is no rule {rule_id!r}", help=hint)
    return found[rule_id]


def _lines(rule: Rule) -> Iterator[str]:
    from guardrails.policy.catalogue import sentence

    yield from textwrap.wrap(sentence(rule), _WIDTH)
    yield ""
    facts = (
        ("rule", f"{rule.id}@{rule.version}, {rule.status}; {rule.title}"),
        ("layer", f"{rule.layer}; pack {rule.pack}; kind {rule.kind}"),
        ("owner", rule.owner),
        ("asks for", f"{rule.effect}, severity {rule.severity}{'' if rule.waivable else ', not waivable'}"),
        *((f"  {case.effect}", f"in {where(case.when)}") for case in rule.cases),
        ("where", where(rule.scope)),
        ("languages", "any" if rule.locales == ("*",) else ", ".join(rule.locales)),
        ("topics", ", ".join(rule.topics)),
        ("says", rule.message),
        ("why", rule.why),
        ("agent does", rule.instruction),
        ("see", ", ".join(rule.references)),
        ("override", f"until {rule.override_until}" if rule.override_until else ""),
        ("digest", rule.digest),
    )
    for name, value in facts:
        if value:
            yield from textwrap.wrap(value, _WIDTH, initial_indent=f"{name:<12}", subsequent_indent=" " * 12)
