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
from guardrails.surfaces.cli.policy_words import counted

if TYPE_CHECKING:
    from guardrails.model.policy import Bundle, CompiledPolicy
    from guardrails.policy.diff import PolicyDiff

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
    from guardrails.policy.diff import policy_diff

    settings = wiring.settings(workspace, os.environ)
    policy = _compiled(settings.workspace)
    _require_sound_modules(settings.workspace, policy.bundle)
    refused = False
    if against is not None:
        with _at(against, settings.workspace) as folder:
            difference = policy_diff(_compiled(folder), policy)
        for line in change_lines(difference):
            print(line)
        refused = bool(difference.unversioned)
    print(f"policy: {'refused' if refused else 'nothing wrong'} ({contents(policy)}, digest {policy.digest})")
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


def contents(policy: CompiledPolicy) -> str:
    """Return what *policy* consists of, in numbers."""
    modules = len(policy.bundle.workspace_packages)
    own = f", {counted(modules, 'Rego package')} of its own" if modules else ""
    facts = f", {counted(len(policy.facts.facts), 'fact')}" if policy.facts.facts else ""
    rules, packs = counted(len(policy.rules), "rule"), counted(len(policy.packs), "pack")
    return f"{rules} in {packs}{facts}{own}"


def change_lines(difference: PolicyDiff, *, advise: bool = True) -> Iterator[str]:
    """Yield what changes, one line each; with *advise* what to do about a version that stayed."""
    yield from (f"added: {rule.id}@{rule.version}" for rule in difference.added)
    yield from (f"removed: {rule.id}@{rule.version}" for rule in difference.removed)
    for change in difference.changed:
        versions = f"{change.before.id}@{change.before.version} → @{change.after.version}"
        raise_it = "; raise its version, so that old records stay readable" if change.unversioned and advise else ""
        yield f"judges differently: {versions}{raise_it}"
    yield from (f"reworded: {change.after.id}" for change in difference.reworded)
    for change in difference.status:
        yield f"status: {change.after.id}: {change.before.status} → {change.after.status}"
    if difference.workspace:
        yield "changed: context, mandates, routes or limits in guardrails.yaml"
    if difference.decision:
        yield "changed: Rego modules"
    if difference.facts:
        yield f"facts and sources changed: {', '.join(difference.facts)}"
    if difference.is_empty:
        yield "no difference"


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
