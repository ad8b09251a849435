"""
Which elements are open, for ``content-canon/1``: only markup that every browser nests alike has a canon of its words.

Browsers mend markup that is not nested well, each element by rules of its own: a stray end tag is dropped or breaks a line,
what stands between the cells of a table is moved in front of it, an element reaches further than its end tag. Here none
of that is mended. Such a text is :class:`TangledError`, and its canon is its markup, as it stands.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from guardrails.text.canon_characters import words_of
from guardrails.text.canon_harmless import BLOCKS, HEADINGS, VOID

DEEPEST = 100
"""Most elements in each other; browsers have a limit too, beyond which they nest no more."""

FURTHEST = 5
"""How many times elements in each other may move their text aside; more would move it off a small screen."""

MAY_STAY_OPEN = words_of("p li dd dt caption colgroup td th tr thead tbody tfoot")
_BETWEEN_CELLS = words_of("table thead tbody tfoot tr colgroup")
_PARENTS = {
    "caption": words_of("table"),
    "colgroup": words_of("table"),
    "col": words_of("table colgroup"),
    "thead": words_of("table"),
    "tbody": words_of("table"),
    "tfoot": words_of("table"),
    "tr": words_of("table thead tbody tfoot"),
    "td": words_of("tr"),
    "th": words_of("tr"),
}
_PLACES = {"caption": 1, "colgroup": 2, "col": 2, "thead": 3, "tbody": 4, "tr": 4, "tfoot": 5}
"""The order of what a table holds; of even places there may be several. Browsers show a caption and a head first, a foot last."""

_ENDING_PARAGRAPHS = (BLOCKS - {"br"}) | words_of(
    "details dialog dir fieldset form listing menu plaintext pre search summary xmp"
)
_NEVER_IN_EACH_OTHER = ("a", "form")
_ITEMS = ((words_of("li"), words_of("ul ol")), (words_of("dd dt"), words_of("dl")))
_CELLS = words_of("td th caption")


class TangledError(ValueError):
    """Markup that is not nested well."""


class Element(NamedTuple):
    """
    An element that is open.

    Attributes:
        at, content_at: Where in the canon it begins, and its content.

        is_marked: Whether it left a mark, besides words and the target of a link.

        is_strict: Whether every element inside of it leaves one too.

        moves: How many times it moves its text aside.

        is_laid_out: Whether all white space in it is shown.

        target: Where a link leads; None for what is no link.
    """

    name: str
    at: int
    content_at: int
    is_marked: bool = False
    is_strict: bool = False
    is_laid_out: bool = False
    moves: int = 0
    target: str | None = None


class Nesting:
    """The elements that are open, the innermost last."""

    def __init__(self) -> None:
        self._open: list[Element] = []
        self._closed: list[Element] = []
        self._places: list[int] = []  # of the tables that are open, how far each has come

    @property
    def is_marked(self) -> bool:
        """Tell whether anything that is open left a mark."""
        return any(one.is_marked for one in self._open)

    @property
    def is_strict(self) -> bool:
        """Tell whether every element that begins here leaves a mark."""
        return any(one.is_strict for one in self._open)

    @property
    def is_laid_out(self) -> bool:
        """Tell whether all white space is shown here."""
        return any(one.is_laid_out for one in self._open)

    def taken(self) -> list[Element]:
        """Return, once, what was closed since this was asked, in order."""
        taken, self._closed = self._closed, []
        return taken

    def is_in(self, name: str) -> bool:
        """Tell whether an element called *name* is open."""
        return self._has(name)

    def see_words(self) -> None:
        """Words stand here, or a tag that is no part of a table: not between the cells of one."""
        if self._top in _BETWEEN_CELLS:
            raise TangledError

    def make_room(self, name: str) -> None:
        """End what the start tag *name* ends."""
        if name in _PARENTS:
            self._leave(_PARENTS[name])
            if self._top not in _PARENTS[name] or (self._top == "table" and not self._is_in_order(name)):
                raise TangledError
            return
        self.see_words()
        if name in _NEVER_IN_EACH_OTHER and self._has(name):
            raise TangledError
        if name in _ENDING_PARAGRAPHS:
            self._make_room_for_block(name)

    def push(self, element: Element) -> None:
        """Open *element*."""
        if element.name not in VOID:
            self._open.append(element)
        if element.name == "table":
            self._places.append(0)
        moved = sum(one.moves for one in self._open)
        if len(self._open) > DEEPEST or moved > FURTHEST or element.name == "frameset":
            raise TangledError

    def end(self, name: str) -> Element | None:
        """Return the element that the end tag *name* ends; None for that of a paragraph where none is open."""
        if name == "p" and not self._has("p") and not self.is_marked:
            self.see_words()
            return None
        if name in BLOCKS:
            self._leave((name,))
        if self._top != name:
            raise TangledError
        if name == "table":
            self._places.pop()
        self._closed.append(self._open.pop())
        return self._closed[-1]

    @property
    def _top(self) -> str:
        return self._open[-1].name if self._open else ""

    def _has(self, *names: str, within: Collection[str] = ()) -> bool:
        """Tell whether one of *names* is open, inside the innermost of *within* if that is."""
        for one in reversed(self._open):
            if one.name in names or one.name in within:
                return one.name in names
        return False

    def _leave(self, until: Collection[str]) -> None:
        """Close what may stay open until one of *until* is innermost."""
        while self._top in MAY_STAY_OPEN and self._top not in until:
            self._close()

    def _close(self) -> None:
        """Close the innermost element without its end tag, which only one without marks may miss."""
        self._closed.append(self._open.pop())
        if self._closed[-1].is_marked:
            raise TangledError

    def _is_in_order(self, name: str) -> bool:
        """Tell whether the innermost table may go on with *name*, which is then how far it has come."""
        place, before = _PLACES[name], self._places[-1]
        self._places[-1] = place
        return before < place or (before == place and place % 2 == 0)

    def _make_room_for_block(self, name: str) -> None:
        if self._top == "p":
            self._close()
        for items, lists in _ITEMS:
            if name in items and self._top in items:
                self._close()
            if name in items and self._has(*items, within=lists | _CELLS):
                raise TangledError
        if self._has("p", within=_CELLS) or (name in HEADINGS and self._has(*HEADINGS, within=_CELLS)):
            raise TangledError
