"""What depends on several files: context values, parameters, overrides, references."""

from dataclasses import replace

import pytest

from guardrails.errors import PolicyError
from guardrails.model.policy import Accepted, Need, Scope
from guardrails.policy.compile import compile_policy
from guardrails.rules.kinds import kind

RULE_FILE = "policies/house/promises.yaml"


def test_the_sample_compiles_to_one_rule(bench):
    """File, pack and kind each give their part of a rule."""
    (rule,) = bench.compile().rules

    assert ("house.promises", "Promises", "house", "brand", "editors") == (
        rule.id, rule.title, rule.pack, rule.layer, rule.owner,
    )  # fmt: skip
    assert Scope(include=(("market", ("eu",)),)) == rule.scope
    assert kind("terms").revision == rule.revision
    assert rule.digest.startswith("sha256:")


def test_context_values_are_closed_sets_sorted_by_key(bench):
    """Trees give values and parents; stages and actions have defaults."""
    workspace = bench.compile().workspace

    assert {
        "action": ("prepare", "publish"),
        "audience": ("public",),
        "brand": ("acme",),
        "channel": ("blog", "press"),
        "content_type": (),
        "locale": ("de-AT", "en"),
        "market": ("de", "eu", "fr", "us"),
        "stage": ("adaptation", "copy", "final", "research", "storyline"),
    } == dict(workspace.values)
    assert (("market.de", "eu"), ("market.fr", "eu")) == workspace.parents


def test_languages_are_those_of_the_locales(bench):
    """Language detection looks among the workspace's languages."""
    assert ("de", "en") == bench.compile().languages


def test_the_default_queue_is_the_last_route(bench):
    """Whatever no route takes has somewhere to go."""
    old = "  default: {queue: editors, due_hours: 24}\n"
    bench.edit(
        "guardrails.yaml", old, f"{old}  routes:\n    - {{queue: legal, due_hours: 8, when: {{layers: [factual]}}}}\n"
    )

    assert ["legal", "editors"] == [route.queue for route in bench.compile().workspace.routes]


def test_a_queue_that_nothing_leads_to_names_those_that_are_asked(bench):
    """A misspelt default is found where its reviewers are listed."""
    old = "  default: {queue: editors, due_hours: 24}\n"
    bench.edit("guardrails.yaml", old, f"{old}  queues: {{legal: {{roles: [editor]}}}}\n")

    with pytest.raises(PolicyError, match="no route leads to a queue “legal”, only to editors"):
        bench.compile()


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "hint"),
    [
        ("markets: [eu]", "markets: [eu, uss]", "unknown-value", "7:28", "Did you mean “us”?"),
        ("{markets: [eu]}", "{not: {channels: [pres]}}", "unknown-value", "7:31", "Did you mean “press”?"),
        ("{markets: [eu]}", "{locales: [de]}", "", "", ""),
        ("{markets: [eu]}", "{locales: [fr]}", "unknown-value", "7:24",
         "Known: de, de-AT, en. A new one is added to “values: locales:” in guardrails.yaml."),
        ("{markets: [eu]}", "{content_types: [ad]}", "unknown-value", "7:30",
         "A new one is added to “values: content_types:” in guardrails.yaml."),
        ("kind: terms", "kind: term", "unknown-kind", "4:7", "did you mean 'terms'?"),
        ("“{match}” promises", "{mtch} promises", "unknown-placeholder", "9:10", "Did you mean “match”?"),
        ("“{match}” promises", "{match promises", "unknown-placeholder", "9:10",
         "Known: count, limit, match, say_instead."),
        ("Delete “{match}”.", "Delete {{match}}.", "unknown-placeholder", "11:14", None),
        ("terms: [guaranteed]", "trems: [guaranteed]", "unknown-key", "13:3", "Did you mean “terms”?"),
        ("terms: [guaranteed]", "terms: [3]", "wrong-value", "13:11", ""),
        ("terms: [guaranteed]", "terms: [{trem: a}]", "unknown-key", "13:12", "Did you mean “term”?"),
        ("terms: [guaranteed]", "terms: guaranteed", "wrong-value", "13:10", ""),
        ("terms: [guaranteed]", "terms: []", "wrong-value", "13:3", ""),
        ("terms: [guaranteed]", "terms: [1.5]", "float", "13:11",
         "Use whole numbers, e.g. permille; decimals differ between machines."),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_fit_is_pointed_at(bench, old, new, code, place, hint):
    """Scopes, placeholders and parameters are judged against workspace and kind."""
    bench.edit(RULE_FILE, old, new)
    try:
        bench.compile()
        problems = ()
    except PolicyError as error:
        problems = error.problems

    assert ([(code, f"{RULE_FILE}:{place}")] if code else []) == [(p.code, str(p.place)) for p in problems[:1]]
    assert hint is None or all(problem.help == hint for problem in problems)


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("role:editor", "role:editr", "unknown-role", "18:19"),
        ("role:editor", "editor", "unknown-role", "18:19"),
        ("topics: [layoffs]", "topics: [layofs]", "unknown-topic", "17:26"),
        ("topics: [layoffs]", "audiences: [pubic]", "unknown-value", "17:29"),
        ("channels: [blog]}", "channels: [blogg]}", "unknown-value", "16:38"),
        ('    until: "2027-03-31"', '    since: "2027-04-01"\n    until: "2027-03-31"', "wrong-value", "20:12"),
        ("    eu: [de, fr]", "    eu: [de, de]", "duplicate-value", "7:14"),
        ("    eu: [de, fr]", "    eu: [de, 3]", "wrong-value", "7:14"),
        ("    eu: [de, fr]", "    eu: de", "wrong-value", "7:9"),
        ("channels: [blog, press]", "channels: [blog, press, 'a b']", "wrong-value", "5:27"),
    ],
)
def test_a_reference_that_leads_nowhere_is_pointed_at(bench, old, new, code, place):
    """Roles, topics, audiences and values have to exist; trees hold each value once."""
    bench.edit("guardrails.yaml", old, new)
    problem = bench.problems()[-1]

    assert (code, f"guardrails.yaml:{place}") == (problem.code, str(problem.place))


