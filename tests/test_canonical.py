"""Frozen values as plain JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import NamedTuple

from guardrails.model.canonical import canonical, field_names, plain


class Pair(NamedTuple):
    """A tiny value."""

    first: str
    second: tuple[int, ...]


@dataclass(frozen=True)
class Inner:
    """A value of one field."""

    number: int


@dataclass(frozen=True)
class Outer:
    """A value that holds others."""

    inner: Inner
    many: tuple[Inner, ...]
    table: tuple[tuple[str, tuple[str, ...]], ...]
    nothing: None = None


OUTER = Outer(Inner(1), (Inner(2), Inner(3)), (("a", ("b", "c")), ("d", ())))


def test_dataclasses_are_what_asdict_makes_of_them() -> None:
    """Digests that were taken of ``asdict`` stay as they are."""
    assert canonical(asdict(OUTER)) == canonical(plain(OUTER))


def test_a_named_tuple_is_a_mapping_too() -> None:
    """Whether a value is one or the other shows in no digest."""
    assert {"first": "x", "second": [1, 2]} == plain(Pair("x", (1, 2)))
    assert [{"first": "x", "second": []}, "y", None] == plain((Pair("x", ()), "y", None))


def test_fields_are_named_in_order() -> None:
    """Of either, and of nothing else."""
    assert ("first", "second") == field_names(Pair)
    assert ("inner", "many", "table", "nothing") == field_names(Outer)
    assert () == field_names(tuple)
