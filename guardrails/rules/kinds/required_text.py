"""
required-text: a disclosure or disclaimer that must be there.

Why: some sentences are not optional: "Advertisement", "Capital at risk", the imprint. What is missing cannot be marked
by a reviewer who does not know that it is due.

How: a draft holds a text if it stands in the place asked for, punctuation and case aside, or something so close that
the difference is a typing error: figures and negations of the text must all be there, whatever the similarity. Which
text is due follows from the locale; where the locale is unknown, the text of every possible locale counts as due and
any one of them satisfies the rule. With *when*, the text is due only if one of these words occurs.

Misses: a text that is there and contradicted elsewhere; a text in the right place that nobody would see (type size,
colour). A locale without a text in the list has no duty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.near_text import Wordings, due_wordings, folded_words, has_words, holds, listed
from guardrails.rules.overlap import FORBID, integer, mapping, replacement
from guardrails.text.parsed import ParsedField


@dataclass(frozen=True, slots=True)
class Params:
    """
    What must be there, and where.

    Attributes:
        texts: For each locale (``de``, ``de-AT``; ``"*"`` for all others) the text, or several accepted wordings.

        where: ``anywhere``; ``first`` (up to the first paragraph of the draft); ``last`` (its last block);
            ``field:<id>``.

        similarity: Least similarity (0–100) that still counts as the text.

        when: Words and phrases of which one must occur for the text to be due; empty for always.
    """

    __pydantic_config__: ClassVar = FORBID

    texts: dict[str, Wordings]
    where: str = "anywhere"
    similarity: int = 90
    when: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse texts that say nothing and places that do not exist."""
        if not has_words(self.texts):
            raise ValueError("texts is empty or holds an empty text: expected at least one wording per locale")
        if self.where not in {"anywhere", "first", "last"} and not self.where.startswith("field:"):
            raise ValueError(f"where is {self.where!r}: expected anywhere, first, last or field:<id>")
        if not 0 <= self.similarity <= 100:  # noqa: PLR2004 - a percentage
            raise ValueError(f"similarity is {self.similarity}: expected 0 to 100")


def plan(params: Params) -> Plan:
    """Scan for the words that make the text due."""
    data: dict[str, Json] = {"texts": listed(params.texts), "where": params.where, "similarity": params.similarity}
    return Plan(tuple(Literal_(term) for term in params.when), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Look for one of the texts that are due; if there is none, say so once."""
    data = mapping(plan.data)
    due = due_wordings(data["texts"], view.context["locale"])
    if not due or not view.fields or (plan.units and not view.candidates):
        return
    where = str(data["where"])
    passages = [folded_words(parsed.text[extent.start : extent.end]) for parsed, extent in _places(view, where)]
    least = integer(data["similarity"])
    if not any(holds(passage, folded_words(text), least) for text in due for passage in passages):
        yield _missing(view, where, due[0])


_PLACES = {"first": "at the start", "last": "at the end", "anywhere": ""}


def advise(plan: Plan, context: EffectiveContext) -> Advice | None:
    """Name the wordings of which one has to be there, the place, and the words that make it due."""
    data = mapping(plan.data)
    due = tuple(due_wordings(data["texts"], context["locale"]))
    when = tuple(unit.text for unit in plan.units if isinstance(unit, Literal_))
    where = str(data["where"])
    place = _PLACES.get(where, f"in the field “{where.partition(':')[2]}”")
    return Advice("required", when=when, wording=due, place=place) if due else None


def _places(view: View, where: str) -> Iterator[tuple[ParsedField, Extent]]:
    if where in {"first", "last"}:
        filled = [parsed for parsed in view.fields if parsed.blocks]
        for parsed in filled[:1] if where == "first" else filled[-1:]:
            yield parsed, _opening(parsed) if where == "first" else parsed.blocks[-1].extent
        return
    for parsed in view.fields:
        if where in {"anywhere", f"field:{parsed.id}"}:
            yield parsed, Extent(0, len(parsed.text))


def _opening(parsed: ParsedField) -> Extent:
    """Return the extent from the start to the end of the first block that is no heading."""
    body = [block for block in parsed.blocks if block.kind not in {"heading", "meta"}]
    return Extent(0, (body[0] if body else parsed.blocks[-1]).extent.end)


def _missing(view: View, where: str, text: str) -> Hit:
    number = _home(view, where)
    at = 0 if where == "first" else len(view.fields[number].text)
    written = f"{text}\n\n" if where == "first" else f"\n\n{text}"
    extent = Extent(at, at)
    fixes = (replacement(extent, written, safe=False),)
    values = (("say_instead", text), ("limit", "1"), ("count", "0"))
    return Hit(number, extent, "", values=values, evidence=(("expected", text), ("where", where)), fixes=fixes)


def _home(view: View, where: str) -> int:
    """Return the field where the text belongs; the last one if the named field does not exist."""
    if where == "first":
        return 0
    named = [number for number, parsed in enumerate(view.fields) if where == f"field:{parsed.id}"]
    return named[0] if named else len(view.fields) - 1


_RISK = """
texts:
  en: "Capital at risk. Past performance is not a guide to future returns."
  de: ["Kapital im Risiko.", "Ihr Kapital ist gefährdet."]
"""
_AD = """
texts: {"*": [Advertisement, Anzeige]}
where: first
"""
_SAVINGS = """
texts: {"*": "Savings compared with our list price of 5.90 EUR."}
when: [save, savings]
"""

KIND = RuleKind(
    name="required-text",
    params=Params,
    revision=2,
    locales=ANY,
    needs=frozenset({Need.BLOCKS, Need.CONTEXT}),
    plan=plan,
    find=find,
    examples=(
        Example(_RISK, "Invest with us. Capital at risk. Past performance is a guide to future returns.[[]]"),
        Example(_AD, "[[]]Our new balm.\n\nAdvertisement"),
        Example(_SAVINGS, "Save a third today. Savings compared with our list price of 6.90 EUR.[[]]"),
        Example(_RISK, "Invest with us.\n\nCapital at risk: past performance is not a guide to future returns!"),
        Example(_RISK, "Jetzt anlegen. Ihr Kapital ist gefärdet."),
        Example(_AD, "Anzeige: our new balm.\n\nMore of it."),
        Example(_SAVINGS, "A new balm is here."),
    ),
    per_draft=True,
    advise=advise,
)
