"""
claim-needs-source: claims without anything to back them.

Why: a figure, a superlative or "studies show" without evidence on file is what competitors and regulators write
letters about (for the EU: Directive 2005/29/EC Art. 12, the trader must be able to prove factual claims).

How: a sentence that makes a claim of a listed type is a hit unless the draft links it to one of its sources or to a
fact, or a citation stands in it, or in the sentence after it where that one makes no such claim itself. Questions and
hedged claims count like others: "may be the fastest" still suggests it. A fact (``[fact:ID]`` in the text, or its id in
a link) backs nothing if it is on no sheet of the workspace, was withdrawn, or is not valid when the text is out (the
later of check and ``publish_at``); pointing to such a fact is a hit even where nothing is claimed.

Misses: whether the source or fact supports the claim, and whether a source exists (that takes a person); claims that
run over several sentences or are a single word; languages other than English and German.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.day import day_end_ms
from guardrails.model.draft import ClaimLink, Pairs
from guardrails.model.fact import FactStatus
from guardrails.model.finding import Hit
from guardrails.model.policy import Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice
from guardrails.rules.kind import Example, RuleKind, View
from guardrails.rules.overlap import FORBID, mapping, slice_of, strings
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.signal import Citation, Claim, ClaimType
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
    """Report each sentence that claims something and has nothing to back it, then what points to no usable fact."""
    data = mapping(plan.data)
    types, accept = strings(data["types"]), str(data["accept"])
    for number, parsed in enumerate(view.fields):
        claims = _by_sentence(view.signals[number], types)
        links = [link for link in view.draft.claims if link.field == parsed.id]
        reported: list[Extent] = []
        for extent, made in claims.items():
            near = [link for link in links if _overlaps(parsed, extent, link)] if accept != "citation" else []
            cited = list(_cited(view.signals[number], extent, claims)) if accept != "source-link" else []
            pointed = [*_linked_ids(view, near), *_cited_facts(view, cited)]
            if not any(one.kind != "fact" for one in cited) and not any(one.is_usable for one in pointed):
                reported += [extent, *(citation.extent for citation in cited)]
                yield _hit(number, parsed, extent, made, _broken(pointed))
        yield from _dead_ends(view, number, links, reported)


def good_until(view: View, plan: Plan) -> int | None:  # noqa: ARG001 - facts end alike for all claims
    """Return when the first usable fact that the draft points to is valid no longer."""
    cited = {one.target for signals in view.signals for one in signals.citations if one.kind == "fact"}
    linked = {name for link in view.draft.claims for name in link.sources}
    usable = (fact for fact in view.facts.facts if fact.id in cited | linked and fact.status(view.out_ms) == "usable")
    return min((day_end_ms(fact.valid.until) for fact in usable if fact.valid and fact.valid.until), default=None)


_SAID: dict[ClaimType, str] = {
    "superlative": "superlatives", "comparative": "comparisons", "quantified": "numbers", "guarantee": "promises",
    "health": "effects on health", "environmental": "benefits to the environment", "price": "prices",
    "endorsement": "recommendations", "scientific": "studies and tests", "future": "forecasts", "origin": "origin",
    "award": "awards and ratings",
}  # fmt: skip
_BACKED_BY = {
    "citation": "cite a fact as [fact:ID], or name the source beside it",
    "source-link": "link a fact or a source",
    "both": "cite a fact as [fact:ID], or name or link the source",
}


def advise(plan: Plan, context: EffectiveContext) -> Advice:  # noqa: ARG001 - what counts is the same everywhere
    """Name the types of claims, and what backs them."""
    data = mapping(plan.data)
    types = ", ".join(said for kind, said in _SAID.items() if kind in strings(data["types"]))
    return Advice("proof", f"Prove every claim about {types}: {_BACKED_BY[str(data['accept'])]}")


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


def _overlaps(parsed: ParsedField, extent: Extent, link: ClaimLink) -> bool:
    span = parsed.span(extent)
    return span is not None and link.start < span.end and span.start < link.end


def _cited(signals: FieldSignals, extent: Extent, claims: dict[Extent, list[Claim]]) -> Iterator[Citation]:
    """Yield the citations that belong to the sentence at *extent*."""
    following = next((s.extent for s in signals.sentences if s.extent.start >= extent.end), None)
    reach = extent.end
    if following is not None and following not in claims and _same_block(signals.parsed, extent, following):
        reach = following.end
    return (citation for citation in signals.citations if extent.start <= citation.extent.start <= reach)


class _Pointed(NamedTuple):
    """An id that the draft points to, and what became of it."""

    id: str
    status: FactStatus

    @property
    def is_usable(self) -> bool:
        return self.status == "usable"


def _cited_facts(view: View, cited: Iterable[Citation]) -> Iterator[_Pointed]:
    return (_Pointed(one.target, view.facts.status(one.target, view.out_ms)) for one in cited if one.kind == "fact")


def _linked_ids(view: View, links: Iterable[ClaimLink]) -> Iterator[_Pointed]:
    """Yield facts and sources; of an id that is both, the sheet decides."""
    for name in (name for link in links for name in link.sources):
        status = view.facts.status(name, view.out_ms)
        is_source = status == "unknown" and any(source.id == name for source in view.draft.sources)
        yield _Pointed(name, "usable" if is_source else status)


def _broken(pointed: Iterable[_Pointed]) -> Pairs:
    """Return as evidence the first id that leads to nothing usable."""
    found = next((one for one in pointed if not one.is_usable), None)
    return (("fact", found.id), ("status", found.status)) if found else ()


def _dead_ends(view: View, number: int, links: Sequence[ClaimLink], reported: Sequence[Extent]) -> Iterator[Hit]:
    """Yield what points to no usable fact, except where that is reported already."""
    parsed = view.fields[number]
    for citation in view.signals[number].citations:
        broken = _broken(_cited_facts(view, (citation,)))
        if broken and not any(one.overlaps(citation.extent) for one in reported):
            yield Hit(number, citation.extent, slice_of(parsed, citation.extent), evidence=broken)
    for link in links:
        broken = _broken(_linked_ids(view, (link,)))
        if broken and not any(_overlaps(parsed, one, link) for one in reported):
            quote = parsed.source[link.start : link.end]
            yield Hit(number, Extent(link.start, link.end), quote, evidence=broken, in_source=True)


def _same_block(parsed: ParsedField, one: Extent, other: Extent) -> bool:
    return parsed.block_at(one.start) == parsed.block_at(other.start)


def _hit(number: int, parsed: ParsedField, extent: Extent, made: Sequence[Claim], broken: Pairs) -> Hit:
    types = ", ".join(dict.fromkeys(claim.type for claim in made))
    triggers = ", ".join(dict.fromkeys(slice_of(parsed, claim.trigger) for claim in made))
    return Hit(
        number,
        extent,
        slice_of(parsed, extent),
        evidence=(("claim", types), *broken, ("trigger", triggers)),
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
    revision=3,
    locales=("en", "de"),
    needs=frozenset({Need.CLAIMS, Need.CITATIONS, Need.SENTENCES, Need.SOURCES, Need.FACTS, Need.AS_OF, Need.CONTEXT}),
    plan=plan,
    find=find,
    examples=(
        Example(_DEFAULT, "We tried it. [[It cuts costs by 40 %.]] You can try it too."),
        Example(_STUDIES, "Our balm is here. [[Studies show that it works.]] Try it."),
        Example(_DEFAULT, "We tried it. [[It cuts costs by 40 % [fact:on-no-sheet].]] So can you."),
        Example(_DEFAULT, "It cuts costs by 40 % (https://lumora.example/study)."),
        Example(_STUDIES, "Our balm is here. Try it with 40 % less water."),
    ),
    per_draft=True,
    good_until=good_until,
    advise=advise,
)
