"""A folder that is there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from guardrails.backends.durable_file import sync_folder
from guardrails.errors import LedgerError


def write_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> int:
    """
    Make *folder*, which is missing or empty, of *files* (relative path and bytes), and return how many there are.

    Raises:
        LedgerError: ``export-unwritable``; and whatever *files* raises. Then there is no folder.
    """
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        count = sum(_written(part / path, data) for path, data in files)
        for parent in (one for one in (part, *part.rglob("*")) if one.is_dir()):
            sync_folder(parent)
        if folder.is_dir():
            folder.rmdir()
        part.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise LedgerError("export-unwritable", f"{folder}: {error.strerror}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return count


def _written(path: Path, data: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return 1
