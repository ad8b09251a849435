"""
SQLite as both stores use it: durable at every commit, one mistake one code.

Write-ahead log with ``synchronous=FULL``: a commit that returned survives a power cut. (``NORMAL`` does not promise
that and is never used.) SQLite before 3.51.3 can damage a write-ahead log that several connections write
(sqlite.org/wal.html, "the WAL-reset bug") and is refused.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import apsw

from guardrails.backends.store.credential import Row, Value
from guardrails.backends.store.private import make_private
from guardrails.errors import LedgerError, MissingDependencyError

# sqlite.org/releaselog/3_51_3.html
_OLDEST_SQLITE = (3, 51, 3)
_FETCHED = 1024  # rows at a time

_DAMAGED = (
    apsw.CorruptError, apsw.NotADBError, apsw.ConstraintError, apsw.SchemaChangeError, apsw.SQLError,
    apsw.MismatchError, apsw.RangeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Schema:
    """
    What a file of ours looks like; its header holds *application_id* and the version.

    *script* makes a file of *version*, each of *upgrades* brings it up by one; an older file is brought up when opened.
    """

    application_id: int
    version: int
    script: str
    secure_delete: bool = False
    upgrades: tuple[str, ...] = ()

    @property
    def newest(self) -> int:
        """The version of a file that is up to date."""
        return self.version + len(self.upgrades)


class Database:
    """
    One connection for all threads of a process; other processes may have theirs.

    Args:
        path: The file; made, with its schema and for its owner only, if it is missing.

        busy_timeout_ms: How long a statement waits for another process.

        read_only: Never write, make or lock for writing; the file and its folder need not be writable.

    Raises:
        LedgerError: ``ledger-unwritable``, ``ledger-full`` or ``ledger-damaged``, from every method too;
            ``ledger-unreadable`` instead of the first if *read_only*.
    """

    def __init__(self, path: Path, schema: Schema, *, busy_timeout_ms: int, read_only: bool = False) -> None:
        _require_sqlite()
        self._path = path
        self._read_only = read_only
        self._schema = schema
        self._lock = threading.RLock()
        with self._told():
            self._db = self._opened()
        try:
            self._db.set_busy_timeout(busy_timeout_ms)
            self._prepare(schema)
            self._require_header(schema)
            self._make_lasting(schema)
        except BaseException:
            with suppress(apsw.Error):  # what ended the opening is what is told
                self._db.close()
            raise

    def rows(self, sql: str, values: Sequence[Value] = (), types: tuple[type, ...] = ()) -> list[Row]:
        """Return every row of a query; one whose values are not of *types* (if any are given) is damage."""
        with self._lock, self._told():
            found: list[Row] = list(self._db.execute(sql, tuple(values)))
        self._require_types(found, types)
        return found

    def stream(self, sql: str, values: Sequence[Value], types: tuple[type, ...]) -> Iterator[Row]:
        """Yield every row of a query, as :meth:`rows` returns them, without holding all of them."""
        with self._lock, self._told():
            cursor = self._db.execute(sql, tuple(values))
        while True:
            with self._lock, self._told():
                found: list[Row] = list(islice(cursor, _FETCHED))
            if not found:
                return
            self._require_types(found, types)
            yield from found

    def _require_types(self, found: Sequence[Row], types: tuple[type, ...]) -> None:
        if (
            found
            and types
            and [set(map(type, column)) for column in zip(*found, strict=True)] != [{one} for one in types]
        ):
            raise self._error("ledger-damaged", "a value is of another type")

    def row(self, sql: str, values: Sequence[Value] = (), types: tuple[type, ...] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        found = self.rows(sql, values, types)
        return found[0] if found else None

    def run_many(self, sql: str, rows: Sequence[Row]) -> None:
        """Run a statement once for each of *rows*."""
        with self._lock, self._told():
            self._db.executemany(sql, rows)

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

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let everything that is read in the block be of one moment; other threads of this connection wait."""
        with self._lock, self._told():
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def truncate_log(self) -> None:
        """
        Move the write-ahead log into the database and empty it, so that deleted bytes are in neither.

        Raises:
            LedgerError: ``ledger-unwritable`` if another connection keeps the log in use.
        """
        busy = self.row("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy is None or busy[0] != 0:
            raise self._error("ledger-unwritable", "another connection is using the write-ahead log; try again")

    def changed_schema(self) -> tuple[str, ...]:
        """Return the names of tables and triggers that are missing, changed or new, sorted."""
        found = self.rows(_OBJECTS)
        return tuple(sorted({str(name) for name, _ in set(found) ^ set(_objects(self._schema))}))

    def close(self) -> None:
        """Close the file; further calls are ``ledger-unwritable``."""
        with self._lock, self._told():
            self._db.close()

    def _opened(self) -> apsw.Connection:
        if self._read_only:
            return apsw.Connection(_read_only_uri(self._path), flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        try:
            make_private(self._path)
        except OSError as error:
            raise self._error("ledger-unwritable", error.strerror or "it cannot be made") from error
        return apsw.Connection(str(self._path))

    def _prepare(self, schema: Schema) -> None:
        if self._read_only:
            self.rows("PRAGMA cell_size_check=ON")
            return
        with self._told():
            if self._pragma("journal_mode") != "wal":
                self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON; PRAGMA wal_autocheckpoint=4000")
            self._db.execute(f"PRAGMA secure_delete={'ON' if schema.secure_delete else 'OFF'}")
        if self._pragma("application_id") == 0:
            self._create(schema)
        if self._header() != (schema.application_id, schema.newest):
            self._upgrade(schema)

    def _require_header(self, schema: Schema) -> None:
        found = self._header()
        if found != (schema.application_id, schema.newest):
            raise self._of_another_version(schema, *found)

    def _make_lasting(self, schema: Schema) -> None:
        """
        Flush what a killed process committed and did not live to flush, before anybody reads it.

        Its last records may be in the system's cache alone: an answer that rests on them would be lost with the power.
        Any commit flushes the whole log.
        """
        if self._read_only:
            return
        row = self.row("PRAGMA wal_checkpoint(NOOP)")
        if row is None or row[1] != row[2]:  # the log holds what is not in the database
            with self.transaction():
                self._db.execute(f"PRAGMA user_version={schema.newest}")

    def _of_another_version(self, schema: Schema, application: Value, version: Value) -> LedgerError:
        if application != schema.application_id or not isinstance(version, int):
            return self._error("ledger-damaged", "it is a database of something else")
        if version < schema.version:
            return self._error("ledger-damaged", f"it has version {version}, which there never was")
        if version < schema.newest:
            return self._error("ledger-earlier", "it was written by an earlier version")
        return self._error("ledger-later", "it was written by a later version")

    def _create(self, schema: Schema) -> None:
        with self.transaction():
            if self._pragma("application_id") != 0:  # another process was quicker
                return
            if self.row("SELECT 1 FROM sqlite_schema"):
                raise self._error("ledger-damaged", "it is a database of something else")
            self._db.execute(schema.script)
            self._db.execute(f"PRAGMA application_id={schema.application_id}; PRAGMA user_version={schema.version}")

    def _upgrade(self, schema: Schema) -> None:
        for version, script in enumerate(schema.upgrades, schema.version):
            with self.transaction():
                if self._header() == (schema.application_id, version):
                    self._db.execute(f"{script}; PRAGMA user_version={version + 1}")

    def _header(self) -> tuple[Value, Value]:
        return self._pragma("application_id"), self._pragma("user_version")

    def _pragma(self, name: str) -> Value:
        row = self.row(f"PRAGMA {name}")
        return row[0] if row else None

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except apsw.FullError as error:
            raise self._error("ledger-full", "there is no room left") from error
        except (*_DAMAGED, UnicodeDecodeError, OverflowError) as error:  # a number of a row led beyond all rows
            raise self._error("ledger-damaged", str(error)) from error
        except apsw.Error as error:
            code = "ledger-unreadable" if self._read_only else "ledger-unwritable"
            raise self._error(code, str(error)) from error

    def _error(self, code: str, why: str) -> LedgerError:
        return LedgerError(code, f"{self._path}: {why}", help=_HELP[code])


_OBJECTS = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"


@cache
def _objects(schema: Schema) -> tuple[Row, ...]:
    """Return name and definition of everything a file of ours holds."""
    with closing(apsw.Connection(":memory:")) as made:
        for script in (schema.script, *schema.upgrades):
            made.execute(script)
        return tuple(tuple(row) for row in made.execute(_OBJECTS))


_HELP = {
    "ledger-full": "Make room on the disk; nothing was recorded.",
    "ledger-unwritable": "See that the file and its folder may be written and that no other program holds it.",
    "ledger-unreadable": "See that it is there and may be read; a copy needs the -wal and -shm files beside it.",
    "ledger-earlier": "Whatever writes to it brings it up to date: guardrails ledger checkpoint, for one.",
    "ledger-later": "Use the version of guardrails that wrote it, or a newer one.",
    "ledger-damaged": "Stop writing, keep the file and restore a copy.",
}


def _read_only_uri(path: Path) -> str:
    """Return the URI of a file that may lie in a folder where SQLite can make no -shm (sqlite.org/wal.html)."""
    wal, shm = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    may_write = os.access(path.parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    # A log with records in it is never ignored: without its -shm the file is then unreadable, not older.
    logged = wal.exists() and wal.stat().st_size > 0
    immutable = "" if may_write or shm.exists() or logged else "&immutable=1"
    return f"{path.absolute().as_uri()}?mode=ro{immutable}"


def _require_sqlite() -> None:
    found = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if found < _OLDEST_SQLITE:
        raise MissingDependencyError(
            "sqlite-too-old",
            f"SQLite {apsw.sqlite_lib_version()} can damage a ledger that two processes write",
            help="pip install --upgrade apsw",
        )
