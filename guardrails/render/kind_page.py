"""
The page of a rule kind in Markdown, made of its module: docstring, parameters, examples.

``docs/kinds/<name>.md`` holds the pages; write them anew with ``python -m guardrails.render.kind_page docs/kinds``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints

from guardrails.model.draft import Source
from guardrails.rules.kind import ANY, Example, RuleKind
from guardrails.rules.kinds import kind, names

_WORDS: dict[object, str] = {str: "text", int: "whole number", bool: "true or false", object: "any value"}
_LONGEST_DEFAULT = 5
"""Values of a default list that are shown; longer lists are cut."""


def kind_page(name: str) -> str:
    """
    Return the page of the kind called *name*.

    Raises:
        PolicyError: ``unknown-kind``.
    """
    rule_kind = kind(name)
    module = import_module(rule_kind.plan.__module__)
    summary, _, rest = cleandoc(module.__doc__ or "").partition("\n\n")
    parts = [f"# {name}", _sentence(summary), _facts(rule_kind), _prose(rest)]
    parts += ["## Parameters", *_tables(rule_kind.params), "## Examples", *map(_example, rule_kind.examples)]
    return "\n\n".join(parts) + "\n"


def write_pages(folder: Path) -> None:
    """Write the page of every kind into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names():
        (folder / f"{name}.md").write_text(kind_page(name), encoding="utf-8")


def _sentence(summary: str) -> str:
    text = summary.partition(": ")[2]
    return text[:1].upper() + text[1:]


def _facts(rule_kind: RuleKind) -> str:
    languages = "any language" if rule_kind.locales == ANY else ", ".join(rule_kind.locales)
    needs = ", ".join(sorted(rule_kind.needs)) or "nothing but the scan"
    return f"Languages: {languages}. Needs: {needs}. Revision {rule_kind.revision}."


def _prose(text: str) -> str:
    return text.replace("``", "`")


def _tables(params: type) -> Iterator[str]:
    yield _table(params)
    for part in _nested(params):
        yield f"### {part.__name__}"
        yield _table(part)


def _nested(params: type) -> list[type]:
    """Return the dataclasses that the types of *params* name, in order."""
    found: dict[type, None] = {}

    def walk(hint: object) -> None:
        if isinstance(hint, type) and is_dataclass(hint):
            found[hint] = None
        for part in get_args(hint):
            walk(part)

    hints = get_type_hints(params)
    for part in fields(params):
        walk(hints[part.name])
    return list(found)


def _table(params: type) -> str:
    hints = get_type_hints(params)
    told = _described(params)
    rows = [
        f"| `{part.name}` | {_type_text(hints[part.name])} | {_default(part)} | {told.get(part.name, '')} |"
        for part in fields(params)
    ]
    return "\n".join(["| name | value | default | meaning |", "|---|---|---|---|", *rows])


def _described(params: type) -> dict[str, str]:
    """Return what the docstring of *params* says under "Attributes"."""
    listed = cleandoc(params.__doc__ or "").partition("Attributes:\n")[2]
    entries = re.findall(r"^ {4}(\w+): ((?:.+\n?)(?: {8}.+\n?)*)", listed, re.MULTILINE)
    return {name: _prose(" ".join(text.split())).replace("|", "\\|") for name, text in entries}


def _type_text(hint: object) -> str:
    origin, args = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return " or ".join(_type_text(part) for part in args if part is not NoneType)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in args)
    if origin is tuple:
        return f"list of {_type_text(args[0])}"
    if origin is dict:
        return f"mapping of text to {_type_text(args[1])}"
    return _WORDS.get(hint, f"[{getattr(hint, '__name__', hint)}](#{str(getattr(hint, '__name__', hint)).lower()})")


def _default(part: Field[object]) -> str:
    if part.default is MISSING and part.default_factory is MISSING:
        return "required"
    value = part.default if part.default_factory is MISSING else part.default_factory()
    return _value_text(value)


def _value_text(value: object) -> str:
    match value:
        case None | () | "":
            return "none"
        case dict() if not value:
            return "none"
        case bool():
            return str(value).lower()
        case tuple():
            shown = ", ".join(f"`{item}`" for item in value[:_LONGEST_DEFAULT])
            return shown if len(value) <= _LONGEST_DEFAULT else f"{shown} … ({len(value)} in all)"
        case _:
            return f"`{value}`"


def _example(example: Example) -> str:
    verdict = "Reports" if "[[" in example.text else "Stays silent"
    listed = [_source(source) for source in example.sources]
    parts = [f"{verdict}, with the parameters", f"```yaml\n{example.params.strip()}\n```", "in the text"]
    parts.append(f"```text\n{_visible(example.text)}\n```")
    if listed:
        parts.append("\n".join(["with the sources", "", *listed]))
    return "\n\n".join(parts)


def _source(source: Source) -> str:
    """Return a line about *source*; what it says where that is judged, else when it is from."""
    told = f"text “{' '.join(source.text.split())}”" if source.text else f"published `{source.published or 'unknown'}`"
    return f"- source `{source.id}`, kind `{source.kind or 'none'}`, {told}"


def _visible(text: str) -> str:
    """Return *text* with what cannot be seen spelt out."""
    return "".join(
        char if char.isprintable() or char == "\n" else f"<U+{ord(char):04X}>" for char in text.replace("\ufe0f", "")
    )


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
