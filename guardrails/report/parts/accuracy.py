"""Part 7: how the rules do, by labelled texts and by what people said; where there is neither, nothing is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.model.policy import CompiledPolicy
from guardrails.report.evidence import Evidence
from guardrails.report.parts.drafts import LabelledDrafts
from guardrails.report.parts.judged import Judgements, judgements_of
from guardrails.report.parts.labelled import Labelled


class RuleAtWork(NamedTuple):
    """A rule that held a text in the period: *held* different texts, and how often a finding of it was *disputed*."""

    rule: str
    held: int
    disputed: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """
    What is known of how the rules do.

    Attributes:
        examples: Rules in force that have labelled texts, in that version: what went wrong first, then what held most.

        drafts: What came of drafts that people have judged by reading; None without any.

        elsewhere: How many rules of the files have some, but are not in force in that version.

        at_work: Rules that held a text, those that held most first.
    """

    examples: tuple[Labelled, ...]
    elsewhere: int
    drafts: LabelledDrafts | None
    at_work: tuple[RuleAtWork, ...]
    judged: Judgements

    @property
    def unlabelled(self) -> tuple[str, ...]:
        """Rules that held a text and have no labelled texts."""
        known = {one.rule for one in self.examples}
        return tuple(one.rule for one in self.at_work if one.rule not in known)


def accuracy_of(
    evidence: Evidence,
    examples: tuple[Labelled, ...],
    drafts: LabelledDrafts | None,
    policy: CompiledPolicy | None,
) -> Accuracy:
    """Return the part; *examples* are those of the files, *policy* what was in force."""
    in_force = {(rule.id, rule.version) for rule in policy.rules} if policy else set()
    current = [one for one in examples if (one.rule, one.version) in in_force]
    at_work = _at_work(evidence)
    place = {one.rule: at for at, one in enumerate(at_work)}
    return Accuracy(
        examples=tuple(
            sorted(current, key=lambda one: (-one.wrong, place.get(one.rule, len(place)), one.rule)),
        ),
        drafts=drafts,
        elsewhere=len(examples) - len(current),
        at_work=at_work,
        judged=judgements_of(evidence),
    )


def _at_work(evidence: Evidence) -> tuple[RuleAtWork, ...]:
    held: dict[str, set[str]] = {}
    for one in evidence.binding:
        for hit in one.rules:
            if hit.calls_for in ("revise", "escalate"):
                held.setdefault(hit.rule, set()).add(one.content_ref)
    disputed = Counter(one.record.text("rule") for one in evidence.events("dispute"))
    lines = (RuleAtWork(rule, len(texts), disputed[rule]) for rule, texts in held.items())
    return tuple(sorted(lines, key=lambda one: (-one.held, -one.disputed, one.rule)))
