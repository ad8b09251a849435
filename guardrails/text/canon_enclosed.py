"""
What encloses text that is no markup, or markup of another kind, for ``content-canon/1``: scripts, drawings, formulas.

Where these end depends on what is in them, on whether scripts run, and on what they stand in. Only those have a canon of
their own of which no browser sees another end; any other makes the text one that is tangled. So does a style sheet or a
script in the text itself: with those classes, ids and elements tell what a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from guardrails.text.canon_characters import words_of
from guardrails.text.canon_harmless import lower
from guardrails.text.canon_nesting import TangledError
from guardrails.text.expression import expression

RAW = words_of("script style xmp iframe noembed noframes noscript title textarea plaintext")
FOREIGN = ("svg", "math")
LEAVES = words_of("title desc mi mn mo ms mtext")
"""Elements of drawings and formulas that hold words only: any tag in them would be one of HTML."""

DRAWN = LEAVES | words_of(
    "circle clippath defs ellipse g line lineargradient marker mask path pattern polygon polyline radialgradient rect stop "
    "symbol text textpath tspan use mfrac mmultiscripts mover mpadded mphantom mroot mrow mspace msqrt mstyle msub "
    "msubsup msup mtable mtd mtr munder munderover"
)
"""Elements that may be in a drawing or a formula."""

LINKED = words_of("alternate author canonical help icon license next prev search shortlink")
"""What a ``link`` may be to; a style sheet is none of it."""

_TAG = expression(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)
    (?:[\ \t\n\f]+[^\ \t\n\f/<>"'=]+(?:=(?:"[^<>"]*"|'[^<>']*'|[^\ \t\n\f/<>"'=`]+))?)*[\ \t\n\f]*(/?)>""",
    re.VERBOSE,
)
_ANGLE = expression("[<>]")
_IN_SELECT = words_of("option optgroup hr")
_DATA = expression(r"application/(?:[a-z.-]+\+)?json")
_BLANK = expression("[\x00-\x20]+")
_HANDLER = expression("on[a-z]+")


def require_known(name: str, attributes: Mapping[str, str], *, is_in_select: bool) -> None:
    """
    Require that a start tag neither changes what others show nor is read differently in a list to select from.

    Args:
        name: The element.

        attributes: Names in lower case, values decoded.

        is_in_select: Whether a ``select`` is open.

    Raises:
        TangledError: If it does.
    """
    is_script = name == "script" and not _DATA.fullmatch(lower(attributes.get("type", "")))
    is_sheet = name == "style" or (name == "link" and not _is_harmless_link(attributes))
    if (
        is_script
        or is_sheet
        or (is_in_select and name not in _IN_SELECT)
        or any(map(_runs, attributes, attributes.values()))
    ):
        raise TangledError


def require_enclosed(name: str, tag: str, content: str) -> None:
    """
    Require that *content*, up to the first end tag of its *name*, ends there for every browser.

    Args:
        name: The element that the start tag *tag* begins.

        tag: The start tag as it stands.

        content: What follows, up to the end tag.

    Raises:
        TangledError: If it may not.
    """
    if name in FOREIGN:
        is_enclosed = not tag.endswith("/>") and _is_drawn(content)
    elif name == "noscript":
        is_enclosed = not _ANGLE.search(_TAG.sub(lambda found: "" if lower(found[2]) == "img" else "<", content))
    else:
        is_enclosed = not any(one in lower(content) for one in ("<!--", "<![cdata[", f"<{name}"))
    if not is_enclosed:
        raise TangledError


def _runs(key: str, value: str) -> bool:
    """Tell whether an attribute runs a script."""
    return _HANDLER.fullmatch(key) is not None or _BLANK.sub("", lower(value)).startswith("javascript:")


def _is_harmless_link(attributes: Mapping[str, str]) -> bool:
    return lower(attributes.get("rel", "")) in LINKED


def _is_drawn(content: str) -> bool:
    """Tell whether *content* is words and well nested tags of known elements, and nothing else."""
    opened: list[str] = []
    for slash, spelled, closed in _TAG.findall(content):
        name = lower(spelled)
        is_end = bool(slash)
        if name not in DRAWN or (is_end and (not opened or opened.pop() != name)):
            return False
        if not is_end and opened and opened[-1] in LEAVES:
            return False
        if not is_end and not closed:
            opened.append(name)
    return not opened and not _ANGLE.search(_TAG.sub("", content))
