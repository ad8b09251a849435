"""
claim-needs-source: claims without anything to back them.

Why: a figure, a superlative or "studies show" without evidence on file is what competitors and regulators write
letters about (for the EU: Directive 2005/29/EC Art. 12, the trader must be able to prove factual claims).

How: a sentence that makes a claim of a listed type is a hit unless the draft links it to one of its sources, or a
citation stands in it, or in the sentence after it where that one makes no such claim itself. Questions and hedged
claims count like others: "may be the fastest" still suggests it.

Misses: whether the source supports the claim, and whether it exists (that takes the fact sheet and a person); claims
that run over several sentences or are a single word; languages other than English and German.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from guardrails.model.canonical import Json
from guardrails.model.draft import Draft
from guardrails.model.finding import Hit
from guardrails.model.policy import Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.kind import Example, RuleKind, View
from guardrails.rules.overlap import FORBID, mapping, slice_of, strings
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.signal import Claim, ClaimType
from guardrails.text.parsed import ParsedField

_HEDGED_CONFIDENCE_PM = 700
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Params:
    """
    Which claims, and what backs them.

    Attributes:
        claim_types: Types of claims that need a source.

        accept: ``citation`` (in the text), ``source-link`` (of the draft to one of its sources) or ``both``: either
            of the two.
    """

    __pydantic_config__: ClassVar = FORBID

    claim_types: tuple[ClaimType, ...] = ("quantified", "superlative", "guarantee", "scientific")
    accept: Literal["citation", "source-link", "both"] = "both"

    def __post_init__(self) -> None:
        """Refuse a rule that asks nothing."""
        if not self.claim_types:
            raise ValueError("claim_types is empty: leave it out for the default")


def plan(params: Params) -> Plan:
    """Scan for nothing: signals have seen claims and citations."""
    data: dict[str, Json] = {"types": list(params.claim_types), "accept": params.accept}
    return Plan((), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Report each sentence that claims something and has nothing to back it."""
    data = mapping(plan.data)
    types, accept = strings(data["types"]), str(data["accept"])
    for number, parsed in enumerate(view.fields):
        signals = view.signals[number]
        claims = _by_sentence(signals, types)
        for extent, made in claims.items():
            is_linked = accept != "citation" and _is_linked(view.draft, parsed, extent)
            is_cited = accept != "source-link" and _is_cited(signals, extent, claims)
            if not (is_linked or is_cited):
                yield _hit(number, parsed, extent, made)


def _by_sentence(signals: FieldSignals, types: Sequence[str]) -> dict[Extent, list[Claim]]:
    claims: dict[Extent, list[Claim]] = {}
    for claim in signals.claims.of(types):
        if not _is_label(signals, claim):
            claims.setdefault(claim.extent, []).append(claim)
    return claims


def _is_label(signals: FieldSignals, claim: Claim) -> bool:
    """Tell whether the claim's sentence is a single word: the heading "Guarantee" claims nothing."""
    sentence = signals.sentence_at(claim.extent.start)
    return sentence is not None and len(sentence.words) < _LEAST_WORDS


def _is_linked(draft: Draft, parsed: ParsedField, extent: Extent) -> bool:
    span = parsed.span(extent)
    known = {source.id for source in draft.sources}
    return span is not None and any(
        link.field == parsed.id
        and link.start < span.end
        and span.start < link.end
        and not known.isdisjoint(link.sources)
        for link in draft.claims
    )


def _is_cited(signals: FieldSignals, extent: Extent, claims: dict[Extent, list[Claim]]) -> bool:
    following = next((s.extent for s in signals.sentences if s.extent.start >= extent.end), None)
    reach = extent.end
    if following is not None and following not in claims and _same_block(signals.parsed, extent, following):
        reach = following.end
    return any(extent.start <= citation.extent.start <= reach for citation in signals.citations)


def _same_block(parsed: ParsedField, one: Extent, other: Extent) -> bool:
    return parsed.block_at(one.start) == parsed.block_at(other.start)


def _hit(number: int, parsed: ParsedField, extent: Extent, made: Sequence[Claim]) -> Hit:
    types = ", ".join(dict.fromkeys(claim.type for claim in made))
    triggers = ", ".join(dict.fromkeys(slice_of(parsed, claim.trigger) for claim in made))
    return Hit(
        number,
        extent,
        slice_of(parsed, extent),
        evidence=(("claim", types), ("trigger", triggers)),
        confidence_pm=_HEDGED_CONFIDENCE_PM if all(claim.hedged for claim in made) else 1000,
    )


_DEFAULT = """
{}
"""
_STUDIES = """
claim_types: [scientific]
accept: citation
"""

KIND = RuleKind(
    name="claim-needs-source",
    params=Params,
    revision=1,
    locales=("en", "de"),
    needs=frozenset({Need.CLAIMS, Need.CITATIONS, Need.SENTENCES, Need.SOURCES}),
    plan=plan,
    find=find,
    examples=(
        Example(_DEFAULT, "We tried it. [[It cuts costs by 40 %.]] You can try it too."),
        Example(_STUDIES, "Our balm is here. [[Studies show that it works.]] Try it."),
        Example(_DEFAULT, "It cuts costs by 40 % (https://lumora.example/study)."),
        Example(_STUDIES, "Our balm is here. Try it with 40 % less water."),
    ),
    per_draft=True,
)
