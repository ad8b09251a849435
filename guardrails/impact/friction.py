"""
What the gate costs: how often texts are held, how often people are asked, how often they let it through as it was.

Folded from the records of a window, text by text (a text is its content, however often it was checked). The shares are
those that a workspace may limit (``friction:``): over-governance chokes what it protects.

What people decided is counted for all of them together, never per person, and not shown at all while fewer than
:data:`~guardrails.model.review.FEWEST` different people decided in the window: then a share says how one of them works.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from guardrails.audit.log import AuditLog
from guardrails.audit.projection import DAY_MS
from guardrails.model.canonical import Json
from guardrails.model.record import Record
from guardrails.model.review import FEWEST

WINDOW_DAYS = 30


@dataclass(frozen=True, slots=True)
class RuleCost:
    """
    What one rule did in the window.

    Attributes:
        holds: Texts that it held (revise or escalate).

        disputes: How often somebody said that a finding of it is wrong, unclear or too strict.

        unchanged: Texts that it held and people approved as they were; None while too few people decided.
    """

    holds: int = 0
    disputes: int = 0
    unchanged: int | None = None


@dataclass(frozen=True, slots=True)
class Friction:
    """
    The window as a whole.

    Attributes:
        texts: Binding checks of different texts; *held* of them did not pass at first, *asked* went to a person.

        answers: Final answers of people; *unchanged* of them approved the text as it was, None while too few people decided.
    """

    texts: int
    held: int
    asked: int
    answers: int
    unchanged: int | None
    rules: tuple[tuple[str, RuleCost], ...]

    def cost(self, rule: str) -> RuleCost:
        """Return what *rule* did."""
        return dict(self.rules).get(rule, RuleCost())

    def percent(self, name: str) -> int | None:
        """Return ``held``, ``asked`` or ``unchanged`` in percent, rounded down; None of nothing."""
        share, whole = {
            "held": (self.held, self.texts),
            "asked": (self.asked, self.texts),
            "unchanged": (self.unchanged, self.answers),
        }[name]
        return share * 100 // whole if whole and share is not None else None


def friction_json(cost: Friction, limits: Mapping[str, int]) -> dict[str, Json]:
    """Return *cost* in published form, its shares in percent (null of nothing) with the *limits* of the workspace."""
    shares = ("held", "asked", "unchanged")
    return {
        "days": WINDOW_DAYS,
        "texts": cost.texts,
        "held": cost.held,
        "asked": cost.asked,
        "answers": cost.answers,
        "unchanged": cost.unchanged,
        "percent": {name: cost.percent(name) for name in shares},
        "limits": {name: limits.get(name) for name in shares},
        "rules": {
            name: {"holds": one.holds, "disputes": one.disputes, "approved_unchanged": one.unchanged}
            for name, one in cost.rules
        },
    }


def friction(log: AuditLog, now_ms: int, days: int = WINDOW_DAYS) -> Friction:
    """Return what the gate cost in the last *days*."""
    return folded(_since(log, now_ms - days * DAY_MS))


def folded(records: Iterable[Record]) -> Friction:
    """Return what the gate cost, by *records* in ledger order."""
    first: dict[str, str] = {}
    asked: set[str] = set()
    held: dict[str, set[str]] = {}
    disputes: Counter[str] = Counter()
    unchanged: Counter[str] = Counter()
    people: set[str] = set()
    answers = approved = 0
    for record in records:
        text = record.text("content_ref")
        match record.type:
            case "check" if record.member("binding") is True:
                first.setdefault(text, record.text("verdict"))
                if record.text("verdict") == "escalate":
                    asked.add(text)
                for rule in record.held_by():
                    held.setdefault(rule, set()).add(text)
            case "dispute":
                disputes[record.text("rule")] += 1
            case "review" if record.member("final") is True:
                answers += 1
                people.add(record.text("actor_ref"))
                if record.text("decision") == "approve" and record.member("edited") is False:
                    approved += 1
                    unchanged.update(record.texts("rules"))
    names = sorted({*held, *disputes, *unchanged})
    shown = len(people) >= FEWEST
    costs = tuple(
        (name, RuleCost(len(held.get(name, ())), disputes[name], unchanged[name] if shown else None)) for name in names
    )
    return Friction(
        texts=len(first),
        held=sum(verdict != "pass" for verdict in first.values()),
        asked=len(asked),
        answers=answers,
        unchanged=approved if shown else None,
        rules=costs,
    )


def _since(log: AuditLog, since_ms: int) -> Iterator[Record]:
    """Yield the records made since a moment; where the clock was set back, a few more."""
    low, high = 0, log.head().size
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if log.record(middle).at_ms < since_ms else (low, middle)
    return (record for _, record in log.records(low))
