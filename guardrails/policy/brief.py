"""
A policy, an agent and a place → what applies there in at most 600 words (:class:`~guardrails.model.brief.Brief`).

1. Which rules are due. 2. What there is to say (``brief_parts``): always the mandate (``brief_role``) and two good and
two bad examples; then what each rule asks for (``brief_lines``), duties and facts. 3. What of these fits (``brief_fit``),
section by section, each within its share of the words. 4. What is left of the words goes to the sections that had too
few. In a section what every text needs comes before what some texts need, then the graver before the less grave; some
is said at length, the next by title, and what then finds no room is counted. Rules in trial (``observe``) demand
nothing and are not in it.

Pure: a function of the policy, the agent, the effective context and the day.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from guardrails.decide.context import effective_context
from guardrails.errors import DraftError
from guardrails.model.brief import LEFT_OUT, MAX_WORDS, SECTIONS, Brief, Line, Section, heading_words
from guardrails.model.day import day_of
from guardrails.model.state import State
from guardrails.policy.brief_fit import fitted
from guardrails.policy.brief_parts import entries, fixed_lines
from guardrails.policy.problems import did_you_mean
from guardrails.rules.due import Roster

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from guardrails.model.brief import LeftOut, SectionName
    from guardrails.model.context import EffectiveContext, Values
    from guardrails.model.draft import Pairs
    from guardrails.model.fact import Fact, Facts
    from guardrails.model.policy import CompiledPolicy, Rule, Workspace
    from guardrails.policy.brief_fit import Entry, Fitted

    Parts = Mapping[SectionName, Sequence[Entry]]

_HEAD_WORDS = 33
"""For the title without the place, digest, day and the line on what is not shown; ``render/brief.py`` needs no more."""

_PLACE = ("channel", "market", "locale")
_MORE = ("audience", "content_type", "stage")

_SHARES: dict[SectionName, int] = {
    "required": 65, "limits": 33, "tone": 20, "proof": 50, "facts": 75, "stop": 70, "say_instead": 30,
    "avoid": MAX_WORDS,
}  # fmt: skip
"""The sections in the order in which they are filled, each with the most words that it gets at first."""


def asked_for(workspace: Workspace, caller: Pairs, permitted: Values, as_of_ms: int) -> EffectiveContext:
    """
    Return the context a brief is asked for: what *caller* says within what is *permitted*, every value of the rest.

    Raises:
        DraftError: ``unknown-key`` or ``unknown-value`` with a near match; ``forbidden`` for a value that is not permitted.
    """
    context = effective_context((), State(permitted=permitted, caller=tuple(sorted(caller))), workspace, as_of_ms)
    for conflict in context.conflicts:
        allowed = ", ".join(dict(permitted).get(conflict.key, ()))
        message = f"this credential is not for {conflict.key} {conflict.claimed!r}"
        raise DraftError("forbidden", message, help=f"It is for: {allowed}." if allowed else "")
    return context


def brief(
    policy: CompiledPolicy, agent: str, context: EffectiveContext, as_of_ms: int, *, withdrawn: Collection[str] = ()
) -> Brief:
    """
    Return what *agent* is told before writing for *context*, as of the day of *as_of_ms*.

    *withdrawn* are ids of facts that may no longer be used, whatever their sheet says.

    Raises:
        DraftError: ``unknown-agent`` if no mandate names it, with a near match.
    """
    _require_known(policy.workspace, agent)
    as_of, place = day_of(as_of_ms), tuple(_place(context))
    due = [rule for rule in Roster(policy).due(context, as_of) if rule.status == "active"]  # 1.
    said = fixed_lines(policy, agent, context, as_of, due)  # 2.
    usable = _usable(policy.facts, context, as_of_ms, withdrawn)
    parts = entries(policy, agent, context, usable, as_of, due)
    head = _HEAD_WORDS + len(" ".join(place).split()) + _headings(said, parts)
    sections = tuple(_sections(said, _filled(parts, MAX_WORDS - head - _spoken(said))))  # 3. and 4.
    return Brief(
        agent=agent,
        context=context.values,
        assumed=context.assumed,
        place=place,
        policy_digest=policy.digest,
        as_of=as_of,
        applicable=len(due),
        sections=sections,
        left_out=_left_out(due, parts, sections),
    )


def _usable(facts: Facts, context: EffectiveContext, as_of_ms: int, withdrawn: Collection[str]) -> tuple[Fact, ...]:
    """Return the facts that a text may rest on when it is out."""
    out_ms = max(as_of_ms, context.publish_at_ms or as_of_ms)
    return tuple(fact for fact in facts.facts if fact.id not in withdrawn and fact.status(out_ms) == "usable")


def _place(context: EffectiveContext) -> Iterator[str]:
    for key in (*_PLACE, *_MORE):
        if context.is_known(key):
            yield context[key][0]
        elif key in _PLACE:
            yield f"any {key}"


def _spoken(said: Mapping[SectionName, Sequence[Line]]) -> int:
    return sum(line.words for lines in said.values() for line in lines)


def _headings(said: Mapping[SectionName, Sequence[Line]], parts: Parts) -> int:
    return sum(heading_words(name) for name in SECTIONS if said.get(name) or parts.get(name))


def _require_known(workspace: Workspace, agent: str) -> None:
    known = {mandate.agent for mandate in workspace.mandates}
    if agent not in known:
        raise DraftError("unknown-agent", f"no mandate names an agent {agent[:80]!r}", help=did_you_mean(agent, known))


def _filled(parts: Parts, words: int) -> dict[SectionName, Fitted]:
    """Return what of each part fits into *words* together: each within its share, then with what is left over."""
    fits: dict[SectionName, Fitted] = {}
    for name, share in _SHARES.items():
        fits[name] = fitted(parts.get(name, ()), min(share, words))
        words -= fits[name].words
    for name, fit in reversed(fits.items()):
        if not fit.whole:
            more = fitted(parts[name], fit.words + words)
            words -= more.words - fit.words
            fits[name] = more
    return fits


def _sections(said: Mapping[SectionName, tuple[Line, ...]], fits: Mapping[SectionName, Fitted]) -> Iterator[Section]:
    for name in SECTIONS:
        rules = fits[name].lines if name in fits else ()
        lines = (*rules, *said.get(name, ())) if name == "stop" else (*said.get(name, ()), *rules)
        if lines:
            yield Section(name, lines)


def _left_out(due: Iterable[Rule], parts: Parts, sections: Iterable[Section]) -> tuple[tuple[LeftOut, int], ...]:
    lines = [line for section in sections if section.name not in {"good", "bad"} for line in section.lines]
    named = {rule for line in lines for rule in line.rules}
    counts: Counter[LeftOut] = Counter(rule.layer for rule in due if rule.id not in named)
    cited = {line.fact for line in lines}
    counts["facts"] = len({entry.line.fact for entry in parts["facts"]} - cited)
    counts["obligations"] = sum(not entry.line.rules and entry.line not in lines for entry in parts["required"])
    return tuple((what, counts[what]) for what in LEFT_OUT)
