"""What ``policy list`` and ``policy show`` say."""

import pytest

from guardrails.model.canonical import canonical
from guardrails.policy.catalogue import policy_json, rows, rule_json, sentence

RULE_FILE = "policies/house/promises.yaml"
FINDS = "listed words and phrases that must not stand in the text (“guaranteed”)"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", f"Holds drafts in eu back over “Promises”: {FINDS}."),
        ("effect: revise", "effect: escalate", f"Sends drafts in eu to a person over “Promises”: {FINDS}."),
        ("{markets: [eu]}", "{channels: [blog, press], not: {markets: [us]}}",
         f"Holds drafts for blog and press but not in us back over “Promises”: {FINDS}."),
        ("effect: revise", "effect: note\neffects: [{when: {channels: [press]}, effect: escalate}]",
         f"Remarks on drafts in eu over “Promises”: {FINDS}; for press a person decides."),
        ("status: active", "status: observe",
         f"Watches and holds nothing. Holds drafts in eu back over “Promises”: {FINDS}."),
        ("terms: [guaranteed]", "terms: [a1, b1, c1, d1, e1]\n  exceptions: [z a1]",
         f"Holds drafts in eu back over “Promises”: {FINDS.replace('“guaranteed”', '“a1”, “b1”, “c1” and 2 more')}."),
    ],
)  # fmt: skip
def test_a_rule_says_in_one_sentence_what_it_does_where(bench, old, new, expected):
    """Effect, scope, what it looks for, and its exceptions by context."""
    bench.edit(RULE_FILE, old, new)

    assert expected == sentence(bench.compile().rules[0])


def test_retired_rules_stay_listed(bench):
    """What no longer counts has to stay findable."""
    bench.edit(RULE_FILE, "status: active", "status: retired\nretired: too broad")
    (row,) = rows(bench.compile())

    assert ("house.promises", "retired") == (row.id, row.status)
    assert row.sentence.startswith("Retired. ")


def test_the_json_form_is_canonical(bench):
    """Integers and text only, keys in ASCII."""
    policy = bench.compile()
    published = policy_json(policy)

    assert canonical(published)
    assert [rule_json(policy.rules[0])] == published["rules"]
    assert {"markets": ["eu"]} == published["rules"][0]["applies_to"]
