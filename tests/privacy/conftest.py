"""A ledger with texts and decisions about a person, and whoever looks after people's data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guardrails.audit.keys import Caller
from guardrails.model.context import Actor, Principal
from guardrails.privacy.published import Desk
from guardrails.review.desk import Desk as ReviewDesk
from tests.gates import Clock, gate_in
from tests.review.office import Office

OFFICER = Actor(Principal("person", "data-protection-officer"), "key-officer", "Olga")
PEOPLE = ("key:a", "key:b")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The desk where people answer, its gate and its clock."""
    clock = Clock()
    gate = gate_in(tmp_path, clock=clock)
    yield Office(gate, ReviewDesk(gate), clock)
    gate.close()


@pytest.fixture
def desk(office: Office) -> Desk:
    """The desk of the data protection officer, over the same ledger."""
    return Desk(office.gate.log, office.gate.policy.workspace, Caller(OFFICER))
