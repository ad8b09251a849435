"""The shared scan."""

import pytest

from guardrails.errors import PolicyError
from guardrails.matching.pattern import PatternSet, compile_pattern
from guardrails.matching.scanner import Scanner
from guardrails.model.policy import Literal_, Pattern, Plan
from tests.matching.support import parsed_field


def _found(unit: Literal_ | Pattern, *blocks: str) -> list[str]:
    parsed = parsed_field(*blocks)
    candidates = Scanner([Plan((unit,))]).scan([parsed])
    return [parsed.text[c.extent.start : c.extent.end] for c in candidates.get(0, ())]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("free", "Free! freedom, risk-free, carefree", ["Free", "free"]),
        ("free", "fr\u200bee", ["fr\u200bee"]),
        ("free", "free\u200bdom", []),
        ("guarantee", "guarantee's guarantee¹ guarantee™ guarantee2", ["guarantee"] * 3),
        ("cafe", "cafe\u0301", []),
        ("best in class", "best\nin  class", ["best\nin  class"]),
        ("straße", "STRASSE Straße", ["STRASSE", "Straße"]),
        ("gros", "groß", []),
        ("aa", "aa aaa", ["aa"]),
        ("最高", "最高の製品、最高。", ["最高"]),
    ],
)
def test_whole_literals(term: str, text: str, expected: list[str]) -> None:
    """A whole literal is found up to case, width and invisible characters, between boundaries only."""
    assert expected == _found(Literal_(term), text)


def test_part_of_a_word() -> None:
    """A literal that need not be whole is found inside words, overlaps included."""
    assert ["aa", "aa"] == _found(Literal_("aa", whole=False), "baaa")


def test_hits_stay_in_their_block() -> None:
    """A phrase that runs from one block into the next is no hit."""
    assert [] == _found(Literal_("risk free"), "no risk", "free entry")


@pytest.mark.parametrize("anchors", [(), ("VS",), ("nothing", "vs")])
def test_patterns(anchors: tuple[str, ...]) -> None:
    """A pattern matches the text as it stands, block by block, with or without anchors."""
    pattern = Pattern(r"(^|\s)vs\.? \w+", anchors=anchors)

    assert ["VS. Acme", " vs Bolt"] == _found(pattern, "VS. Acme", "us vs Bolt", "nothing here")


def test_anchor_must_occur() -> None:
    """Blocks without an anchor are skipped."""
    assert [] == _found(Pattern("acme", anchors=("vs",)), "acme")


def test_empty_matches_are_dropped() -> None:
    """A pattern that matches nothing at a place gives no candidate there."""
    assert ["xx"] == _found(Pattern("x*"), "axxb")


def test_many_patterns_without_anchors() -> None:
    """Many unanchored patterns go through a set and give the same answer as one by one."""
    plans = [Plan((Pattern(f"w{number}(a|b)"),)) for number in range(300)]
    parsed = parsed_field("W7a and w299b", "w12c w7b")
    found = Scanner(plans).scan([parsed])

    assert {7: 2, 299: 1} == {number: len(candidates) for number, candidates in found.items()}


def test_one_list_per_plan() -> None:
    """Each plan gets its own units' candidates, sorted, though plans share literals."""
    plans = [Plan((Literal_("b"), Literal_("a"))), Plan(()), Plan((Literal_("A", whole=False), Pattern("a.b")))]
    found = Scanner(plans).scan([parsed_field("a b"), parsed_field("ab a")])

    assert {0: 3, 2: 4} == {number: len(candidates) for number, candidates in found.items()}
    assert all(candidates == sorted(candidates) for candidates in found.values())


def test_nothing_to_scan() -> None:
    """A policy without units finds nothing, and nothing is found in a field without text."""
    assert {} == Scanner([Plan()]).scan([parsed_field("a")])
    assert {} == Scanner([Plan((Literal_("a"),))]).scan([parsed_field()])


@pytest.mark.parametrize(
    ("pattern", "help_says"),
    [("(?=x)y", "look-around is not supported"), (r"(a)\1", "backreferences"), ("(a", "re2/wiki/Syntax")],
)
def test_bad_patterns(pattern: str, help_says: str) -> None:
    """A pattern that RE2 refuses is a policy error that says what to do instead."""
    with pytest.raises(PolicyError) as raised:
        compile_pattern(pattern, ignore_case=True)

    assert "bad-pattern" == raised.value.code
    assert help_says in raised.value.help


def test_a_set_that_cannot_tell_names_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the automaton of a set runs out of memory, every pattern of it is possible: nothing is lost."""

    class Exhausted:
        def Match(self, _: str) -> None:  # noqa: N802
            return None

    patterns = PatternSet(["a", "b"])
    monkeypatch.setattr(patterns, "_set", Exhausted())

    assert [0, 1] == list(patterns.possible("nothing of either"))
