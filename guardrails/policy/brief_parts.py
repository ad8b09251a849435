"""What a brief has to say, before anybody asks whether there is room: fixed lines, examples, entries by section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guardrails.model.brief import Line, cut
from guardrails.model.finding import SEVERITIES
from guardrails.policy.brief_fit import Entry
from guardrails.policy.brief_lines import demands
from guardrails.policy.brief_role import decide_lines, live_mandates, stop_lines
from guardrails.rules.scope import ancestors, applies

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from guardrails.model.brief import SectionName
    from guardrails.model.context import EffectiveContext
    from guardrails.model.fact import Fact
    from guardrails.model.policy import CompiledPolicy, Rule, Workspace
    from guardrails.policy.brief_lines import Demand

_LINE_WORDS = 40
_TONE_WORDS = 60
_TITLE_WORDS = 12
_EXAMPLE_WORDS = 20
_EXAMPLES = 2
_SHOWN_RULES = 3


def fixed_lines(
    policy: CompiledPolicy, agent: str, context: EffectiveContext, as_of: str, due: Sequence[Rule]
) -> dict[SectionName, tuple[Line, ...]]:
    """Return what is said however little room there is: the mandate of *agent*, the tone, two pairs of examples."""
    workspace = policy.workspace
    live = live_mandates(workspace, agent, as_of)
    decide = decide_lines(workspace, agent, as_of, context)
    stop = stop_lines(live, context, workspace.routes, workspace.parents)
    return {
        "decide": tuple(Line(cut(text, _LINE_WORDS)) for text in decide),
        "tone": (Line(cut(workspace.tone, _TONE_WORDS)),) if workspace.tone else (),
        "stop": tuple(Line(cut(text, _LINE_WORDS)) for text in stop),
        **_examples(due, _shipped(policy)),
    }


def entries(
    policy: CompiledPolicy,
    agent: str,
    context: EffectiveContext,
    usable: Sequence[Fact],
    as_of: str,
    due: Sequence[Rule],
) -> dict[SectionName, tuple[Entry, ...]]:
    """Return by section what the rules *due* ask for, duties, and the wordings of *usable* facts, the gravest first."""
    live = live_mandates(policy.workspace, agent, as_of)
    topics = [topic for mandate in live for topic in mandate.stop_topics]
    found = _demanded(demands(due, context, policy.workspace.parents, topics), _shipped(policy))
    return {
        **found,
        "facts": tuple(_facts(usable, context)),
        "required": (*_obligations(policy.workspace, context), *found.get("required", ())),
    }


def _shipped(policy: CompiledPolicy) -> frozenset[str]:
    return frozenset(pack.name for pack in policy.packs if pack.shipped)


def _examples(due: Iterable[Rule], shipped: Container[str]) -> dict[SectionName, tuple[Line, ...]]:
    """Return good and bad copy in pairs, of the rules that say most of this place: of the brand's first, then of others."""
    telling = sorted((rule for rule in due if _pair(rule)), key=lambda rule: _telling(rule, shipped))
    first = [rule for rule in telling if rule.layer == "brand"][:1]
    chosen = [*first, *(rule for rule in telling if rule not in first)]
    chosen.sort(key=lambda rule: rule.layer == "brand" and rule not in first)
    pairs = [(rule.id, *_pair(rule)) for rule in chosen[:_EXAMPLES]]
    return {
        "good": tuple(Line(f"“{good}”", (rule,), quiet=True) for rule, good, _ in pairs),
        "bad": tuple(Line(f"“{bad}”", (rule,), quiet=True) for rule, _, bad in pairs),
    }


def _pair(rule: Rule) -> tuple[str, str] | tuple[()]:
    """Return the shortest good and bad example of *rule*; nothing without a pair that is short enough."""
    if not (rule.good and rule.bad):
        return ()
    good, bad = (min(texts, key=lambda text: len(text.split())) for texts in (rule.good, rule.bad))
    return (good, bad) if max(len(good.split()), len(bad.split())) <= _EXAMPLE_WORDS else ()


def _telling(rule: Rule, shipped: Container[str]) -> tuple[bool, int, bool, int, str]:
    """Order rules: the brand's own first, those of narrow scope, proof before what only people decide, the graver."""
    narrow = len(rule.scope.include)
    return rule.pack in shipped, -narrow, rule.layer == "escalation", -SEVERITIES.index(rule.severity), rule.id


def _demanded(found: Iterable[Demand], shipped: Container[str]) -> dict[SectionName, tuple[Entry, ...]]:
    parts: dict[SectionName, list[Entry]] = {}
    for demand in found:
        quiet = len(demand.rules) > _SHOWN_RULES
        line, gist = (Line(cut(text, _LINE_WORDS), demand.rules, quiet=quiet) for text in (demand.text, demand.gist))
        title, is_own = cut(demand.title, _TITLE_WORDS), demand.rule.pack not in shipped
        parts.setdefault(demand.section, []).append(Entry(line, gist, title, is_own))
    return {name: tuple(part) for name, part in parts.items()}


def _obligations(workspace: Workspace, context: EffectiveContext) -> Iterator[Entry]:
    when = {"before": "Before it is published, by a person", "after": "Afterwards"}
    for _, due, text, scope in workspace.obligations:
        if applies(scope, context, workspace.parents):
            line = Line(cut(f"{when[due]}: {text}", _LINE_WORDS))
            yield Entry(line, line)


def _facts(usable: Iterable[Fact], context: EffectiveContext) -> Iterator[Entry]:
    """Yield the approved wordings in the locales that are possible."""
    for fact in usable:
        wording = dict(fact.wording)
        spoken = (ancestors((), "locale", locale) for locale in context["locale"])
        found = (next((wording[name] for name in names if name in wording), "") for names in spoken)
        for text in filter(None, dict.fromkeys(found)):
            line = Line(text, fact=fact.id)
            yield Entry(line, line)
