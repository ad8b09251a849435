"""
Part 7, of the labelled texts: what rules find in the examples in their own files.

A bad example marks exactly what its rule has to find, a good one has nothing to be found. They are written by whoever wrote
the rule, and no policy is put in force while one comes out otherwise: they show that a rule does what it says, and nothing
of how it does on texts that its author never saw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from guardrails.errors import PolicyError
from guardrails.policy.testing import ExampleResult, test_rules
from guardrails.report.parts.share import Share, share_of
from guardrails.report.view import WorkspaceView
from guardrails.text.parsed import DocumentReader
from guardrails.trial import run_rule


class Labelled(NamedTuple):
    """
    How one rule did.

    Attributes:
        marked: Passages that it has to find; *clean* texts in which it has to find nothing.

        precision: Of what it found, how much is marked. *recall*: of what is marked, how much it found.
    """

    rule: str
    version: int
    marked: int
    clean: int
    precision: Share
    recall: Share

    @property
    def wrong(self) -> int:
        """How often it found what is not marked, or did not find what is."""
        return sum(one.trials - one.hits for one in (self.precision, self.recall))


def labelled_of(view: WorkspaceView, readers: Mapping[str, DocumentReader], as_of_ms: int) -> tuple[Labelled, ...]:
    """Return every rule of the workspace's files that has examples, judged at *as_of_ms*; none where they do not run."""
    if view.loaded is None or view.policy is None:
        return ()
    try:
        results = test_rules(view.loaded, run_rule(view.policy, readers, as_of_ms=as_of_ms)).results
    except PolicyError:
        return ()
    versions = {one.file.id: one.file.version for one in view.loaded.rules}
    return tuple(_labelled(rule, versions[rule], found) for rule, found in _by_rule(results))


def _by_rule(results: Iterable[ExampleResult]) -> Iterator[tuple[str, Collection[ExampleResult]]]:
    by: dict[str, list[ExampleResult]] = {}
    for one in results:
        if not one.mistake:
            by.setdefault(one.rule, []).append(one)
    yield from sorted(by.items())


def _labelled(rule: str, version: int, results: Collection[ExampleResult]) -> Labelled:
    marked = sum(len(one.expected) for one in results)
    found = sum(len(one.found) for one in results)
    right = sum((Counter(one.expected) & Counter(one.found)).total() for one in results)
    clean = sum(not one.expected for one in results)
    return Labelled(rule, version, marked, clean, share_of(right, found), share_of(right, marked))
