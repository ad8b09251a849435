"""YAML files of a workspace that nothing uses: a rule nobody runs, or a fact nobody knows, must not look like one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from guardrails.errors import Place, PolicyError
from guardrails.policy.facts import FOLDER
from guardrails.policy.source_files import tree_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from guardrails.policy.load import Loaded

_VERSION = re.compile(r"""^version:\s*["']?([^\s"'#]+)""", re.MULTILINE)


def unused_files(loaded: Loaded, read: Collection[Path]) -> Iterator[PolicyError]:
    """Yield ``unused-pack`` or ``unused-file`` for every YAML file that is not read; *read* are files of parameters."""
    named = {path.resolve() for path in read}
    for path in _yaml_files(loaded.root / "policies"):
        if path.resolve() not in named:
            yield from _in_policies(loaded, path)
    yield from _in_facts(loaded, named)


def _yaml_files(folder: Path) -> Iterator[Path]:
    return (path for path in tree_files(folder) if path.suffix in {".yaml", ".yml"})


def _in_policies(loaded: Loaded, path: Path) -> Iterator[PolicyError]:
    parts = path.relative_to(loaded.root / "policies").parts
    if len(parts) == 1 or parts[0] not in loaded.file.packs:
        yield _outside(loaded, path, parts)
    elif not _is_read(parts):
        hint = "Rules stand in the pack's folder itself, lists in lists/, lexicons in lexicons/."
        yield _error("unused-file", "nothing reads this file of the pack", parts, hint)


def _in_facts(loaded: Loaded, named: Collection[Path]) -> Iterator[PolicyError]:
    wrong = {str(problem.place.file) for problem in loaded.problems if problem.place}
    known = {one.document.file for one in loaded.facts} | wrong
    for path in _yaml_files(loaded.root / FOLDER):
        shown = path.relative_to(loaded.root).as_posix()
        if shown not in known and path.resolve() not in named:
            message = "this file is neither a fact sheet nor a source register, and no rule names it"
            hint = "Begin it with “fact_sheet:” or “sources:”."
            yield PolicyError("unused-file", message, help=hint, place=Place(shown))


def _is_read(parts: tuple[str, ...]) -> bool:
    """Tell whether a file of a used pack is read, or a list that an unsupported rule may name."""
    inner = parts[1:]
    return len(inner) == 1 or inner[0] == "lists" or (inner[0] == "lexicons" and len(inner) == 2)  # noqa: PLR2004 - lexicons/<name>


def _outside(loaded: Loaded, path: Path, parts: tuple[str, ...]) -> PolicyError:
    if len(parts) == 1:
        return _error("unused-file", "this file is in no pack", parts, "Move it into the folder of a pack.")
    pack = parts[0]
    head = loaded.root / "policies" / pack / "pack.yaml"
    line = f'add “{pack}: "{_version(head)}"” under “packs:” in guardrails.yaml'
    if parts[1:] == ("pack.yaml",):
        hint = f"{line[0].upper()}{line[1:]}, or delete the folder."
        return _error("unused-pack", f"the workspace does not use the pack “{pack}”", parts, hint)
    if head.is_file():
        hint = f"{line[0].upper()}{line[1:]}."
    else:
        used = " or ".join(f"policies/{name}/" for name in sorted(loaded.file.packs))
        hint = f"Move it to {used} and let its id begin so; or write policies/{pack}/pack.yaml and {line}."
    return _error(
        "unused-file", f"the workspace does not use the pack “{pack}”, so nothing reads “{path.name}”", parts, hint
    )


def _version(head: Path) -> str:
    """Return the version a pack says it has; 1.0.0 if it says none."""
    text = head.read_text(encoding="utf-8", errors="replace") if head.is_file() else ""
    found = _VERSION.search(text)
    return found[1] if found else "1.0.0"


def _error(code: str, message: str, parts: tuple[str, ...], hint: str) -> PolicyError:
    return PolicyError(code, message, help=hint, place=Place("/".join(("policies", *parts))))
