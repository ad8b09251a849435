"""What applies in a place, in at most 600 words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.errors import DraftError
from guardrails.model.brief import MAX_WORDS, Brief
from guardrails.model.fact import Withdrawal
from guardrails.model.finding import SEVERITIES
from guardrails.model.policy import LAYERS, CompiledPolicy, Rule, Scope
from guardrails.policy.brief import asked_for, brief
from guardrails.render.brief import brief_markdown
from guardrails.text.moment import moment_ms
from tests.e2e import nimbrel
from tests.policy.briefs import AGENTS, CHANNELS, brief_of, due_in, named, texts, with_rules

NIMBREL = nimbrel.policy()
PLACES = [
    {},
    {"market": "de", "locale": "de-AT"},
    {"market": "uk", "locale": "en-GB", "stage": "research"},
    {"locale": "en-US", "audience": "press", "publish_at": "2027-01-15"},
]


def rule(name: str) -> Rule:
    """Return a rule of the fixture workspace."""
    return next(one for one in NIMBREL.rules if one.id == name)


def assert_accounted(policy: CompiledPolicy, found: Brief, due: list[Rule]) -> None:
    """Assert that every rule of *due* is named once or counted, that no other is, and that the words are few."""
    told = named(found)
    left = Counter(one.layer for one in due if one.id not in told)

    assert len(told) == len(set(told))
    assert set(told) <= {one.id for one in due}
    assert {layer: left[layer] for layer in LAYERS} == {layer: dict(found.left_out)[layer] for layer in LAYERS}
    assert len(brief_markdown(found).split()) <= MAX_WORDS
    assert (len(due), policy.digest) == (found.applicable, found.policy_digest)


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("place", PLACES)
def test_every_active_rule_that_applies_is_named_or_counted(agent: str, channel: str, place: dict[str, str]) -> None:
    """For every role, on every channel, in at most 600 words."""
    found = brief_of(NIMBREL, agent, channel=channel, **place)

    assert_accounted(NIMBREL, found, due_in(NIMBREL, channel=channel, **place))


WORDS = st.lists(st.sampled_from(("lamp", "über", "a-b", "—", "x" * 80)), min_size=1, max_size=60).map(" ".join)


INSTRUCTIONS = WORDS | st.sampled_from(("Write “{say_instead}”.", "Leave “{match}” out."))
IDS = st.lists(st.sampled_from([one.id for one in NIMBREL.rules]), min_size=1, max_size=12)


def made(ids: list[str], count: int, title: str, instruction: str) -> CompiledPolicy:
    """Return a policy of *count* rules of all severities, with texts of any length; two in three are active."""
    some = [rule(name) for name in ids]
    rules = (
        replace(
            some[number % len(some)],
            id=f"made.rule-{number}",
            severity=SEVERITIES[number % 4],
            status=("active", "active", "observe")[number % 3],
            title=title if number % 2 else some[number % len(some)].title,
            instruction=instruction,
            base=None,
        )
        for number in range(count)
    )
    return with_rules(NIMBREL, *rules)


@given(IDS, st.integers(0, 120), WORDS, INSTRUCTIONS, st.sampled_from(AGENTS), st.sampled_from(("", *CHANNELS)))
@settings(max_examples=60, deadline=None)
def test_any_workspace_has_a_brief_of_600_words(
    ids: list[str], count: int, title: str, instruction: str, agent: str, channel: str
) -> None:
    """However many rules there are, and however long they talk."""
    policy = made(ids, count, title, instruction)
    said = {"channel": channel} if channel else {}

    assert_accounted(policy, brief_of(policy, agent, **said), due_in(policy, **said))


def test_five_hundred_rules_fit() -> None:
    """The count of what is left out makes up for the rest."""
    rules = (replace(one, id=f"{one.id}-{copy}", base=None) for copy in range(7) for one in NIMBREL.rules)
    policy = with_rules(NIMBREL, *rules)
    found = brief_of(policy, channel="newsletter")

    assert len(policy.rules) > 500
    assert_accounted(policy, found, due_in(policy, channel="newsletter"))
    assert sum(count for _, count in found.left_out) > 300


def test_the_least_grave_rules_are_left_out() -> None:
    """Whatever is left out of a section is no graver than anything that is in it."""
    hype = rule("house-style.hype-en")
    made = [replace(hype, id=f"made.rule-{n}", severity=SEVERITIES[n % 4], title=f"Hype {n}") for n in range(400)]
    told = set(named(brief_of(with_rules(NIMBREL, *made), locale="en-GB")))
    grave = {SEVERITIES.index(one.severity) for one in made if one.id in told}
    left = {SEVERITIES.index(one.severity) for one in made if one.id not in told}

    assert told
    assert min(grave) >= max(left)


def test_the_same_policy_and_place_give_the_same_brief() -> None:
    """The order of rules changes nothing."""
    turned = with_rules(NIMBREL, *reversed(NIMBREL.rules))

    assert brief_of(NIMBREL, channel="blog") == brief_of(turned, channel="blog")


@pytest.mark.parametrize("status", ["observe", "draft", "retired"])
def test_a_rule_in_trial_demands_nothing(status: str) -> None:
    """It is neither named nor counted."""
    alone = with_rules(NIMBREL, replace(rule("nimbrel-brand.unsubscribe"), status=status))
    found = brief_of(alone, channel="newsletter")

    assert [] == named(found)
    assert {0} == {dict(found.left_out)[layer] for layer in LAYERS}


def test_a_dated_override_counts_until_its_day() -> None:
    """After it the rule as shipped is told again."""
    strict = rule("nimbrel-brand.no-gos-en")
    mild = replace(strict, override_until="2026-11-23", base=strict, title="Softened")
    policy = with_rules(NIMBREL, mild)

    assert "Softened" in texts(brief_of(policy, locale="en-GB"), "avoid")[0]
    after = brief_of(policy, as_of_ms=moment_ms("2026-11-24"), locale="en-GB")
    assert strict.title in texts(after, "avoid")[0]


def test_what_only_a_person_decides_tells_where_to_stop() -> None:
    """By effect in this place, or by a topic at which the agent must stop."""
    guarantees = with_rules(NIMBREL, rule("eu-claims.guarantees-en"))
    health = with_rules(NIMBREL, replace(rule("eu-claims.health-effects-en"), effect="revise", cases=()))

    assert texts(brief_of(guarantees, channel="blog"), "avoid")
    assert "Guaranteed outcome" in texts(brief_of(guarantees, channel="press"), "stop")[0]
    assert "Health effect" in texts(brief_of(health), "stop")[0]
    assert "Health effect" in texts(brief_of(health, "research"), "avoid")[0]


def test_a_stop_without_words_says_what_to_do() -> None:
    """In the kind's own sentence, or by the rule's instruction."""
    personal = replace(rule("core-hygiene.personal-data"), effect="escalate")
    found = texts(brief_of(with_rules(NIMBREL, personal, rule("core-hygiene.hidden-text"))), "stop")

    assert [
        "Hidden characters. Delete the invisible characters and check where the text came from.",
        "Personal data. No personal data (e-mail, phone, account or ID numbers), except nimbrel.example.",
    ] == found[:2]


def test_a_demand_that_a_person_may_lift_says_so() -> None:
    """A press release without a source is no matter of revising."""
    policy = with_rules(NIMBREL, rule("nimbrel-facts.claims-need-source-en"))

    assert texts(brief_of(policy, channel="press"), "proof")[0].endswith("; otherwise a person decides.")
    assert texts(brief_of(policy, channel="blog"), "proof")[0].endswith("link the source.")


def test_wording_says_what_to_say_instead() -> None:
    """Pairs are told as pairs."""
    found = brief_of(with_rules(NIMBREL, rule("nimbrel-brand.wording-en")), locale="en-GB")

    (text,) = texts(found, "say_instead")

    assert text.startswith("“smart bulb” → “lamp”, “lighting solution” → “lamp”, “users” → “owners”, ")
    assert text.endswith(" (+4)")


def test_a_required_text_is_told_with_its_condition_and_its_words() -> None:
    """Words that the instruction gives already are not repeated."""
    policy = with_rules(
        NIMBREL,
        rule("nimbrel-brand.press-contact"),
        rule("nimbrel-brand.nim-is-software-en"),
        rule("nimbrel-brand.unsubscribe"),
    )

    assert [
        "Add the link at the end, with the words “Unsubscribe” or “Abmelden”.",
        "With “Nim”: Say once in the text that Nim is an AI assistant.",
    ] == texts(brief_of(policy, channel="newsletter", locale="en-GB"), "required")
    assert [
        "Add the press office with its address: “press@nimbrel.example” or “presse@nimbrel.example”.",
        "Afterwards: File the published version with its date in the press archive.",
    ] == sorted(texts(brief_of(policy, channel="press", locale="de-DE"), "required"))


def test_names_to_be_written_exactly_share_a_line() -> None:
    """Two rules that say the same are one sentence."""
    policy = with_rules(NIMBREL, rule("nimbrel-brand.name-spelling"), rule("nimbrel-brand.product-names"))
    found = brief_of(replace(policy, workspace=replace(policy.workspace, tone="")))

    assert ["Write these names exactly so: “Nimbrel”, “Nimbrel Desk”, “Nimbrel Floor”, “Nimbrel Go”"] == texts(
        found, "tone"
    )
    assert ["nimbrel-brand.name-spelling", "nimbrel-brand.product-names"] == named(found)


def test_no_placeholder_reaches_a_brief() -> None:
    """What a finding would fill in is “it” or left out."""
    for channel in CHANNELS:
        assert "{" not in brief_markdown(brief_of(NIMBREL, channel=channel))


def test_two_good_and_two_bad_examples_of_the_brand() -> None:
    """They are of the same two rules, the brand's own and the narrowest first."""
    found = brief_of(NIMBREL, channel="newsletter", locale="de-DE")

    assert ["“Stellen Sie Ihre Lampe ans Fenster.”", "“Drehen Sie am Ring, bis die Seite hell genug ist.”"] == texts(
        found, "good"
    )
    assert ["“Stell deine Lampe ans Fenster.”", "“93 % der Angestellten klagen über schlechtes Licht.”"] == texts(
        found, "bad"
    )


