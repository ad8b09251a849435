"""Which ids count in ``content-canon/1``: those that something else in the text refers to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from guardrails.text.canon_characters import counted_target, decoded, mark, words_of
from guardrails.text.expression import expression

REFERRING = words_of(
    "anchor aria-activedescendant aria-controls aria-describedby aria-details aria-errormessage aria-flowto aria-labelledby "
    "aria-owns commandfor for form headers interestfor itemref list popovertarget"
)
"""Attributes whose value is ids, with white space between them."""

_ID = expression("[^ \t\n\r\f]+")


def referred(tags: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """Return the ids to which attributes of *tags* refer; their values are not decoded."""
    values = (tag[key] for tag in tags for key in REFERRING & tag.keys())
    return frozenset(one for value in values for one in _ID.findall(decoded(value, in_attribute=True)))


class Places:
    """Where in a canon a link to a place of its page may lead; *parts* is that canon, of which no part may move."""

    def __init__(self, parts: list[str]) -> None:
        self._parts = parts
        self._places: list[tuple[int, str]] = []
        self._linked: Counter[str] = Counter()

    def add(self, name: str) -> None:
        """Add the place called *name*, here."""
        self._places.append((len(self._parts), counted_target(f"#{name}")))
        self._parts.append("")

    def link(self, target: str, links: int = 1) -> None:
        """Count *links* to *target* more."""
        self._linked[target] += links

    def mark(self) -> None:
        """Mark all places that a link leads to."""
        for at, target in self._places:
            if self._linked[target] > 0:
                self._parts[at] = mark("place", target)
