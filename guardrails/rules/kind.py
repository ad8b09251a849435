"""
The contract of a rule kind.

A kind is one module in ``rules/kinds/``: a ``Params`` dataclass, ``plan`` (at compile time: what to scan for, and plain
data), ``find`` (at run time: confirm this rule's candidates) and a ``KIND``. ``find`` sees a :class:`View` and nothing
else; it never reads the clock, the environment or the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from guardrails.matching.match import Candidate
from guardrails.model.context import EffectiveContext
from guardrails.model.draft import Draft, Source
from guardrails.model.fact import NO_FACTS, Facts
from guardrails.model.finding import Hit
from guardrails.model.policy import Need, Plan
from guardrails.rules.advice import Advice
from guardrails.signals.analysis import FieldSignals
from guardrails.text.parsed import ParsedField

__all__ = ["ANY", "Candidate", "Example", "Finder", "RuleKind", "View"]

ANY = ("*",)
"""Locales of a kind that works in every language."""


@dataclass(frozen=True, slots=True)
class View:
    """
    What a rule may look at.

    Attributes:
        fields: Every parsed field of the draft, in order.

        candidates: This rule's candidates, sorted; for ``Literal_`` units they are final hits of the literal, for
            ``Pattern`` units they are final matches of the pattern.

        signals: Per field, what analysis saw (lazily; only what the kind's needs name may be read).

        context: The effective context.

        draft: The draft (sources, claim links, provenance).

        as_of_ms: The moment of judgement; ``publish_at_ms`` is in the context.

        facts: What the workspace has approved as true.
    """

    fields: Sequence[ParsedField]
    candidates: Sequence[Candidate]
    signals: Sequence[FieldSignals]
    context: EffectiveContext
    draft: Draft
    as_of_ms: int
    facts: Facts = NO_FACTS

    @property
    def out_ms(self) -> int:
        """The moment at which the text will be read: the later of judgement and publication."""
        return max(self.as_of_ms, self.context.publish_at_ms or self.as_of_ms)


class Example(NamedTuple):
    """
    A sample: parameters as YAML text and a text in which ``[[ ]]`` marks exactly the hits.

    ``[[]]`` marks a hit with an empty extent: something is missing, or the field as a whole is meant. *sources* are
    the draft's sources, for kinds that judge them.
    """

    params: str
    text: str
    sources: tuple[Source, ...] = ()


class Finder(Protocol):
    """The run-time half of a kind."""

    def __call__(self, view: View, plan: Plan, /) -> Iterator[Hit]:
        """Yield hits in any order; ``rules/run.py`` sorts them."""


def avoid(plan: Plan, context: EffectiveContext) -> Advice:  # noqa: ARG001 - the signature of every ``advise``
    """Return what is said of a rule whose kind knows no more: its title and its instruction."""
    return Advice("avoid")


def always(view: View, plan: Plan) -> None:
    """Return that a rule whose kind judges by no moment finds tomorrow what it finds today."""


@dataclass(frozen=True, slots=True)
class RuleKind:
    """
    A rule kind, as its module declares it.

    ``params`` is a frozen dataclass, not a pydantic model, so that finding needs no pydantic; the policy loader
    validates through ``pydantic.TypeAdapter`` (its ``__pydantic_config__`` forbids unknown keys, ``__post_init__``
    raises ``ValueError``). ``revision`` moves whenever the code would judge some text differently. ``plan`` takes an
    instance of ``params`` (typed ``Any`` here because each kind has its own) and may raise :class:`PolicyError`.
    ``per_draft`` kinds are called even without candidates. ``good_until`` says up to when (ms, exclusive) what a rule does
    not find now cannot come up by the passing of time alone; a kind that needs AS_OF has one. ``advise`` says what a rule asks for before anything is written;
    None if it asks for nothing in that context.
    """

    name: str
    params: type
    revision: int
    locales: tuple[str, ...]
    needs: frozenset[Need]
    plan: Callable[[Any], Plan]
    find: Finder
    examples: tuple[Example, ...]
    per_draft: bool = False
    good_until: Callable[[View, Plan], int | None] = always
    advise: Callable[[Plan, EffectiveContext], Advice | None] = avoid