def facts(found: Brief) -> list[str]:
    """Return the facts of a brief."""
    return [line.fact for section in found.sections if section.name == "facts" for line in section.lines]


def test_facts_are_told_in_the_language_of_the_place() -> None:
    """The approved wording for the locale, or for its language; what finds no room is counted."""
    found = brief_of(with_rules(NIMBREL), locale="de-AT", channel="blog")

    assert "Nimbrel Desk gibt bis zu 920 Lumen." == texts(found, "facts")[0]
    assert [fact.id for fact in NIMBREL.facts.facts] == facts(found)
    assert 0 == dict(found.left_out)["facts"]


def test_only_usable_facts_are_told() -> None:
    """Ended at the later of now and publication, withdrawn, or without wording: not told and not counted."""
    void = replace(NIMBREL.facts.facts[0], withdrawn=Withdrawal("2026-11-01", "Measured again."))
    bare = replace(NIMBREL.facts.facts[1], wording=())
    sheet = replace(NIMBREL.facts, facts=(void, bare, *NIMBREL.facts.facts[2:]))
    policy = replace(with_rules(NIMBREL), facts=sheet)
    told = facts(brief_of(policy, locale="en-GB"))
    later = facts(brief_of(policy, locale="en-GB", publish_at="2027-02-01"))

    assert {"N-001", "N-002"}.isdisjoint(told)
    assert ["N-009"] == [name for name in told if name not in later]


