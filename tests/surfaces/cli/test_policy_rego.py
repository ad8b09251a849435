"""``policy check`` and ``policy test`` over the workspace's own Rego modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.surfaces.cli.conftest import Cli

GOOD = """package workspace.press_money

reasons := [reason |
\t"press" in input.context.channels
\tsome group in input.groups
\treason := {"code": "press-money", "outcome": "escalate", "groups": [group.id]}
]
"""
CASES = """
- name: something in the press
  input: {context: {channels: [press]}, groups: [{}]}
  expected: [{code: press-money, outcome: escalate, groups: [g1]}]
- name: the same in the blog
  input: {groups: [{}]}
  expected: []
"""


@pytest.fixture
def module(workspace: Path) -> Path:
    """Put a good module with its cases into the workspace."""
    folder = workspace / "rego" / "workspace" / "press_money"
    folder.mkdir(parents=True)
    (folder / "press_money.rego").write_text(GOOD)
    (folder / "press_money_cases.yaml").write_text(CASES)
    return folder / "press_money.rego"


def cases_of(module: Path) -> Path:
    """The file with the cases of *module*."""
    return module.with_name("press_money_cases.yaml")


def test_a_good_module_is_counted(cli: Cli, module: Path) -> None:
    """Nothing is wrong, and the cases are counted beside the examples."""
    tested = cli("policy", "test")

    assert cli("policy", "check").code == 0
    assert tested.code == 0
    assert "2 cases of 1 Rego package: all as expected" in tested.out


def test_a_broken_module_is_refused_where_it_is_broken(cli: Cli, module: Path) -> None:
    """A misspelt path, which the engine would read as "nothing", is refused with its line, as are all the others."""
    module.write_text(GOOD.replace("input.context.channels", "input.contxt.channels").replace("group.id", "group.idd"))
    result = cli("policy", "check")

    assert result.code == 2
    assert result.err.count("error[unknown-path]") == 2
    assert "rego/workspace/press_money/press_money.rego:4:19" in result.err


def test_a_module_without_cases_is_refused(cli: Cli, module: Path) -> None:
    """A package that nobody has seen speak or stay silent is a mistake."""
    cases_of(module).unlink()
    result = cli("policy", "check")

    assert result.code == 2
    assert "error[no-firing-case]" in result.err
    assert "error[no-silent-case]" in result.err


@pytest.mark.parametrize("command", ["check", "test"])
def test_what_is_no_case_is_refused(cli: Cli, module: Path, command: str) -> None:
    """A file of cases that cannot be read is a mistake for both commands."""
    cases_of(module).write_text("- {name: x, expcted: []}")
    result = cli("policy", command)

    assert result.code == 2
    assert "error[bad-cases]" in result.err


def test_a_failed_case_is_shown(cli: Cli, module: Path) -> None:
    """What came out is shown with the file of the case; one rule's examples are not held up by it."""
    module.write_text(GOOD.replace('"escalate"', '"revise"'))
    result = cli("policy", "test")

    assert result.code == 1
    assert "case “something in the press” gave" in result.out
    assert "rego/workspace/press_money/press_money_cases.yaml" in result.out
    assert "2 cases of 1 Rego package: 1 failed" in result.out
    assert cli("policy", "test", "lumo.jobs").code == 0


def test_a_module_that_does_not_run_fails_its_cases(cli: Cli, module: Path) -> None:
    """A module the engine cannot build gives no answer, which no case expects."""
    module.write_text("package workspace.press_money\n\nreasons := := []\n")
    result = cli("policy", "test")

    assert result.code == 1
    assert result.out.count("gave no answer") == 2
