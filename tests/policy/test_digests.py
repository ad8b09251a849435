"""What moves a digest, and what does not."""

import pytest
import yaml

RULE_FILE = "policies/house/promises.yaml"


def rule_digest(bench):
    """Return the sample rule's digest."""
    return bench.compile().rules[0].digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("effect: revise", "effect: note"),
        ("effect: revise", "effect: revise\neffects: [{when: {channels: [press]}, effect: escalate}]"),
        ("severity: high", "severity: low"),
        ("markets: [eu]", "markets: [eu, us]"),
        ("markets: [eu]", "not: {markets: [eu]}"),
        ("topics: [layoffs]", "topics: [layoffs, health]"),
        ("topics:", "waivable: false\ntopics:"),
        ("terms: [guaranteed]", "terms: [guaranteed, sure]"),
        ("terms: [guaranteed]", "terms: [guaranteed]\n  exceptions: [guaranteed delivery]"),
        ("kind: terms\n", "kind: near-terms\n"),
    ],
)
def test_whatever_judges_moves_the_rule_digest(bench, old, new):
    """Kind, parameters, scope, effects, severity, topics, waivable are in it."""
    before = rule_digest(bench)
    if "near-terms" in new:
        bench.edit(RULE_FILE, "  terms: [guaranteed]", "  names: [guaranteed]")
    bench.edit(RULE_FILE, old, new)

    assert before != rule_digest(bench)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: house", "# a comment\nid: house"),
        ("version: 1", "version: 2"),
        ("status: active", "status: observe"),
        ('why: "Because."', "why: 'Because of this.'"),
        ("{markets: [eu]}", "\n  markets:\n    - eu"),
        ("topics:", "waivable: true\ntopics:"),
        ("topics:", "effects: []\ntopics:"),
        ("It is likely.", "It is probable."),
        ("“{match}” promises", "“{match}” promises a lot"),
    ],
)
def test_what_only_tells_does_not_move_the_rule_digest(bench, old, new):
    """Comments, layout, texts, version, status and examples are not in it."""
    before = rule_digest(bench)
    bench.edit(RULE_FILE, old, new)

    assert before == rule_digest(bench)


def test_the_order_of_keys_does_not_move_any_digest(bench):
    """Mappings have no order, in any file."""
    before = bench.compile()
    for name in (RULE_FILE, "guardrails.yaml", "policies/house/pack.yaml"):
        path = bench.root / name
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
        turned = {key: value[key] for key in reversed(value)}
        path.write_text(yaml.safe_dump(turned, sort_keys=False, allow_unicode=True), encoding="utf-8")

    assert before == bench.compile()


def test_the_order_of_values_in_a_scope_does_not_move_the_digest(bench):
    """A scope is a set."""
    bench.edit(RULE_FILE, "markets: [eu]", "markets: [us, eu]")
    before = rule_digest(bench)
    bench.edit(RULE_FILE, "markets: [us, eu]", "markets: [eu, us]")

    assert before == rule_digest(bench)


def test_a_list_moves_the_digest_by_its_content(bench):
    """Line ends and empty lines in a list say nothing; a term does."""
    path = "policies/house/lists/words.csv"
    bench.edit(RULE_FILE, "terms: [guaranteed]", "terms: {file: lists/words.csv}")
    bench.write(path, "term,why\nguaranteed,\n")
    before = rule_digest(bench)
    bench.write(path, "why,term\r\n\r\n,guaranteed\r\n")
    same = rule_digest(bench)
    bench.write(path, "term,why\nguaranteed,sure\n")

    assert before == same
    assert before != rule_digest(bench)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (RULE_FILE, "version: 1", "version: 2"),
        (RULE_FILE, "status: active", "status: observe"),
        (RULE_FILE, "Because.", "Because of this."),
        (RULE_FILE, "kind: terms", "kind: terms\nowner: somebody"),
        ("guardrails.yaml", "due_hours: 24", "due_hours: 25"),
        ("guardrails.yaml", "2027-03-31", "2027-03-30"),
        ("guardrails.yaml", "us: []", "us: []\n    uk: []"),
        ("guardrails.yaml", "people: [editor]", "people: [editor, lawyer]"),
        ("guardrails.yaml", "brand: acme", "brand: acme\nlimits: {risk: 3}"),
        ("guardrails.yaml", "brand: acme", "brand: acme\ntone: Calm."),
        ("guardrails.yaml", "brand: acme", "brand: acme\ngovernance: {review_cycle: yearly}"),
        ("guardrails.yaml", "brand: acme", "brand: acme\naccept_uncovered: {factual: {en: {reason: a, owner: b}}}"),
        ("policies/house/pack.yaml", "owner: editors", "owner: others"),
    ],
)
def test_whatever_a_verdict_may_rest_on_or_show_moves_the_policy_digest(bench, file, old, new):
    """The policy digest covers texts, status, versions and the workspace."""
    before = bench.compile().digest
    bench.edit(file, old, new)

    assert before != bench.compile().digest


def test_a_rego_module_moves_the_policy_digest(bench):
    """The decision is part of the policy."""
    before = bench.compile().digest
    bench.write("rego/workspace/press/press.rego", "package workspace.press\n\nreasons := []\n")

    assert before != bench.compile().digest


def test_the_examples_that_a_brief_may_show_move_the_policy_digest(bench):
    """A brief is a function of the policy it names; the third example of a rule is only a test."""
    bench.edit(RULE_FILE, '["It is likely."]', '["It is likely.", "It may be.", "Perhaps."]')
    before = bench.compile()
    bench.edit(RULE_FILE, "Perhaps.", "Maybe.")
    same = bench.compile()
    bench.edit(RULE_FILE, "It may be.", "It might be.")

    assert before.digest == same.digest
    assert before.digest != bench.compile().digest


def test_comments_do_not_move_the_policy_digest(bench):
    """What nobody judges by and nobody is shown changes nothing."""
    before = bench.compile().digest
    bench.edit("guardrails.yaml", "brand:", "# who we are\nbrand:")

    assert before == bench.compile().digest
