"""Which store lies where: an address is PostgreSQL's, anything else a file of SQLite's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from guardrails.errors import MissingDependencyError

if TYPE_CHECKING:
    from guardrails.audit.store import KeyStore, RecordStore


def store_at(file: Path, address: str, *, read_only: bool = False) -> RecordStore:
    """
    Open the records at *address*, or in *file* if that is empty.

    Raises:
        LedgerError: See the store.

        MissingDependencyError: ``no-postgres``.
    """
    if not address:
        from guardrails.backends.store.sqlite import SqliteStore

        return SqliteStore(file, read_only=read_only)
    require_psycopg()
    from guardrails.backends.store.postgres import PostgresStore

    return PostgresStore(address, read_only=read_only)


def keys_at(file: Path, address: str, epochs: Path, *, read_only: bool = False) -> KeyStore:
    """
    Open the keys at *address*, or in *file* if that is empty; what they are wrapped under lies in *epochs* either way.

    Raises:
        LedgerError: See the store.

        MissingDependencyError: ``no-postgres``.
    """
    if not address:
        from guardrails.backends.store.keys import SqliteKeys

        return SqliteKeys(file, epochs, read_only=read_only)
    require_psycopg()
    from guardrails.backends.store.postgres_keys import PostgresKeys

    return PostgresKeys(address, epochs, read_only=read_only)


def require_psycopg() -> None:
    """
    Refuse to go on without the extra ``[postgres]``.

    Raises:
        MissingDependencyError: ``no-postgres``.
    """
    try:
        import psycopg  # noqa: F401 - whether it is there
    except ImportError as error:
        raise MissingDependencyError(
            "no-postgres", "a ledger in PostgreSQL needs psycopg", help="pip install 'guardrails-gate[postgres]'"
        ) from error
