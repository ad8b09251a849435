"""A ledger over each of the small stores."""

import pytest

from guardrails.audit.log import AuditLog
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.audit.samples import Clock, sqlite_log


@pytest.fixture
def clock():
    """A clock that stands still."""
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def log(request, tmp_path, clock):
    """A log over stores in memory, and over SQLite."""
    made = AuditLog(MemoryStore(), MemoryKeys(), clock) if request.param == "memory" else sqlite_log(tmp_path, clock)
    yield made
    made.close()
