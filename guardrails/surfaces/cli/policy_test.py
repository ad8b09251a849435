"""``guardrails policy test``: the examples of every rule and the cases of the Rego modules, and where they fail."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.errors import PolicyError
from guardrails.render.paint import printable
from guardrails.surfaces.cli.options import workspace_option
from guardrails.surfaces.cli.policy_words import counted
from guardrails.surfaces.cli.terminal import paint_for

if TYPE_CHECKING:
    from guardrails.model.policy import CompiledPolicy
    from guardrails.policy.testing import ExampleResult
    from guardrails.render.paint import Paint

_FAILED = 1


@click.command("test")
@click.argument("rule_ids", nargs=-1, metavar="[RULE]...")
@workspace_option
def command(rule_ids: tuple[str, ...], workspace: Path | None) -> int:
    """
    Run the examples of all rules and the cases of the workspace's Rego modules, or the examples of RULE.

    Exit codes: 0 all came out as marked, 1 some did not, 2 the workspace does not load.
    """
    from guardrails import wiring
    from guardrails.backends.documents import READERS
    from guardrails.policy.compile import compile_policy
    from guardrails.policy.load import load_workspace
    from guardrails.policy.testing import test_rules
    from guardrails.trial import run_rule

    root = wiring.settings(workspace, os.environ).workspace
    loaded = load_workspace(root)
    policy = compile_policy(loaded)
    _require_known(rule_ids, {rule.id for rule in policy.rules})
    report = test_rules(loaded, run_rule(policy, READERS, as_of_ms=wiring.now_ms()), only=rule_ids)
    paint = paint_for(sys.stdout)
    for failure in report.failures:
        for line in _failure(failure, paint):
            print(line)
    for rule_id in report.untested:
        print(f"{rule_id}: has no examples")
    failed = len(report.failures)
    result = paint("bad", f"{failed} failed") if failed else paint("good", "all as marked")
    tested = counted(len({one.rule for one in report.results}), "rule")
    print(f"{counted(len(report.results), 'example')} of {tested}: {result}")
    failed_in_rego = 0 if rule_ids else _run_cases(root, policy, paint)
    return _FAILED if failed or failed_in_rego or not report.results else 0


def _run_cases(root: Path, policy: CompiledPolicy, paint: Paint) -> int:
    """Run the cases of the workspace's Rego modules, print how they came out and return how many failed."""
    from guardrails import wiring
    from guardrails.review.inspection import run_cases

    report = run_cases(root, policy.bundle, wiring.evaluate_rego)
    for failure in report.failures:
        print(f"{paint('bad', 'failed')}: {printable(failure.message)}")
        print(f"{paint('dim', '  -->')} {failure.place}\n")
    failed = len(report.failures)
    if report.cases:
        result = paint("bad", f"{failed} failed") if failed else paint("good", "all as expected")
        print(f"{counted(report.cases, 'case')} of {counted(report.packages, 'Rego package')}: {result}")
    return failed


def _failure(result: ExampleResult, paint: Paint) -> Iterator[str]:
    """Yield a failing example as a diff of what is marked and what was found."""
    from guardrails.policy.marks import marked

    yield f"{paint('bad', 'failed')}: {result.rule}: {result.group} example {result.number}"
    yield f"{paint('dim', '  -->')} {result.place}"
    if result.mistake:
        yield f"   = {result.mistake}"
    else:
        yield paint("bad", f"  - expected: {printable(marked(result.text, result.expected))}")
        yield paint("good", f"  + found:    {printable(marked(result.text, result.found))}")
    yield ""


def _require_known(rule_ids: tuple[str, ...], known: set[str]) -> None:
    from difflib import get_close_matches

    for rule_id in rule_ids:
        if rule_id not in known:
            near = get_close_matches(rule_id, sorted(known), n=1)
            hint = f"did you mean {near[0]}?" if near else "“guardrails policy list” lists them"
            raise PolicyError("unknown-rule", f"there is no rule {rule_id!r}", help=hint)
