"""
SQLite as both stores use it: durable at every commit, one mistake one code.

Write-ahead log with ``synchronous=FULL``: a commit that returned survives a power cut. (``NORMAL`` does not promise
that and is never used.) SQLite before 3.51.3 can damage a write-ahead log that several connections write
(sqlite.org/wal.html, "the WAL-reset bug") and is refused.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import apsw

from guardrails.errors import LedgerError, MissingDependencyError

Value: TypeAlias = "int | str | bytes | None"
Row: TypeAlias = tuple[Value, ...]

# sqlite.org/releaselog/3_51_3.html
_OLDEST_SQLITE = (3, 51, 3)

_DAMAGED = (
    apsw.CorruptError, apsw.NotADBError, apsw.ConstraintError, apsw.SchemaChangeError, apsw.SQLError,
    apsw.MismatchError, apsw.RangeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Schema:
    """What a file of ours looks like; *application_id* and *version* are in its header."""

    application_id: int
    version: int
    script: str
    secure_delete: bool = False


class Database:
    """
    One connection for all threads of a process; other processes may have theirs.

    Args:
        path: The file; made, with its schema, if it is missing.

        busy_timeout_ms: How long a statement waits for another process.

    Raises:
        LedgerError: ``ledger-unwritable``, ``ledger-full`` or ``ledger-damaged``, from every method too.
    """

    def __init__(self, path: Path, schema: Schema, *, busy_timeout_ms: int) -> None:
        _require_sqlite()
        self._path = path
        self._lock = threading.RLock()
        with self._told():
            self._db = apsw.Connection(str(path))
        try:
            self._prepare(schema, busy_timeout_ms)
        except BaseException:
            self._db.close()
            raise

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Return every row of a query."""
        with self._lock, self._told():
            return [tuple(row) for row in self._db.execute(sql, tuple(values))]

    def row(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def run_many(self, sql: str, rows: Sequence[Sequence[Value]]) -> None:
        """Run a statement once for each of *rows*."""
        with self._lock, self._told():
            self._db.executemany(sql, [tuple(row) for row in rows])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the write lock for the block, then make it durable; undo it all if the block raises."""
        with self._lock, self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                # SQLite itself has rolled back after some errors, a full disk for one.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def truncate_log(self) -> None:
        """
        Move the write-ahead log into the database and empty it, so that deleted bytes are in neither.

        Raises:
            LedgerError: ``ledger-unwritable`` if another connection keeps the log in use.
        """
        busy = self.row("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy is None or busy[0] != 0:
            raise self._error("ledger-unwritable", "another connection is using the write-ahead log; try again")

    def close(self) -> None:
        """Close the file; further calls are ``ledger-unwritable``."""
        with self._lock, self._told():
            self._db.close()

    def _prepare(self, schema: Schema, busy_timeout_ms: int) -> None:
        with self._told():
            self._db.set_busy_timeout(busy_timeout_ms)
            if self._pragma("journal_mode") != "wal":
                self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON; PRAGMA wal_autocheckpoint=4000")
            self._db.execute(f"PRAGMA secure_delete={'ON' if schema.secure_delete else 'OFF'}")
        if self._pragma("application_id") == 0:
            self._create(schema)
        found = (self._pragma("application_id"), self._pragma("user_version"))
        if found != (schema.application_id, schema.version):
            raise self._error("ledger-damaged", f"its header says {found}, not {schema.application_id, schema.version}")

    def _create(self, schema: Schema) -> None:
        with self.transaction():
            if self._pragma("application_id") != 0:  # another process was quicker
                return
            if self.row("SELECT 1 FROM sqlite_schema"):
                raise self._error("ledger-damaged", "it is a database of something else")
            self._db.execute(schema.script)
            self._db.execute(f"PRAGMA application_id={schema.application_id}; PRAGMA user_version={schema.version}")

    def _pragma(self, name: str) -> Value:
        row = self.row(f"PRAGMA {name}")
        return row[0] if row else None

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except apsw.FullError as error:
            raise self._error("ledger-full", "there is no room left") from error
        except _DAMAGED as error:
            raise self._error("ledger-damaged", str(error)) from error
        except apsw.Error as error:
            raise self._error("ledger-unwritable", str(error)) from error

    def _error(self, code: str, why: str) -> LedgerError:
        return LedgerError(code, f"{self._path}: {why}", help=_HELP[code])


_HELP = {
    "ledger-full": "Make room on the disk; nothing was recorded.",
    "ledger-unwritable": "See that the file and its folder may be written and that no other program holds it.",
    "ledger-damaged": "Stop writing, keep the file, run `guardrails ledger verify` and restore a copy.",
}


def _require_sqlite() -> None:
    found = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if found < _OLDEST_SQLITE:
        raise MissingDependencyError(
            "sqlite-too-old",
            f"SQLite {apsw.sqlite_lib_version()} can damage a ledger that two processes write",
            help="pip install --upgrade apsw",
        )
