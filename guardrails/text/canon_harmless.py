"""
What in a tag leaves no mark in ``content-canon/1`` (``docs/content-canon.md``): all else does.

Lists of what is known to show the same words in the same way. An element, an attribute or a value that stands in none of
them counts, so that whatever browsers learn to do tomorrow counts too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from guardrails.text.canon_characters import words_of

WHOLE = words_of("body html")
"""Elements there is one of, however many tags there are."""

CELLS = words_of("td th")
LAID_OUT = words_of("pre listing textarea")
"""Elements that show all white space in them."""

HEADINGS = words_of("h1 h2 h3 h4 h5 h6")
TABLE = words_of("caption col colgroup table tbody td tfoot th thead tr")
BLOCKS = (
    words_of(
        "address article aside blockquote br center dd div dl dt figcaption figure footer header hgroup hr li main nav ol p "
        "section ul"
    )
    | HEADINGS
    | TABLE
)
"""Plain elements that stand apart from their neighbours."""

PLAIN = (
    words_of(
        "a abbr acronym b cite code dfn em i img ins kbd label mark picture samp source span strong time tt u var wbr"
    )
    | BLOCKS
    | WHOLE
)
"""Elements that leave no mark by being there (a picture does)."""

APART = BLOCKS | words_of("details fieldset form pre summary")
"""Elements before and behind which there is a space, always."""

PHRASES = words_of("bdi bdo big del font nobr q s small strike sub sup")
"""Elements that are not plain, and say nothing of the elements inside of them."""

VOID = words_of("area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr")
"""Elements without content and end tag."""

WORDS = words_of("alt title")
"""Attributes that are words; they count wherever they stand."""

_ANY = ""
_A, _IMG, _SOURCE, _TABLE = words_of("a"), words_of("img"), words_of("source"), words_of("table")
_CELL = words_of("td th")
_ROWS = words_of("td th tr thead tbody tfoot")
_REL = "(?:nofollow|noopener|noreferrer|sponsored|ugc|external|bookmark|tag)"
_SHARE = "[1-9][0-9]%|100%"
ALWAYS = {
    "name": (_A, _ANY),
    "rel": (_A, f"(?:{_REL}(?: {_REL})*)?"),
    "target": (_A, "_blank|_self|_parent|_top"),
    "src": (_IMG, _ANY),
    "srcset": (_IMG | _SOURCE, _ANY),
    "sizes": (_IMG | _SOURCE, _ANY),
    "media": (_SOURCE, _ANY),
    "type": (_SOURCE, "image/[a-z+-]+"),
    "loading": (_IMG, "lazy|eager"),
    "decoding": (_IMG, "async|sync|auto"),
    "fetchpriority": (_IMG, "high|low|auto"),
    "width": (_IMG, f"[1-9][0-9]{{1,3}}(?:px)?|{_SHARE}"),
    "height": (_IMG, f"[1-9][0-9]{{1,3}}(?:px)?|{_SHARE}"),
}
"""Attributes that say nothing of what is read: of which elements, with which values."""

USUAL = {
    "align": (_ROWS | HEADINGS | words_of("div p"), "left|right|center|justify"),
    "border": (_IMG | _TABLE, "[01]"),
    "cellpadding": (_TABLE, "1?[0-9]"),
    "cellspacing": (_TABLE, "1?[0-9]"),
    "colspan": (_CELL, "1"),
    "lang": (PLAIN, "[a-z]{2,3}(?:-[a-z0-9]{2,8})*"),
    "rowspan": (_CELL, "1"),
    "role": (words_of("table"), "none|presentation"),
    "scope": (words_of("th"), "col|row|colgroup|rowgroup"),
    "start": (words_of("ol"), "1"),
    "valign": (_ROWS, "top|middle|bottom|baseline"),
    "width": (_TABLE | _CELL | words_of("col"), _SHARE),
}
"""Attributes that say what would be so without them, or how lines lie. They count inside of what leaves a mark."""

_FONT = (
    "(?:arial|courier|georgia|helvetica|tahoma|times|verdana|monospace|sans-serif|serif|system-ui|"
    "'(?:courier new|times new roman|trebuchet ms)'|\"(?:courier new|times new roman|trebuchet ms)\")"
)
_ACROSS = r"(?:0(?:px|em)?|(?:[1-9]|[123][0-9]|40)px|(?:[01](?:\.[0-9]{1,3})?|2)em)"
_DOWN = r"(?:0(?:px|em)?|(?:[1-9][0-9]?|100)px|(?:[0-5](?:\.[0-9]{1,3})?|6)em)"


def _around(across: str, down: str) -> str:
    return f"{across}|{down} {across}(?: {down}(?: {across})?)?"


_MARGIN, _MARGIN_DOWN = f"(?:auto|{_ACROSS})", f"(?:auto|{_DOWN})"
_MOVED = words_of("blockquote dd figure ol ul")
BLOCK_STYLES = {
    "border-collapse": "collapse|separate",
    "line-height": r"normal|[12](?:\.[0-9]{1,3})?|3|[12][0-9]{2}%|300%",
    "margin": _around(_MARGIN, _MARGIN_DOWN),
    "margin-bottom": _MARGIN_DOWN,
    "margin-left": _MARGIN,
    "margin-right": _MARGIN,
    "margin-top": _MARGIN_DOWN,
    "min-width": "100%",
    "mso-line-height-rule": "exactly|at-least",
    "mso-table-lspace": "0(?:pt)?",
    "mso-table-rspace": "0(?:pt)?",
    "padding": _around(_ACROSS, _DOWN),
    "padding-bottom": _DOWN,
    "padding-left": _ACROSS,
    "padding-right": _ACROSS,
    "padding-top": _DOWN,
}
"""Properties that are usual of elements that stand apart. Those that move text aside move it no further than a list does."""

STYLES = {
    "clear": "none|left|right|both",
    "float": "none",
    "font-family": f"{_FONT}(?: ?, ?{_FONT})*",
    "font-style": "normal|italic",
    "font-weight": "normal|bold|[1-9]00",
    "height": "auto",
    "list-style-type": "disc|circle|square|decimal",
    "max-height": "none",
    "max-width": f"none|{_SHARE}|[1-9][0-9]{{2,3}}px",
    "text-align": "left|right|center|justify|start|end",
    "text-decoration": "none|underline",
    "vertical-align": "baseline",
    "width": f"auto|{_SHARE}",
}
"""Properties that are usual with these values, and no others."""

_UPPER = str.maketrans({chr(one): chr(one + 32) for one in range(ord("A"), ord("Z") + 1)})


def lower(text: str) -> str:
    """Return *text* with the letters A to Z in lower case, and no others: what browsers compare by."""
    return text.translate(_UPPER)


def telling(name: str, attributes: Mapping[str, str], *, is_within: bool) -> list[str]:
    """
    Return the names of the attributes that count of an element, of which all values are decoded.

    Args:
        name: The element. Of one that is not plain everything counts but classes, ids and data.

        attributes: Names in lower case.

        is_within: Whether it stands inside an element that leaves a mark.
    """
    counted = [key for key in attributes if not _is_silent(name, key, attributes)]
    if is_within or name not in PLAIN:
        return counted
    unusual = [key for key in counted if not _is_usual(name, key, attributes[key])]
    is_link = name == "a"
    return unusual if all(key in WORDS or (is_link and key == "href") for key in unusual) else counted


def _is_silent(name: str, key: str, attributes: Mapping[str, str]) -> bool:
    if key in ("class", "id") or re.fullmatch("data-[a-z0-9._-]+", key):
        return True
    is_file = name == "source" and "src" in attributes  # of a film or a sound: all of it counts
    return not is_file and _is_listed(ALWAYS, name, key, attributes[key])


def _is_usual(name: str, key: str, value: str) -> bool:
    return _has_usual_style(name, value) if key == "style" else _is_listed(USUAL, name, key, value)


def _is_listed(known: Mapping[str, tuple[frozenset[str], str]], name: str, key: str, value: str) -> bool:
    names, values = known.get(key, (frozenset(), _ANY))
    return name in names and (values is _ANY or re.fullmatch(values, lower(value)) is not None)


def moves(name: str, attributes: Mapping[str, str]) -> int:
    """Return how many times an element moves its text aside, each no further than a list does."""
    declarations = lower(attributes.get("style", "")).split(";")
    return (name in _MOVED) + sum(map(_is_aside, declarations))


def _is_aside(declaration: str) -> bool:
    found = re.search("(?:margin|padding)(?!-top|-bottom)", declaration)
    return found is not None and re.search("[1-9]", declaration[found.end() :]) is not None


def _has_usual_style(name: str, value: str) -> bool:
    """Tell whether every declaration is one of a known property with a known value."""
    known = {**STYLES, **BLOCK_STYLES} if name in BLOCKS else STYLES
    declarations = [re.sub("[ \t\n\r\f]+", " ", one).strip(" ") for one in lower(value).split(";")]
    pairs = [re.split(" ?: ?", one, maxsplit=1) for one in declarations if one]
    return all(
        len(pair) > 1 and re.fullmatch(known.get(pair[0], "(?!)"), re.sub(" ?! ?important$", "", pair[1]))
        for pair in pairs
    )
