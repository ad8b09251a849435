"""
Compiled bundles on disk, in the user's cache folder: building one takes 20 ms, loading it 1 ms.

A file is ``rego-KEY-SHA256.rbb``: the key says what was compiled, the SHA-256 what the file must hold. Only a file that
holds it is handed to the library, which prints to the process's own stdout about any other. Files are written aside
and renamed, only ever made on this machine, and whoever can write to the folder could as well change the program.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

KEPT_FILES = 32
"""How many compiled bundles a folder keeps; the oldest go first."""

_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class KeptBundle:
    """The place of one compiled bundle in *folder*; *names* are what it was compiled from, by whom."""

    folder: Path
    names: tuple[str, ...]

    def find(self) -> Path | None:
        """Return the file, or None if there is none that is whole."""
        with suppress(OSError):
            for name in os.listdir(self.folder):  # noqa: PTH208 - fast
                if name.startswith(self._prefix) and name == self._name(self.folder / name):
                    return self.folder / name
        return None

    def write(self, save: Callable[[str], None]) -> None:
        """
        Keep what *save* writes to the path it is given; a folder that cannot be written is no error.

        Whatever else *save* raises is raised.
        """
        from tempfile import TemporaryDirectory

        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with TemporaryDirectory(dir=self.folder, prefix=".rego-") as aside:
                written = Path(aside, "bundle.rbb")
                save(str(written))
                written.chmod(0o600)
                written.replace(self.folder / self._name(written))
            self._drop_oldest()

    @property
    def _prefix(self) -> str:
        key = hashlib.sha256("\0".join(self.names).encode("utf-8", "surrogateescape")).hexdigest()[:_KEY_LENGTH]
        return f"rego-{key}-"

    def _name(self, file: Path) -> str:
        return f"{self._prefix}{hashlib.sha256(file.read_bytes()).hexdigest()}.rbb"

    def _drop_oldest(self) -> None:
        kept = sorted(self.folder.glob("rego-*.rbb"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for file in kept[KEPT_FILES:]:
            file.unlink(missing_ok=True)
