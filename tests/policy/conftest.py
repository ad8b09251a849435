"""A small workspace to break in one place at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from guardrails.errors import PolicyError
from guardrails.policy.compile import compile_policy
from guardrails.policy.load import load_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from guardrails.model.policy import CompiledPolicy
    from guardrails.policy.load import Loaded

WORKSPACE = """\
brand: acme
packs:
  house: "1.0.0"
values:
  channels: [blog, press]
  markets:
    eu: [de, fr]
    us: []
  locales: [en, de-AT]
  audiences: [public]
trust_draft: [channel]
people: [editor]
mandates:
  - agent: writer
    may_decide:
      - {action: publish, channels: [blog]}
    must_stop: {topics: [layoffs]}
    delegated_by: "role:editor"
    until: "2027-03-31"
routing:
  default: {queue: editors, due_hours: 24}
"""

PACK = """\
name: house
version: "1.0.0"
owner: editors
layer: brand
"""

RULE = """\
id: house.promises
version: 1
status: active
kind: terms
effect: revise
severity: high
applies_to: {markets: [eu]}
topics: [layoffs]
message: "“{match}” promises"
why: "Because."
instruction: "Delete “{match}”."
params:
  terms: [guaranteed]
examples:
  bad: ["It is [[guaranteed]]."]
  good: ["It is likely."]
"""


@dataclass(frozen=True)
class Bench:
    """A workspace on disk, and a folder of shipped packs."""

    root: Path
    shipped: Path

    def write(self, name: str, text: str) -> None:
        """Write one file of the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace *old*, which must be there, in one file."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def load(self) -> Loaded:
        """Load the workspace."""
        return load_workspace(self.root, shipped=self.shipped)

    def compile(self) -> CompiledPolicy:
        """Load and compile the workspace."""
        return compile_policy(self.load())

    def problems(self) -> tuple[PolicyError, ...]:
        """Return what loading and compiling refuse."""
        with pytest.raises(PolicyError) as failed:
            self.compile()
        return failed.value.problems or (failed.value,)

    def refusal(self) -> tuple[str, str]:
        """Return ``code`` and ``file:line:column`` of the only mistake."""
        (problem,) = self.problems()
        return problem.code, str(problem.place)


RULE_FILE = "policies/house/promises.yaml"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Return a valid workspace with one rule."""
    made = Bench(tmp_path / "workspace", tmp_path / "shipped")
    made.write("guardrails.yaml", WORKSPACE)
    made.write("policies/house/pack.yaml", PACK)
    made.write(RULE_FILE, RULE)
    return made
