"""
A workspace folder → everything its files say, each file valid on its own, with every mistake found on the way.

What depends on several files (context values, parameters of kinds, overrides) is judged in ``compile``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter

from guardrails.errors import Place, PolicyError
from guardrails.model.policy import Module
from guardrails.policy.facts import FOLDER, fact_files
from guardrails.policy.pack_schema import LexiconFile, PackFile
from guardrails.policy.problems import did_you_mean, validated
from guardrails.policy.rule_files import rule_file, rule_mistakes
from guardrails.policy.source_files import WORKSPACE_FILE, read_text, shipped_root, tree_files
from guardrails.policy.workspace_schema import WorkspaceFile
from guardrails.policy.yaml_source import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from guardrails.model.policy import CompiledPolicy
    from guardrails.policy.facts import LoadedFacts
    from guardrails.policy.pack_schema import RuleFile
    from guardrails.policy.yaml_source import Document

T = TypeVar("T")

_WORKSPACE = TypeAdapter(WorkspaceFile)
_PACK = TypeAdapter(PackFile)
_LEXICON = TypeAdapter(LexiconFile)


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """One rule file."""

    file: RuleFile
    document: Document
    pack: LoadedPack = field(repr=False)


@dataclass(frozen=True, slots=True)
class LoadedPack:
    """One pack: where it is, what ``pack.yaml`` says, its lexicons; *shipped* packs come with the package."""

    name: str
    folder: Path
    shown: str
    shipped: bool
    file: PackFile
    lexicons: Mapping[str, LexiconFile]


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    A workspace as its files say it.

    Attributes:
        file: ``guardrails.yaml``.

        rules: Rule files of all packs, sorted by id; those with mistakes of form are mended, see ``rule_files``.

        modules: Rego modules, shipped and workspace's, sorted by path in the bundle.

        facts: Fact sheets and source registers, sorted by path.

        problems: Every mistake; ``compile_policy`` refuses a workspace that has one.

        roots: Files and folders that were read; any change below them makes a compiled copy stale.
    """

    root: Path
    file: WorkspaceFile
    document: Document
    packs: tuple[LoadedPack, ...]
    rules: tuple[LoadedRule, ...]
    modules: tuple[Module, ...]
    facts: tuple[LoadedFacts, ...]
    problems: tuple[PolicyError, ...]
    roots: tuple[Path, ...]


def load_workspace(path: Path, *, shipped: Path | None = None) -> Loaded:
    """
    Read the workspace at *path*; *shipped* replaces the folder of the packs and modules that come with the package.

    Raises:
        PolicyError: If there is no valid ``guardrails.yaml``, so that nothing else can be judged. All other mistakes
            are in ``problems``.
    """
    document, file = _workspace_file(path)
    home = shipped or shipped_root()
    problems: list[PolicyError] = []
    found = [_pack(path, home, name, document, problems) for name in sorted(file.packs)]
    packs = tuple(pack for pack in found if pack)
    rules = [rule for pack in packs for rule in _rules(pack, problems)]
    own = (path / WORKSPACE_FILE, *(path / folder for folder in ("policies", "rego", FOLDER)))
    return Loaded(
        root=path,
        file=file,
        document=document,
        packs=packs,
        rules=tuple(sorted(rules, key=lambda rule: rule.file.id)),
        modules=_modules(path, home, problems),
        facts=fact_files(path, problems),
        problems=tuple(problems),
        roots=(*own, home / "rego" / "guardrails", *(pack.folder for pack in packs if pack.shipped)),
    )


def load_policy(path: Path, *, cache_dir: Path | None = None) -> CompiledPolicy:
    """
    Return the compiled policy of the workspace at *path* (a folder with ``guardrails.yaml``).

    With *cache_dir* a compiled copy is kept there and used as long as the content of every file is the same.

    Raises:
        PolicyError: On any mistake; ``problems`` holds all of them.
    """
    from guardrails.policy.cache import cached_policy

    return cached_policy(path, trust_mtime=False, cache_dir=cache_dir)


def first_with_all(problems: list[PolicyError]) -> PolicyError:
    """Return the first of *problems* (there is one), which knows of all of them."""
    first = problems[0]
    first.problems = tuple(problems)
    return first


def _workspace_file(path: Path) -> tuple[Document, WorkspaceFile]:
    if not (path / WORKSPACE_FILE).is_file():
        hint = "Run “guardrails init” there, or name the folder that holds guardrails.yaml."
        raise PolicyError("no-workspace", f"{path} has no {WORKSPACE_FILE}", help=hint, place=Place(str(path)))
    problems: list[PolicyError] = []
    read = _read(path / WORKSPACE_FILE, WORKSPACE_FILE, _WORKSPACE, WorkspaceFile, problems)
    if read is None:
        raise first_with_all(problems)
    return read


