"""``fix``: the verified set, shown or made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.surfaces.cli.conftest import Cli

FIXABLE = """\
id: lumo.words
version: 1
status: active
title: "Our words"
owner: brand-lead
kind: terms
effect: revise
severity: low
applies_to: {locales: [en]}
message: "“{match}”: say “{say_instead}”"
why: "One word per thing."
instruction: "Say “{say_instead}”."
params: {terms: [{file: "lists/words.csv"}]}
examples:
  bad: ["The [[luminaire]] is here."]
  good: ["The lamp is here."]
"""


@pytest.fixture(autouse=True)
def _words(workspace: Path) -> None:
    pack = workspace / "policies" / "lumo"
    (pack / "lists").mkdir()
    (pack / "lists" / "words.csv").write_text("term,say_instead,why,locale\nluminaire,lamp,shorter,en\n")
    (pack / "words.yaml").write_text(FIXABLE)


def _draft(folder: Path, data: bytes) -> Path:
    path = folder / "lamp.md"
    path.write_bytes(data)
    return path


def test_a_fix_is_shown_and_not_made(cli: Cli, workspace: Path) -> None:
    """Without ``--write`` the file stays, the diff is printed, and the exit code says that something is to do."""
    path = _draft(workspace, b"The luminaire is here.\n")
    result = cli("fix", "lamp.md")

    assert result.code == 1
    assert "-The luminaire is here." in result.out
    assert "+The lamp is here." in result.out
    assert b"The luminaire is here.\n" == path.read_bytes()


def test_a_fix_is_made_and_nothing_else(cli: Cli, workspace: Path) -> None:
    """``--write`` changes the words; byte order mark, line ends and mode stay."""
    path = _draft(workspace, b"\xef\xbb\xbfThe luminaire is here.\r\nBye.\r\n")
    path.chmod(0o640)
    result = cli("fix", "--write", "lamp.md")

    assert result.code == 0
    assert b"\xef\xbb\xbfThe lamp is here.\r\nBye.\r\n" == path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o640
    assert cli("fix", "lamp.md").out == "lamp.md: nothing that can be fixed safely\n"


def test_a_json_draft_is_not_rewritten(cli: Cli, workspace: Path) -> None:
    """The positions of its claims would no longer fit."""
    (workspace / "d.json").write_text('{"fields": [{"id": "b", "text": "The luminaire is here."}]}')

    assert "error[json-not-written]" in cli("fix", "--write", "d.json").err


def test_fix_needs_files(cli: Cli) -> None:
    """The standard input cannot be changed."""
    assert cli("fix", "-").code == 2


def test_other_files_are_still_fixed(cli: Cli, workspace: Path) -> None:
    """A missing file is an error of its own."""
    path = _draft(workspace, b"The luminaire is here.\n")

    assert cli("fix", "--write", "nope.md", "lamp.md").code == 2
    assert b"The lamp is here.\n" == path.read_bytes()