def test_a_fact_withdrawn_on_the_record_is_not_told() -> None:
    """Before anybody has changed the sheet."""
    context = asked_for(NIMBREL.workspace, (("locale", "en-GB"),), (), nimbrel.AS_OF_MS)
    found = brief(NIMBREL, "creative", context, nimbrel.AS_OF_MS, withdrawn=("N-002", "N-404"))

    assert "N-001" == facts(found)[0]
    assert "N-002" not in facts(found)


def test_facts_without_room_are_counted() -> None:
    """A sheet of 300 facts is no brief."""
    many = tuple(replace(NIMBREL.facts.facts[0], id=f"F-{number:03}") for number in range(300))
    policy = replace(NIMBREL, facts=replace(NIMBREL.facts, facts=many))
    found = brief_of(policy, channel="newsletter", locale="en-GB")

    assert 300 == len(facts(found)) + dict(found.left_out)["facts"]
    assert len(brief_markdown(found).split()) <= MAX_WORDS


@pytest.mark.parametrize(
    ("agent", "said", "expected"),
    [
        ("distribution", {"channel": "newsletter", "market": "de"},
         ["You may publish this and hand it to the next stage on your own."]),
        ("distribution", {"channel": "newsletter"},
         ["You may publish this on your own only in the markets eu, uk.", "You may hand it to the next stage on your own."]),
        ("distribution", {"channel": "press", "market": "de"},
         ["You may only recommend to publish this; a person decides.", "You may hand it to the next stage on your own."]),
        ("creative", {"channel": "help-center", "stage": "copy"},
         ["You may not publish this; a person decides.", "You may hand it to the next stage on your own."]),
        ("learning", {}, ["You may not publish this; a person decides.",
                          "You may only recommend to hand it to the next stage; a person decides."]),
    ],
)  # fmt: skip
def test_the_mandate_is_told(agent: str, said: dict[str, str], expected: list[str]) -> None:
    """What is delegated here, for every possible value or only for some."""
    assert expected == texts(brief_of(NIMBREL, agent, **said), "decide")[:-1]


