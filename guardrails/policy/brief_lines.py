"""
Rules → what each asks of whoever writes, in a sentence or two: the first words it is about, and what to do.

No placeholder stays: what a finding would fill in, nobody has written yet. Rules that ask for the same share a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from guardrails.model.finding import OUTCOMES, SEVERITIES
from guardrails.rules.kinds import kind
from guardrails.rules.scope import effect_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from guardrails.model.brief import SectionName
    from guardrails.model.context import EffectiveContext
    from guardrails.model.draft import Pairs
    from guardrails.model.finding import Effect
    from guardrails.model.policy import Rule
    from guardrails.rules.advice import Advice, Topic

_SHOWN: dict[SectionName, int] = {"say_instead": 5, "tone": 10, "required": 2, "stop": 2}
_SHOWN_ELSEWHERE = 3
_SECTIONS: dict[Topic, SectionName] = {
    "tone": "tone", "avoid": "avoid", "proof": "proof", "required": "required", "limits": "limits",
}  # fmt: skip
_ALIKE = 4
"""Words that begin with as many equal letters show the same thing twice."""

_BARE_WORDS = 3
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)$")
_MATCH = re.compile(r"[“\"‘']?\{match\}[”\"’']?")
_ASKS_FIRST = "; otherwise a person decides"


@dataclass(frozen=True, slots=True)
class Demand:
    """A rule that applies, with what it asks for, and where in the brief; *rules* are several if they say the same."""

    rule: Rule
    rules: tuple[str, ...]
    effect: Effect
    advice: Advice
    section: SectionName
    title: str

    @property
    def text(self) -> str:
        """What to do, in a sentence or two."""
        return _text(self)

    @property
    def gist(self) -> str:
        """The same in fewer words, where title and words, or the text alone, say it."""
        if self.section not in {"avoid", "stop"} or not self.advice.words:
            return self.text
        return f"{self.advice.text}." if self.advice.text and self.section == "avoid" else _named(self)


def demands(
    rules: Iterable[Rule], context: EffectiveContext, parents: Pairs, stop_topics: Sequence[str]
) -> tuple[Demand, ...]:
    """
    Return what *rules* ask for in *context*; a rule may ask for nothing there.

    What every text needs comes before what some texts need, then the graver.

    A rule whose finding only a person may decide (by effect, or by one of *stop_topics*) tells where to stop.
    """
    found: list[Demand] = []
    for rule in rules:
        advice = kind(rule.kind).advise(rule.plan, context)
        if advice is None:
            continue
        effect = effect_in(rule, context, parents)
        stops = effect == "escalate" or not set(stop_topics).isdisjoint(rule.topics)
        found.append(Demand(rule, (rule.id,), effect, advice, _section(advice, stops=stops), _title(rule, context)))
    found.sort(key=_rank)
    return tuple(_merged(found))


def _rank(demand: Demand) -> tuple[bool, int, int, str]:
    rule = demand.rule
    severity, effect = -SEVERITIES.index(rule.severity), -OUTCOMES.index(demand.effect)
    return bool(demand.advice.when), severity, effect, rule.id


def _section(advice: Advice, *, stops: bool) -> SectionName:
    if stops and advice.topic in {"avoid", "tone"}:
        return "stop"
    if advice.topic != "avoid":
        return _SECTIONS[advice.topic]
    return "say_instead" if advice.words and all(instead for _, instead in advice.words) else "avoid"


def _title(rule: Rule, context: EffectiveContext) -> str:
    """Return the title; without a closing bracket that only tells rules of several languages apart."""
    one_language = context.is_known("locale") and "locale" in dict(rule.scope.include)
    return (_IN_BRACKETS.sub("", rule.title) if one_language else rule.title).rstrip(".")


def _merged(found: Iterable[Demand]) -> Iterator[Demand]:
    """Yield the demands, those with the same section and text as one, in the place of the first."""
    merged: dict[tuple[str, str], Demand] = {}
    for demand in found:
        key = (demand.section, demand.advice.text or demand.rule.id)
        first = merged.get(key)
        if first is not None:
            words = tuple(dict.fromkeys((*first.advice.words, *demand.advice.words)))
            both = (*first.rules, *demand.rules)
            demand = replace(first, rules=both, advice=first.advice._replace(words=words))  # noqa: PLW2901 - the two as one
        merged[key] = demand
    return iter(merged.values())


def _text(demand: Demand) -> str:
    match demand.section:
        case "say_instead":
            pairs = dict(demand.advice.words)
            shown = [f"“{word}” → “{pairs[word]}”" for word in _telling(tuple(pairs))]
            return _few(shown, _SHOWN["say_instead"], len(pairs))
        case "stop" if demand.advice.words:
            return _named(demand)
        case "stop":
            return f"{demand.title}. {_sentence(demand.advice.text) or instruction_of(demand.rule)}".rstrip()
        case "required":
            text = _required(demand)
        case _:
            text = _instructed(demand)
    return f"{text.rstrip('.')}{_ASKS_FIRST}." if demand.effect == "escalate" else text


def _sentence(text: str) -> str:
    return f"{text}." if text else ""


def _instructed(demand: Demand) -> str:
    instruction = "" if demand.advice.text else instruction_of(demand.rule)
    return f"{_named(demand).rstrip('.')}. {instruction}" if instruction else _named(demand)


def _named(demand: Demand) -> str:
    """Return what the demand is about, with the first telling words of it."""
    about = demand.title if demand.section == "stop" else demand.advice.text or demand.title
    if not demand.advice.words:
        return f"{about}."
    named = {word: f"“{word}”{f' (say “{instead}”)' if instead else ''}" for word, instead in demand.advice.words}
    shown = _SHOWN.get(demand.section, _SHOWN_ELSEWHERE)
    telling = tuple(named) if demand.section == "tone" else _telling(tuple(named))
    return f"{about}: {_few([named[word] for word in telling], shown, len(named))}"


def _telling(words: Sequence[str]) -> tuple[str, ...]:
    """Return *words* without those that begin like an earlier one."""
    first: dict[str, str] = {}
    for word in words:
        first.setdefault("".join(char for char in word.casefold() if char.isalpha())[:_ALIKE], word)
    return tuple(first.values())


def _few(named: Sequence[str], shown: int, of: int = 0) -> str:
    more = max(of, len(named)) - min(shown, len(named))
    return ", ".join(named[:shown]) + (f" (+{more})" if more else "")


def _required(demand: Demand) -> str:
    advice, instruction = demand.advice, instruction_of(demand.rule) or demand.title
    wording = " or ".join(f"“{text}”" for text in advice.wording[: _SHOWN["required"]])
    is_said = any(text.casefold() in instruction.casefold() for text in advice.wording)
    place = f", {advice.place}" if advice.place and advice.place not in instruction else ""
    asked = f"{instruction.rstrip('.')}{'' if is_said else f': {wording}'}{place}."
    if not advice.when:
        return asked
    return (
        f"With {_few([f'“{word}”' for word in _telling(advice.when)], _SHOWN['required'], len(advice.when))}: {asked}"
    )


def instruction_of(rule: Rule) -> str:
    """Return the rule's instruction with “it” for what would be found; empty if it needs more, or says only “delete it”."""
    said = _MATCH.sub("it", rule.instruction)
    is_bare = said != rule.instruction and len(said.split()) <= _BARE_WORDS
    return "" if "{" in said or is_bare else said[:1].upper() + said[1:]
