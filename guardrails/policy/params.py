"""
A rule's parameters: references to lists, sheets and lexicons replaced by their content, then checked by its kind.

A reference is a mapping with exactly one of the keys ``file``, ``workspace_file``, ``lexicon``; inside a list its
content is spliced in. CSV files below ``lists/`` have the columns ``term, say_instead, why, locale`` (only the first
is required) and give ``{term, say_instead?, why?, locale?}``; other CSV files give a mapping per row; YAML files give
their value.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import TypeAdapter

from guardrails.errors import Place, PolicyError
from guardrails.policy.problems import did_you_mean, validated_value
from guardrails.policy.source_files import inside, read_text
from guardrails.policy.yaml_source import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from guardrails.policy.pack_schema import LexiconFile
    from guardrails.policy.yaml_source import Document
    from guardrails.policy.yaml_source import Path as YamlPath

LIST_COLUMNS = ("term", "say_instead", "why", "locale")
_COLUMN = re.compile(r"[a-z][a-z0-9_]*")
_Reference: TypeAlias = Literal["file", "workspace_file", "lexicon"]
_REFERENCES: tuple[_Reference, ...] = ("file", "workspace_file", "lexicon")


@dataclass(slots=True)
class Shelf:
    """
    What references may name, seen from one file.

    *folder* (shown as *shown*) is where ``file`` looks, *root* where ``workspace_file`` does. ``read`` collects the
    files below *root* that were read, for the cache.
    """

    folder: Path
    shown: str
    root: Path
    lexicons: Mapping[str, LexiconFile]
    read: set[Path]

    def resolved(self, value: object, document: Document, path: YamlPath) -> object:
        """
        Return *value* (what stands at *path* of *document*) with every reference in it replaced.

        Raises:
            PolicyError: At the reference, or in the file it names.
        """
        if isinstance(value, dict):
            kind = _reference(value)
            if kind:
                return self._content(kind, value[kind], document, (*path, kind))
            return {key: self.resolved(item, document, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return self._list(value, document, path)
        if isinstance(value, float):
            hint = "Use whole numbers, e.g. permille; decimals differ between machines."
            raise document.error("float", f"the decimal number {value}", path, help=hint)
        return value

    def _list(self, items: Sequence[object], document: Document, path: YamlPath) -> list[object]:
        found: list[object] = []
        for at, item in enumerate(items):
            value = self.resolved(item, document, (*path, at))
            spliced = isinstance(item, dict) and _reference(item) is not None and isinstance(value, list)
            found.extend(value if spliced and isinstance(value, list) else [value])
        return found

    def _content(self, kind: _Reference, name: object, document: Document, path: YamlPath) -> object:
        if not isinstance(name, str):
            raise document.error("wrong-value", "expected text, the name of a file or lexicon", path)
        if kind == "lexicon":
            return self._terms(name, document, path)
        folder, shown = (self.folder, self.shown) if kind == "file" else (self.root, "")
        file = inside(folder, name)
        if file is None:
            hint = "Name a file below the folder, without “..”."
            raise document.error("file-outside", f"“{name}” is not inside its folder", path, help=hint)
        if not file.is_file():
            near = [other.relative_to(folder).as_posix() for other in file.parent.glob("*") if other.is_file()]
            raise document.error("unknown-file", f"there is no file “{name}”", path, help=did_you_mean(name, near))
        self.read.add(file)
        return file_value(file, f"{shown}/{name}".lstrip("/"), is_list=name.startswith("lists/"))

    def _terms(self, name: str, document: Document, path: YamlPath) -> list[str]:
        if name not in self.lexicons:
            hint = did_you_mean(name, self.lexicons)
            raise document.error("unknown-lexicon", f"the pack has no lexicon “{name}”", path, help=hint)
        return list(self.lexicons[name].terms)


def file_value(file: Path, shown: str, *, is_list: bool) -> object:
    """Return what a CSV or YAML file says, as the module docstring lists; *is_list* requires the columns of a list."""
    text = read_text(file, shown)
    if file.suffix == ".csv":
        return _rows(text, shown, LIST_COLUMNS if is_list else None)
    if file.suffix == ".yaml":
        return parse_yaml(text, shown).value
    message = f"cannot read “{file.suffix}” files here"
    raise PolicyError("unknown-format", message, help="Use .csv or .yaml.", place=Place(shown))


def _reference(value: Mapping[str, object]) -> _Reference | None:
    return next((kind for kind in _REFERENCES if len(value) == 1 and kind in value), None)


def _rows(text: str, shown: str, columns: Sequence[str] | None) -> list[dict[str, str]]:
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _require_header(header, columns, shown)
        found = [_row(cells, header, shown, reader.line_num) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise PolicyError("csv-syntax", str(error), place=Place(shown, reader.line_num)) from error
    if columns:
        _require_terms(found, shown)
    return found


def _require_header(header: Sequence[str], columns: Sequence[str] | None, shown: str) -> None:
    place = Place(shown, 1, None, ",".join(header))
    for at, name in enumerate(header):
        if not _COLUMN.fullmatch(name) or (columns and name not in columns):
            hint = did_you_mean(name, columns) if columns else "Name columns in small letters, e.g. unit_price."
            raise PolicyError("csv-column", f"unknown column “{name}”", help=hint, place=place)
        if name in header[:at]:
            raise PolicyError("csv-column", f"the column “{name}” is there twice", place=place)
    if (columns and columns[0] not in header) or not header:
        expected = ",".join(columns or ("name", "value"))
        raise PolicyError("csv-column", "the first line has no header", help=f"Start with {expected}.", place=place)


def _row(cells: Sequence[str], header: Sequence[str], shown: str, line: int) -> dict[str, str]:
    if len(cells) != len(header):
        message = f"{len(cells)} cells where the header has {len(header)}"
        hint = "A cell with a comma needs double quotes."
        raise PolicyError("csv-cells", message, help=hint, place=Place(shown, line, None, ",".join(cells)))
    return {name: text for name, cell in zip(header, cells, strict=True) if (text := cell.strip())}


def _require_terms(rows: Sequence[Mapping[str, str]], shown: str) -> None:
    seen: set[tuple[str, str]] = set()
    for row in rows:
        key = (row.get("term", ""), row.get("locale", ""))
        if not key[0]:
            raise PolicyError("csv-cells", "a line without a term", place=Place(shown, excerpt=",".join(row.values())))
        if key in seen:
            message = f"the term “{key[0]}” is listed twice"
            raise PolicyError("csv-duplicate", message, place=Place(shown, excerpt=",".join(row.values())))
        seen.add(key)


@cache
def _adapter(params: type) -> TypeAdapter[Any]:
    return TypeAdapter(params)


def checked_params(params: type, value: object, document: Document, path: YamlPath) -> object | list[PolicyError]:
    """Return *value* as the kind's *params* type, or the mistakes in it (at *path* of *document*)."""
    checked: object | list[PolicyError] = validated_value(_adapter(params), params, value, document, path)
    return checked
