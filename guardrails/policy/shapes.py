"""Which keys a type expression allows at a path: models, dataclasses, and lists, mappings and unions of them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrails.policy.yaml_source import Path


def allowed_keys(shape: Any, path: Path) -> tuple[str, ...]:
    """Return the keys that *shape* allows at *path*; empty if it is no mapping with fixed keys."""
    shapes = [shape]
    for part in path:
        shapes = [inner for outer in shapes for inner in _inner(outer, part)]
    return tuple(dict.fromkeys(str(name) for one in _alternatives(shapes) for name in _fields(one)))


def _inner(shape: Any, part: str | int) -> list[Any]:
    found: list[Any] = []
    for one in _alternatives([shape]):
        fields = _fields(one)
        if fields:
            found += [fields[part]] if part in fields else []
        else:
            found += _items(one, part)
    return found


def _items(shape: Any, part: str | int) -> list[Any]:
    """Return the type of what a mapping holds under any key, or a list at any index."""
    if isinstance(part, str):
        return list(get_args(shape)[-1:]) if get_origin(shape) is dict else []
    return list(get_args(shape)[:1]) if get_origin(shape) in {list, tuple} else []


def _alternatives(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield *shapes* with annotations taken off and unions taken apart."""
    for shape in shapes:
        origin = get_origin(shape)
        if origin is Annotated:
            yield from _alternatives([get_args(shape)[0]])
        elif origin in {Union, UnionType}:
            yield from _alternatives(get_args(shape))
        else:
            yield shape


def _fields(shape: Any) -> dict[str | int, Any]:
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
    if isinstance(shape, type) and is_dataclass(shape):
        hints = get_type_hints(shape)
        return {field.name: hints[field.name] for field in fields(shape)}
    return {}