def _read(
    path: Path, shown: str, adapter: TypeAdapter[T], shape: object, problems: list[PolicyError]
) -> tuple[Document, T] | None:
    try:
        document = parse_yaml(read_text(path, shown), shown)
    except PolicyError as error:
        problems.append(error)
        return None
    found = validated(adapter, shape, document)
    if isinstance(found, list):
        problems.extend(found)
        return None
    return document, found


def _pack(root: Path, home: Path, name: str, workspace: Document, problems: list[PolicyError]) -> LoadedPack | None:
    folder = _pack_folder(root, home, name, workspace, problems)
    if folder is None:
        return None
    shipped = not folder.is_relative_to(root / "policies")
    shown = f"{'shipped:' if shipped else ''}policies/{name}"
    read = _read(folder / "pack.yaml", f"{shown}/pack.yaml", _PACK, PackFile, problems)
    if read is None:
        return None
    document, file = read
    problems.extend(_pack_mistakes(name, file, document, workspace))
    return LoadedPack(name, folder, shown, shipped, file, _lexicons(folder, shown, problems))


def _pack_folder(root: Path, home: Path, name: str, workspace: Document, problems: list[PolicyError]) -> Path | None:
    places = [folder for base in (root, home) if (folder := base / "policies" / name).is_dir()]
    places = [folder for at, folder in enumerate(places) if folder not in places[:at]]
    if len(places) == 1:
        return places[0]
    if places:
        message, code = f"the pack “{name}” of the workspace hides the shipped pack of that name", "pack-shadowed"
        hint = "Rename the workspace's pack; change single rules of a shipped pack under “rules:”."
    else:
        known = {entry.name for base in (root, home) for entry in _folders(base / "policies")}
        message, code, hint = f"there is no pack “{name}”", "unknown-pack", did_you_mean(name, known)
    problems.append(workspace.error(code, message, ("packs", name), help=hint, key=True))
    return None


def _folders(base: Path) -> list[Path]:
    return [entry for entry in base.iterdir() if (entry / "pack.yaml").is_file()] if base.is_dir() else []


def _pack_mistakes(name: str, file: PackFile, document: Document, workspace: Document) -> list[PolicyError]:
    found: list[PolicyError] = []
    if file.name != name:
        message = f"the pack in folder “{name}” calls itself “{file.name}”"
        found.append(document.error("pack-name", message, ("name",), help="Name the pack as its folder."))
    pinned = workspace.value["packs"][name] if isinstance(workspace.value, dict) else None  # type: ignore[index, call-overload] # validated
    if file.version != pinned:
        message = f"guardrails.yaml pins “{name}” to {pinned}, but here is {file.version}"
        hint = f'Look at what changed, then pin “{name}: "{file.version}"”.'
        found.append(workspace.error("pack-version", message, ("packs", name), help=hint))
    return found


def _lexicons(folder: Path, shown: str, problems: list[PolicyError]) -> dict[str, LexiconFile]:
    found: dict[str, LexiconFile] = {}
    for path in _yaml_files(folder / "lexicons"):
        read = _read(path, f"{shown}/lexicons/{path.name}", _LEXICON, LexiconFile, problems)
        if read is None:
            continue
        document, file = read
        if file.id in found:
            problems.append(document.error("duplicate-id", f"a second lexicon “{file.id}”", ("id",)))
        found[file.id] = file
    return found


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.y*ml") if path.suffix in {".yaml", ".yml"})


def _rules(pack: LoadedPack, problems: list[PolicyError]) -> list[LoadedRule]:
    """Return the rules of *pack*; a file with mistakes of form is mended as far as is needed to judge the rest."""
    found: list[LoadedRule] = []
    for path in _yaml_files(pack.folder):
        if path.name == "pack.yaml":
            continue
        shown = f"{pack.shown}/{path.name}"
        try:
            document = parse_yaml(read_text(path, shown), shown)
        except PolicyError as error:
            problems.append(error)
            continue
        file, mistakes = rule_file(document, f"{pack.name}.{path.stem}")
        problems.extend(mistakes)
        if file is not None:
            problems.extend(rule_mistakes(file, document, pack.name, path))
            found.append(LoadedRule(file, document, pack))
    return found


def _modules(root: Path, home: Path, problems: list[PolicyError]) -> tuple[Module, ...]:
    found: dict[str, Module] = {}
    for base, part in ((home, "guardrails"), (root, "workspace")):
        for path in tree_files(base / "rego" / part):
            if path.suffix == ".rego" and not path.name.endswith("_test.rego"):
                name = path.relative_to(base / "rego").as_posix()
                try:
                    found[name] = Module(name, read_text(path, f"rego/{name}"))
                except PolicyError as error:
                    problems.append(error)
    return tuple(found[name] for name in sorted(found))
