"""Paths into ``input`` and ``data`` that do not exist: misspelt, they are undefined, and a rule falls silent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias, cast

from guardrails.decide.contract import DATA, INPUT, Schema
from guardrails.policy.problems import did_you_mean
from guardrails.policy.rego_source import Group, Item, Source, Token, is_name, is_punct

Shape: TypeAlias = "dict[str, Shape] | list[Shape] | None"
"""An object by its keys (``*`` = any key), an array by its one element, or None: anything or a scalar."""

Found = tuple[str, str, str, Token]

_LEAF: Final[Shape] = []
"""A scalar: nothing lies below it."""


def _shape(schema: Schema) -> Shape:
    match schema.get("type"):
        case "object":
            return {key: _shape(below) for key, below in cast("dict[str, Schema]", schema["properties"]).items()}
        case "array":
            return [_shape(cast("Schema", schema["items"]))]
        case _:
            return _LEAF


_DATA: Final = _shape(DATA)


def path_problems(source: Source) -> Iterator[Found]:
    """Yield ``(code, message, help, token)`` for every path of *source* that leads nowhere."""
    data: Shape = dict(_DATA) if isinstance(_DATA, dict) else None
    if source.package_name == "guardrails.decision" and isinstance(data, dict):
        data["workspace"] = None
    for alias, path, token in source.imports:
        if path[:2] != ("data", "guardrails") or path[2:] == ("decision",):
            yield "wrong-import", f"{'.'.join(path)} ({alias}) may not be imported", "", token
    for statement in source.statements:
        shapes: dict[str, Shape] = {"input": _shape(INPUT), "data": data}
        yield from _in_items(statement.items, shapes)


def _in_items(items: tuple[Item, ...], shapes: dict[str, Shape]) -> Iterator[Found]:
    """Follow every path; what is bound to a path on the way is known afterwards, inside the same brackets too."""
    local = dict(shapes)
    _bind(items, local)
    for at, item in enumerate(items):
        if isinstance(item, Group):
            yield from _in_items(item.items, local)
        elif item.text in local and item.kind == "name" and not (at and is_punct(items[at - 1], ".")):
            yield from _followed(items, at, local)[1]


def _bind(items: tuple[Item, ...], shapes: dict[str, Shape]) -> None:
    """Remember what ``some v in path``, ``every v in path`` and ``v := path`` bind."""
    for at, item in enumerate(items):
        if is_name(item, "in") and at + 1 < len(items):
            _bind_loop(items, at, shapes)
        elif is_punct(item, ":=") and at and at + 1 < len(items):
            name = items[at - 1]
            if isinstance(name, Token) and not (at > 1 and is_punct(items[at - 2], ".")):
                shapes[name.text] = _value(items, at + 1, shapes)


def _bind_loop(items: tuple[Item, ...], at: int, shapes: dict[str, Shape]) -> None:
    names: list[Token] = []
    for item in reversed(items[:at]):
        if is_name(item, "some") or is_name(item, "every"):
            break
        if not isinstance(item, Token) or not (item.is_variable or is_punct(item, ",")):
            return
        names.append(item)
    else:
        return
    names = [name for name in names if name.is_variable]
    shapes.update(dict.fromkeys((name.text for name in names), None))
    if names:
        shapes[names[0].text] = _element(_value(items, at + 1, shapes))


def _value(items: tuple[Item, ...], at: int, shapes: dict[str, Shape]) -> Shape:
    item = items[at]
    if isinstance(item, Token) and item.kind == "name" and item.text in shapes:
        shape, _, end = _walk(items, at, shapes)
        line = item.line
        after = items[end] if end < len(items) else None
        is_alone = after is None or (after if isinstance(after, Token) else after.open).line != line or _ends(after)
        return shape if is_alone else None
    return None


def _ends(item: Item) -> bool:
    return is_punct(item, ";") or (isinstance(item, Group) and item.open.text == "{")


def _element(shape: Shape) -> Shape:
    if isinstance(shape, list) and shape:
        return shape[0]
    return shape.get("*") if isinstance(shape, dict) else None


def _followed(items: tuple[Item, ...], at: int, shapes: dict[str, Shape]) -> tuple[Shape, list[Found]]:
    shape, problems, _ = _walk(items, at, shapes)
    return shape, problems


def _walk(items: tuple[Item, ...], at: int, shapes: dict[str, Shape]) -> tuple[Shape, list[Found], int]:
    """Follow the path that begins at *at*; return its shape, what is wrong with it, and where it ends."""
    first = items[at]
    assert isinstance(first, Token)
    shape, end = shapes[first.text], at + 1
    while end < len(items):
        step = items[end]
        if is_punct(step, ".") and end + 1 < len(items) and isinstance(items[end + 1], Token):
            key = items[end + 1]
            assert isinstance(key, Token)
            if not _has(shape, key.text):
                known = [name for name in shape if name != "*"] if isinstance(shape, dict) else []
                message = f"`{key.text}` does not exist under `{first.text}`"
                return None, [("unknown-path", message, did_you_mean(key.text, known), key)], end + 2
            shape, end = _below(shape, key.text), end + 2
        elif isinstance(step, Group) and step.open.text == "[" and _touches(items[end - 1], step):
            shape, end = _indexed(shape, step), end + 1
        else:
            break
    return shape, [], end


def _has(shape: Shape, key: str) -> bool:
    if isinstance(shape, dict):
        return key in shape or "*" in shape
    return shape is None


def _below(shape: Shape, key: str) -> Shape:
    return shape.get(key, shape.get("*")) if isinstance(shape, dict) else None


def _indexed(shape: Shape, group: Group) -> Shape:
    key = group.items[0] if len(group.items) == 1 else None
    if isinstance(shape, dict) and isinstance(key, Token) and key.kind == "string":
        return _below(shape, key.text.strip('"'))
    return _element(shape)


def _touches(before: Item, group: Group) -> bool:
    if isinstance(before, Group):
        return before.open.line == group.open.line
    return before.line == group.open.line and before.column + len(before.text) == group.open.column
