"""The fixture workspace as tests use it: a policy, an evaluator and a draft that passes."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from guardrails.backends.documents import READERS
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.model.assessment import Assessment
from guardrails.model.context import Principal
from guardrails.model.draft import Draft
from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import State
from guardrails.pipeline import Evaluate, evaluator
from guardrails.policy.load import load_policy
from guardrails.text.load import draft_from_file
from guardrails.text.moment import moment_ms

FIXTURES = Path(__file__).parents[2] / "fixtures"
WORKSPACE = FIXTURES / "workspaces" / "nimbrel"
AS_OF = "2026-11-23T09:00:00Z"
AS_OF_MS = moment_ms(AS_OF)
AGENT = Principal("agent", "distribution")
PASSING = "pass/p02-newsletter-reparaturabend.md"
REVISING = "brief/b07-newsletter-sale.md"
ESCALATING = "brief/b13-presse-kundendienst.md"


@cache
def policy() -> CompiledPolicy:
    """Return the compiled policy of the fixture workspace."""
    return load_policy(WORKSPACE)


@cache
def evaluate() -> Evaluate:
    """Return the evaluator with the embedded engine."""
    return evaluator(READERS, embedded_engine())


def draft(name: str) -> Draft:
    """Return a fixture draft."""
    return draft_from_file(name, (FIXTURES / "drafts" / name).read_bytes())


def assessed(subject: Draft, state: State | None = None, as_of_ms: int = AS_OF_MS) -> Assessment:
    """Return the assessment of *subject*, by default for the distribution agent."""
    return evaluate()(subject, policy(), state or State(principal=AGENT), as_of_ms).assessment


def copy_of_workspace(folder: Path) -> Path:
    """Return a copy of the fixture workspace with all its drafts beside it."""
    shutil.copytree(WORKSPACE, folder, dirs_exist_ok=True)
    shutil.copytree(FIXTURES / "drafts", folder / "drafts", dirs_exist_ok=True)
    return folder
