"""What git says of a workspace."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from guardrails.backends.git import commit_of
from guardrails.review.in_force import Commit

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str) -> str:
    """Run git in *folder*."""
    named = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    done = subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with a workspace below it, committed."""
    folder = tmp_path / "brand"
    (folder / "policies").mkdir(parents=True)
    (folder / "policies" / "rule.yaml").write_text("one\n")
    (folder / "notes.txt").write_text("one\n")
    (tmp_path / ".gitignore").write_text("*.ignored.yaml\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    return folder


def asked(root: Path) -> Commit:
    """The state of the policy's files; one of the names need not exist."""
    return commit_of(root, [root / "policies", root / "rego"])


def test_a_clean_checkout_is_its_commit(root: Path) -> None:
    """Files that are no part of the policy do not count."""
    (root / "notes.txt").write_text("two\n")

    assert Commit(git(root, "rev-parse", "HEAD"), dirty=False) == asked(root)


@pytest.mark.parametrize("name", ["rule.yaml", "new.yaml", "new.ignored.yaml"])
def test_what_the_commit_does_not_hold_is_dirty(root: Path, name: str) -> None:
    """A changed file, a new one, one that git ignores."""
    (root / "policies" / name).write_text("two\n")

    assert asked(root).dirty


def test_without_a_checkout_there_is_no_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor without a commit, nor without git."""
    assert Commit() == asked(tmp_path)
    git(tmp_path, "init", "--quiet")
    assert Commit() == asked(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Commit() == asked(tmp_path)


def test_the_environment_speaks_of_no_other_repository(root: Path, tmp_path: Path, monkeypatch) -> None:
    """A hook sets GIT_DIR for itself."""
    expected = asked(root)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))

    assert expected.revision
    assert expected == asked(root)


def test_nothing_of_the_repository_is_run(root: Path, tmp_path: Path) -> None:
    """The file-system monitor is a program that its configuration names; hooks are others."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n")
    program.chmod(0o755)
    git(root, "config", "core.fsmonitor", str(program))

    assert asked(root).revision
    assert not (tmp_path / "ran").exists()
