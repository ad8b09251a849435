"""One rule file, with the workspace's override of it, → one :class:`~guardrails.model.policy.Rule` ready to run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from guardrails.errors import GuardrailsError, PolicyError
from guardrails.model.policy import Case, Need, Plan, Rule
from guardrails.policy.digests import rule_digest
from guardrails.policy.marks import mark_mistake, unmarked
from guardrails.policy.params import Shelf, checked_params
from guardrails.policy.problems import did_you_mean
from guardrails.policy.source_files import plain_json
from guardrails.policy.vocabulary import scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from guardrails.model.canonical import Json
    from guardrails.policy.load import LoadedRule
    from guardrails.policy.marks import Group
    from guardrails.policy.pack_schema import ExamplesFile
    from guardrails.policy.vocabulary import Vocabulary
    from guardrails.policy.workspace_schema import OverrideFile
    from guardrails.policy.yaml_source import Document
    from guardrails.policy.yaml_source import Path as YamlPath
    from guardrails.rules.kind import RuleKind

PLACEHOLDERS = ("match", "say_instead", "count", "limit")
_SHOWN = 2
"""How many good and bad examples of a rule are kept to be shown."""

_BRACES = re.compile(r"\{([^{}]*)\}?|\}")


def tokens_available() -> bool:
    """Tell whether the library behind kinds that need TOKENS is installed."""
    return find_spec("spacy") is not None


@dataclass(frozen=True, slots=True)
class Bench:
    """
    What every rule of a workspace is compiled with.

    *problems* and *read* collect: mistakes found, and files named by parameters.
    """

    root: Path
    workspace: Document
    vocabulary: Vocabulary
    kinds: Callable[[str], RuleKind]
    has_tokens: bool
    problems: list[PolicyError] = field(default_factory=list)
    read: set[Path] = field(default_factory=set)


def compiled_rule(loaded: LoadedRule, override: OverrideFile | None, bench: Bench) -> Rule | None:
    """Return the rule, with its *override* applied; None if it has mistakes, which *bench* then holds."""
    before = len(bench.problems)
    base = _as_written(loaded, bench)
    if base is None or override is None:
        return base if len(bench.problems) == before else None
    changed = _overridden(loaded, base, override, bench)
    return changed if len(bench.problems) == before else None


def as_written(loaded: LoadedRule, bench: Bench) -> Rule | None:
    """Return the rule as its file says it, for tests and pack digests; None if it has mistakes."""
    return compiled_rule(loaded, None, bench)


def _as_written(loaded: LoadedRule, bench: Bench) -> Rule | None:
    kind = _kind(loaded, bench)
    bench.problems.extend(_text_problems(loaded))
    if kind is None:
        return None
    params = _resolved(loaded.file.params, loaded, loaded.document, ("params",), bench)
    plan = _plan(kind, params, loaded.document, ("params",), bench)
    return None if plan is None else _digested(_rule(loaded, kind, plan, bench), params)


def _kind(loaded: LoadedRule, bench: Bench) -> RuleKind | None:
    try:
        kind = bench.kinds(loaded.file.kind)
    except PolicyError as error:
        bench.problems.append(loaded.document.error(error.code, error.message, ("kind",), help=error.help))
        return None
    if Need.TOKENS in kind.needs and not bench.has_tokens:
        message = f"the kind “{kind.name}” needs spaCy, which is not installed"
        hint = 'Run: pip install "guardrails-gate[nlp]", or list the rule under “unsupported:” with reason and owner.'
        bench.problems.append(loaded.document.error("nlp-missing", message, ("kind",), help=hint))
    return kind


def _resolved(params: object, loaded: LoadedRule, document: Document, path: YamlPath, bench: Bench) -> Json:
    """Return *params* with references replaced; None (with the mistake noted) if one cannot be."""
    own = document is loaded.document
    folder, shown = (loaded.pack.folder, loaded.pack.shown) if own else (bench.root, "")
    shelf = Shelf(folder, shown, bench.root, loaded.pack.lexicons, bench.read)
    try:
        return cast("Json", shelf.resolved(params, document, path))
    except PolicyError as error:
        bench.problems.append(error)
        return None


def _plan(kind: RuleKind, params: Json, document: Document, path: YamlPath, bench: Bench) -> Plan | None:
    if params is None:
        return None
    checked = checked_params(kind.params, params, document, path)
    if isinstance(checked, list):
        bench.problems.extend(checked)
        return None
    try:
        plan = kind.plan(checked)
    except GuardrailsError as error:
        bench.problems.append(document.error(error.code, error.message, path, help=error.help))
        return None
    except ValueError as error:
        bench.problems.append(document.error("wrong-value", str(error), path))
        return None
    return Plan(tuple(plan.units), plain_json(plan.data))


def _rule(loaded: LoadedRule, kind: RuleKind, plan: Plan, bench: Bench) -> Rule:
    file, pack = loaded.file, loaded.pack
    known, lenient, document = bench.vocabulary, pack.shipped, loaded.document
    applies_to, problems = scope(file.applies_to, known, document, ("applies_to",), lenient=lenient)
    cases = []
    for at, case in enumerate(file.effects):
        when, wrong = scope(case.when, known, document, ("effects", at, "when"), lenient=lenient)
        cases.append(Case(when, case.effect))
        problems += wrong
    bench.problems.extend(problems)
    return Rule(
        id=file.id,
        version=file.version,
        digest="",
        title=file.title or _title(file.id),
        pack=pack.name,
        layer=file.layer or pack.file.layer,
        status=file.status,
        owner=file.owner or pack.file.owner,
        kind=kind.name,
        revision=kind.revision,
        locales=kind.locales,
        effect=file.effect,
        cases=tuple(cases),
        severity=file.severity,
        scope=applies_to,
        waivable=file.waivable,
        topics=tuple(sorted(file.topics)),
        message=file.message,
        why=file.why,
        instruction=file.instruction,
        references=tuple(file.references),
        needs=tuple(sorted(kind.needs)),
        plan=plan,
        bad=_shown("bad", file.examples),
        good=_shown("good", file.examples),
    )


def _shown(group: Group, examples: ExamplesFile) -> tuple[str, ...]:
    """Return the first examples that a person understands at a glance: one line, no markup, no mark for what is missing."""
    plain = [one.text for one in getattr(examples, group) if one.format == "text" and not one.sources]
    sound = [text for text in plain if not mark_mistake(group, text) and "[[]]" not in text and "\n" not in text]
    return tuple(unmarked(text)[0] for text in sound[:_SHOWN])


def _overridden(loaded: LoadedRule, base: Rule, override: OverrideFile, bench: Bench) -> Rule | None:
    path: YamlPath = ("rules", base.id)
    if override.effect is None and override.params is None:
        hint = "Give “effect:” or “params:”."
        bench.problems.append(bench.workspace.error("override-empty", "the override changes nothing", path, help=hint))
        return None
    rule, params = base, _resolved(loaded.file.params, loaded, loaded.document, ("params",), bench)
    if override.effect is not None:
        rule = replace(rule, effect=override.effect, cases=())
    if override.params is not None:
        own = _resolved(override.params, loaded, bench.workspace, (*path, "params"), bench)
        if not isinstance(own, dict) or not isinstance(params, dict):
            return None
        params = {**params, **own}
        plan = _plan(bench.kinds(rule.kind), params, bench.workspace, (*path, "params"), bench)
        if plan is None:
            return None
        rule = replace(rule, plan=plan)
    if override.until:
        rule = replace(rule, override_until=override.until, base=base)
    return _digested(rule, params)


def _digested(rule: Rule, params: Json) -> Rule:
    return replace(rule, digest=rule_digest(rule, params))


def _title(rule_id: str) -> str:
    words = rule_id.split(".", 1)[1].replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def _text_problems(loaded: LoadedRule) -> Iterator[PolicyError]:
    """Yield every brace in ``message`` and ``instruction`` that is no placeholder."""
    for name in ("message", "instruction"):
        for found in _BRACES.finditer(getattr(loaded.file, name)):
            if found[1] not in PLACEHOLDERS or not found[0].endswith("}"):
                hint = did_you_mean(found[1] or "", PLACEHOLDERS)
                message = f"“{found[0]}” is no placeholder"
                yield loaded.document.error("unknown-placeholder", message, (name,), help=hint)
