"""
same-as-master: what an adaptation says otherwise than its master: numbers, dates, cited facts, disclaimers.

Why: one text becomes forty, in other lengths, channels and languages, and every copy of a number is a chance to get it
wrong. What was checked once in the master holds only as long as it is carried over unchanged.

How: the master comes with the draft, as the text of a source of the kind ``master``. Numbers are compared by value and
unit, whatever the notation and language: "1,500.00 €" is "1.500,00 EUR", "72 %" is "72 Prozent", "half" is "50 %", "6 pm"
is "18 Uhr", "90 minutes" is "1.5 hours". A number, date or time of day that the master lacks is a hit where it stands.
So is a number cited for one fact (``[fact:N-001]``) that the master gives beside others, and a fact that the master
does not cite. A listed disclaimer that the master has, in any language, must be in the adaptation in its own; otherwise
the draft as a whole has a hit. What the adaptation leaves out is no hit. A draft that is an adaptation and comes
without a master is a hit, too. Because each of these needs other words, one rule per *check* reads best.

Misses: a bound that is lost ("up to 14 hours"); a number that is right and said of the wrong thing, unless facts are
cited; small counts (*least_count*); amounts converted into other units of measure or currencies, which are hits; a
claim without a number. Markup of the master is not read: hand over its text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.draft import Source
from guardrails.model.finding import Hit
from guardrails.model.policy import Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice, plain_words
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.near_text import Wordings, due_wordings, folded_words, has_words, holds, listed
from guardrails.rules.overlap import FORBID, array, integer, mapping, slice_of, strings
from guardrails.signals.amounts import Amount
from guardrails.signals.mentions import Mention, Value, mentions
from guardrails.signals.statements import Statements, other_readings

Check = Literal["numbers", "dates", "facts", "disclaimers", "master"]
_ALL: tuple[Check, ...] = ("numbers", "dates", "facts", "disclaimers", "master")
_CARRIED = ("numbers", "dates", "facts")
_HAND_OVER = "Hand over the master with an adaptation, as the text of a source of the kind “master”"

_MOST_SHOWN = 3
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Params:
    """
    What must be carried over.

    Attributes:
        check: Which checks are made; ``dates`` are times of day as well, ``master`` is whether there is one.

        disclaimers: Texts that must not get lost; each a mapping from a locale (``"*"`` for all others) to its wording
            or wordings.

        similarity: Least similarity (0–100) that still counts as the disclaimer.

        least_count: Bare counts ("three tips") below this number are not compared.

        unknown_stage: Whether a draft whose stage is not known, so that it may be an adaptation, needs a master
            (``hit``) or not (``ignore``).
    """

    __pydantic_config__: ClassVar = FORBID

    check: tuple[Check, ...] = _ALL
    disclaimers: tuple[dict[str, Wordings], ...] = field(default=())
    similarity: int = 90
    least_count: int = 11
    unknown_stage: Literal["hit", "ignore"] = "hit"

    def __post_init__(self) -> None:
        """Refuse a rule that checks nothing, and disclaimers that say nothing."""
        if not self.check:
            raise ValueError(f"check is empty: expected some of {', '.join(_ALL)}")
        if not all(map(has_words, self.disclaimers)):
            raise ValueError("disclaimers holds an empty text: expected at least one wording per locale")
        if self.check == ("disclaimers",) and not self.disclaimers:
            raise ValueError("disclaimers is empty: list at least one")
        if not 0 <= self.similarity <= 100:  # noqa: PLR2004 - a percentage
            raise ValueError(f"similarity is {self.similarity}: expected 0 to 100")
        if self.least_count < 0:
            raise ValueError(f"least_count is {self.least_count}: expected 0 or more")


def plan(params: Params) -> Plan:
    """Scan for nothing: what is looked for stands in the master."""
    data: dict[str, Json] = {
        "check": list(params.check),
        "disclaimers": [listed(texts) for texts in params.disclaimers],
        "similarity": params.similarity,
        "least_count": params.least_count,
        "unknown_stage": params.unknown_stage == "hit",
    }
    return Plan((), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Compare the draft with its master, or say that there is none."""
    data = mapping(plan.data)
    checks = strings(data["check"])
    texts = [source.text for source in view.draft.sources if source.kind == "master" and source.text.strip()]
    if not view.fields:
        return
    if not texts:
        if "master" in checks and _may_be_adaptation(view, unknown_counts=bool(data["unknown_stage"])):
            yield Hit(0, Extent(0, 0), "", evidence=(("what", "master"),))
        return
    master = Statements("\n\n".join(texts), view.signals[0].languages)
    for number in range(len(view.fields)):
        yield from _changed(view, number, master, data)
    if "disclaimers" in checks:
        yield from _lost(view, master, data)


def advise(plan: Plan, context: EffectiveContext) -> Advice | None:
    """Name what has to be carried over, and the disclaimers that must not get lost."""
    data = mapping(plan.data)
    checks = [check for check in strings(data["check"]) if check in _CARRIED]
    texts = array(data["disclaimers"]) if "disclaimers" in strings(data["check"]) else ()
    wording = tuple(text for disclaimer in texts for text in due_wordings(disclaimer, context["locale"])[:1])
    if not checks:
        lost = Advice("required", "In an adaptation, keep what the master has of these", plain_words(wording))
        return lost if wording else Advice("proof", _HAND_OVER) if not texts else None
    carried = ", ".join(checks)
    kept = f"In an adaptation, carry over unchanged what the master says: {carried}"
    return Advice("proof", f"{kept}, and these texts" if wording else kept, plain_words(wording))


