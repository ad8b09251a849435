"""
Where a link leads.

Targets are taken apart as browsers do (https://url.spec.whatwg.org/#url-parsing) as far as it decides which scheme,
host and query they mean: tabs and line ends do not count, a backslash is a slash, what stands before the last ``@`` is
no host. Nothing is looked up: this is text, no network.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from guardrails.text.expression import expression

WEB = ("http", "https", "ftp")
"""Schemes with a host."""

_SCHEME = expression(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):")
# The URL standard's "C0 control or space" at the ends, and "ASCII tab or newline" anywhere.
_ENDS = "".join(map(chr, range(0x21)))
_DROPPED = str.maketrans("", "", "\t\n\r")
_AUTHORITY = expression(r"[/\\]*(?P<authority>[^/\\?#]*)(?P<rest>.*)", re.DOTALL)
_PORT = expression(r":[0-9]*\Z")
_DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})
# UTS 46 leaves these out of a host.
_IGNORED = expression("[\u00ad\u034f\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")


@dataclass(frozen=True, slots=True)
class Target:
    """
    A link's target.

    Attributes:
        scheme: In lower case; empty for a target without one (a path, ``#part``, ``www.…``).

        host: In lower case and Unicode (``xn--`` decoded where it can be), without port; empty if there is none.

        has_user: Whether a user name or password stands before the host.

        path: What follows the host or scheme, up to ``?`` and ``#``.

        query: Names and values, in order.
    """

    scheme: str
    host: str = ""
    has_user: bool = False
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()


def target_of(written: str) -> Target:
    """Return what *written*, the target as the document says it, leads to; any text is acceptable."""
    text = written.strip(_ENDS).translate(_DROPPED)
    found = _SCHEME.match(text)
    scheme = found["scheme"].lower() if found else ""
    rest = text[found.end() :] if found else text
    if scheme in WEB or (not scheme and rest.replace("\\", "/").lower().startswith(("//", "www."))):
        return _web(scheme, rest)
    path, query = _split(rest)
    return Target(scheme, path=path, query=query)


def _web(scheme: str, rest: str) -> Target:
    found = _AUTHORITY.match(rest)
    assert found is not None, "every text has an authority, if an empty one"
    user, at, host = found["authority"].rpartition("@")
    path, query = _split(found["rest"])
    return Target(scheme, _host(host), bool(at and user), path, query)


def _split(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    path, _, query = text.partition("#")[0].partition("?")
    return path, tuple(parse_qsl(query, keep_blank_values=True))


def _host(written: str) -> str:
    plain = _IGNORED.sub("", unquote(_PORT.sub("", written)))
    mapped = unicodedata.normalize("NFKC", plain.translate(_DOTS)).casefold()
    return ".".join(_label(label) for label in mapped.rstrip(".").split("."))


def _label(label: str) -> str:
    """Return *label* in Unicode; a ``xn--`` label that cannot be decoded stays as it is."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label
