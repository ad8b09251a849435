"""docs/permits.md shows commands that there are, and a workflow that is YAML."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from guardrails.surfaces.cli.main import COMMANDS

PAGE = (Path(__file__).parents[2] / "docs" / "permits.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?:sh|yaml)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LINES = "\n".join(BLOCKS).replace("\\\n", " ").splitlines()
SHOWN = sorted({line.strip() for line in LINES if line.strip().startswith("guardrails ")})


@pytest.mark.parametrize("line", SHOWN)
def test_a_command_on_the_page_is_one(line: str) -> None:
    """Its name and its options are known, and nothing that is required is missing."""
    _, name, *words = shlex.split(line, comments=True)
    command = importlib.import_module(COMMANDS[name][0]).command
    context = click.Context(command, info_name=name)
    while isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        assert found is not None, words[0]
        command, words = found, words[1:]

    command.make_context(name, list(words), resilient_parsing=False)


def test_the_page_shows_the_commands() -> None:
    """The test above has something to look at."""
    assert len(SHOWN) > 8


def test_the_workflow_is_yaml() -> None:
    """It asks for revocations before it verifies, and publishes last."""
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    runs = [step["run"] for step in yaml.safe_load(text)["jobs"]["publish"]["steps"] if "run" in step]

    assert ["revocations", "verify", "publish"] == [
        next(word for word in ("verify", "revocations", "publish") if word in run) for run in runs
    ]