def test_a_shipped_rule_may_name_markets_the_workspace_does_not_serve(bench):
    """A pack for many workspaces is not wrong in one of them."""
    bench.edit(RULE_FILE, "markets: [eu]", "markets: [eu, jp]")
    bench.shipped.mkdir()
    (bench.root / "policies").rename(bench.shipped / "policies")

    assert ((("market", ("eu", "jp")),)) == bench.compile().rules[0].scope.include


def test_an_unsupported_rule_is_left_out_and_listed(bench):
    """A gap is known by name, reason and owner."""
    with (bench.root / "guardrails.yaml").open("a", encoding="utf-8") as file:
        file.write("unsupported:\n  house.promises: {reason: none yet, owner: editor}\n")
    policy = bench.compile()

    assert () == policy.rules
    assert (Accepted("house.promises", "none yet", "editor"),) == policy.workspace.unsupported


def test_a_gap_of_a_rule_that_does_not_exist_is_refused(bench):
    """A misspelt id would accept a gap nobody has."""
    with (bench.root / "guardrails.yaml").open("a", encoding="utf-8") as file:
        file.write("unsupported:\n  house.promise: {reason: none yet, owner: editor}\n")

    assert ("unknown-rule", "guardrails.yaml:23:3") == bench.refusal()


def test_a_kind_that_needs_what_is_not_installed_is_refused_with_the_install_line(bench):
    """A rule that cannot run is known at load."""
    needy = replace(kind("terms"), needs=frozenset({Need.TOKENS}))
    with pytest.raises(PolicyError) as failed:
        compile_policy(bench.load(), kinds=lambda _: needy, has_tokens=False)

    assert ("nlp-missing", f"{RULE_FILE}:4:7") == (failed.value.code, str(failed.value.place))
    assert "guardrails-gate[nlp]" in failed.value.help


def override(bench, text):
    """Append an override of the sample rule."""
    with (bench.root / "guardrails.yaml").open("a", encoding="utf-8") as file:
        file.write(f"rules:\n  house.promises:\n    {text}\n    reason: we know\n    owner: editor\n")


def test_an_override_without_a_date_replaces_effect_and_cases(bench):
    """A brand may soften a rule, with a name to it."""
    bench.edit(RULE_FILE, "effect: revise", "effect: revise\neffects: [{when: {channels: [press]}, effect: escalate}]")
    before = bench.compile().rules[0]
    override(bench, "effect: note")
    (rule,) = bench.compile().rules

    assert ("note", (), None) == (rule.effect, rule.cases, rule.base)
    assert before.digest != rule.digest


def test_a_dated_override_keeps_the_rule_under_it(bench):
    """After its last day the rule counts again as it was."""
    before = bench.compile().rules[0]
    override(bench, 'effect: note\n    until: "2026-12-31"')
    (rule,) = bench.compile().rules

    assert ("note", "2026-12-31", before) == (rule.effect, rule.override_until, rule.base)


def test_overridden_parameters_replace_key_by_key(bench):
    """What the override does not name stays."""
    override(bench, "params: {exceptions: [guaranteed delivery]}")
    (rule,) = bench.compile().rules

    assert ["guaranteed", "guaranteed delivery"] == [unit.text for unit in rule.plan.units]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("params: {trems: [a]}", "unknown-key", "24:14"),
        ("params: {terms: [3]}", "wrong-value", "24:22"),
        ("params: {terms: {file: lists/none.csv}}", "unknown-file", "24:28"),
        ("effect: soften", "wrong-value", "24:13"),
        ('until: "2026-12-31"', "override-empty", "24:5"),
    ],
)
def test_a_mistake_in_an_override_points_into_guardrails_yaml(bench, text, code, place):
    """The rule file is right; the override is not."""
    override(bench, text)

    assert (code, f"guardrails.yaml:{place}") == bench.refusal()


def test_an_override_changes_the_policy_and_not_the_pack(bench):
    """A pack's digest is the same in every workspace."""
    before = bench.compile()
    override(bench, "effect: note")
    after = bench.compile()

    assert before.packs == after.packs
    assert before.digest != after.digest
