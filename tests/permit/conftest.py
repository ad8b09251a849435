"""An office whose texts get permits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guardrails.review.desk import Desk
from tests.gates import Clock, gate_in
from tests.review.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return an office over a new ledger."""
    clock = Clock()
    gate = gate_in(tmp_path, clock=clock)
    yield Office(gate, Desk(gate), clock)
    gate.close()
