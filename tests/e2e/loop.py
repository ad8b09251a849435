"""The loop of an agent and the gate over the drafts that must be revised."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from guardrails.model.draft import Draft
from guardrails.model.state import State
from guardrails.policy.brief import asked_for, brief
from guardrails.policy.yaml_source import parse_yaml
from guardrails.render.brief import brief_json
from tests.e2e import agent, nimbrel
from tests.gates import Clock, gate_in

ROUNDS = 4


@dataclass(frozen=True)
class Outcome:
    """What became of one draft: the verdict of each check, its last reasons, and findings at the first."""

    name: str
    verdicts: tuple[str, ...]
    reasons: tuple[str, ...]
    findings: int


@cache
def expectations() -> dict[str, dict[str, Any]]:
    """The expected verdict and the caller's context of every fixture draft."""
    path = nimbrel.FIXTURES / "drafts" / "expected.yaml"
    listed: Any = parse_yaml(path.read_text(encoding="utf-8"), path.name).value
    return {one["file"]: one for one in listed["drafts"]}


def expected_to_revise() -> list[str]:
    """The drafts that must be revised."""
    return [name for name, one in expectations().items() if one["verdict"] == "revise"]


def briefed(draft: Draft, name: str) -> Draft:
    """What the agent writes after reading the brief for the place of the draft."""
    context = nimbrel.assessed(draft, State(nimbrel.AGENT, caller=_caller(name))).context
    place = tuple((key, context[key][0]) for key in ("channel", "locale", "market") if context.is_known(key))
    policy = nimbrel.policy()
    told = brief(policy, nimbrel.AGENT.id, asked_for(policy.workspace, place, (), nimbrel.AS_OF_MS), nimbrel.AS_OF_MS)
    return agent.forewarned(draft, brief_json(told))


def run_loop(folder: Path, name: str, *, is_briefed: bool) -> Outcome:
    """Check and revise one draft until it passes, a person is asked, or the rounds are over."""
    clock = Clock()
    gate = gate_in(_fresh(folder, name), clock=clock)
    draft = nimbrel.draft(name)
    draft = briefed(draft, name) if is_briefed else draft
    caller = tuple(sorted({**dict(_caller(name)), "thread": name}.items()))
    verdicts, reasons, first = [], (), 0
    for number in range(ROUNDS):
        clock.ms += 60_000
        answer = gate.check(draft, principal=nimbrel.AGENT, caller=caller)
        assessment = json.loads(answer.assessment_bytes)
        first = first if number else sum(one["calls_for"] == "revise" for one in assessment["findings"])
        verdicts.append(assessment["verdict"])
        reasons = tuple(reason["code"] for reason in assessment["reasons"])
        if assessment["verdict"] != "revise":
            break
        draft = agent.revised(draft, assessment)
    gate.close()
    return Outcome(name, tuple(verdicts), reasons, first)


def _caller(name: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(expectations()[name]["caller"].items()))


def _fresh(folder: Path, name: str) -> Path:
    made = folder / name.replace("/", "-")
    made.mkdir(parents=True)
    return made
