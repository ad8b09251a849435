"""``guardrails policy check``: every mistake in the workspace's files at once."""

from __future__ import annotations

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.errors import DraftError
from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.model.policy import Bundle, CompiledPolicy

_REFUSED = 2


@click.command("check")
@click.option("--against", metavar="REF", help="A git revision or a folder to compare with.")
@workspace_option
def command(against: str | None, workspace: Path | None) -> int:
    """
    Look for every mistake in the workspace's files: YAML, rules, packs, mandates, Rego.

    With --against it also says what changed, and refuses a rule that judges differently under the same version.

    Exit codes: 0 nothing is wrong, 2 something is.
    """
    from guardrails import wiring
    from guardrails.policy.diff import diff_json, policy_diff
    from guardrails.render.activation_text import change_lines, contents
    from guardrails.review.published_policies import contents_json

    settings = wiring.settings(workspace, os.environ)
    policy = _compiled(settings.workspace)
    _require_sound_modules(settings.workspace, policy.bundle)
    refused = False
    if against is not None:
        with _at(against, settings.workspace) as folder:
            difference = policy_diff(_compiled(folder), policy)
        for line in change_lines(diff_json(difference)):
            print(line)
        refused = bool(difference.unversioned)
    print(
        f"policy: {'refused' if refused else 'nothing wrong'} ({contents(contents_json(policy))}, digest {policy.digest})"
    )
    return _REFUSED if refused else 0


def _compiled(folder: Path) -> CompiledPolicy:
    from guardrails.policy.load import load_policy

    return load_policy(folder)


def _require_sound_modules(root: Path, bundle: Bundle) -> None:
    from guardrails.policy.load import first_with_all
    from guardrails.review.inspection import module_problems

    problems = module_problems(root, bundle)
    if problems:
        raise first_with_all(problems)


@contextmanager
def _at(against: str, root: Path) -> Iterator[Path]:
    """Give the workspace as it is in a folder, or was at a git revision."""
    if Path(against).is_dir():
        yield Path(against)
        return
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(_archive(against, root))) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder)


def _archive(revision: str, root: Path) -> bytes:
    if revision.startswith("-"):
        raise DraftError("unknown-revision", f"{revision!r} is no folder and no git revision")
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, no shell, the revision is no option
            ["git", "archive", "--format=tar", revision, "."],  # noqa: S607 - git is found on the path
            cwd=root,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise DraftError(
            "unknown-revision",
            f"{revision!r} is no folder, and git does not know it here",
            help="name a commit, branch or tag, or a folder with guardrails.yaml",
        ) from error
    return done.stdout
