"""Part 4: what was decided, counted every way an auditor asks for, and a sample that can be checked again."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.audit import tlog
from guardrails.audit.log import AuditLog
from guardrails.errors import LedgerError
from guardrails.model.day import day_of
from guardrails.report.evidence import Decision, Evidence

SAMPLE = 60
"""How many decisions are drawn; the usual size of an attribute sample at 95 % with no exception expected."""

WEEK_MS = 7 * 86_400_000
_EPOCH_MONDAY_MS = 4 * 86_400_000  # 1970-01-05


class Verdicts(NamedTuple):
    """Counts by verdict, under a *name* (a channel, a week)."""

    name: str
    passed: int
    revise: int
    escalate: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.passed + self.revise + self.escalate


class RuleCount(NamedTuple):
    """In how many texts a rule had a finding, and what it called for at most."""

    rule: str
    texts: int
    revise: int
    escalate: int


class Sampled(NamedTuple):
    """One drawn decision: *proof* are the hashes of its inclusion in the tree of the report (hex); *proved*: they hold."""

    at: int
    check: str
    at_ms: int
    verdict: str
    leaf: str
    proof: tuple[str, ...]
    proved: bool
    replay: str


@dataclass(frozen=True, slots=True)
class Population:
    """
    Every check of the period.

    Attributes:
        binding: Those that bind; *simulated* the others.

        texts: Different texts among the binding ones.

        seed: What the sample is drawn with: the SHA-256 of *seeded*, root and period in ms, so that whoever chose the period cannot choose the sample freely: each end draws another.
    """

    binding: Verdicts
    simulated: int
    texts: int
    by_week: tuple[Verdicts, ...]
    by_channel: tuple[Verdicts, ...]
    by_market: tuple[Verdicts, ...]
    by_rule: tuple[RuleCount, ...]
    by_reason: tuple[tuple[str, int], ...]
    seeded: str
    seed: str
    sample: tuple[Sampled, ...]


Again = Callable[[Decision], str]
"""Replays a decision and returns the status."""


def population_of(log: AuditLog, evidence: Evidence, root: str, again: Again) -> Population:
    """Return the counts, and the sample with its proofs and replays."""
    binding = evidence.binding
    seeded = f"{root} {evidence.period.from_ms} {evidence.period.until_ms}"
    seed = hashlib.sha256(seeded.encode()).hexdigest()
    return Population(
        binding=_verdicts("all", binding),
        simulated=len(evidence.decisions) - len(binding),
        texts=len({one.content_ref for one in binding}),
        by_week=_by(binding, lambda one: (_week(one.at_ms),)),
        by_channel=_by(binding, lambda one: one.channels if len(one.channels) == 1 else ("several possible",)),
        by_market=_by(binding, lambda one: one.markets if len(one.markets) == 1 else ("several possible",)),
        by_rule=_rules(binding),
        by_reason=_reasons(binding),
        seeded=seeded,
        seed=seed,
        sample=tuple(_sampled(log, one, evidence.size, root, again) for one in _drawn(evidence.decisions, seed)),
    )


def _verdicts(name: str, decisions: Iterable[Decision]) -> Verdicts:
    counts = Counter(one.verdict for one in decisions)
    return Verdicts(name, counts["pass"], counts["revise"], counts["escalate"])


def _by(decisions: Iterable[Decision], key: Callable[[Decision], tuple[str, ...]]) -> tuple[Verdicts, ...]:
    counts: dict[str, Counter[str]] = {}
    for one in decisions:
        for name in key(one):
            counts.setdefault(name, Counter())[one.verdict] += 1
    return tuple(Verdicts(name, c["pass"], c["revise"], c["escalate"]) for name, c in sorted(counts.items()))


def _week(at_ms: int) -> str:
    """Return the Monday of a moment's week."""
    return day_of(at_ms - (at_ms - _EPOCH_MONDAY_MS) % WEEK_MS)


def _rules(decisions: Iterable[Decision]) -> tuple[RuleCount, ...]:
    texts: Counter[str] = Counter()
    called: Counter[tuple[str, str]] = Counter()
    for one in decisions:
        texts.update({hit.rule for hit in one.rules})
        called.update({(hit.rule, hit.calls_for) for hit in one.rules})
    counts = (RuleCount(r, n, called[r, "revise"], called[r, "escalate"]) for r, n in texts.items())
    return tuple(sorted(counts, key=lambda one: (-one.texts, one.rule)))


def _reasons(decisions: Iterable[Decision]) -> tuple[tuple[str, int], ...]:
    counts = Counter(code for one in decisions for code in set(one.reasons))
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _drawn(decisions: tuple[Decision, ...], seed: str) -> list[Decision]:
    chosen = random.Random(seed).sample(range(len(decisions)), min(SAMPLE, len(decisions)))  # noqa: S311 - reproducible on purpose
    return [decisions[at] for at in sorted(chosen)]


def _sampled(log: AuditLog, one: Decision, size: int, root: str, again: Again) -> Sampled:
    try:
        proof = log.inclusion_proof(one.at, size)
        found = log.find_check(one.id)
    except LedgerError:
        proof, found = (), None
    leaf = found.receipt.leaf_hash if found else ""
    holds = tlog.inclusion_holds(one.at, size, bytes.fromhex(leaf), proof, bytes.fromhex(root))
    return Sampled(one.at, one.id, one.at_ms, one.verdict, leaf, tuple(node.hex() for node in proof), holds, again(one))
