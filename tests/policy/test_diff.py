"""What differs between two policies."""

import pytest

from guardrails.policy.diff import policy_diff

RULE_FILE = "policies/house/promises.yaml"


def diff_after(bench, *edits):
    """Return the difference that *edits* make."""
    before = bench.compile()
    for name, old, new in edits:
        bench.edit(name, old, new)
    return policy_diff(before, bench.compile())


def test_a_policy_does_not_differ_from_itself(bench):
    """Nothing changed is empty."""
    assert diff_after(bench).is_empty


@pytest.mark.parametrize(
    ("old", "new", "changed", "reworded", "status"),
    [
        ("severity: high", "severity: low", 1, 0, 0),
        ("Because.", "For a reason.", 0, 1, 0),
        ("status: active", "status: observe", 0, 0, 1),
    ],
)
def test_a_change_is_of_judgement_of_words_or_of_status(bench, old, new, changed, reworded, status):
    """The rule digest tells judgement from words."""
    diff = diff_after(bench, (RULE_FILE, old, new))

    assert (changed, reworded, status) == (len(diff.changed), len(diff.reworded), len(diff.status))


def test_another_judgement_under_the_same_version_is_named(bench):
    """A version that stays while the judgement moves misleads people."""
    same = diff_after(bench, (RULE_FILE, "severity: high", "severity: low"))
    moved = diff_after(bench, (RULE_FILE, "severity: low", "severity: high"), (RULE_FILE, "version: 1", "version: 2"))

    assert ["house.promises"] == [change.after.id for change in same.unversioned]
    assert () == moved.unversioned


def test_added_and_removed_rules_are_listed(bench):
    """A rule that moves file has another id."""
    before = bench.compile()
    (bench.root / RULE_FILE).rename(bench.root / "policies/house/vows.yaml")
    bench.edit("policies/house/vows.yaml", "house.promises", "house.vows")
    diff = policy_diff(before, bench.compile())

    assert (["house.vows"], ["house.promises"]) == ([r.id for r in diff.added], [r.id for r in diff.removed])


def test_changed_facts_and_sources_are_named(bench):
    """What a text may rest on is part of the policy."""
    source = "sources: [{id: S-1, kind: survey, title: Survey}, {id: S-2, kind: survey, title: Other}]\n"
    bench.write("facts/sources.yaml", source)
    diff = diff_after(bench, ("facts/sources.yaml", "title: Other", "title: Another"))

    assert ("S-2",) == diff.facts
    assert not diff.is_empty


def test_mandates_and_modules_are_differences_too(bench):
    """Who may decide is part of the policy, and so is the decision."""
    before = bench.compile()
    bench.edit("guardrails.yaml", "2027-03-31", "2027-06-30")
    bench.write("rego/workspace/press/press.rego", "package workspace.press\n\nreasons := []\n")
    diff = policy_diff(before, bench.compile())

    assert (True, True) == (diff.workspace, diff.decision)
