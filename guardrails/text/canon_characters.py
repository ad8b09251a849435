"""What single characters, character references and addresses become in ``content-canon/1`` (``docs/content-canon.md``)."""

from __future__ import annotations

import re
from functools import cache

from guardrails.text.expression import expression


def words_of(listed: str) -> frozenset[str]:
    """Return the words of *listed*."""
    return frozenset(listed.split())


TRACKING = words_of(
    "_ga _gl _hsenc _hsmi dclid epik fbclid gad_source gbraid gclid gclsrc igshid li_fat_id mc_cid mc_eid mkt_tok msclkid "
    "oly_anon_id oly_enc_id s_cid srsltid ttclid twclid vero_id wbraid yclid"
)
"""Parameters that only say where a reader came from; so do all that begin with ``utm_``."""

_WRAPPER = expression("\ufeff([\ufe00-\ufe0f\U000e0100-\U000e01ef]+)")
# C2PA 2.3, A.7: "C2PATXT" NUL, a byte below 16 as U+FE00 + byte, any other as U+E0100 + byte - 16.
_WRAPPER_STARTS = "".join(chr(0xE0100 + byte - 16) for byte in b"C2PATXT") + "\ufe00"
BREAK = "\x03"
"""Where a line ends. This and the next ones are in no text that is clean, until spaces are folded."""

_SPACE = expression("[\t\n\f\r ]+")
_FIXED_SPACE = expression("[\xa0\u2000-\u2009\u202f\u205f\u3000]")
_FIXED = "\xa0"
_LAID_OUT = str.maketrans({"\n": "\x04", "\r": "\x04", "\t": "\x05", " ": "\x06", "\f": "\x06"})
_RUN = expression("[ \x03-\x06\xa0]+")
_WIDE = str.maketrans({_FIXED: "f", "\x04": "n", "\x05": "t", "\x06": "s", " ": None})
_NARROW = ("", "f", "ff", "s")
_DIRECTION = expression("[\u202a-\u202e\u2066-\u2069]")
_END_OF_EMBEDDING, _END_OF_ISOLATE, _ISOLATES = "\u202c", "\u2069", "\u2066\u2067\u2068"
_NOTHING = expression("[\xad\u200b\u2060\ufeff]")
_CONTROL = expression("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
        "\u2026": "...",
    }
)
_REFERENCE = expression(r"&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|([A-Za-z][A-Za-z0-9]*)(;?))")
# html.spec.whatwg.org, "numeric character reference end state": what 0x80 to 0x9F mean.
_WINDOWS = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ"
_CAPITAL = words_of("amp copy gt lt quot reg")
_LAST = 0x10FFFF
_DIGITS = 7  # of the last code point, in base 10
_OLD_FROM, _OLD_TO = 0xA0, 0xFF
_IGNORED = expression("[\t\n\r]")
_SCHEME = expression("[A-Za-z][A-Za-z0-9+.-]*:")
_HEAD = expression(r"([A-Za-z][A-Za-z0-9+.-]*:)?(//[^/?#]*)?")
_ESCAPE = expression("%[0-9a-fA-F]{2}")
_UNSAFE = expression(r"[^\x21\x23-\x3b\x3d\x3f-\x5a\x5c-\x7e]")
_INEXACT = expression(r"[^\x21-\x24\x26-\x5a\x5c-\x7e]")


def mark(name: str, value: str | None = None) -> str:
    """Return the mark *name*, with its *value* if it has one."""
    return f"\x01{name}\x02" if value is None else f"\x01{name}={value}\x02"


def clean(text: str, *, is_laid_out: bool = False) -> str:
    """
    Return *text* with typographic quotes as plain ones and nothing invisible; its spaces are still to be folded.

    Args:
        text: Words.

        is_laid_out: Whether all white space in it is shown.
    """
    plain = _NOTHING.sub("", _CONTROL.sub("\ufffd", _WRAPPER.sub(_unwrapped, text))).translate(_TYPOGRAPHY)
    return _FIXED_SPACE.sub(_FIXED, plain.translate(_LAID_OUT) if is_laid_out else _SPACE.sub(" ", plain))


def single(text: str) -> str:
    """Return clean *text* with single spaces, whatever they show."""
    return _RUN.sub(" ", text)


def folded(text: str) -> str:
    """Return clean *text* with single spaces, and marks of those that show more than one."""
    return _RUN.sub(lambda found: " " + "".join(map(_width, found[0].split(BREAK))), text)


def _width(run: str) -> str:
    shown = run.translate(_WIDE)
    return "" if shown in _NARROW else mark("space", shown)


