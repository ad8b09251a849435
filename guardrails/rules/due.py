"""Which rules are due in a context, and which layers have no rule that speaks the draft's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.errors import PolicyError
from guardrails.model.context import EffectiveContext
from guardrails.model.draft import Pairs
from guardrails.model.finding import Fault
from guardrails.model.policy import LAYERS, CompiledPolicy, Layer, Rule, Scope
from guardrails.model.span import Extent
from guardrails.rules.kind import Candidate, always
from guardrails.rules.kinds import kind
from guardrails.rules.scope import ancestors, applies
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.language import block_languages, foreign_language, foreign_script, languages_of, mismatches
from guardrails.signals.signal import BlockLanguage
from guardrails.text.parsed import Block

RUNNING = ("active", "observe")


class Roster:
    """
    The rules of a policy that run somewhere, sorted by what decides whether they are due; made once per policy.

    A rule under a dated override stands in it twice: as it is up to and including that day, and without the override
    after it. What is listed as unsupported is left out: it is named in the assessment and does not escalate.

    Attributes:
        rules: The rules; the number of one is its index.
    """

    def __init__(self, policy: CompiledPolicy) -> None:
        unsupported = {entry.what for entry in policy.workspace.unsupported}
        supported = (rule for rule in policy.rules if rule.id not in unsupported)
        entries = [(rule, when) for one in supported for rule, when in _in_time(one) if rule.status in RUNNING]
        self.rules = tuple(rule for rule, _ in entries)
        self._dated = frozenset(number for number, rule in enumerate(self.rules) if _is_dated(rule))
        self._returning = tuple((number, when) for number, (_, when) in enumerate(entries) if when.after)
        self._always = frozenset(number for number, rule in enumerate(self.rules) if _is_called_anyway(rule))
        self._parents = policy.workspace.parents
        self._running = sum(rule.status in RUNNING for rule in policy.rules)
        numbers: dict[_When, list[int]] = {}
        for number, (_, when) in enumerate(entries):
            numbers.setdefault(when, []).append(number)
        self._groups = [self._group(when, members) for when, members in numbers.items()]

    def due(self, context: EffectiveContext, as_of_day: str) -> Due:
        """Return what is due in *context* on *as_of_day* (ISO)."""
        groups = [group for group in self._groups if group.when.holds(context, self._parents, as_of_day)]
        numbers = frozenset[int]().union(*(group.numbers for group in groups))
        not_applicable = self._running - len(numbers)
        returning = [
            (number, when.after) for number, when in self._returning if self._returns(when, context, as_of_day)
        ]
        dated = numbers & self._dated
        return Due(self.rules, numbers, numbers & self._always, groups, not_applicable, dated, returning)

    def _returns(self, when: _When, context: EffectiveContext, as_of_day: str) -> bool:
        """Tell whether what is due *when* will be due in *context*, and is not yet."""
        return as_of_day <= when.after and when._replace(after="").holds(context, self._parents, as_of_day)

    def _group(self, when: _When, numbers: Sequence[int]) -> _Group:
        layers = {self.rules[number].layer for number in numbers if self.rules[number].status == "active"}
        return _Group(when, frozenset(numbers), frozenset(layers))


@dataclass(frozen=True, slots=True)
class Due:
    """
    The rules that are due in one check, by their numbers.

    Attributes:
        always: Those that must be called even where the scan found nothing for them.

        groups: What they are due by.

        not_applicable: How many rules run elsewhere.

        dated: Those that judge by a moment.

        returning: Rules under a dated override that is in force, by number, each with the last day of the override.
    """

    rules: Sequence[Rule]
    numbers: frozenset[int]
    always: frozenset[int]
    groups: Sequence[_Group]
    not_applicable: int
    dated: frozenset[int] = frozenset()
    returning: Sequence[tuple[int, str]] = ()

    def __iter__(self) -> Iterator[Rule]:
        """Yield the rules that are due, in order of their numbers."""
        return (self.rules[number] for number in sorted(self.numbers))

    def work(self, candidates: Mapping[int, Sequence[Candidate]]) -> list[tuple[Rule, Sequence[Candidate]]]:
        """Return the rules that must be called, each with its candidates; *candidates* are by number."""
        called = sorted(self.always | (candidates.keys() & self.numbers))
        return [(self.rules[number], candidates.get(number, ())) for number in called]


class _When(NamedTuple):
    """What decides whether a rule is due; days are ISO: *until* is the last, *after* the one before the first."""

    scope: Scope
    locales: tuple[str, ...]
    after: str = ""
    until: str = ""

    def holds(self, context: EffectiveContext, parents: Pairs, as_of_day: str) -> bool:
        """Tell whether what is due then is due in *context* on *as_of_day*."""
        is_in_time = self.after < as_of_day and (not self.until or as_of_day <= self.until)
        return is_in_time and applies(self.scope, context, parents) and _speaks_any(self.locales, context)

    @property
    def named(self) -> tuple[str, ...]:
        """Locales that its rules name: in ``applies_to``, or because their kind works in listed languages only."""
        return dict(self.scope.include).get("locale", ()) or (self.locales if self.locales != ("*",) else ())


class _Group(NamedTuple):
    """Rules that are due together, and the layers of those that are active; hundreds of rules make a few groups."""

    when: _When
    numbers: frozenset[int]
    layers: frozenset[Layer]


def _in_time(rule: Rule) -> Iterator[tuple[Rule, _When]]:
    """Yield *rule* with when it is due, and what it is without its dated override with when that is."""
    until = rule.override_until if rule.base is not None else ""
    yield rule, _When(rule.scope, rule.locales, until=until)
    if rule.base is not None and until:
        yield rule.base, _When(rule.base.scope, rule.base.locales, after=until)


def _is_dated(rule: Rule) -> bool:
    """Tell whether *rule* judges by a moment; one of a kind that is not known is a fault anyway."""
    try:
        return kind(rule.kind).good_until is not always
    except PolicyError:
        return False


def _is_called_anyway(rule: Rule) -> bool:
    """Tell whether *rule* must be called without candidates; one of a kind that is not known must, to be a fault."""
    try:
        return kind(rule.kind).per_draft or not rule.plan.units
    except PolicyError:
        return True


def uncovered_layers(policy: CompiledPolicy, due: Due, context: EffectiveContext) -> tuple[Fault, ...]:
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
        named = [group.when.named for group in due.groups if layer in group.layers]
        for locale in context["locale"]:
            names = ancestors(policy.workspace.parents, "locale", locale)
            is_accepted = any(f"{layer}/{name}" in accepted for name in names)
            is_covered = any(not set(names).isdisjoint(one) if one else is_only for one in named)
            if not (is_accepted or is_covered):
                hint = f"none names {names[-1]} under “applies_to: locales”"
                faults.append(Fault("uncovered-layer", f"no working {layer} rule for {locale}: {hint}"))
    return tuple(faults)


def _speaks_any(locales: tuple[str, ...], context: EffectiveContext) -> bool:
    return locales == ("*",) or any(set(ancestors((), "locale", one)) & set(locales) for one in context["locale"])


def language_faults(fields: Sequence[FieldSignals], context: EffectiveContext) -> tuple[Fault, ...]:
    """
    Name every language of a field that no effective locale is of; one fault per field and language.

    A field whose blocks are all too short to judge is judged as a whole, and so is a draft whose fields all are. A
    script that nothing expected is written in needs no such length.
    """
    if not context["locale"]:
        return ()
    judged = [_blocks(signals) for signals in fields]
    wrong = {(index, block.language): None for index, block in mismatches(judged, context["locale"])}
    wrong |= dict.fromkeys(_foreign_scripts(fields, context))
    found = [(fields[index].parsed.id, language) for index, language in sorted(wrong)]
    if not any(block.language for blocks in judged for block in blocks):
        found += [] if found else [("", language) for language in _few_words(fields, context)]
    expected = ", ".join(context["locale"])
    return tuple(
        Fault("language-mismatch", f"text in {language!r}, expected {expected}", field=at) for at, language in found
    )


def _foreign_scripts(fields: Sequence[FieldSignals], context: EffectiveContext) -> Iterator[tuple[int, str]]:
    expected = languages_of(context["locale"])
    for index, signals in enumerate(fields):
        if language := foreign_script(signals.parsed.text, expected):
            yield index, language


def _few_words(fields: Sequence[FieldSignals], context: EffectiveContext) -> Iterator[str]:
    words = [word.casefold() for signals in fields for word in signals.lower]
    if language := foreign_language(words, languages_of(context["locale"])):
        yield language


def _blocks(signals: FieldSignals) -> tuple[BlockLanguage, ...]:
    if any(block.language for block in signals.block_languages):
        return signals.block_languages
    whole = Block("meta", Extent(0, len(signals.parsed.text)))
    return block_languages(signals.parsed.text, [whole], signals.words, signals.lower, signals.languages)
