"""
Examples as tests: a rule must find exactly what ``[[ ]]`` marks in its bad examples, and nothing in its good ones.

Rules run as their files say them, without a workspace's overrides, with all context unknown and effects ignored.
``[[]]`` marks a hit of no length ("something is missing"); only the number of these is compared, not their place.
The runner is passed in, so that this module needs no other stage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from guardrails.policy.compile import compiled
from guardrails.rules.kinds import kind as known_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from guardrails.errors import Place
    from guardrails.model.draft import Format
    from guardrails.model.policy import Rule
    from guardrails.policy.load import Loaded, LoadedRule
    from guardrails.rules.kind import RuleKind

Spans: TypeAlias = "tuple[tuple[int, int], ...]"
"""Half-open ranges of code points of the example without its marks, sorted."""

RunRule: TypeAlias = "Callable[[Rule, str, Format], Sequence[tuple[int, int]]]"
"""Runs one rule over one field of a format and returns its hits as ranges of the submitted text."""

_MARK = re.compile(r"\[\[|\]\]")


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example: what it marks, what the rule found; *mistake* is set if the example itself is no test."""

    rule: str
    group: Literal["bad", "good"]
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


def unmarked(text: str) -> tuple[str, Spans]:
    """
    Return *text* without its marks, and the ranges they enclose; :func:`marked` is the inverse.

    Raises:
        ValueError: If a mark is not closed, not opened, or inside another.
    """
    parts: list[str] = []
    spans: list[tuple[int, int]] = []
    at = length = 0
    start: int | None = None
    for mark in _MARK.finditer(text):
        parts.append(text[at : mark.start()])
        length += mark.start() - at
        at = mark.end()
        if (mark[0] == "[[") != (start is None):
            raise ValueError("“[[” and “]]” do not pair up")
        if start is not None:
            spans.append((start, length))
        start = length if start is None else None
    if start is not None:
        raise ValueError("“[[” and “]]” do not pair up")
    return "".join((*parts, text[at:])), tuple(sorted(spans))


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return *text* with ``[[ ]]`` around *spans*."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]}[[{text[start:end]}]]{text[end:]}"
    return text


def _results(loaded: LoadedRule, rule: Rule, run_rule: RunRule) -> Iterator[ExampleResult]:
    groups: tuple[Literal["bad", "good"], ...] = ("bad", "good")
    for group in groups:
        for number, example in enumerate(getattr(loaded.file.examples, group)):
            place = loaded.document.place(("examples", group, number))
            try:
                text, expected = unmarked(example.text)
            except ValueError as error:
                yield ExampleResult(rule.id, group, number + 1, place, example.text, (), (), str(error))
                continue
            mistake = _mistake(group, expected)
            found = () if mistake else _comparable(run_rule(rule, text, example.format))
            yield ExampleResult(rule.id, group, number + 1, place, text, _comparable(expected), found, mistake)


def _mistake(group: Literal["bad", "good"], expected: Spans) -> str:
    if group == "bad" and not expected:
        return "a bad example marks what must be found: put [[ ]] around it"
    return "a good example marks nothing" if group == "good" and expected else ""


def _comparable(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return *spans* sorted, ranges of no length at the start: where something is missing is no place."""
    return tuple(sorted((start, end) if start < end else (0, 0) for start, end in spans))
