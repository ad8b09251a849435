"""
The files below ``facts/`` → :class:`~guardrails.model.fact.Facts`.

A YAML file there is a fact sheet or a source register (``fact_schema``), told by its keys; any other has to be named
by a rule (``unused`` sees to it). Ids of sheets, facts and sources are unique in the workspace; a fact may rest on any
source that is described somewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter

from guardrails.errors import PolicyError
from guardrails.model.fact import (
    Amount,
    Between,
    Fact,
    Facts,
    FactScope,
    FactSheet,
    Named,
    RegisteredSource,
    Statement,
    Validity,
    Withdrawal,
)
from guardrails.policy.fact_schema import FactFile, RegisterFile, SheetFile, SourceEntry
from guardrails.policy.problems import did_you_mean, validated
from guardrails.policy.source_files import read_text, tree_files
from guardrails.policy.yaml_source import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from guardrails.policy.fact_schema import FactScopeFile, NamedFile, SheetHead, ValidFile, ValueFile, WithdrawnFile
    from guardrails.policy.vocabulary import Vocabulary
    from guardrails.policy.yaml_source import Document
    from guardrails.policy.yaml_source import Path as YamlPath

T = TypeVar("T", SheetFile, RegisterFile)

FOLDER = "facts"
_SHEET = TypeAdapter(SheetFile)
_REGISTER = TypeAdapter(RegisterFile)


@dataclass(frozen=True, slots=True)
class LoadedFacts:
    """One fact sheet or source register."""

    document: Document
    file: SheetFile | RegisterFile


def fact_files(root: Path, problems: list[PolicyError]) -> tuple[LoadedFacts, ...]:
    """Return the valid sheets and registers of the workspace at *root*, sorted by path; mistakes go to *problems*."""
    paths = [path for path in tree_files(root / FOLDER) if path.suffix in {".yaml", ".yml"}]
    return tuple(found for path in paths if (found := _file(path, path.relative_to(root).as_posix(), problems)))


def _file(path: Path, shown: str, problems: list[PolicyError]) -> LoadedFacts | None:
    try:
        document = parse_yaml(read_text(path, shown), shown)
    except PolicyError as error:
        problems.append(error)
        return None
    keys = document.value.keys() if isinstance(document.value, dict) else set()
    if keys & SheetFile.model_fields.keys():
        return _validated(_SHEET, SheetFile, document, problems)
    return _validated(_REGISTER, RegisterFile, document, problems) if keys & RegisterFile.model_fields.keys() else None


def _validated(
    adapter: TypeAdapter[T], shape: type[T], document: Document, problems: list[PolicyError]
) -> LoadedFacts | None:
    file = validated(adapter, shape, document)
    if isinstance(file, list):
        problems.extend(file)
        return None
    return LoadedFacts(document, file)


def compiled_facts(files: Sequence[LoadedFacts], words: Vocabulary, problems: list[PolicyError]) -> Facts:
    """Return what *files* say together; ids that clash or lead nowhere and unknown locales go to *problems*."""
    sheets = [(one.document, one.file) for one in files if isinstance(one.file, SheetFile)]
    sources = [(document, path, entry) for one in files for document, path, entry in _entries(one)]
    facts = [
        (document, ("facts", at), file.fact_sheet, fact)
        for document, file in sheets
        for at, fact in enumerate(file.facts)
    ]
    problems.extend(_twice("fact sheet", ((one, ("fact_sheet",), file.fact_sheet.id) for one, file in sheets)))
    problems.extend(_twice("fact", ((document, path, fact.id) for document, path, _, fact in facts)))
    problems.extend(_twice("source", ((document, path, entry.id) for document, path, entry in sources)))
    known = {entry.id for _, _, entry in sources}
    for document, path, _, fact in facts:
        problems.extend(_astray(document, path, fact, known, words.scope_values("locale")))
    return Facts(
        sheets=tuple(sorted((_sheet(file.fact_sheet) for _, file in sheets), key=lambda sheet: sheet.id)),
        facts=tuple(sorted((_fact(head, fact) for _, _, head, fact in facts), key=lambda fact: fact.id)),
        sources=tuple(sorted((RegisteredSource(**one.model_dump()) for _, _, one in sources), key=lambda one: one.id)),
    )


def _entries(loaded: LoadedFacts) -> Iterator[tuple[Document, YamlPath, SourceEntry]]:
    """Yield every description of a source in a file, with its place."""
    if isinstance(loaded.file, RegisterFile):
        for at, entry in enumerate(loaded.file.sources):
            yield loaded.document, ("sources", at), entry
        return
    for at, fact in enumerate(loaded.file.facts):
        for number, source in enumerate(fact.sources):
            if isinstance(source, SourceEntry):
                yield loaded.document, ("facts", at, "sources", number), source


def _twice(what: str, named: Iterable[tuple[Document, YamlPath, str]]) -> Iterator[PolicyError]:
    seen: dict[str, str] = {}
    for document, path, name in named:
        at = (*path, "id")
        first = seen.setdefault(name, str(document.place(at)))
        if first != str(document.place(at)):
            hint = (
                "Describe it once and name it by its id elsewhere." if what == "source" else "Give it an id of its own."
            )
            yield document.error("duplicate-id", f"a second {what} “{name}” (the first: {first})", at, help=hint)


def _astray(
    document: Document, path: YamlPath, fact: FactFile, sources: Iterable[str], locales: Iterable[str]
) -> Iterator[PolicyError]:
    """Yield the names in *fact* that nothing has."""
    for at, source in enumerate(fact.sources):
        if source.id not in sources:
            hint = did_you_mean(source.id, sources) or "Describe it here, or in a file of “sources:”."
            yield document.error(
                "unknown-source", f"no register has a source “{source.id}”", (*path, "sources", at), help=hint
            )
    for locale in fact.wording:
        if locale not in locales:
            message, hint = f"the workspace has no locale “{locale}”", did_you_mean(locale, locales)
            yield document.error("unknown-value", message, (*path, "wording", locale), help=hint, key=True)


def _sheet(head: SheetHead) -> FactSheet:
    return FactSheet(head.id, head.version, head.as_of, head.owner)


def _fact(head: SheetHead, file: FactFile) -> Fact:
    return Fact(
        id=file.id,
        sheet=head.id,
        subject=_named(file.subject),
        metric=_named(file.metric),
        value=_value(file.value),
        tolerance=file.tolerance.relative if file.tolerance else "",
        allowed_forms=file.allowed_forms,
        scope=_scope(file.scope),
        polarity=file.polarity,
        sources=tuple(source.id for source in file.sources),
        valid=_validity(file.valid),
        permitted_claims=file.permitted_claims,
        wording=tuple(sorted(file.wording.items())),
        withdrawn=_withdrawal(file.withdrawn),
    )


def _named(file: NamedFile) -> Named:
    return Named(file.name, file.aliases)


def _value(file: ValueFile) -> Amount | Between | Statement:
    if file.text is not None:
        return Statement(file.text, file.must_include)
    magnitude, per = file.magnitude or "", file.per or ""
    if file.bound == "range":
        assert file.number_low is not None and file.number_high is not None, "the schema requires both ends"  # noqa: PT018 - one fact
        return Between(file.number_low, file.number_high, file.unit, magnitude, per)
    assert file.number is not None and file.bound is not None, "the schema requires number and bound"  # noqa: PT018 - one fact
    return Amount(file.number, file.unit, file.bound, magnitude, per)


def _scope(file: FactScopeFile) -> FactScope:
    return FactScope(
        population=file.population or "",
        period_from=file.period.since if file.period else "",
        period_to=file.period.to if file.period else "",
        compared_with=file.compared_with or "",
        requires_qualifier=file.requires_qualifier,
    )


def _validity(file: ValidFile | None) -> Validity | None:
    return Validity(file.since or "", file.last_day) if file else None


def _withdrawal(file: WithdrawnFile | None) -> Withdrawal | None:
    return Withdrawal(file.on, file.reason) if file else None
