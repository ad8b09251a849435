"""
speculation: too much "might" and "could", and promises about the future.

Why: a text that hedges every second sentence says nothing, and one that knows the future promises what nobody can
keep.

How: the share of sentences that hold a hedge is counted over the draft and must not pass *max_share_percent*; the hit
speaks of the draft as a whole and names the hedges as related places. Listed phrases are hits where they stand; left
out, a short list of English and German ones counts.

Misses: drafts with fewer sentences than *min_sentences*; speculation without a word for it; whether a hedge is honest
caution ("may cause drowsiness").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice, plain_words
from guardrails.rules.kind import Example, RuleKind, View
from guardrails.rules.overlap import FORBID, integer, longest, mapping, plain_hits

_ALL = 100

_TURNS = (
    "become", "change", "disrupt", "dominate", "explode", "redefine", "reshape", "revolutionise", "revolutionize",
    "skyrocket", "soar", "transform",
)  # fmt: skip
_PHRASES = (
    *(f"{opening} {turn}" for opening in ("is set to", "are set to", "is poised to", "are poised to") for turn in _TURNS),
    "will revolutionize", "will revolutionise", "will transform the way", "will change everything",
    "will change the way", "is destined to", "are destined to", "it is only a matter of time", "experts predict",
    "some say", "many believe",
    "wird alles verändern", "wird die Branche verändern", "revolutionieren wird", "steht kurz davor",
    "ist nur eine Frage der Zeit", "Experten gehen davon aus", "manche sagen", "viele glauben",
)  # fmt: skip
"""Plain "is set to" is left out: "the lamp is set to warm light" says nothing about the future."""


@dataclass(frozen=True, slots=True)
class Params:
    """
    How much is too much.

    Attributes:
        max_share_percent: Greatest share of hedged sentences (0–100); 100 does not count them at all.

        min_sentences: Drafts with fewer sentences are too short for a share.

        phrases: Words and phrases that are hits by themselves; an empty list for none.
    """

    __pydantic_config__: ClassVar = FORBID

    max_share_percent: int = 20
    min_sentences: int = 5
    phrases: tuple[str, ...] = _PHRASES

    def __post_init__(self) -> None:
        """Refuse shares that are none, and a rule that asks nothing."""
        if not 0 <= self.max_share_percent <= _ALL:
            raise ValueError(f"max_share_percent is {self.max_share_percent}: expected 0 to 100")
        if self.max_share_percent == _ALL and not self.phrases:
            raise ValueError("expected max_share_percent below 100, phrases or both")


def plan(params: Params) -> Plan:
    """Scan for phrases; hedges are signals."""
    data: dict[str, Json] = {"share": params.max_share_percent, "least": params.min_sentences}
    return Plan(tuple(Literal_(phrase) for phrase in params.phrases), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Report phrases, then the share if it is too great."""
    yield from plain_hits(view.fields, longest(view.candidates))
    data = mapping(plan.data)
    total = sum(len(signals.sentences) for signals in view.signals)
    hedged = _hedged(view)
    limit = integer(data["share"])
    if total >= integer(data["least"]) and len(hedged) * 100 > limit * total:
        yield _share(view, tuple(hedged.values()), len(hedged) * 100 // total, limit)


def advise(plan: Plan, context: EffectiveContext) -> Advice:  # noqa: ARG001 - the phrases of both languages count
    """Name the share, and the phrases."""
    share = integer(mapping(plan.data)["share"])
    phrases = plain_words(tuple(unit.text for unit in plan.units if isinstance(unit, Literal_)))
    counted = f"Let at most {share} % of the sentences hedge (“may”, “könnte”)" if share < _ALL else ""
    forecast = "do not foretell the future" if counted else "Do not foretell the future"
    return Advice("avoid", "; ".join(filter(None, (counted, forecast if phrases else ""))), phrases)


def _hedged(view: View) -> dict[tuple[int, Extent], tuple[int, Extent]]:
    """Return the first hedge of every hedged sentence."""
    found: dict[tuple[int, Extent], tuple[int, Extent]] = {}
    for number, signals in enumerate(view.signals):
        for hedge in signals.hedges:
            sentence = signals.sentence_at(hedge.extent.start)
            if sentence is not None:
                found.setdefault((number, sentence.extent), (number, hedge.extent))
    return found


def _share(view: View, hedges: tuple[tuple[int, Extent], ...], percent: int, limit: int) -> Hit:
    number = len(view.fields) - 1
    end = len(view.fields[number].text)
    figures = (("count", str(percent)), ("limit", str(limit)))
    return Hit(number, Extent(end, end), "", values=figures, evidence=figures, related=hedges)


_DEFAULT = """
{}
"""
_SHARE = """
max_share_percent: 30
min_sentences: 3
phrases: []
"""

KIND = RuleKind(
    name="speculation",
    params=Params,
    revision=1,
    locales=("en", "de"),
    needs=frozenset({Need.SENTENCES, Need.HEDGES}),
    plan=plan,
    find=find,
    examples=(
        Example(_DEFAULT, "Our balm [[will revolutionize]] skin care. It [[is set to change]] the market."),
        Example(_DEFAULT, "Unser Balsam [[wird alles verändern]]."),
        Example(_SHARE, "It could possibly work. It might perhaps last. We tried it.[[]]"),
        Example(_DEFAULT, "Our balm helps dry skin. The lamp is set to warm light."),
        Example(_SHARE, "It works. It lasts. We tried it. Perhaps you will like it."),
    ),
    per_draft=True,
    advise=advise,
)
