"""An embargo over the whole way: a rule of the workspace, a schedule of the caller, every part of a draft."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.backends.documents import READERS
from guardrails.model.assessment import Assessment
from guardrails.model.draft import Draft
from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import State
from guardrails.policy.load import load_policy, load_workspace
from guardrails.policy.testing import test_rules
from guardrails.text.moment import moment_ms
from guardrails.trial import run_rule
from tests.e2e import nimbrel

RULE = """
id: nimbrel-escalation.embargo-arc
version: 1
status: active
title: "Nimbrel Arc before its day"
kind: timing
effect: escalate
severity: critical
message: "“{match}” may not be published before {limit}"
why: "The trade press has it under embargo."
instruction: "Take “{match}” out, or schedule the text after {limit}."
params:
  checks: []
  embargoes:
    - {phrases: [Nimbrel Arc], not_before: "2026-12-01T09:00:00Z"}
examples:
  bad:
    - {text: "Meet the [[Nimbrel Arc]].", as_of: "2026-12-01"}
  good:
    - {text: "Meet the Nimbrel Arc.", as_of: "2026-12-02"}
"""
RULE_ID = "nimbrel-escalation.embargo-arc"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the fixture's workspace with an embargo."""
    made = nimbrel.copy_of_workspace(tmp_path_factory.mktemp("nimbrel"))
    Path(made, "policies", "nimbrel-escalation", "embargo-arc.yaml").write_text(RULE, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def policy(folder: Path) -> CompiledPolicy:
    """Return the policy of that workspace."""
    return load_policy(folder)


def _assessed(subject: Draft, policy: CompiledPolicy, publish_at: str = "") -> Assessment:
    caller = (("publish_at", publish_at),) if publish_at else ()
    state = State(principal=nimbrel.AGENT, caller=caller)
    return nimbrel.evaluate()(subject, policy, state, nimbrel.AS_OF_MS).assessment


def _with(old: str, new: str) -> Draft:
    draft = nimbrel.draft(nimbrel.PASSING)
    return replace(draft, fields=tuple(replace(one, text=one.text.replace(old, new, 1)) for one in draft.fields))


@pytest.mark.parametrize("as_of", ["2026-11-01", "2026-12-24"])
def test_examples_are_judged_on_their_day(folder: Path, policy: CompiledPolicy, as_of: str) -> None:
    """An embargo's examples come out as marked whenever they are run."""
    report = test_rules(load_workspace(folder), run_rule(policy, READERS, as_of_ms=moment_ms(as_of)), only={RULE_ID})

    assert report.passed, [str(failure) for failure in report.failures]


@pytest.mark.parametrize(
    ("publish_at", "verdict"),
    [
        ("", "escalate"),
        ("2026-12-01T08:59:59Z", "escalate"),
        ("2026-12-01", "escalate"),
        ("2026-12-01T09:00:00Z", "pass"),
    ],
)
def test_embargo_is_judged_at_the_publication(policy: CompiledPolicy, publish_at: str, verdict: str) -> None:
    """A scheduled draft is judged at its moment, one without a schedule as published now."""
    subject = _with("Guten Tag,", "Guten Tag, die Nimbrel Arc ist da.")

    assert verdict == _assessed(subject, policy, publish_at).verdict


def test_a_draft_does_not_schedule_itself_out_of_an_embargo(policy: CompiledPolicy) -> None:
    """What a draft says of its own publication counts only where the workspace trusts it."""
    subject = _with("---\n", "---\npublish_at: 2026-12-24\n")
    subject = replace(subject, fields=(replace(subject.fields[0], text=f"{subject.fields[0].text}\n\nNimbrel Arc"),))

    assert [RULE_ID] == [finding.rule.id for finding in _assessed(subject, policy).findings]


@pytest.mark.parametrize("new", ["description: Nimbrel Arc\n---\n\n#", "---\n\n`Nimbrel Arc`\n\n#"])
def test_embargo_outside_prose_escalates(policy: CompiledPolicy, new: str) -> None:
    """An embargoed name in front matter or code is a fault until its moment."""
    subject = _with("---\n\n#", new)

    assert [RULE_ID] == [fault.rule for fault in _assessed(subject, policy).completeness.faults]
    assert "pass" == _assessed(subject, policy, "2026-12-01T09:00:00Z").verdict
