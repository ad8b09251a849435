"""
What the name of a host tells: an address in figures, a test system, a name that poses as another.

The public suffix list is not used, because it changes by the week: the *site* of a host is its last two labels, or
three where the last two are a suffix like ``co.uk``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from guardrails.signals.lookalikes import has_latin, skeleton
from guardrails.text.expression import expression

# RFC 2606 and RFC 6761 (reserved for tests and documentation), RFC 6762 (.local), RFC 8375, ICANN's .internal; .lan and
# .corp are in use and never delegated.
RESERVED = frozenset(("test", "example", "invalid", "localhost", "local", "internal", "lan", "corp", "home.arpa"))
"""Last labels that no public host has."""

_DOCUMENTATION = frozenset(("example.com", "example.net", "example.org", "example.edu"))
_STAGES = frozenset(
    ("staging", "stage", "stg", "preprod", "preproduction", "preview", "uat", "qa", "sandbox", "dev", "test", "testing")
)
_TUNNELS = ("ngrok.io", "ngrok.app", "ngrok-free.app", "trycloudflare.com", "loca.lt", "localhost.run", "webhook.site")
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "gov", "gv", "net", "or", "org"))
_COUNTRY_LETTERS = 2
_IPV4_END = expression(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_LEAST_LETTERS = 6
"""Names this long are compared with one letter wrong; shorter ones are too near to each other."""


def is_in(host: str, domains: Iterable[str]) -> bool:
    """Tell whether *host* is one of *domains* or a subdomain of one."""
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def site(host: str) -> str:
    """Return the part of *host* that somebody registers: ``shop.nimbrel.co.uk`` → ``nimbrel.co.uk``."""
    labels = host.split(".")
    is_long = len(labels) > 2 and len(labels[-1]) == _COUNTRY_LETTERS and labels[-2] in _SECOND_LEVEL  # noqa: PLR2004
    return ".".join(labels[-3:] if is_long else labels[-2:])


def is_ip(host: str) -> bool:
    """Tell whether *host* is an IP address in any notation that browsers take (``[::1]``, ``127.1``, ``0x7f000001``)."""
    return host.startswith("[") or _IPV4_END.match(host.rpartition(".")[2]) is not None


def is_test_host(host: str) -> bool:
    """Tell whether *host* is reserved, private, a tunnel, or named as a stage before the public one."""
    labels = host.split(".")
    if len(labels) == 1 or labels[-1] in RESERVED or is_in(host, _TUNNELS) or site(host) in _DOCUMENTATION:
        return True
    own = host.removesuffix(site(host)).rstrip(".").split(".")
    return any(part in _STAGES for label in own for part in label.split("-")) or is_in(host, RESERVED)


def poses(host: str, own: Iterable[str]) -> bool:
    """
    Tell whether *host* looks like another one.

    It does if a label mixes Latin letters with those of another script or is wholly of letters that look Latin; if it
    looks like one of the *own* hosts or is one letter from it; or if an own host stands in front of another site.
    """
    if any(_is_spoof(label) for label in host.split(".") if not label.isascii()):
        return True
    others = [one for one in own if not is_in(host, (one, site(one)))]
    return any(f".{one}." in f".{host}" or _is_near(site(host), site(one)) for one in others)


def _is_spoof(label: str) -> bool:
    foreign = [char for char in label if char.isalpha() and not has_latin(char)]
    if not foreign or _is_han(foreign):
        return False
    return has_latin(label) or skeleton(label).isascii()


def _is_han(letters: Iterable[str]) -> bool:
    """Tell whether all *letters* are of scripts that are written together with Latin ones."""
    names = (unicodedata.name(char, "") for char in letters)
    return all(name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL")) for name in names)


def _is_near(host: str, own: str) -> bool:
    name, _, suffix = own.partition(".")
    posing, _, posing_suffix = host.partition(".")
    if posing == name:
        return False
    if skeleton(posing) == skeleton(name):
        return True
    return len(name) >= _LEAST_LETTERS and suffix == posing_suffix and _is_typo(posing, name)


def _is_typo(posing: str, name: str) -> bool:
    from rapidfuzz.distance import OSA  # late: most links lead to the own hosts or far from them

    return OSA.distance(posing, name, score_cutoff=1) <= 1
