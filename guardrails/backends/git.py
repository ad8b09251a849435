"""The state of a workspace's git checkout; git is asked two questions, and runs nothing of the repository's."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from guardrails.review.in_force import Commit

TIMEOUT_S = 5

_REVISION = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# The file-system monitor is a program that the repository's configuration names.
_QUIET = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false")


def commit_of(root: Path, files: Sequence[Path]) -> Commit:
    """
    Return the commit that is checked out at *root*, and whether one of *files* (or below one) is not as it says.

    Without git, a checkout or a commit, or where git does not answer in time, there is no revision. Ignored and
    untracked files count as different, because the commit does not hold them.
    """
    revision = _asked(root, "rev-parse", "--verify", "HEAD")
    if revision is None or not _REVISION.fullmatch(revision):
        return Commit()
    names = [str(one) for one in files]
    changed = _asked(root, "status", "--porcelain", "--untracked-files=all", "--ignored", "--", *names)
    return Commit(revision, dirty=changed != "")


def _asked(root: Path, *question: str) -> str | None:
    """Return what git says, or None if it does not."""
    # A hook sets GIT_DIR and more, which would speak of another repository.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, no shell
            [*_QUIET, *question], cwd=root, env=environ, capture_output=True, text=True, check=True, timeout=TIMEOUT_S
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout.strip()