def _may_be_adaptation(view: View, *, unknown_counts: bool) -> bool:
    stages = view.context["stage"]
    return "adaptation" in stages and (unknown_counts or len(stages) == 1)


def _changed(view: View, number: int, master: Statements, data: dict[str, Json]) -> Iterator[Hit]:
    checks, signals = strings(data["check"]), view.signals[number]
    least = integer(data["least_count"]) * _MILLION
    readings = other_readings(signals) if "numbers" in checks else {}
    for mention in mentions(signals) if {"numbers", "dates"} & {*checks} else ():
        value = mention.value
        what = "number" if isinstance(value, Amount) else "date"
        values = (value, *readings.get(mention.extent, ()))
        if f"{what}s" not in checks or all(_is_small_count(one, least) for one in values):
            continue
        if not any(map(master.has, values)):
            yield _hit(view, number, mention, what, master.like(mention))
        elif _is_of_another_fact(values, mention.own, master):
            yield _hit(view, number, mention, "fact of the number", master.like(mention))
    if "facts" in checks:
        yield from _unknown_facts(view, number, master)


def _is_small_count(value: Value, least: int) -> bool:
    is_whole = isinstance(value, Amount) and value.low % _MILLION == value.high % _MILLION == 0
    return isinstance(value, Amount) and is_whole and not value.unit and value.high < least


def _is_of_another_fact(values: Sequence[Value], own: tuple[str, ...], master: Statements) -> bool:
    """Tell whether the master gives this number beside facts only, and beside none of its *own* facts here."""
    places = {facts for value in values if isinstance(value, Amount) for facts in master.facts_beside(value)}
    return bool(own and places) and all(facts and set(facts).isdisjoint(own) for facts in places)


def _unknown_facts(view: View, number: int, master: Statements) -> Iterator[Hit]:
    for citation in view.signals[number].citations:
        if citation.kind == "fact" and citation.target not in master.facts:
            end = citation.extent.end - len("]")
            extent = Extent(end - len(citation.target), end)
            evidence = (("what", "fact"),)
            say = _say(" / ".join(sorted(master.facts)[:_MOST_SHOWN]))
            yield Hit(number, extent, slice_of(view.fields[number], extent), values=say, evidence=evidence)


def _hit(view: View, number: int, mention: Mention, what: str, master: str) -> Hit:
    evidence = (("master", master), ("what", what))
    match = slice_of(view.fields[number], mention.extent)
    return Hit(number, mention.extent, match, values=_say(master), evidence=evidence)


def _say(text: str) -> tuple[tuple[str, str], ...]:
    return (("say_instead", text),)


def _lost(view: View, master: Statements, data: dict[str, Json]) -> Iterator[Hit]:
    """Yield a hit of no length for every disclaimer of the master that no field has in a locale of the draft."""
    least = integer(data["similarity"])
    original = folded_words(master.signals.parsed.text)
    passages = [folded_words(parsed.text) for parsed in view.fields]
    for texts in array(data["disclaimers"]):
        due = due_wordings(texts, view.context["locale"])
        if due and _is_in([original], due_wordings(texts, ()), least) and not _is_in(passages, due, least):
            last = len(view.fields) - 1
            end = len(view.fields[last].text)
            evidence = (("expected", due[0]), ("what", "disclaimer"))
            yield Hit(last, Extent(end, end), "", values=_say(due[0]), evidence=evidence)


def _is_in(passages: Sequence[list[str]], wordings: Sequence[str], least: int) -> bool:
    return any(holds(passage, folded_words(text), least) for passage in passages for text in wordings)


_NUMBERS = """
check: [numbers, dates, facts]
"""
_DISCLAIMERS = """
check: [disclaimers]
disclaimers:
  - {en: While stocks last., de: Solange der Vorrat reicht.}
"""
_MASTER = Source(
    "m1",
    kind="master",
    text="Nimbrel Desk gives at most 920 lumens [fact:N-001]. Its housing is 72 percent recycled aluminium [fact:N-005]. "
    "It costs 1,149.00 €. The offer ends on 14 December 2026 at 6 pm. While stocks last.",
)

KIND = RuleKind(
    name="same-as-master",
    params=Params,
    revision=2,
    locales=ANY,
    needs=frozenset(
        {Need.SOURCES, Need.CONTEXT, Need.WORDS, Need.SENTENCES, Need.QUANTITIES, Need.CITATIONS, Need.DATES}
    ),
    plan=plan,
    find=find,
    examples=(
        Example(_NUMBERS, "Höchstens [[290]] Lumen [fact:N-001], bis zum [[24. Dezember]].", (_MASTER,)),
        Example(_NUMBERS, "Die Leuchte gibt höchstens [[72 %]] [fact:N-001], siehe [fact:[[N-009]]].", (_MASTER,)),
        Example(_DISCLAIMERS, "Jetzt im Shop.[[]]", (_MASTER,)),
        Example(_NUMBERS, "72 Prozent Aluminium, 1.149 EUR, bis 14.12.2026, 18 Uhr. Drei Tipps dazu.", (_MASTER,)),
        Example(_DISCLAIMERS, "Jetzt im Shop, solange der Vorrat reicht!", (_MASTER,)),
        Example(_NUMBERS, "A draft of 2,000 words that is no adaptation."),
    ),
    per_draft=True,
    advise=advise,
)
