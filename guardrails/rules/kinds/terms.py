"""
terms: listed words and phrases that must not stand in the text.

Why: a brand has words it never uses, and words it uses instead. A list is the one rule that everybody can read,
discuss and keep.

How: text and terms are compared case-folded (NFKC), with one apostrophe for all that are typed for it ("can't", "can’t")
and one hyphen for all, the en dash included ("risk‑free", "risk–free"). A hit starts and ends at a boundary: no letter, digit or combining
mark on the other side; hyphens and apostrophes are boundaries. An exception found the same way removes the hits wholly
inside it, and so does a term's own replacement where it contains the term. Of overlapping hits the longest counts.
A word in disguise is read as people read it: four or more single letters with the same sign between them ("g u a r a n
t e e d", "g-u-a-r-…"), words with figures or signs for letters ("gu4rant33d", "@mazing", "r!sk"), and words of small
capitals ("ɢᴜᴀʀᴀɴᴛᴇᴇᴅ") or filled squares and circles.

Misses: inflected forms that are not listed; spellings with a typing error (see ``near-terms``); a term that runs
across two blocks; other disguises: letters one below the other or with mixed signs between them, parts of spaced text
shorter than six letters, letters of other scripts and marks on letters (see ``hidden-text``), signs not named above.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from guardrails.matching.fold import fold_key
from guardrails.matching.match import Candidate
from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit, HitFix
from guardrails.model.policy import Literal_, Need, Plan
from guardrails.rules.advice import Advice
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import (
    FORBID,
    array,
    as_written,
    covers_locale,
    longest,
    mapping,
    replacement,
    slice_of,
    strings,
    without_exceptions,
)


@dataclass(frozen=True, slots=True)
class Term:
    """
    A term with more to say about it.

    Attributes:
        term: The word or phrase.

        say_instead: One replacement, or several to choose from.

        why: Why this term, if the rule's own reason does not say it.

        locale: Counts only where the draft may be in this locale (``de`` includes ``de-AT``); empty for everywhere.
    """

    __pydantic_config__: ClassVar = FORBID

    term: str
    say_instead: str | tuple[str, ...] = ()
    why: str = ""
    locale: str = ""

    @property
    def replacements(self) -> tuple[str, ...]:
        """Every replacement, in order."""
        listed = (self.say_instead,) if isinstance(self.say_instead, str) else self.say_instead
        return tuple(word for word in listed if word)


@dataclass(frozen=True, slots=True)
class Params:
    """
    What to look for.

    Attributes:
        terms: Words and phrases, plain or as ``{term, say_instead, why, locale}``.

        exceptions: Phrases inside which a term is no hit.
    """

    __pydantic_config__: ClassVar = FORBID

    terms: tuple[str | Term, ...]
    exceptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse lists that can find nothing."""
        if not self.terms:
            raise ValueError("terms is empty: list at least one")
        for text in (*(term.term for term in full_terms(self)), *self.exceptions):
            if not fold_key(text):
                raise ValueError(f"{text!r} has nothing to compare: expected a word or phrase")


def full_terms(params: Params) -> tuple[Term, ...]:
    """Return the terms of *params*, plain ones included, in order."""
    return tuple(Term(term) if isinstance(term, str) else term for term in params.terms)


def plan(params: Params) -> Plan:
    """Scan for terms first, exceptions after them."""
    terms = full_terms(params)
    exceptions = dict.fromkeys((*params.exceptions, *(word for term in terms for word in _containing(term))))
    units = (*(Literal_(term.term) for term in terms), *(Literal_(text) for text in exceptions))
    listed: list[Json] = [
        {"term": term.term, "say": list(term.replacements), "why": term.why, "locale": term.locale} for term in terms
    ]
    return Plan(units, listed)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Confirm: right locale, outside exceptions, the longest of those that overlap."""
    listed = array(plan.data)
    possible = without_exceptions(view.candidates, len(listed))
    for candidate in longest(c for c in possible if _counts(view.context, mapping(listed[c.unit]))):
        yield _hit(view, candidate, mapping(listed[candidate.unit]))


def advise(plan: Plan, context: EffectiveContext) -> Advice | None:
    """Name the terms that may count here, with what to say instead."""
    items = [mapping(item) for item in array(plan.data)]
    words = tuple((str(item["term"]), " / ".join(strings(item["say"]))) for item in items if _counts(context, item))
    return Advice("avoid", words=words) if words else None


def _containing(term: Term) -> tuple[str, ...]:
    """Return the replacements that contain the term: text that says them is right already."""
    key = fold_key(term.term)
    return tuple(word for word in term.replacements if key in fold_key(word))


def _counts(context: EffectiveContext, item: dict[str, Json]) -> bool:
    locale = str(item["locale"])
    effective = context["locale"]
    return not locale or not effective or any(covers_locale(value, locale) for value in effective)


def _hit(view: View, candidate: Candidate, item: dict[str, Json]) -> Hit:
    match = slice_of(view.fields[candidate.field], candidate.extent)
    say = strings(item["say"])
    evidence = [("term", str(item["term"]))]
    if item["why"]:
        evidence.append(("why", str(item["why"])))
    return Hit(
        candidate.field,
        candidate.extent,
        match,
        values=(("say_instead", " / ".join(say)),),
        evidence=tuple(evidence),
        fixes=tuple(_fixes(view, candidate, match, say)),
    )


def _fixes(view: View, candidate: Candidate, match: str, say: tuple[str, ...]) -> Iterator[HitFix]:
    safe = len(say) == 1 and view.fields[candidate.field].is_verbatim(candidate.extent)
    for word in say:
        yield replacement(candidate.extent, as_written(word, match), safe=safe)


_PROMISES = """
terms: [guarantee, guaranteed, risk-free]
exceptions: ["year guarantee", "guarantee terms"]
"""
_WORDING = """
terms:
  - {term: clients, say_instead: customers}
  - {term: utilise, say_instead: [use, apply], why: "plain words first"}
  - {term: AI, say_instead: "AI assistant"}
"""
_CONTRACTED = """
terms: ["can't lose"]
"""

KIND = RuleKind(
    name="terms",
    params=Params,
    revision=3,
    locales=ANY,
    needs=frozenset({Need.CONTEXT}),
    plan=plan,
    find=find,
    examples=(
        Example(_PROMISES, "Results [[guaranteed]] in a week."),
        Example(_PROMISES, "A [[risk-free]] switch, and we [[Guarantee]] it."),
        Example(_PROMISES, "A [[risk\u2011free]] switch without a [[risk–free]] trial."),
        Example(_CONTRACTED, "You [[can’t lose]], whoever set the apostrophe."),
        Example(_PROMISES, "Results [[g u a r a n t e e d]], all of it [[r!sk-fr33]]."),
        Example(_WORDING, "Our [[clients]] [[utilise]] it; the [[AI]] drafts, the AI assistant checks."),
        Example(_PROMISES, "Two-year guarantee, see guarantee terms."),
        Example(_PROMISES, "Most teams see a change within a week, guaranteeing nothing."),
        Example(_WORDING, "Customers use the AI assistant."),
    ),
    advise=advise,
)
