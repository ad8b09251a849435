"""
Canonical JSON and digests.

Canonical bytes are RFC 8785 for the subset we allow: objects with ASCII string keys, arrays, strings without lone
surrogates, integers within ±(2⁵³−1), booleans and null. No floats. On that subset ``json.dumps`` with sorted keys
and no spaces is byte-equal to RFC 8785 (a property test compares the two). Written by the standard library, since a
linter starts with it; read by orjson, since a ledger is read by the million.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

MAX_INT = 2**53 - 1

_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)
_ARRAYS = (list, tuple)


def canonical(value: Json) -> bytes:
    """
    Return the canonical UTF-8 bytes of *value*.

    Raises:
        ValueError: On a float, an integer beyond ±(2⁵³−1), a key that is no ASCII string, or a lone surrogate.
    """
    _require_canonical(value)
    return _ENCODER.encode(value).encode("utf-8")


def parsed(data: bytes) -> Json:
    """
    Return the value whose canonical bytes are *data*; :func:`canonical` is the inverse.

    Raises:
        ValueError: If *data* is not the canonical form of any value.
    """
    import orjson

    value: Json = orjson.loads(data)
    _require_canonical(value)
    try:
        written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # it reads deeper than it writes
        written = canonical(value)
    if written != data:
        raise ValueError("this JSON is not in canonical form")
    return value


def plain(value: Any) -> Any:
    """Return *value* with every dataclass and named tuple in it as a mapping from its fields."""
    if names := field_names(type(value)):
        return {name: plain(getattr(value, name)) for name in names}
    return [plain(item) for item in value] if isinstance(value, _ARRAYS) else value


def field_names(shape: type) -> tuple[str, ...]:
    """Return the fields of *shape*, a dataclass or named tuple, in order of declaration; none of any other type."""
    if is_dataclass(shape):
        return tuple(field.name for field in fields(shape))
    return getattr(shape, "_fields", ())


def sha256_hex(value: Json | bytes) -> str:
    """Return the SHA-256 of *value* (canonical bytes unless it is bytes already) in lower-case hex."""
    data = value if isinstance(value, bytes) else canonical(value)
    return hashlib.sha256(data).hexdigest()


def _require_canonical(value: Any) -> None:
    waiting: list[Any] = [value]
    keys: list[Any] = []
    for one in waiting:  # which grows by what each container holds
        kind = type(one)
        if kind is str or kind is bool:  # most of any document
            continue
        if kind is dict or isinstance(one, dict):
            keys += one
            waiting += one.values()
        elif kind is list or isinstance(one, _ARRAYS):
            waiting += one
        elif not _is_scalar(one):
            raise ValueError(f"not representable in canonical JSON: {kind.__name__}")
    _require_ascii(keys)


def _is_scalar(value: object) -> bool:
    if isinstance(value, int) and not -MAX_INT <= value <= MAX_INT:
        raise ValueError("integers must be within ±(2**53−1)")
    return value is None or isinstance(value, (int, str))


def _require_ascii(keys: list[Any]) -> None:
    try:
        are_ascii = "".join(keys).isascii()
    except TypeError:  # one of them is no string
        are_ascii = False
    if not are_ascii:
        wrong = next(key for key in keys if not (isinstance(key, str) and key.isascii()))
        raise ValueError(f"object keys must be ASCII strings, got {wrong!r}")