def test_what_a_grant_excludes_is_told() -> None:
    """An exclusion that may be touched leaves the grant open."""
    mandate = next(one for one in NIMBREL.workspace.mandates if one.agent == "qa")
    grant = mandate.may_decide[0]._replace(scope=Scope(exclude=(("market", ("us",)),)))
    workspace = replace(NIMBREL.workspace, mandates=(replace(mandate, may_decide=(grant,)),))
    policy = replace(NIMBREL, workspace=workspace)

    assert "You may hand it to the next stage on your own only outside the markets us." in texts(
        brief_of(policy, "qa"), "decide"
    )
    assert "You may hand it to the next stage on your own." in texts(brief_of(policy, "qa", market="uk"), "decide")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-05-31", "Your mandate begins on 2026-06-01: a person decides whatever you write."),
        ("2027-01-01", "Your mandate ended on 2026-12-31: a person decides whatever you write."),
    ],
)
def test_an_agent_without_a_live_mandate_is_told_so(as_of: str, expected: str) -> None:
    """Before the first day and after the last."""
    assert [expected] == texts(brief_of(NIMBREL, "learning", moment_ms(as_of)), "decide")
    assert expected not in texts(brief_of(NIMBREL, "learning", moment_ms("2026-12-31T23:59:00Z")), "decide")


def test_topics_are_told_with_who_answers() -> None:
    """By the first route that is for the topic here; the rest goes to the queue for everything."""
    blog, press = (texts(brief_of(NIMBREL, channel=channel), "stop") for channel in ("blog", "press"))

    assert (
        "Stop at these topics: finance, layoffs, legal-dispute (management, 4 h); health (legal, 8 h); "
        "product-safety (product-safety, 2 h)."
    ) in blog
    assert "Stop after 3 rounds, or when a round mends nothing." in blog
    assert "Anything else: content-desk, 24 h." == blog[-1]
    assert "Anything else: press-office, 8 h." == press[-1]


def test_an_unknown_agent_gets_a_near_match() -> None:
    """A misspelt name is no agent without rules."""
    with pytest.raises(DraftError) as refused:
        brief_of(NIMBREL, "distrbution")

    assert ("unknown-agent", "Did you mean “distribution”?") == (refused.value.code, refused.value.help)


@pytest.mark.parametrize(
    ("said", "code", "hint"),
    [
        ({"channel": "newsletr"}, "unknown-value", "Did you mean 'newsletter'?"),
        ({"chanel": "blog"}, "unknown-key", "Did you mean 'channel'?"),
        ({"channel": "press"}, "forbidden", "It is for: blog."),
    ],
)
def test_a_place_that_is_unknown_or_not_permitted_is_refused(said: dict[str, str], code: str, hint: str) -> None:
    """The help says what was meant, or what is allowed."""
    with pytest.raises(DraftError) as refused:
        asked_for(NIMBREL.workspace, tuple(said.items()), (("channel", ("blog",)),), nimbrel.AS_OF_MS)

    assert (code, hint) == (refused.value.code, refused.value.help)


def test_unsaid_values_are_those_that_are_permitted() -> None:
    """A key for two channels gets the rules of two channels."""
    context = asked_for(NIMBREL.workspace, (), (("channel", ("blog", "web")),), nimbrel.AS_OF_MS)

    assert ("blog", "web") == context["channel"]
