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

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from rapidfuzz import fuzz

from guardrails.matching.fold import fold_key
from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, covers_locale, integer, mapping, replacement, strings
from guardrails.text.parsed import ParsedField

_NEGATIONS = frozenset(
    ("not", "no", "never", "without", "nicht", "kein", "keine", "keinen", "keiner", "nie", "ohne", "pas", "non", "sans")
)
_SIGN = re.compile(r"[^\w ]|_")
"""What is no letter, digit or space; some of it belongs to words all the same."""

_SLACK_WORDS = 3
"""How many words more or fewer than the text a passage may have and still be compared with it."""


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

    texts: dict[str, str | tuple[str, ...]]
    where: str = "anywhere"
    similarity: int = 90
    when: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse texts that say nothing and places that do not exist."""
        if not self.texts or not all(all(_words(text) for text in texts) and texts for texts in _listed(self).values()):
            raise ValueError("texts is empty or holds an empty text: expected at least one wording per locale")
        if self.where not in {"anywhere", "first", "last"} and not self.where.startswith("field:"):
            raise ValueError(f"where is {self.where!r}: expected anywhere, first, last or field:<id>")
        if not 0 <= self.similarity <= 100:  # noqa: PLR2004 - a percentage
            raise ValueError(f"similarity is {self.similarity}: expected 0 to 100")


def plan(params: Params) -> Plan:
    """Scan for the words that make the text due."""
    texts: list[Json] = [[locale, list(wordings)] for locale, wordings in sorted(_listed(params).items())]
    data: dict[str, Json] = {"texts": texts, "where": params.where, "similarity": params.similarity}
    return Plan(tuple(Literal_(term) for term in params.when), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Look for one of the texts that are due; if there is none, say so once."""
    data = mapping(plan.data)
    due = _due(data["texts"], view.context["locale"])
    if not due or not view.fields or (plan.units and not view.candidates):
        return
    where = str(data["where"])
    passages = [_words(parsed.text[extent.start : extent.end]) for parsed, extent in _places(view, where)]
    least = integer(data["similarity"])
    if not any(_holds(passage, _words(text), least) for text in due for passage in passages):
        yield _missing(view, where, due[0])


_PLACES = {"first": "at the start", "last": "at the end", "anywhere": ""}


def advise(plan: Plan, context: EffectiveContext) -> Advice | None:
    """Name the wordings of which one has to be there, the place, and the words that make it due."""
    data = mapping(plan.data)
    due = tuple(_due(data["texts"], context["locale"]))
    when = tuple(unit.text for unit in plan.units if isinstance(unit, Literal_))
    where = str(data["where"])
    place = _PLACES.get(where, f"in the field “{where.partition(':')[2]}”")
    return Advice("required", when=when, wording=due, place=place) if due else None


def _listed(params: Params) -> Mapping[str, tuple[str, ...]]:
    return {locale: (text,) if isinstance(text, str) else text for locale, text in params.texts.items()}


def _words(text: str) -> list[str]:
    """Return the folded words of *text*: runs of letters, marks and digits (with signs inside numbers)."""
    key = fold_key(text)
    return _SIGN.sub(lambda sign: sign[0] if _is_part(key, sign.start()) else " ", key).split()


def _is_part(key: str, at: int) -> bool:
    char = key[at]
    if char in ".,:%":  # a sign counts within a number: 5.9, 10:30, 7%
        return key[at - 1 : at].isdigit() and (char == "%" or key[at + 1 : at + 2].isdigit())
    return unicodedata.category(char)[0] in "LMN"


def _due(data: Json, effective: tuple[str, ...]) -> list[str]:
    """Return the texts of which one must be there, those of the most likely locale first."""
    texts = {str(locale): strings(wordings) for locale, wordings in _pairs(data)}
    if not effective:
        return [text for wordings in texts.values() for text in wordings]
    due: dict[str, None] = {}
    for value in effective:
        fitting = [locale for locale in texts if covers_locale(value, locale)]
        best = max(fitting, key=len, default="*")
        due |= dict.fromkeys(texts.get(best, ()))
    return list(due)


def _pairs(data: Json) -> Iterator[tuple[Json, Json]]:
    assert isinstance(data, list | tuple)
    for pair in data:
        assert isinstance(pair, list | tuple)
        yield pair[0], pair[1]


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


def _holds(passage: list[str], wanted: list[str], least: int) -> bool:
    """Tell whether *passage* contains *wanted*, or nearly, with every figure and negation of it."""
    text, sought = " ".join(passage), " ".join(wanted)
    if f" {sought} " in f" {text} ":
        return True
    if not _must_have(wanted) <= _must_have(passage):
        return False
    if fuzz.partial_ratio(sought, text, score_cutoff=min(least, 80)) == 0:
        return False
    return any(_is_close(window, wanted, least) for window in _windows(passage, len(wanted)))


def _windows(passage: list[str], size: int) -> Iterator[list[str]]:
    for width in range(max(size - _SLACK_WORDS, 1), size + _SLACK_WORDS + 1):
        for at in range(max(len(passage) - width, 0) + 1):
            yield passage[at : at + width]


def _is_close(window: list[str], wanted: list[str], least: int) -> bool:
    score = fuzz.ratio(" ".join(window), " ".join(wanted), score_cutoff=least)
    return score >= least and _must_have(window) == _must_have(wanted)


def _must_have(words: list[str]) -> Counter[str]:
    return Counter(word for word in words if word in _NEGATIONS or any(char.isdigit() for char in word))


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
    revision=1,
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
