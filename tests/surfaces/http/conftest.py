"""A served gate per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guardrails.model.context import Principal
from tests.gates import Clock
from tests.surfaces.http.people import ROLES, People
from tests.surfaces.http.serving import Served, served


@pytest.fixture
def http(tmp_path: Path) -> Iterator[Served]:
    """Serve a new ledger; nobody has a key yet."""
    with served(tmp_path) as one:
        yield one


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """Serve with a key for everybody."""
    clock = Clock()
    with served(tmp_path, clock=clock) as http:
        headers = {
            name: http.key("check", "read", "review", "operate", principal=Principal("person", role))
            for name, role in ROLES.items()
        }
        headers["agent"] = http.key("check", "read")
        headers["bold"] = http.key("check", "read", "review", "operate")
        headers["other"] = http.key("check", "read", principal=Principal("agent", "creative"))
        yield People(http, clock, headers)
