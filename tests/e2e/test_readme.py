"""
What the README and the pages for auditors and about people's data show is what happens: its files are written, its commands run and its programs executed, in order.

In a ``console`` block a line with ``$`` is a command and the lines below it are its whole output; ``…`` stands for any
text in a line, or by itself for any lines. A YAML block that begins with a path is written to that file.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README, LEDGER, PRIVACY = ROOT / "README.md", ROOT / "docs" / "ledger.md", ROOT / "docs" / "privacy.md"
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SETS_UP = ("pip",)
"""Commands that set up what these tests run in."""


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """Every fenced block of *page*, with its kind."""
    return ((found["kind"], found["text"]) for found in BLOCK.finditer(page.read_text(encoding="utf-8")))


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output that is shown."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def matching(shown: str) -> re.Pattern[str]:
    """An expression for *shown*."""
    lines = ["(?:.*\n)*" if line == "…\n" else re.escape(line).replace("…", ".*") for line in shown.splitlines(True)]
    return re.compile("".join(lines))


class Reader:
    """Somebody who follows the README in an empty folder."""

    def __init__(self, home: Path) -> None:
        self.home, self.folder = home, home
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GUARDRAILS_")}
        self.environ = {**kept, "PATH": path, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}

    def write(self, text: str) -> None:
        """Write a YAML block that names its file."""
        name = text.partition("\n")[0]
        if name.startswith("# policies/"):
            (self.folder / name.removeprefix("# ")).write_text(text, encoding="utf-8")

    def run(self, command: str) -> str:
        """Run a command; what it prints, errors included."""
        program, *arguments = shlex.split(command)
        if program == "cd":
            self.folder /= arguments[0]
            return ""
        done = subprocess.run(
            [program, *arguments], cwd=self.folder, env=self.environ, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    def expect(self, command: str, shown: str) -> None:
        """Run a command; it prints what is shown."""
        printed = self.run(command)

        assert matching(shown).fullmatch(printed), f"$ {command}\n{printed}"

    def execute(self, text: str) -> str:
        """Execute a program beside the workspace; what it prints."""
        printed = io.StringIO()
        with contextlib.chdir(self.home), contextlib.redirect_stdout(printed):
            exec(compile(text, "README.md", "exec"), {})
        return printed.getvalue()


class AtAShell(Reader):
    """Somebody who follows a page at one shell: what it exports, and where it goes, stays."""

    def run(self, command: str) -> str:
        """Run a command line; what it prints, errors included."""
        after = self.home / "after"
        done = subprocess.run(
            ["bash", "-c", f'{command}\nenv -0 > "{after}"; pwd >> "{after}"'],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        *named, folder = after.read_text(encoding="utf-8").split("\0")
        self.environ, self.folder = dict(one.split("=", 1) for one in named), Path(folder.strip())
        return done.stdout


def test_the_readme_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every console block shows what its commands print; every program prints what its comment says."""
    reader = Reader(tmp_path)
    ran: list[str] = []
    for kind, text in blocks(README):
        if kind == "yaml":
            reader.write(text)
        if kind == "python":
            monkeypatch.setenv("GUARDRAILS_CACHE", str(tmp_path / "cache"))
            (expected,) = re.findall(r"^print\(.*\)  # (.*)$", text, re.MULTILINE)
            assert f"{expected}\n" == reader.execute(text)
        for command, shown in commands(text) if kind == "console" else ():
            if command.startswith(SETS_UP):
                continue
            reader.expect(command, shown)
            ran.append(command.split()[0])

    assert ran.count("guardrails") >= 10


def test_the_page_for_auditors_is_true(tmp_path: Path) -> None:
    """Its commands, run in order beside a copy of the independent verifier, print what it shows."""
    reader = Reader(tmp_path)
    shutil.copy(ROOT / "tools" / "verify_ledger.py", tmp_path)
    shown = [pair for kind, text in blocks(LEDGER) if kind == "console" for pair in commands(text)]
    for command, output in shown:
        reader.expect(command, output)

    assert len(shown) >= 10


def test_the_page_about_peoples_data_is_true(tmp_path: Path) -> None:
    """Its commands, run in order at one shell, print what it shows."""
    reader = AtAShell(tmp_path)
    shown = [pair for kind, text in blocks(PRIVACY) if kind == "console" for pair in commands(text)]
    for command, output in shown:
        reader.expect(command, output)

    assert len(shown) >= 15
    assert not any(b"Erna" in path.read_bytes() for path in sorted((reader.folder / "var").iterdir()))
