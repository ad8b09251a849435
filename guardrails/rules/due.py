"""Which rules are due in a context, and which layers have no rule that speaks the draft's language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from guardrails.model.context import EffectiveContext
from guardrails.model.draft import Pairs
from guardrails.model.finding import Fault
from guardrails.model.policy import LAYERS, CompiledPolicy, Rule
from guardrails.model.span import Extent
from guardrails.rules.scope import ancestors, applies
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.language import block_languages, mismatches
from guardrails.signals.signal import BlockLanguage
from guardrails.text.parsed import Block

RUNNING = ("active", "observe")


def due_rules(policy: CompiledPolicy, context: EffectiveContext, as_of_day: str) -> list[tuple[int, Rule]]:
    """
    Return the rules that apply in *context*, each with its index in ``policy.rules``.

    A dated override counts up to and including its day (*as_of_day*, ISO); after it the rule as shipped is due. What
    is listed as unsupported is left out: it is named in the assessment and does not escalate.
    """
    unsupported = {entry.what for entry in policy.workspace.unsupported}
    where = _Where(context, policy.workspace.parents)
    return [
        (index, current)
        for index, rule in enumerate(policy.rules)
        if rule.id not in unsupported
        and (current := in_force(rule, as_of_day)).status in RUNNING
        and where.has(current.scope)
        and where.speaks(current.locales)
    ]


class _Where:
    """A context in which each distinct scope and set of locales is judged once: hundreds of rules share a few."""

    def __init__(self, context: EffectiveContext, parents: Pairs) -> None:
        self.has = cache(lambda scope: applies(scope, context, parents))
        self.speaks = cache(lambda locales: _speaks_any(locales, context))


def in_force(rule: Rule, as_of_day: str) -> Rule:
    """Return *rule*, or the rule under its dated override once that has ended."""
    if rule.base is not None and rule.override_until and as_of_day > rule.override_until:
        return rule.base
    return rule


def uncovered_layers(policy: CompiledPolicy, due: Sequence[Rule], context: EffectiveContext) -> tuple[Fault, ...]:
    """
    Name every layer without a working rule for some possible locale.

    A rule covers a language if its kind works only in listed languages and that is one, or if its ``applies_to`` names
    the locale; a rule that names none (a length limit, a list of terms) proves nothing about a language, unless the
    workspace has only one.
    """
    accepted = {entry.what for entry in policy.workspace.accept_uncovered}
    is_only = len(policy.languages) == 1
    faults = []
    for layer in LAYERS:
        rules = [rule for rule in due if rule.layer == layer and rule.status == "active"]
        for locale in context["locale"]:
            names = ancestors(policy.workspace.parents, "locale", locale)
            is_accepted = any(f"{layer}/{name}" in accepted for name in names)
            if not is_accepted and not any(_covers(rule, names, is_only=is_only) for rule in rules):
                faults.append(Fault("uncovered-layer", f"no working {layer} rule for {locale}"))
    return tuple(faults)


def _speaks_any(locales: tuple[str, ...], context: EffectiveContext) -> bool:
    return locales == ("*",) or any(set(ancestors((), "locale", one)) & set(locales) for one in context["locale"])


def _covers(rule: Rule, names: tuple[str, ...], *, is_only: bool) -> bool:
    named = dict(rule.scope.include).get("locale", ()) or (rule.locales if rule.locales != ("*",) else ())
    return bool(set(names) & set(named)) if named else is_only


def language_faults(fields: Sequence[FieldSignals], context: EffectiveContext) -> tuple[Fault, ...]:
    """
    Name every block in a language that no effective locale is of; one fault per field and language.

    A field whose blocks are all too short to judge is judged as a whole.
    """
    judged = [_blocks(signals) for signals in fields]
    wrong = {(index, block.language): None for index, block in mismatches(judged, context["locale"])}
    expected = ", ".join(context["locale"])
    return tuple(
        Fault("language-mismatch", f"text in {language!r}, expected {expected}", field=fields[index].parsed.id)
        for index, language in wrong
    )


def _blocks(signals: FieldSignals) -> tuple[BlockLanguage, ...]:
    if any(block.language for block in signals.block_languages):
        return signals.block_languages
    whole = Block("meta", Extent(0, len(signals.parsed.text)))
    return block_languages(signals.parsed.text, [whole], signals.words, signals.lower, signals.languages)