def directions(opened: str, text: str) -> str:
    """Return which directions are open after *text* where *opened* were before: ``e`` for embeddings, ``i`` for isolates."""
    for control in _DIRECTION.findall(text):
        if control == _END_OF_EMBEDDING:
            opened = opened.removesuffix("e")
        elif control == _END_OF_ISOLATE:
            opened = opened.rpartition("i")[0] if "i" in opened else opened
        else:
            opened += "i" if control in _ISOLATES else "e"
    return opened


def decoded(text: str, *, in_attribute: bool = False) -> str:
    """
    Return *text* with its character references decoded: numeric ones, the names of HTML 4, ``&apos;``, six in capitals.

    Another name stays as it is, with U+FFFD before it if it ends with a semicolon: a browser may know it.
    """
    if "&" not in text:
        return text

    def meaning(found: re.Match[str]) -> str:
        if found[3] is None:
            return _character(found[1] or found[2], 16 if found[1] else 10)
        following = text[found.end() : found.end() + 1]
        return _named(found[3], found[4], following, in_attribute=in_attribute)

    return _REFERENCE.sub(meaning, text)


def exact(text: str) -> str:
    """Return *text* in one spelling that nothing else has: what stands beside words counts to the last character."""
    return _INEXACT.sub(lambda found: _percent(found[0]), text)


def exact_name(name: str) -> str:
    """Return the *name* of an element or an attribute in one spelling that no name with a value has."""
    return exact(name).replace("=", "%3D")


def counted_target(address: str) -> str:
    """Return what counts of the target of a link: all but tracking parameters, in one spelling. One with a backslash is left."""
    if "\\" in address:
        return exact(address)
    bare = _IGNORED.sub("", address).strip(" \f")
    safe = _UNSAFE.sub(lambda found: _percent(found[0]), bare)
    spelled = _ESCAPE.sub(lambda found: found[0].upper(), safe)
    before, hashed, fragment = spelled.partition("#")
    path, asked, query = before.partition("?")
    is_web = _is_web(path)
    kept = [one for one in query.split("&") if not (is_web and _is_tracking(one.partition("=")[0]))]
    question = f"?{'&'.join(kept)}" if asked and (kept != [""]) and kept else ""
    return f"{_spelled_head(path)}{question}{hashed}{fragment}"


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))


def _spelled_head(path: str) -> str:
    """Return a path with scheme and host in lower case, and ``/`` for the empty path of a web address."""
    found = _HEAD.match(path)
    assert found is not None, "both parts may be missing"
    scheme, host, rest = (found[1] or "").lower(), found[2] or "", path[found.end() :]
    host = host if "@" in host or not _is_web(path) else host.lower()
    return f"{scheme}{host}{rest or ('/' if scheme and _is_web(path) and host else '')}"


def _is_web(path: str) -> bool:
    """Tell whether an address leads to the web, or is relative to a page of it."""
    found = _SCHEME.match(path)
    return found is None or found[0].lower() in ("http:", "https:")


def _is_tracking(name: str) -> bool:
    return name.lower() in TRACKING or name.lower().startswith("utm_")


def _unwrapped(found: re.Match[str]) -> str:
    return "" if found[1].startswith(_WRAPPER_STARTS) else found[0]


def _character(digits: str, base: int) -> str:
    significant = digits.lstrip("0")
    number = int(significant, base) if 0 < len(significant) <= _DIGITS else 0
    if 0x80 <= number <= 0x9F:  # noqa: PLR2004 - the range of the table
        return _WINDOWS[number - 0x80]
    is_one = 0 < number <= _LAST and not 0xD800 <= number <= 0xDFFF  # noqa: PLR2004 - surrogates
    return chr(number) if is_one else "\ufffd"


def _named(name: str, semicolon: str, following: str, *, in_attribute: bool) -> str:
    if semicolon:
        return _names().get(name, f"&\ufffd{name};")
    length = next((n for n in range(len(name), 1, -1) if name[:n] in _old_names()), 0)
    is_cut = in_attribute and (length < len(name) or following == "=")
    if length and not is_cut:
        return _names()[name[:length]] + name[length:]
    return f"&{name}"


@cache
def _names() -> dict[str, str]:
    """Return what every named reference stands for: those of HTML 4, ``apos``, and six in capitals."""
    from html.entities import name2codepoint

    known = {name: chr(code) for name, code in name2codepoint.items()}
    return {**known, **{name.upper(): known[name] for name in _CAPITAL}, "apos": "'"}


@cache
def _old_names() -> frozenset[str]:
    """Return the names that also count without a semicolon: those of Latin-1, those of markup itself, and six in capitals."""
    latin = (name for name, character in _names().items() if _OLD_FROM <= ord(character) <= _OLD_TO)
    return frozenset((*latin, "amp", "gt", "lt", "quot", *map(str.upper, _CAPITAL)))
