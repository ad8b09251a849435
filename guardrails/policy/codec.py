"""
A compiled policy as plain JSON and back, exactly; :func:`policy_bytes` and :func:`policy_of` are inverses.

A dataclass or named tuple is the array of its fields in order of declaration, any other tuple an array, an enumeration
its value, one of several classes ``[index, value]``; fields typed ``Json`` stand as they are. The format is read only
by the version that wrote it: the reader refuses a shape it does not know, and stored copies say which they are
(``FORMAT``).
Standard library only: reading a cached policy imports neither yaml nor pydantic.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from guardrails.model.canonical import field_names
from guardrails.model.policy import CompiledPolicy, Literal_, Pattern

FORMAT = "guardrails.compiled-policy/v1"

_Coder: TypeAlias = Callable[[Any], Any]
# `Json` is recursive and `Unit` a union in a string: both are named here for what they are on disk.
_ALIASES = {"Json": object, "Unit": Literal_ | Pattern}


def policy_bytes(policy: CompiledPolicy) -> bytes:
    """Return *policy* as UTF-8 JSON, equal for equal policies."""
    body = {"format": FORMAT, "policy": _encoder(CompiledPolicy)(policy)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8")


def policy_of(data: bytes) -> CompiledPolicy:
    """
    Return the policy that :func:`policy_bytes` wrote.

    Raises:
        ValueError: If *data* is anything else.
    """
    try:
        body = json.loads(data)
        if body["format"] != FORMAT:
            raise ValueError(f"not a compiled policy: {body['format']!r}")
        policy = _decoder(CompiledPolicy)(body["policy"])
    except (KeyError, IndexError, TypeError, RecursionError) as error:
        raise ValueError(f"not a compiled policy: {error}") from error
    if not isinstance(policy, CompiledPolicy):
        raise ValueError("not a compiled policy: it is empty")  # noqa: TRY004 - the caller's data is wrong, not a type
    return policy


@cache
def _hints(shape: type) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(shape, localns=_ALIASES)
    return tuple((name, hints[name]) for name in field_names(shape))


def _has_fields(shape: Any) -> bool:
    return isinstance(shape, type) and bool(field_names(shape))


@cache
def _encoder(shape: Any) -> _Coder:
    if _has_fields(shape):
        return _fields_encoder(shape)
    if get_origin(shape) is tuple:
        return _tuple_coder(shape, _encoder, list)
    if get_origin(shape) in {Union, UnionType}:
        return _union_encoder(get_args(shape))
    if isinstance(shape, type) and issubclass(shape, Enum):
        return lambda value: value.value
    return _as_it_is


@cache
def _decoder(shape: Any) -> _Coder:
    if _has_fields(shape):
        return _fields_decoder(shape)
    if get_origin(shape) is tuple:
        inner = get_args(shape)
        is_plain = inner[1:] == (Ellipsis,) and _is_plain(inner[0])
        return _plain_tuple_decoder(inner[0]) if is_plain else _tuple_coder(shape, _decoder, tuple)
    if get_origin(shape) in {Union, UnionType}:
        return _union_decoder(get_args(shape))
    if _is_plain(shape):
        return lambda value: _require([shape], [value])[0]
    return shape if isinstance(shape, type) and issubclass(shape, Enum) else _literal(shape)


def _as_it_is(value: Any) -> Any:
    return value


def _is_plain(shape: Any) -> bool:
    return isinstance(shape, type) and shape in {str, int, bool}


def _require(shapes: list[type], values: list[Any]) -> list[Any]:
    """Return *values* if each is exactly of its type."""
    if list(map(type, values)) != shapes:
        wrong, value = next((one, value) for one, value in zip(shapes, values, strict=True) if type(value) is not one)
        raise TypeError(f"expected {wrong.__name__}, got {type(value).__name__}")
    return values


def _literal(shape: Any) -> _Coder:
    allowed = get_args(shape) if get_origin(shape) is Literal else None

    def require(value: Any) -> Any:
        if allowed is not None and value not in allowed:
            raise TypeError(f"expected one of {allowed}, got {value!r}")
        return value

    return require


def _fields_encoder(shape: type) -> _Coder:
    # Looked up when called: a class may hold itself (a rule its base).
    def encode(value: Any) -> Any:
        return [_encoder(hint)(getattr(value, name)) for name, hint in _hints(shape)]

    return encode


def _fields_decoder(shape: type) -> _Coder:
    hints = [hint for _, hint in _hints(shape)]
    plain = [at for at, hint in enumerate(hints) if _is_plain(hint)]
    types = [hints[at] for at in plain]
    others = [(at, _decoder(hint)) for at, hint in enumerate(hints) if not _is_plain(hint)]

    def decode(value: Any) -> Any:
        if not isinstance(value, list) or len(value) != len(hints):
            raise TypeError(f"expected the fields of {shape.__name__}")
        _require(types, [value[at] for at in plain])
        for at, decoder in others:
            value[at] = decoder(value[at])
        return shape(*value)

    return decode


def _plain_tuple_decoder(shape: type) -> _Coder:
    only = {shape}

    def decode(value: Any) -> Any:
        if not isinstance(value, list) or not only.issuperset(map(type, value)):
            raise TypeError(f"expected an array of {shape.__name__}")
        return tuple(value)

    return decode


def _tuple_coder(shape: Any, coder: Callable[[Any], _Coder], made: Callable[[Any], Any]) -> _Coder:
    inner = get_args(shape)
    if inner[1:] == (Ellipsis,):
        item_coder = coder(inner[0])
        return lambda value: made([item_coder(item) for item in _sequence(value)])
    coders = [coder(one) for one in inner]
    return lambda value: made([code(item) for code, item in zip(coders, _sequence(value), strict=True)])


def _sequence(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise TypeError(f"expected an array, got {type(value).__name__}")
    return value


def _union_encoder(shapes: tuple[Any, ...]) -> _Coder:
    options = [shape for shape in shapes if shape is not NoneType]

    def encode(value: Any) -> Any:
        if value is None:
            return None
        at = next(at for at, shape in enumerate(options) if isinstance(value, shape))
        return [at, _encoder(options[at])(value)]

    return encode


def _union_decoder(shapes: tuple[Any, ...]) -> _Coder:
    options = [shape for shape in shapes if shape is not NoneType]

    def decode(value: Any) -> Any:
        if value is None:
            if NoneType not in shapes:
                raise TypeError("expected a value, got null")
            return None
        at, inner = value
        return _decoder(options[at])(inner)

    return decode
