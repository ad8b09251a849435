"""A pass says how long it holds: up to its weakest link, and not a millisecond longer."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from guardrails.backends.documents import READERS
from guardrails.backends.rego.embedded import embedded_engine
from guardrails.model.assessment import Assessment
from guardrails.model.day import day_end_ms
from guardrails.model.draft import ClaimLink, Draft, Field, Source
from guardrails.model.policy import CompiledPolicy, Need
from guardrails.model.state import State
from guardrails.pipeline import evaluator
from guardrails.policy.load import load_policy
from guardrails.rules.kind import always
from guardrails.rules.kinds import kind, names
from guardrails.text.moment import moment_ms
from tests.e2e import nimbrel
from tests.e2e.fail_closed import thin
from tests.mutations import rendered

DAY_MS = 86_400_000
MANDATE_ENDS = day_end_ms("2027-03-31")


def test_a_kind_that_judges_by_a_moment_says_how_long_its_silence_holds() -> None:
    """And no other does."""
    for name in names():
        assert (Need.AS_OF in kind(name).needs) == (kind(name).good_until is not always), name


def compiled(root: Path, files: dict[str, bytes] | None = None) -> CompiledPolicy:
    """The thin workspace with other files."""
    return load_policy(thin.written(root, thin.files() | (files or {})))


def at(policy: CompiledPolicy, draft: Draft, moment: str | int, state: State = thin.STATE) -> Assessment:
    """The assessment at a moment."""
    ms = moment if isinstance(moment, int) else moment_ms(moment)
    return evaluator(READERS, embedded_engine())(draft, policy, state, ms).assessment


def requires_end(policy: CompiledPolicy, draft: Draft, end_ms: int, before: str = "2026-11-23T09:00:00Z") -> None:
    """The draft passes up to *end_ms*, says so all the time, and does not pass from then on."""
    for moment in (moment_ms(before), end_ms - 1):
        found = at(policy, draft, moment)
        assert ("pass", end_ms) == (found.verdict, found.good_until_ms)
    assert ["revise", "revise"] == [at(policy, draft, end_ms + more).verdict for more in (0, 1)]


def test_the_control_is_good_until_its_mandate_ends(tmp_path: Path) -> None:
    """What rests on nothing that ends sooner."""
    found = at(compiled(tmp_path), thin.DRAFT, "2026-11-23")

    assert ("pass", MANDATE_ENDS) == (found.verdict, found.good_until_ms)


def test_a_source_grows_too_old(tmp_path: Path) -> None:
    """Published on day D with a greatest age of N days: fresh up to the end of day D + N."""
    old = replace(thin.DRAFT, sources=(Source("s1", "study", published="2025-12-01"),))
    both = replace(old, sources=(*old.sources, Source("s2", "study", published="2026-01-01")))
    policy = compiled(tmp_path)

    requires_end(policy, old, day_end_ms("2026-12-01"))
    requires_end(policy, both, day_end_ms("2026-12-01"))


@pytest.mark.parametrize(("kind_", "ends"), [("study", "2026-12-01"), ("press", "2026-12-31"), ("law", "")])
def test_a_kind_of_source_has_its_own_age(tmp_path: Path, kind_: str, ends: str) -> None:
    """The age that counts for the source is the one that ends the pass; with none that ends, the mandate does."""
    rule = thin.tree("policies/facts/old-sources.yaml")
    rule["params"] = {"max_age_days": 365, "kinds": {"press": 395, "law": 36500}}
    policy = compiled(tmp_path, files={"policies/facts/old-sources.yaml": rendered(rule)})
    draft = replace(thin.DRAFT, sources=(Source("s1", kind_, published="2025-12-01"),))

    assert (day_end_ms(ends) if ends else MANDATE_ENDS) == at(policy, draft, "2026-11-23").good_until_ms


@pytest.mark.parametrize(
    "change", [{"effect": "note"}, {"status": "observe"}, {"params": {"max_age_days": 365, "which": "linked"}}]
)
def test_what_holds_nothing_ends_nothing(tmp_path: Path, change: dict[str, Any]) -> None:
    """A rule that only notes or observes, or does not look at this source, does not shorten a pass."""
    rule = {**thin.tree("policies/facts/old-sources.yaml"), **change}
    policy = compiled(tmp_path, files={"policies/facts/old-sources.yaml": rendered(rule)})
    spare = (*thin.DRAFT.sources, Source("s2", "study", published="2025-12-01"))
    found = at(policy, replace(thin.DRAFT, sources=spare), "2026-11-23")

    assert ("pass", MANDATE_ENDS) == (found.verdict, found.good_until_ms)


def test_a_planned_publication_is_judged_on_its_day(tmp_path: Path) -> None:
    """The source is fresh today and on the day of publication; the day after, it is too old."""
    policy = compiled(tmp_path)
    old = replace(thin.DRAFT, sources=(Source("s1", "study", published="2025-12-01"),))
    planned = replace(thin.STATE, caller=(*thin.STATE.caller, ("publish_at", "2026-11-30T08:00:00Z")))
    late = replace(thin.STATE, caller=(*thin.STATE.caller, ("publish_at", "2026-12-02T00:00:00Z")))

    assert day_end_ms("2026-12-01") == at(policy, old, "2026-11-23", planned).good_until_ms
    assert "revise" == at(policy, old, "2026-11-23", late).verdict


def softened(tmp_path: Path) -> CompiledPolicy:
    """The thin workspace, in which promises are only noted until the end of the year."""
    tree = copy.deepcopy(thin.WORKSPACE)
    tree["rules"] = {"house.promises": {"effect": "note", "reason": "A try.", "owner": "editor", "until": "2026-12-31"}}
    return compiled(tmp_path, files={"guardrails.yaml": rendered(tree)})


def test_a_dated_override_ends_what_it_lets_pass(tmp_path: Path) -> None:
    """A draft that passes because a rule is softened passes as long as it is."""
    text = thin.DRAFT.fields[0].text + " It is risk-free."
    backed = (ClaimLink("body", 0, len(text), ("s1",)),)
    draft = replace(thin.DRAFT, fields=(Field("body", text),), claims=backed)

    requires_end(softened(tmp_path), draft, day_end_ms("2026-12-31"))


def test_a_dated_override_ends_nothing_else(tmp_path: Path) -> None:
    """A draft that the rule has nothing against passes on."""
    assert MANDATE_ENDS == at(softened(tmp_path), thin.DRAFT, "2026-11-23").good_until_ms


def test_an_offer_ends(tmp_path: Path) -> None:
    """A day with which something ends is the last day of the pass."""
    bad = "Offer valid until [[14 December 2001]]."
    timing = thin.rule("facts.timing", "timing", {"checks": ["ended"]}, bad, "It is a lamp.")
    policy = compiled(tmp_path, files={"policies/facts/timing.yaml": rendered(timing)})
    text = thin.DRAFT.fields[0].text + " The offer is valid until 14 December 2026."

    requires_end(policy, replace(thin.DRAFT, fields=(Field("body", text),)), day_end_ms("2026-12-14"))


LABELS = {
    one["file"]: one for one in yaml.safe_load((nimbrel.FIXTURES / "drafts" / "expected.yaml").read_text())["drafts"]
}
PASSING = [name for name, one in LABELS.items() if one["verdict"] == "pass"]


@pytest.mark.parametrize("name", PASSING)
def test_nothing_ends_a_pass_before_it_says(name: str) -> None:
    """Judged at any later moment before its end, every draft of the fixture brand still passes; from then on not."""
    draft = nimbrel.draft(name)
    state = State(principal=nimbrel.AGENT, caller=tuple(sorted(LABELS[name]["caller"].items())))
    end_ms = nimbrel.assessed(draft, state).good_until_ms
    assert end_ms is not None
    span_ms = end_ms - nimbrel.AS_OF_MS
    moments = [nimbrel.AS_OF_MS + span_ms * part // 12 for part in range(1, 12)] + [end_ms - 1]

    assert {"pass"} == {nimbrel.assessed(draft, state, moment).verdict for moment in moments}
    assert "pass" != nimbrel.assessed(draft, state, end_ms).verdict
