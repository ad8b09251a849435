"""
Canonical JSON and digests.

Canonical bytes are RFC 8785 for the subset we allow: objects with ASCII string keys, arrays, strings without lone
surrogates, integers within ±(2⁵³−1), booleans and null. No floats. On that subset ``json.dumps`` with sorted keys
and no spaces is byte-equal to RFC 8785 (a property test compares the two).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, NoReturn, TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

MAX_INT = 2**53 - 1

_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)
_ARRAYS = (list, tuple)


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST or abs(value := int(digits)) > MAX_INT:
        raise ValueError("integers must be within ±(2**53−1)")
    return value


def _refused(number: str) -> NoReturn:
    msg = f"not representable in canonical JSON: {number[:20]}"
    raise ValueError(msg)


_LONGEST = len(str(-MAX_INT))
_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_refused, parse_constant=_refused)


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
    text = data.decode("utf-8")
    value: Json = _DECODER.decode(text)
    if not text.isascii():  # in ASCII no key and no surrogate can be wrong, and the decoder takes no wrong number
        _require_canonical(value)
    if _ENCODER.encode(value) != text:
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


def _require_canonical(value: object) -> None:
    # Strings first: most of any document.
    if value is None or isinstance(value, str):
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                msg = f"object keys must be ASCII strings, got {key!r}"
                raise ValueError(msg)
            _require_canonical(item)
    elif isinstance(value, _ARRAYS):
        for item in value:
            _require_canonical(item)
    elif isinstance(value, int):
        if abs(value) > MAX_INT:
            msg = f"integers must be within ±(2**53−1), got {value}"
            raise ValueError(msg)
    else:
        msg = f"not representable in canonical JSON: {type(value).__name__}"
        raise ValueError(msg)  # noqa: TRY004 - documented as one error for whatever has no canonical form
