"""Files that only their owner may read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from guardrails.errors import LedgerError

_PRIVATE = 0o600
_OTHERS = 0o077


def make_private(path: Path) -> None:
    """
    Make an empty file for its owner only, unless it is there.

    It is never opened if it is: closing it would end the locks of this process's other connections
    (sqlite.org/howtocorrupt.html, section 2.2).
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE))


def require_private(path: Path) -> None:
    """
    Refuse a file that others may read.

    Raises:
        LedgerError: ``ledger-unwritable``.
    """
    try:
        mode = path.stat().st_mode & 0o777
    except OSError as error:
        raise LedgerError("ledger-unwritable", f"{path}: {error.strerror}") from error
    if mode & _OTHERS:
        raise LedgerError(
            "ledger-unwritable", f"{path} may be read by others (mode {mode:o})", help=f"chmod 600 {path}"
        )
