"""
PostgreSQL as both stores use it: durable at every commit, one mistake one code, lost connections made again.

A commit whose acknowledgement was lost may have happened. Work in a transaction is therefore told when it runs again and
has to find out first; since every writer takes the sequencer, the first attempt is over by then, one way or the other.

A client that stops in the middle of a transaction (SIGSTOP, a cut cable) holds the sequencer no longer than
``idle_in_transaction_session_timeout``; the others wait for it no longer than ``lock_timeout``. Both hold for our own
sessions only, and are sent by ourselves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg import sql as compose
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from guardrails.backends.store.credential import Row
from guardrails.backends.store.postgres_schema import Schema
from guardrails.errors import LedgerError, SettingsError

T = TypeVar("T")

OLDEST_POSTGRES = 150000
"""``server_version_num`` of PostgreSQL 15."""

IDLE_MS = 3000
"""How long the sequencer may be held by a client that says nothing."""

LOCK_MS = 10_000
"""How long a writer waits for the sequencer."""

_RECONNECT_S = 5.0
_PAUSE_S = 0.1
_CONNECT_S = 5

# A dead peer on TCP is noticed within half a minute, on either side; a unix socket has no such settings.
_KEEPALIVES = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
_SERVER_SIDE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
_WRITING = (
    f"-c synchronous_commit=on -c lock_timeout={LOCK_MS} -c idle_in_transaction_session_timeout={IDLE_MS} "
    f"-c statement_timeout=60000 {_SERVER_SIDE}"
)
# A verification sorts the index of a long stretch of records, in as many processes as there are cores.
_READING = (
    "-c default_transaction_read_only=on -c idle_in_transaction_session_timeout=0 -c work_mem=128MB "
    f"-c max_parallel_workers_per_gather=0 {_SERVER_SIDE}"
)

# Appendix A of the manual: data exceptions, integrity, names that are not there, raised by our own triggers, corruption.
_DAMAGED = ("22", "23", "3F", "42", "P0", "XX")
_DENIED = "42501"
_FULL = "53100"


class Session:
    """
    One connection for all threads of a process.

    Args:
        url: ``postgresql://…``; whatever libpq knows (hosts, sslmode, service, passfile) counts.

        needs: The schema to find there.

        read_only: Never write.

    Raises:
        LedgerError: ``ledger-missing`` if the schema is not there; ``ledger-earlier`` or ``ledger-later`` if it is of another
            version; ``ledger-unwritable``, ``ledger-full`` or
            ``ledger-damaged``, from every method too; ``ledger-unreadable`` instead of the second if *read_only*.
    """

    def __init__(self, url: str, needs: Schema, *, read_only: bool = False) -> None:
        self.where = described(url)
        self._url = url
        self._needs = needs
        self._read_only = read_only
        self._lock = threading.RLock()
        self._closed = False
        self._trying = False  # inside of attempt: what goes wrong is looked at there
        self._in_block = False
        with self._told():
            self._db = self._opened()

    def rows(self, sql: LiteralString, values: Sequence[object] = (), types: tuple[type, ...] = ()) -> list[Row]:
        """Return every row of a query; one whose values are not of *types* (if any are given) is damage."""
        with self._lock:
            if self._trying:
                found = self._fetched(sql, values)
            elif self._in_block:
                with self._told():
                    found = self._fetched(sql, values)
            else:
                found = self.attempt(lambda _again: self._fetched(sql, values))
        if types and any(tuple(map(type, row)) != types for row in found):
            raise self.error("ledger-damaged", "a value is of another type")
        return found

    def row(self, sql: LiteralString, values: Sequence[object] = (), types: tuple[type, ...] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        found = self.rows(sql, values, types)
        return found[0] if found else None

    def run(self, sql: LiteralString, values: Sequence[object] = ()) -> None:
        """Run a statement that may as well run twice, durably."""
        self.attempt(lambda _again: self._executed(sql, values))

    def attempt(self, work: Callable[[bool], T]) -> T:
        """
        Run *work*, which may use :meth:`rows` and :meth:`row`.

        If the connection is lost, *work* runs once more on a new one, with True: what it did before may be there.
        """
        with self._lock, self._told():
            self._trying = True
            try:
                return self._twice(work)
            finally:
                self._trying = False

    def transact(self, work: Callable[[bool], T]) -> T:
        """Run *work* as :meth:`attempt` does, in a transaction that is durable at the end, or undone if it raises."""
        return self.attempt(partial(self._transacted, work))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let everything that is read in the block be of one moment; other threads of this session wait."""
        with self._lock:
            if self._in_block:
                yield
                return
            # The moment is that of the first query.
            self.attempt(lambda _again: self._db.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1"))
            self._in_block = True
            try:
                yield
            finally:
                self._in_block = False
                with suppress(psycopg.Error):
                    self._db.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection; further calls are ``ledger-unwritable``."""
        with self._lock:
            self._closed = True
            self._db.close()

    def error(self, code: str, why: str) -> LedgerError:
        """Return the exception with this code, which names the place and no password."""
        return _error(code, self.where, why)

    def _fetched(self, sql: LiteralString, values: Sequence[object]) -> list[Row]:
        cursor = self._executed(sql, values)
        return cursor.fetchall() if cursor.description else []

    def _executed(self, sql: LiteralString, values: Sequence[object]) -> psycopg.Cursor[tuple[Any, ...]]:
        return self._db.execute(sql, values or None, binary=True)

    def _transacted(self, work: Callable[[bool], T], again: bool) -> T:
        self._db.execute("BEGIN")
        try:
            value = work(again)
            ended = self._db.execute("COMMIT").statusmessage
            assert ended == "COMMIT", "a transaction that failed went on"
        except BaseException:
            with suppress(psycopg.Error):
                self._db.execute("ROLLBACK")
            raise
        return value

    def _twice(self, work: Callable[[bool], T]) -> T:
        if self._closed:
            raise self.error("ledger-unwritable", "it is closed")
        if self._db.closed:
            self._db = self._opened()  # lost before and not back then: asked once, for many may be waiting
            return work(True)
        try:
            return work(False)
        except psycopg.Error:
            if not self._db.closed:
                raise
        self._db = self._reopened()
        return work(True)

    def _reopened(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a new connection; a server that restarts is waited for."""
        end = time.monotonic() + _RECONNECT_S
        while True:
            try:
                return self._opened()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
            time.sleep(_PAUSE_S)

    def _opened(self) -> psycopg.Connection[tuple[Any, ...]]:
        given = conninfo_to_dict(self._url)
        options = f"{given.get('options') or ''} {_READING if self._read_only else _WRITING}".strip()
        timeout = str(given.get("connect_timeout") or _CONNECT_S)
        settings = {
            "application_name": "guardrails",
            **_KEEPALIVES,
            **given,
            "options": options,
            "connect_timeout": timeout,
        }
        db: psycopg.Connection[tuple[Any, ...]] = psycopg.connect(make_conninfo("", **settings), autocommit=True)
        try:
            self._require(db)
        except BaseException:
            db.close()
            raise
        return db

    def _require(self, db: psycopg.Connection[tuple[Any, ...]]) -> None:
        ((version, unsafe, encoding),) = db.execute(_ABOUT_SERVER).fetchall()
        if version < OLDEST_POSTGRES:
            raise self.error("ledger-unwritable", f"PostgreSQL 15 or newer is needed, this is {version}")
        if encoding != "UTF8":
            raise self.error("ledger-unwritable", f"the database's encoding must be UTF8, it is {encoding}")
        if unsafe and not self._read_only:
            raise self.error("ledger-unwritable", f"commits are not durable here: {unsafe}")
        self._require_schema(db)

    def _require_schema(self, db: psycopg.Connection[tuple[Any, ...]]) -> None:
        name = self._needs.name
        if db.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (name,)).fetchone() is None:
            raise self.error("ledger-missing", f"there is no schema {name}")
        version = version_of(db, self._needs)
        if version != self._needs.newest:
            raise of_another_version(self._needs, version, self.where)
        if self._needs.kept and not self._read_only and db.execute(_MAY_CHANGE, (name, name)).fetchone() != (False,):
            raise self.error(
                "ledger-unwritable", "this role could change records: let the service log in as another one"
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self.error(self._code(error), _why(error)) from error
        except UnicodeDecodeError as error:
            raise self.error("ledger-damaged", "a text is not UTF-8") from error

    def _code(self, error: psycopg.Error) -> str:
        state = error.sqlstate or ""
        if state == _FULL:
            return "ledger-full"
        if state.startswith(_DAMAGED) and state != _DENIED:
            return "ledger-damaged"
        return "ledger-unreadable" if self._read_only else "ledger-unwritable"


def version_of(db: psycopg.Connection[tuple[Any, ...]], schema: Schema) -> int | None:
    """Return the version that a schema says it has, or None if it says nothing."""
    asked = compose.SQL("SELECT version FROM {}.about").format(compose.Identifier(schema.name))
    try:
        found = db.execute(asked).fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    return None if found is None else found[0]


def of_another_version(schema: Schema, version: int | None, where: str) -> LedgerError:
    """Return the refusal of a schema whose version is not :attr:`Schema.newest`."""
    if version is not None and version > schema.newest:
        return _error("ledger-later", where, f"schema {schema.name} has version {version}, this knows {schema.newest}")
    if schema.knows(version):
        return _error("ledger-earlier", where, f"schema {schema.name} has version {version}, not yet {schema.newest}")
    why = "says no version" if version is None else f"has version {version}, which there never was"
    return _error("ledger-damaged", where, f"schema {schema.name} {why}")


def _error(code: str, where: str, why: str) -> LedgerError:
    return LedgerError(code, f"{where}: {why}", help=_HELP[code])


def described(url: str) -> str:
    """
    Return where *url* leads, for people: database and host, no user and no password.

    Raises:
        SettingsError: ``bad-setting`` if it is no address of PostgreSQL; it is not repeated, it may hold a password.
    """
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise SettingsError("bad-setting", "that is no address of PostgreSQL", help=_FORM) from None
    return f"PostgreSQL {given.get('dbname') or '(default)'} at {given.get('host') or 'the default host'}"


def _why(error: psycopg.Error) -> str:
    # Never the details: they quote values.
    primary = error.diag.message_primary
    if primary:
        return f"{primary} ({error.sqlstate})"
    return str(error).splitlines()[0] if isinstance(error, psycopg.OperationalError) else type(error).__name__


_FORM = "postgresql://ROLE@HOST/DATABASE"

_ABOUT_SERVER = """
SELECT current_setting('server_version_num')::int,
    array_to_string(ARRAY(
        SELECT name || '=' || setting FROM pg_settings
        WHERE name IN ('synchronous_commit', 'fsync', 'full_page_writes') AND setting <> 'on' ORDER BY name
    ), ', '),
    current_setting('server_encoding')
"""

_MAY_CHANGE = """
SELECT (SELECT pg_has_role(nspowner, 'MEMBER') FROM pg_namespace WHERE nspname = %s) OR EXISTS (
    SELECT FROM pg_class JOIN pg_namespace AS space ON space.oid = relnamespace
    WHERE nspname = %s AND relkind = 'r' AND has_table_privilege(pg_class.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
)
"""

_HELP = {
    "ledger-full": "Make room on the database's disk; nothing was recorded.",
    "ledger-unwritable": "See that the database runs, can be reached and lets this role in.",
    "ledger-unreadable": "See that the database runs, can be reached and lets this role in.",
    "ledger-earlier": "Let an administrator bring it up to date: guardrails ledger init.",
    "ledger-later": "Use the version of guardrails that brought it up, or a newer one.",
    "ledger-missing": "Restore the newest copy, or if there never was a ledger: guardrails ledger init.",
    "ledger-damaged": "Run `guardrails ledger verify`; keep the database as it is and restore a copy.",
}
