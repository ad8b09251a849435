"""Options and fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres import Cluster, postgres_cluster

GOLDEN = Path(__file__).parent.parent / "fixtures" / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the files in fixtures/golden")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """
    Compare a text with a golden file: ``golden("lint.txt", text)``.

    With ``--update-golden`` the file is rewritten instead. Volatile parts must have become ``@@NAME@@`` before.
    """

    def compare(name: str, actual: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8", newline="")
        assert path.read_text(encoding="utf-8") == actual

    return compare


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this test process."""
    with postgres_cluster() as running:
        yield running


@pytest.fixture
def postgres_ledger(cluster: Cluster) -> str:
    """The address of an empty ledger with its keys in PostgreSQL, for the service's role."""
    return cluster.url(cluster.ledger())
