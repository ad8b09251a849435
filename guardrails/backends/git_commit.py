"""One file into somebody's Git checkout, as one commit; hooks of the repository do not run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from guardrails.backends.durable_file import write_durably
from guardrails.errors import DraftError

TIMEOUT_S = 30
_SETTINGS = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false", "-c", "commit.gpgSign=false")
_WHO = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "guardrails"), ("EMAIL", "guardrails@localhost"))
}


def commit_file(checkout: Path, name: str, data: bytes, subject: str) -> bool:
    """
    Write *data* to *name* in *checkout* and commit it; tell whether there was anything to commit. Nothing is pushed.

    Raises:
        DraftError: ``git-failed`` if it is no checkout, or git refuses.
    """
    if not checkout.is_dir() or _git(checkout, "rev-parse", "--is-inside-work-tree").strip() != "true":
        raise DraftError("git-failed", f"{checkout} is no checkout of a Git repository", help=f"git init {checkout}")
    write_durably(checkout / name, data)
    _git(checkout, "add", "--", name)
    if not _git(checkout, "status", "--porcelain", "--", name):
        return False
    _git(checkout, "commit", "--quiet", "--message", subject, "--", name)
    return True


def _git(checkout: Path, *arguments: str) -> str:
    # A hook sets GIT_DIR and more, which would speak of another repository.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, no shell
            ("git", *_SETTINGS, *arguments),  # noqa: S607 - the one on PATH, as everywhere
            cwd=checkout,
            env={**environ, **_WHO},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise DraftError("git-failed", f"git {arguments[0]} failed in {checkout}") from error
    return done.stdout
