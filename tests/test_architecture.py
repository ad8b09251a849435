"""The map is the territory: every folder and module has its row, and every path that is named is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "guardrails"
MAP = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PATH = re.compile(r"`([\w/.-]+(?:/|\.\w+))`")


def rows() -> list[tuple[tuple[str, ...], str]]:
    """The rows of the table of folders: what each is about, and its whole text."""
    lines = [line for line in MAP.splitlines() if line.startswith("| `")]
    return [(tuple(PATH.findall(line.split("|")[1])), line) for line in lines]


def test_every_part_of_the_package_has_one_row() -> None:
    """A folder that is added is found on the map, and nothing is there that is gone."""
    files = {f"{one.name}/" if one.is_dir() else one.name for one in PACKAGE.iterdir()}

    assert sorted(files - {"__init__.py", "__pycache__/"}) == sorted(part for parts, _ in rows() for part in parts)


@pytest.mark.parametrize(("parts", "row"), rows(), ids=[parts[0] for parts, _ in rows()])
def test_every_module_of_a_row_exists(parts: tuple[str, ...], row: str) -> None:
    """It lies in the folder that the row is about."""
    folders = [PACKAGE, *(PACKAGE / part for part in parts if part.endswith("/"))]

    assert [] == [name for name in PATH.findall(row) if not any((folder / name).exists() for folder in folders)]


def test_every_path_outside_the_table_exists() -> None:
    """Paths in prose begin at the root of the repository."""
    prose = "\n".join(line for line in MAP.splitlines() if not line.startswith("|"))

    assert [] == [name for name in PATH.findall(prose) if not (ROOT / name).exists()]
