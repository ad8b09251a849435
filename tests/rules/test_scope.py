"""Scope fails closed."""

from dataclasses import replace

import pytest

from guardrails.model.context import EffectiveContext
from guardrails.model.policy import Case, Plan, Rule, Scope
from guardrails.rules.scope import always_applies, ancestors, applies, effect_in

TREE = (("market.at", "eu"), ("market.de", "eu"))
RULE = Rule(
    id="brand.x", version=1, digest="sha256:0", title="", pack="brand", layer="brand", status="active", owner="o",
    kind="terms", revision=1, locales=("*",), effect="note", cases=(), severity="low", scope=Scope(), waivable=True,
    topics=(), message="", why="", instruction="", references=(), needs=(), plan=Plan(),
)  # fmt: skip


def context(**values: str | tuple[str, ...]) -> EffectiveContext:
    """An effective context of these values."""
    pairs = {key: (value,) if isinstance(value, str) else value for key, value in values.items()}
    return EffectiveContext(tuple(sorted(pairs.items())))


def scope(**include: tuple[str, ...]) -> Scope:
    """A scope that includes these values."""
    return Scope(include=tuple(sorted(include.items())))


def test_a_market_is_part_of_its_region() -> None:
    """`de` is in `eu`, and `de-AT` is in `de`."""
    assert ("de", "eu") == ancestors(TREE, "market", "de")
    assert ("de-AT", "de") == ancestors(TREE, "locale", "de-AT")


def test_a_rule_for_a_region_applies_in_its_markets() -> None:
    """A rule for `eu` applies to `de`."""
    assert applies(scope(market=("eu",)), context(market="de"), TREE)


def test_an_unknown_value_is_every_permitted_value() -> None:
    """Where the market may be `us` or `de`, a rule for `de` applies, but not for certain."""
    unknown = context(market=("us", "de"))

    assert applies(scope(market=("de",)), unknown, TREE)
    assert not always_applies(scope(market=("de",)), unknown, TREE)


def test_only_what_is_known_is_excluded() -> None:
    """`not: stages: [research]` excludes a known research stage and no unknown one."""
    excluding = Scope(exclude=(("stage", ("research",)),))

    assert not applies(excluding, context(stage="research"), TREE)
    assert applies(excluding, context(stage=("research", "copy")), TREE)


def test_an_exclusion_of_several_keys_needs_all_of_them() -> None:
    """`not: {stages: [research], markets: [us]}` excludes research for the US only."""
    excluding = Scope(exclude=(("market", ("us",)), ("stage", ("research",))))

    assert applies(excluding, context(stage="research", market="de"), TREE)
    assert not applies(excluding, context(stage="research", market="us"), TREE)


CASES = (
    Case(scope(channel=("press",)), "escalate"),
    Case(scope(market=("eu",)), "revise"),
)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"channel": "press", "market": "de"}, "escalate"),
        ({"channel": "blog", "market": "de"}, "revise"),
        ({"channel": "blog", "market": "us"}, "note"),
        ({"channel": ("blog", "press"), "market": "us"}, "escalate"),
        ({"channel": "blog", "market": ("us", "de")}, "revise"),
    ],
)
def test_the_first_matching_case_counts_and_doubt_takes_the_greatest(where: dict, expected: str) -> None:
    """The first case that matches counts; where a value is unknown, the greatest effect that could."""
    assert expected == effect_in(replace(RULE, cases=CASES), context(**where), TREE)


def test_a_later_case_never_counts_after_a_certain_one() -> None:
    """What stands behind a case that certainly matches is never looked at."""
    cases = (Case(scope(channel=("blog",)), "note"), Case(Scope(), "escalate"))

    assert "note" == effect_in(replace(RULE, cases=cases), context(channel="blog"), TREE)
