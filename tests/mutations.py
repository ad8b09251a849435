"""
Ways to remove or corrupt something, as Hypothesis strategies; each draws one change of a control.

``GUARDRAILS_EXAMPLES`` sets how many are drawn of each class (default 100).
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("GUARDRAILS_EXAMPLES", "100"))
"""How many mutations are drawn of each class."""

drawn = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture],
)
"""Settings of every test here: fixed seed, no clock."""

Path = tuple[Any, ...]


@dataclass(frozen=True)
class Raw:
    """JSON text that stands for a value which ``json`` would not write."""

    text: str


@dataclass(frozen=True)
class Twice:
    """A value whose key stands twice, with *other* under it *before* it or after it."""

    value: Any
    other: Any
    before: bool


@dataclass(frozen=True, repr=False)
class Mutant:
    """A changed control: what was done, where, and what came of it."""

    what: str
    path: Path
    value: Any

    def __repr__(self) -> str:
        """What was done, without the whole."""
        return f"Mutant({self.what!r}, {self.path!r})"


DEEP = Raw("[" * 5_000 + "]" * 5_000)
LONG = "x" * 40_000
WRONG: tuple[Any, ...] = (
    None, True, False, -1, 1.5, 2**70, "", "no such value", LONG, [], [None], {}, {"a": "b"}, DEEP,
    Raw("NaN"), Raw("-Infinity"), Raw("1e999"), Raw('"\\ud800"'), Raw('"\\u0000"'), Raw("nul"),
)  # fmt: skip
"""What may be put in the place of a value: other types, and what no reader should take."""

BAD_CHARACTERS = ("\0", "\ud800", "\udfff", "\x1b", "\x9b", "\ufffe")


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in *value*."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from paths(item, (*path, key))


def at(value: Any, path: Path) -> Any:
    """What stands at *path*."""
    for key in path:
        value = value[key]
    return value


def changed(control: Any, path: Path, change: Callable[[Any, Any], None]) -> Any:
    """A copy of *control* in which *change* was made to the last key of *path* in its parent."""
    value = copy.deepcopy(control)
    change(at(value, path[:-1]), path[-1])
    return value


def trees(control: Any, *, wrong: tuple[Any, ...] = WRONG, text: bool = True) -> st.SearchStrategy[Mutant]:
    """
    Draw a change of one place in *control*: taken out, of another type, its key misspelt or written twice.

    With *text* the result may hold :class:`Raw` and :class:`Twice` and is for :func:`rendered`; without, it is plain
    values.
    """
    places = st.sampled_from(list(paths(control)))
    values = st.sampled_from([one for one in wrong if text or not isinstance(one, Raw)])
    options = [
        st.builds(_removed, st.just(control), places),
        st.builds(_replaced, st.just(control), places, values),
        st.builds(_misspelt, st.just(control), places),
        st.builds(_spoilt, st.just(control), places, st.sampled_from(BAD_CHARACTERS), st.integers(0, 10_000)),
    ]
    if text:
        options.append(st.builds(_twice, st.just(control), places, values, st.booleans()))
    return st.one_of(options)


def _removed(control: Any, path: Path) -> Mutant:
    return Mutant("removed", path, changed(control, path, lambda parent, key: parent.pop(key)))


def _replaced(control: Any, path: Path, value: Any) -> Mutant:
    def put(parent: Any, key: Any) -> None:
        parent[key] = copy.deepcopy(value)

    return Mutant(f"replaced by {str(value)[:40]!r}", path, changed(control, path, put))


def _misspelt(control: Any, path: Path) -> Mutant:
    def rename(parent: Any, key: Any) -> None:
        if isinstance(parent, dict):
            parent[f"{key}_"] = parent.pop(key)
        else:
            parent[key] = [parent[key]]

    return Mutant("misspelt", path, changed(control, path, rename))


def _spoilt(control: Any, path: Path, char: str, where: int) -> Mutant:
    def splice(parent: Any, key: Any) -> None:
        old = parent[key] if isinstance(parent[key], str) else ""
        cut = where % (len(old) + 1)
        parent[key] = old[:cut] + char + old[cut:]

    return Mutant(f"spoilt by {char!a}", path, changed(control, path, splice))


def _twice(control: Any, path: Path, value: Any, before: bool) -> Mutant:
    def double(parent: Any, key: Any) -> None:
        parent[key] = Twice(parent[key], value, before)

    what = "written twice" if isinstance(path[-1], str) else "left as it is"
    return Mutant(what, path, changed(control, path, double))


def rendered(value: Any) -> bytes:
    """*value* as JSON text, :class:`Raw` and :class:`Twice` written as they stand."""
    return _json(value).encode("utf-8", "surrogatepass")


def _json(value: Any) -> str:
    match value:
        case Raw():
            return value.text
        case Twice():
            return _json(value.value)  # in an array nothing stands twice
        case dict():
            return "{" + ", ".join(member for key, item in value.items() for member in _members(key, item)) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_json, value)) + "]"
        case _:
            return json.dumps(value)


def _members(key: str, item: Any) -> list[str]:
    if not isinstance(item, Twice):
        return [f"{json.dumps(key)}: {_json(item)}"]
    both = [f"{json.dumps(key)}: {_json(one)}" for one in (item.other, item.value)]
    return both if item.before else both[::-1]


@dataclass(frozen=True)
class Damage:
    """What is done to bytes, wherever *place* falls in them."""

    what: str
    place: int
    data: bytes = b""
    length: int = 0

    def of(self, control: bytes) -> bytes:
        """*control* after it."""
        at = self.place % max(len(control), 1)
        return control[:at] + self.data + (b"" if self.what == "cut off" else control[at + self.length :])


def damages() -> st.SearchStrategy[Damage]:
    """Draw what is done to bytes: cut off, overwritten, inserted, taken out, a bit flipped."""
    place, some = st.integers(0, 10_000_000), st.binary(min_size=1, max_size=64)
    return st.one_of(
        st.builds(Damage, st.just("cut off"), place),
        st.builds(lambda at, data: Damage("overwritten", at, data, len(data)), place, some),
        st.builds(Damage, st.just("inserted"), place, some),
        st.builds(lambda at, length: Damage("taken out", at, length=length), place, st.integers(1, 4096)),
    )


def damaged(control: bytes) -> st.SearchStrategy[Mutant]:
    """Draw *control* after some damage."""
    return damages().map(lambda damage: Mutant(damage.what, (damage.place,), damage.of(control)))
