"""Misspelt names: what the quick look lets through."""

from __future__ import annotations

import string

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.kinds.driver import hits

_NAMES = ("lumora", "veska", "talberg", "quorin", "mirabolex")
_LETTERS = st.sampled_from(string.ascii_lowercase)


@st.composite
def _one_edit(draw: st.DrawFn) -> tuple[str, str]:
    """Return a name and the same with one letter changed, missing, too many, or swapped with the next."""
    name = draw(st.sampled_from(_NAMES))
    at = draw(st.integers(0, len(name) - 1))
    head, letter, tail = name[:at], name[at], name[at + 1 :]
    other = draw(_LETTERS)
    edits = (head + other + tail, head + tail, head + other + letter + tail, head + tail[:1] + letter + tail[1:])
    return name, draw(st.sampled_from(edits))


@settings(max_examples=100, deadline=None)
@given(_one_edit(), st.sampled_from([(), _NAMES, (*_NAMES, "Nordwind Analytics")]))
def test_every_single_edit_of_a_short_name_is_found(edit: tuple[str, str], others: tuple[str, ...]) -> None:
    """Wherever the wrong letter stands, the first and the last included; shorter and longer names change nothing."""
    name, wrong = edit
    names = list(dict.fromkeys((name, *others)))
    found = hits("near-terms", yaml.safe_dump({"names": names}), f"With {wrong} you see.")

    expected = [] if wrong in {name, f"{name}s"} else [name]
    assert expected == [dict(hit.values)["say_instead"] for hit in found]


def test_many_long_names() -> None:
    """A long list finds the same misspelling as a short one."""
    names = [f"Nordwind Haus {letter}{other}" for letter in "ABCDEFGHI" for other in "abcdefgh"]
    text = "Gestern im Nordwnid Haus Ab."

    assert ["Nordwind Haus Ab"] == [
        dict(hit.values)["say_instead"] for hit in hits("near-terms", yaml.safe_dump({"names": names}), text)
    ]
