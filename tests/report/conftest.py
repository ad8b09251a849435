"""The report on four weeks of a whole brand, made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest

from guardrails.audit.log import AuditLog
from guardrails.backends.documents import READERS
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.backends.store.keys import SqliteKeys
from guardrails.backends.store.sqlite import SqliteStore
from guardrails.model.context import Actor, Principal
from guardrails.replay.checks import Replays
from guardrails.report.period import period_of
from guardrails.report.report import Maker, Report
from guardrails.report.view import WorkspaceView, view_of
from tests.e2e import nimbrel
from tests.gates import DAY_MS, Clock
from tests.report.history import SINCE, START_MS, UNTIL, long_history

PERIOD = period_of(SINCE, UNTIL)
AUDITOR = Actor(Principal("person", "legal-counsel"), "key-legal", "Lena")


@dataclass(frozen=True)
class Books:
    """A ledger in a folder, and the report on it."""

    folder: Path
    log: AuditLog

    def replays(self) -> Replays:
        """What replays its checks."""
        return Replays(self.log, embedded_engine(), nimbrel.evaluate())

    def maker(self, view: WorkspaceView | None = None, **changes) -> Maker:
        """What makes reports on it."""
        return Maker(self.replays(), view or view_of(nimbrel.WORKSPACE), READERS, **changes)

    def report(self, view: WorkspaceView | None = None, **changes) -> Report:
        """The report on the period."""
        return self.maker(view, **changes).made(PERIOD)


def books_in(folder: Path) -> Books:
    """The books in *folder*, long after the period."""
    log = AuditLog(SqliteStore(folder / "ledger.db"), SqliteKeys(folder / "keys.db"), Clock(START_MS + 90 * DAY_MS))
    return Books(folder, log)


def damage(books: Books, index: int) -> None:
    """Change one record's bytes behind the ledger's back."""
    connection = apsw.Connection(str(books.folder / "ledger.db"))
    for (name,) in list(connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        connection.execute(f"DROP TRIGGER {name}")
    # Still a record in canonical form, of another time: only its hash tells.
    later = """CAST(replace(CAST(bytes AS TEXT), '"at_ms":1', '"at_ms":2') AS BLOB)"""
    connection.execute(f"UPDATE record SET bytes = {later} WHERE idx = ?", (index,))
    assert connection.changes() == 1
    connection.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ledger and keys of four weeks; copied, never changed."""
    folder = tmp_path_factory.mktemp("history")
    long_history(folder)
    return folder


@pytest.fixture
def books(written: Path, tmp_path: Path) -> Iterator[Books]:
    """A copy of the books, to do with as one likes."""
    shutil.copytree(written, tmp_path / "books")
    found = books_in(tmp_path / "books")
    yield found
    found.log.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Books]:
    """A ledger with nothing in it."""
    found = books_in(tmp_path)
    yield found
    found.log.close()


@pytest.fixture(scope="session")
def report(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report on the four weeks."""
    folder = tmp_path_factory.mktemp("report") / "books"
    shutil.copytree(written, folder)
    found = books_in(folder)
    made = found.report()
    found.log.close()
    return made
