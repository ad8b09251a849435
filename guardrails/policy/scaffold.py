"""
A small workspace to start from: one pack of seven rules with examples, a mandate, three drafts, one per verdict.

The files are in ``template/`` beside this module; ``@@BRAND@@`` and ``@@UNTIL@@`` are filled in.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from guardrails.errors import Place, PolicyError
from guardrails.policy.source_files import WORKSPACE_FILE, tree_files

TEMPLATE = Path(__file__).resolve().parent / "template"

_BRAND = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
# Names in the template that a version control system or a build would otherwise act on.
_RENAMED = {"gitignore": ".gitignore"}


def init_workspace(target: Path, brand: str, *, until: date) -> tuple[Path, ...]:
    """
    Write a workspace for *brand* into the folder *target* and return its files, sorted.

    *until* is the last day of its mandate. The folder may exist and hold other files.

    Raises:
        PolicyError: ``workspace-exists`` if any of the files is there already, ``brand-name`` if *brand* is no name
            of letters and digits joined by hyphens; nothing is written then.
    """
    if not _BRAND.fullmatch(brand):
        hint = "Use letters and digits joined by hyphens, e.g. northwind."
        raise PolicyError("brand-name", f"“{brand}” cannot name a brand", help=hint)
    files = {target / _name(source): source for source in tree_files(TEMPLATE)}
    _require_new(target, files)
    for file, source in files.items():
        text = source.read_text(encoding="utf-8").replace("@@BRAND@@", brand).replace("@@UNTIL@@", until.isoformat())
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    return tuple(sorted(files))


def _name(source: Path) -> Path:
    path = source.relative_to(TEMPLATE)
    return path.with_name(_RENAMED.get(path.name, path.name))


def _require_new(target: Path, files: dict[Path, Path]) -> None:
    there = sorted(file for file in (target / WORKSPACE_FILE, *files) if file.exists())
    if there:
        name = there[0].relative_to(target).as_posix()
        hint = "Name an empty folder; nothing is overwritten."
        raise PolicyError("workspace-exists", f"{target} already has {name}", help=hint, place=Place(str(there[0])))
