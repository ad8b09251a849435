"""
Examples as tests: a rule must find exactly what ``[[ ]]`` marks in its bad examples, and nothing in its good ones.

Rules run as their files say them, without a workspace's overrides, with all context unknown and effects ignored.
``[[]]`` marks a hit of no length ("something is missing"); only the number of these is compared, not their place.
The runner is passed in, so that this module needs no other stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from guardrails.model.draft import Draft, Field, Source
from guardrails.policy.compile import compiled
from guardrails.policy.marks import mark_mistake, marked, unmarked
from guardrails.rules.kinds import kind as known_kind
from guardrails.text.moment import moment_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from guardrails.errors import Place
    from guardrails.model.policy import Rule
    from guardrails.policy.load import Loaded, LoadedRule
    from guardrails.policy.marks import Group, Spans
    from guardrails.policy.pack_schema import ExampleFile
    from guardrails.rules.kind import RuleKind

RunRule: TypeAlias = "Callable[[Rule, Draft, int | None], Sequence[tuple[int, int]]]"
"""
Runs one rule over a draft of one field and returns its hits as ranges of the submitted text.

The number is the moment of judgement in ms, None where the example names none.
"""


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example: what it marks, what the rule found; *mistake* is set if the example itself is no test."""

    rule: str
    group: Group
    number: int
    place: Place
    text: str
    expected: Spans
    found: Spans
    mistake: str = ""

    @property
    def passed(self) -> bool:
        """Tell whether exactly what is marked was found."""
        return not self.mistake and self.expected == self.found

    def __str__(self) -> str:
        """Return the failure for people: place, what is expected and what was found, marked."""
        head = f"{self.rule}: {self.group} example {self.number}\n  --> {self.place}"
        if self.mistake:
            return f"{head}\n  {self.mistake}"
        return f"{head}\n  expected: {marked(self.text, self.expected)}\n  found:    {marked(self.text, self.found)}"


@dataclass(frozen=True, slots=True)
class TestReport:
    """All examples of a workspace, in order of rule, bad ones first; *untested* rules have none."""

    __test__ = False  # no test class, whatever its name says to pytest

    results: tuple[ExampleResult, ...]
    untested: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[ExampleResult, ...]:
        """Return the examples that did not come out as marked."""
        return tuple(result for result in self.results if not result.passed)

    @property
    def passed(self) -> bool:
        """Tell whether there are examples and all came out as marked."""
        return bool(self.results) and not self.failures


def test_rules(
    loaded: Loaded,
    run_rule: RunRule,
    *,
    only: Collection[str] = (),  # noqa: PT028 - no pytest function
    kinds: Callable[[str], RuleKind] = known_kind,  # noqa: PT028 - no pytest function
    has_tokens: bool | None = None,  # noqa: PT028 - no pytest function
) -> TestReport:
    """
    Run the examples of every rule of *loaded* that is not retired, or of those with an id in *only*.

    Raises:
        PolicyError: If the workspace does not compile.
    """
    rules = {rule.id: rule for rule in compiled(loaded, kinds=kinds, has_tokens=has_tokens).as_written}
    due = [one for one in loaded.rules if one.file.id in rules and one.file.status != "retired"]
    due = [one for one in due if not only or one.file.id in only]
    results = tuple(result for one in due for result in _results(one, rules[one.file.id], run_rule))
    tested = {result.rule for result in results}
    return TestReport(results, tuple(one.file.id for one in due if one.file.id not in tested))


test_rules.__test__ = False  # type: ignore[attr-defined] # for pytest, which would collect it by its name


def _results(loaded: LoadedRule, rule: Rule, run_rule: RunRule) -> Iterator[ExampleResult]:
    groups: tuple[Group, ...] = ("bad", "good")
    for group in groups:
        for number, example in enumerate(getattr(loaded.file.examples, group)):
            place = loaded.document.place(("examples", group, number))
            mistake = mark_mistake(group, example.text)
            if mistake:
                yield ExampleResult(rule.id, group, number + 1, place, example.text, (), (), mistake)
                continue
            text, expected = unmarked(example.text)
            as_of_ms = moment_ms(example.as_of) if example.as_of else None
            found = _comparable(run_rule(rule, _draft(example, text), as_of_ms))
            yield ExampleResult(rule.id, group, number + 1, place, text, _comparable(expected), found)


def _draft(example: ExampleFile, text: str) -> Draft:
    sources = tuple(Source(**source.model_dump()) for source in example.sources)
    return Draft((Field("body", text, example.format),), sources=sources)


def _comparable(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return *spans* sorted, ranges of no length at the start: where something is missing is no place."""
    return tuple(sorted((start, end) if start < end else (0, 0) for start, end in spans))
