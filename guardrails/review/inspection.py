"""
What ``policy check`` and ``policy test`` say of a workspace, in one value: what a policy has to stand before it counts.

1. The files load and compile (otherwise the mistakes are raised, all of them).
2. The workspace's own Rego has no mistakes that an engine would swallow.
3. Every example of every rule comes out as marked, and there are some.
4. Every case of the workspace's Rego gives the expected reasons.
5. The engine decides the twenty questions of ``policy/parity.py`` with this bundle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from guardrails.decide.engine import RegoEngine
from guardrails.errors import PolicyError
from guardrails.model.policy import Bundle, CompiledPolicy
from guardrails.policy.compile import compiled
from guardrails.policy.load import first_with_all, load_workspace
from guardrails.policy.parity import CASES, undecided
from guardrails.policy.rego_cases import Evaluate, failed_cases, workspace_cases, workspace_modules
from guardrails.policy.rego_check import check_modules
from guardrails.policy.testing import ExampleResult, TestReport, test_rules
from guardrails.text.parsed import DocumentReader
from guardrails.trial import run_rule


@dataclass(frozen=True, slots=True)
class CaseReport:
    """The cases of the workspace's Rego: how many, in how many packages, and what failed."""

    cases: int
    packages: int
    failures: tuple[PolicyError, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """
    A policy and what was found about it.

    Attributes:
        files: Files and folders of the workspace that the policy was made of.

        module_problems: Mistakes in the workspace's own Rego.

        undecided: How many of the twenty questions the engine left open.
    """

    policy: CompiledPolicy
    files: tuple[Path, ...]
    module_problems: tuple[PolicyError, ...]
    examples: TestReport
    cases: CaseReport
    undecided: int

    def require_sound(self) -> None:
        """
        Refuse a policy that something was found about.

        Raises:
            PolicyError: The first mistake; ``problems`` holds all.
        """
        problems = list(self._problems())
        if problems:
            raise first_with_all(problems)

    def _problems(self) -> Iterator[PolicyError]:
        yield from self.module_problems
        yield from map(_example_failed, self.examples.failures)
        if not self.examples.results:
            yield PolicyError("no-examples", "no rule has an example, so nothing is known about this policy")
        yield from self.cases.failures
        if self.undecided:
            yield not_decided(self.undecided)


def inspected(
    root: Path,
    readers: Mapping[str, DocumentReader],
    engine: RegoEngine,
    evaluate_rego: Evaluate,
    *,
    as_of_ms: int,
) -> Inspection:
    """
    Return what is to be said of the workspace at *root*.

    Raises:
        PolicyError: If it does not compile, with all mistakes; or ``rule-failed`` if a rule cannot run.
    """
    loaded = load_workspace(root)
    found = compiled(loaded)
    policy = found.policy
    return Inspection(
        policy=policy,
        files=tuple(one for one in (*loaded.roots, *found.read) if one.is_relative_to(root)),
        module_problems=tuple(module_problems(root, policy.bundle)),
        examples=test_rules(loaded, run_rule(policy, readers, as_of_ms=as_of_ms)),
        cases=run_cases(root, policy.bundle, evaluate_rego),
        undecided=len(undecided(engine, policy.bundle)),
    )


def module_problems(root: Path, bundle: Bundle) -> list[PolicyError]:
    """Return the mistakes in the workspace's own Rego; what the package ships was checked before it was shipped."""
    if not workspace_modules(bundle.modules):
        return []
    cases, problems = workspace_cases(root, bundle.modules)
    found = check_modules(bundle.modules, cases)
    own = [one for one in found if one.place is None or one.place.file.startswith("rego/workspace/")]
    return [*problems, *own]


def run_cases(root: Path, bundle: Bundle, evaluate_rego: Evaluate) -> CaseReport:
    """
    Return how the cases of the workspace's Rego came out.

    Raises:
        PolicyError: ``bad-cases`` if a file of cases cannot be read.
    """
    cases, problems = workspace_cases(root, bundle.modules)
    if problems:
        raise first_with_all(list(problems))
    failures = [
        failure for package, own in cases.items() for failure in failed_cases(evaluate_rego, bundle, package, own)
    ]
    return CaseReport(sum(map(len, cases.values())), len(cases), tuple(failures))


def not_decided(count: int) -> PolicyError:
    """Return what is wrong with a policy whose bundle leaves *count* of the twenty questions open."""
    return PolicyError("engine-undecided", f"the engine gives no decision in {count} of {len(CASES)} cases")


def _example_failed(result: ExampleResult) -> PolicyError:
    message = f"{result.group} example {result.number} of {result.rule} did not come out as marked"
    return PolicyError(
        "example-failed", message, help="guardrails policy test shows the difference", place=result.place
    )
