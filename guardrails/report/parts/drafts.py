"""
Part 7, of the labelled drafts: what the gate says of texts that people have judged by reading (``labels``).

They are only run where the files are what was in force, so that it is the policy of the period that is measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from guardrails.model.policy import CompiledPolicy
from guardrails.model.state import State
from guardrails.pipeline import Evaluate
from guardrails.policy.labels import Label
from guardrails.report.parts.labelled import Labelled
from guardrails.report.parts.share import Share, share_of
from guardrails.report.view import WorkspaceView

_RANK = ("pass", "revise", "escalate")


@dataclass(frozen=True, slots=True)
class LabelledDrafts:
    """
    What came of them.

    Attributes:
        verdicts: Of all, those with the verdict that people expect; *lenient* got a lower one, *strict* a higher.

        rules: By rule, worst first: drafts in which it has to find something (*marked*) and nothing (*clean*).
    """

    verdicts: Share
    lenient: int
    strict: int
    rules: tuple[Labelled, ...]


def drafts_of(
    view: WorkspaceView, evaluate: Evaluate, policy: CompiledPolicy | None, as_of_ms: int
) -> LabelledDrafts | None:
    """Return what came of the workspace's labelled drafts; None where it has none, or they are for another policy."""
    labels = view.labels
    if labels is None or policy is None or view.policy is None or view.policy.digest != policy.digest:
        return None
    moment = as_of_ms if labels.as_of_ms is None else labels.as_of_ms
    counts, above = _Counts(), Counter[int]()
    for label in labels.drafts:
        state = State(principal=labels.principal, caller=label.caller)
        found = evaluate(label.draft, policy, state, moment).assessment
        above[_sign(_RANK.index(str(found.verdict)) - _RANK.index(label.verdict))] += 1
        counts.see(label, {one.rule.id for one in found.findings})
    versions = {rule.id: rule.version for rule in policy.rules}
    rules = (counts.of(rule, versions[rule]) for rule in sorted(counts.rules & versions.keys()))
    worst_first = tuple(sorted(rules, key=lambda one: (-one.wrong, -one.marked)))
    return LabelledDrafts(share_of(above[0], above.total()), above[-1], above[1], worst_first)


class _Counts:
    """Counts drafts by rule: in which it had to find something or nothing, and where it did find something."""

    def __init__(self) -> None:
        self.must: Counter[str] = Counter()
        self.must_not: Counter[str] = Counter()
        self.right: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()

    @property
    def rules(self) -> set[str]:
        return {*self.must, *self.must_not}

    def see(self, label: Label, found: Iterable[str]) -> None:
        self.must.update(label.must)
        self.must_not.update(label.must_not)
        self.right.update(label.must.intersection(found))
        self.wrong.update(label.must_not.intersection(found))

    def of(self, rule: str, version: int) -> Labelled:
        right, must = self.right[rule], self.must[rule]
        precision = share_of(right, right + self.wrong[rule])
        return Labelled(rule, version, must, self.must_not[rule], precision, share_of(right, must))


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
