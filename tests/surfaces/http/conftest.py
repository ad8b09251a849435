"""A served gate per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.surfaces.http.serving import Served, served


@pytest.fixture
def http(tmp_path: Path) -> Iterator[Served]:
    """Serve a new ledger; nobody has a key yet."""
    with served(tmp_path) as one:
        yield one
