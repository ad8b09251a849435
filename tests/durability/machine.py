"""
A machine whose power can be cut, and whose disk fails, as a VFS of SQLite: the files lie in memory.

A write is in the cache until its file is synchronised. When the power is cut, a random part of what was only in the cache
has reached the disk, in any order, some of it torn at a sector; a file's name is as lasting as the last write to its
folder, which SQLite makes durable when it first synchronises a write-ahead log. A process that is killed loses no cache.

The store and its keys run on it as they are: it is the default VFS while it runs. Their connections lock their files
for themselves (``locking_mode=EXCLUSIVE``), because shared memory has no place in a VFS of Python.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import apsw

SECTOR = 512
TORN = 0.2  # of the writes that survive a cut


class PowerCut(apsw.IOError):
    """The power is gone in the middle of a call."""


@dataclass
class File:
    """A file as the disk has it, and what was done to it since: writes (offset, bytes) and truncations (size, None)."""

    durable: bytearray = field(default_factory=bytearray)
    cached: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    has_name: bool = False  # in the folder, on the disk

    def change(self, offset: int, data: bytes | None) -> None:
        """Write, or truncate, in the cache."""
        applied(self.cached, offset, data)
        self.pending.append((offset, data))

    def sync(self) -> None:
        """Make it durable."""
        for offset, data in self.pending:
            applied(self.durable, offset, data)
        self.pending.clear()


def applied(image: bytearray, offset: int, data: bytes | None) -> None:
    """Do to *image* what was done to the file."""
    size = offset if data is None else max(len(image), offset + len(data))
    del image[size:]
    image.extend(bytes(size - len(image)))
    if data is not None:
        image[offset : offset + len(data)] = data


class Machine(apsw.VFS):
    """
    A machine; use it as a context manager.

    Attributes:
        fails: Called before every operation with its kind (open, read, write, sync, truncate, delete) and the file's
            name; what it raises, the operation fails with.

        pragmas: Set on every connection instead of what the program sets; of files that are called *only*, if it is
            not empty.
    """

    def __init__(self, draw: random.Random, pragmas: dict[str, str] | None = None, only: str = "") -> None:
        self.draw = draw
        self.files: dict[str, File] = {}
        self.deleted: dict[str, File] = {}  # but still in the folder, on the disk
        self.run = 0  # handles of an earlier run are of a dead process
        self.is_on = True
        self.is_over = False  # whoever still does something is dead
        self.fails: Callable[[str, str], None] = lambda kind, name: None
        self.pragmas = pragmas or {}
        self.only = only
        super().__init__("machine", "", makedefault=True)

    def __enter__(self) -> Machine:  # noqa: PYI034 - typing.Self says no more
        """Become what opens files."""
        apsw.connection_hooks.append(self.prepare)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave opening files to whoever did it before."""
        apsw.connection_hooks.remove(self.prepare)
        self.kill()
        self.unregister()

    def prepare(self, connection: apsw.Connection) -> None:
        """Lock files for one connection; set what the program shall not set, by making its statements do nothing."""
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        if not connection.filename.endswith(self.only):
            return
        for name, value in self.pragmas.items():
            connection.execute(f"PRAGMA {name}={value}")

        def allowed(operation: int, name: str | None, value: str | None, *_: object) -> int:
            is_set = operation == apsw.SQLITE_PRAGMA and name in self.pragmas and value is not None
            return apsw.SQLITE_IGNORE if is_set else apsw.SQLITE_OK

        connection.authorizer = allowed

    # -- what happens to it

    def kill(self) -> None:
        """End every process; what they wrote stays in the cache."""
        self.run += 1
        self.is_over = True

    def cut(self, share: float | None = None) -> None:
        """Cut the power; *share* of what is only in the cache survives (default: drawn)."""
        self.is_on = False
        self.kill()
        share = self.draw.choice((0.0, 0.3, 0.5, 0.9, 1.0)) if share is None else share
        for name, file in list(self.files.items()):
            if not file.has_name and self.draw.random() < 0.5:
                del self.files[name]
        for name, file in self.deleted.items():
            if self.draw.random() < 0.5 or name not in self.files:
                self.files[name] = file
        self.deleted.clear()
        for file in self.files.values():
            self._lose(file, share)

    def _lose(self, file: File, share: float) -> None:
        for offset, data in file.pending:
            if self.draw.random() < share:
                applied(file.durable, offset, self._torn(data) if data and self.draw.random() < TORN else data)
        file.pending.clear()
        file.cached = bytearray(file.durable)
        file.has_name = True

    def _torn(self, data: bytes) -> bytes:
        return data[: self.draw.randrange(0, len(data), SECTOR)]

    def start(self) -> None:
        """Switch it on again."""
        self.is_on = True
        self.is_over = False

    @contextmanager
    def power_for(self, operations: int) -> Iterator[None]:
        """Cut the power after so many writes, syncs, truncations and deletions of the block, or at its end."""
        with self.ended_after(operations, self.cut):
            yield
        if self.is_on:
            self.cut()
        self.start()

    @contextmanager
    def killed_after(self, operations: int) -> Iterator[None]:
        """Kill the process after so many operations of the block, or at its end."""
        with self.ended_after(operations, self.kill):
            yield
            self.kill()

    @contextmanager
    def ended_after(self, operations: int, end: Callable[[], None]) -> Iterator[None]:
        """Let *end* happen in the middle of the operation after so many."""
        left = operations

        def fails(kind: str, _: str) -> None:
            nonlocal left
            left -= kind not in ("read", "open")
            if left < 0 and not self.is_over:
                end()
                raise PowerCut

        self.fails = fails
        try:
            yield
        finally:
            self.fails = lambda kind, name: None
            self.is_over = False

    # -- as SQLite sees it

    def about_to(self, kind: str, name: str) -> None:
        """Do *kind* to a file, or fail."""
        self.fails(kind, name)
        if self.is_over or not self.is_on:
            raise PowerCut

    def xOpen(self, name, flags):  # noqa: N802 - a name of SQLite's
        """Open a file, or make it."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None:
            return super().xOpen(name, flags)
        self.about_to("open", path)
        if path not in self.files:
            self.files[path] = File()
        flags[1] = flags[0]
        return Handle(self, path, self.files[path])

    def xDelete(self, name, sync_folder):  # noqa: N802
        """Take a file out of its folder, on the disk at some later time."""
        if self.is_over:
            return
        self.about_to("delete", name)
        file = self.files.pop(name, None)
        if file is not None and file.has_name and not sync_folder:
            self.deleted[name] = file

    def xAccess(self, name, flags):  # noqa: N802
        """Tell whether it is there."""
        return name in self.files

    def sync_folder(self) -> None:
        """Make the names of files durable."""
        self.deleted.clear()
        for file in self.files.values():
            file.has_name = True


class Handle:
    """An open file; once its process was killed, whatever is done with it has no effect."""

    def __init__(self, machine: Machine, name: str, file: File) -> None:
        self._machine, self._name, self._file, self._run = machine, name, file, machine.run

    def _may(self, kind: str) -> bool:
        if self._run != self._machine.run and self._machine.is_on:
            return False
        self._machine.about_to(kind, self._name)
        return True

    def xRead(self, amount, offset):  # noqa: N802
        """Return what is there."""
        return bytes(self._file.cached[offset : offset + amount]) if self._may("read") else b""

    def xWrite(self, data, offset):  # noqa: N802
        """Write into the cache."""
        if self._may("write"):
            self._file.change(offset, bytes(data))

    def xTruncate(self, size):  # noqa: N802
        """Truncate in the cache."""
        if self._may("truncate"):
            self._file.change(size, None)

    def xSync(self, flags):  # noqa: N802
        """Make it durable, and for a log its name."""
        if self._may("sync"):
            self._file.sync()
            if self._name.endswith("-wal"):
                self._machine.sync_folder()

    def xFileSize(self):  # noqa: N802
        """Return its size in the cache."""
        return len(self._file.cached)

    def xSectorSize(self):  # noqa: N802
        """Return the size that SQLite's own VFS for Unix returns."""
        return 4096

    def xDeviceCharacteristics(self):  # noqa: N802
        """Return what that VFS returns: a write changes no byte beside it."""
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE

    def xFileControl(self, op, pointer):  # noqa: N802
        """Know none."""
        return False

    def xLock(self, level):  # noqa: N802
        """Let it: there is one connection."""

    def xUnlock(self, level):  # noqa: N802
        """Let it: there is one connection."""

    def xCheckReservedLock(self):  # noqa: N802
        """Nobody else has it."""
        return False

    def xClose(self):  # noqa: N802
        """Let it go."""
