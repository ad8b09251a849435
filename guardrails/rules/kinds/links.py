"""
links: links that lead where they should not.

Why: a link to the staging shop, a “#” that nobody filled in, or an address that says one thing and opens another is
seen by every reader and by no spelling check; a look-alike of the own domain is an attack.

How: every link of the draft is taken apart as a browser would; nothing is looked up. *checks* name what is always
wrong: *placeholder* (no target, “#”, “tbd”, an unfilled template mark), *test-host* (reserved names such as
``example.com``, private networks, labels such as ``staging``), *insecure* (not encrypted), *scheme* (``javascript:``,
``data:``, ``file:``), *ip* (an address in figures), *credentials* (a user name or password before the host),
*look-alike* (letters of two scripts, or nearly one of *own_hosts*), *mismatch* (the text names another site, mail
address or number than the target); only if asked for: *non-ascii* (any host with other letters than a–z) and
*relative* (a target without a host). The lists say what else may be linked, with which query. A host stands for itself
and its subdomains. ``{say_instead}`` holds what is expected, the evidence names the problem: a rule per check can say
it in its own words.

Misses: whether the page exists and where it forwards to; addresses in the text that are no links (plain text without
``https://`` or ``www.``), in front matter, code, forms and image maps, and those of pictures; ``<base>``; names of
others (``nimbrel-shop.com``) unless hosts are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias
from urllib.parse import unquote

from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit, HitFix
from guardrails.model.policy import Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, mapping, replacement, strings
from guardrails.signals.hosts import RESERVED, is_in, is_ip, is_test_host, poses, site
from guardrails.signals.targets import WEB, Target, target_of
from guardrails.text.expression import expression
from guardrails.text.parsed import ParsedField

Check: TypeAlias = Literal[
    "placeholder", "test-host", "insecure", "scheme", "ip", "credentials", "look-alike", "mismatch", "non-ascii",
    "relative",
]  # fmt: skip
_ALWAYS: tuple[Check, ...] = (
    "placeholder", "test-host", "insecure", "scheme", "ip", "credentials", "look-alike", "mismatch",
)  # fmt: skip

_REFUSED = ("about", "blob", "data", "file", "javascript", "vbscript", "view-source")
_EMPTY = expression(
    r"#?!?|https?:/*|(?:insert|your|add)?[ _-]?(?:tbd|todo|xxx+|url|link|href)(?:[ _-]?here)?", re.IGNORECASE
)
# Lengths are bounded here and below, so that no text takes more than linear time.
_TEMPLATE = expression(
    r"\{\{.{0,99}?\}\}|\{%.{0,99}?%\}|\*\|.{0,99}?\|\*|%%.{0,99}?%%|\$\{.{0,99}?\}|<%.{0,99}?%>|\[\[.{0,99}?\]\]"
    r"|\[[A-Z][A-Z _-]{1,99}\]"
)
# What is surely meant as an address of the web: "Node.js" and "z.B." are none.
_TOP = (
    "com|org|net|info|biz|eu|de|at|ch|li|uk|ie|us|ca|au|fr|be|nl|lu|it|es|pt|dk|se|no|fi|pl|cz|io|ai|co|app|dev|shop|"
    "store|online|blog|cloud|tech|gov|edu|example|test"
)
_HOST = expression(
    rf"(?<![\w@.-])(?:https?://(?:[^\s/@]*@)?(?P<url>[^\s/?#]+)"
    rf"|(?P<name>(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:{_TOP})))(?![\w-]|\.\w)",
    re.IGNORECASE,
)
_MAIL = expression(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PHONE = expression(r"\+?[0-9](?:[ ()/.\u00a0-]*[0-9]){5,}")
_COMPARED_DIGITS = 6
"""Last digits in which a number in the text and in the target must agree; what stands before them may be left out."""


@dataclass(frozen=True, slots=True)
class Params:
    """
    Where links may lead.

    Attributes:
        checks: What is looked for besides the lists; an empty list for nothing.

        own_hosts: Hosts of the brand: other hosts must not look like them, and *require_query* is about them.

        allow_hosts: Hosts that links may lead to besides the own ones; an empty list allows any.

        forbid_hosts: Hosts that they may not lead to.

        except_hosts: Hosts that no check is about (a click tracker, say, whose links name the real site).

        require_query: Parameters every link to an own host carries (to any host if none is listed): ``utm_source``, or
            with a value ``utm_medium=email``.

        forbid_query: Parameters no link carries; ``gcl*`` means all that begin so.

        template_marks: Marks that the sending system fills in, as they are written: ``{{unsubscribe_url}}``.

        mail_domains: Domains that mail links may go to, also in copy; an empty list allows any.

        phone_prefixes: What the numbers of telephone links begin with, e.g. ``+49``; an empty list allows any.
    """

    __pydantic_config__: ClassVar = FORBID

    checks: tuple[Check, ...] = _ALWAYS
    own_hosts: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    forbid_hosts: tuple[str, ...] = ()
    except_hosts: tuple[str, ...] = ()
    require_query: tuple[str, ...] = ()
    forbid_query: tuple[str, ...] = ()
    template_marks: tuple[str, ...] = ()
    mail_domains: tuple[str, ...] = ()
    phone_prefixes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a rule that asks nothing, and hosts that no link can have."""
        lists = (self.allow_hosts, self.forbid_hosts, self.require_query, self.forbid_query)
        if not any((self.checks, *lists, self.mail_domains, self.phone_prefixes)):
            raise ValueError("expected checks or one of the lists")
        hosts = (*self.own_hosts, *self.allow_hosts, *self.forbid_hosts, *self.except_hosts, *self.mail_domains)
        for host in hosts:
            if host != target_of(f"//{host}").host or not host:
                raise ValueError(f"“{host}” is no host: write it in small letters, without https:// and path")


@dataclass(frozen=True, slots=True)
class _Link:
    """A link: where it stands (*extent*, of the source if it shows nothing), what it shows, where it leads."""

    field: int
    extent: Extent
    shown: str
    written: str
    target: Target
    in_source: bool = False


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong with a link, and what is expected of it, in words."""

    name: str
    expected: str


def plan(params: Params) -> Plan:
    """Scan for nothing: links are known from reading the document."""
    data: dict[str, Json] = {
        "checks": sorted(params.checks),
        "own": list(params.own_hosts),
        "allow": list(params.allow_hosts),
        "forbid": list(params.forbid_hosts),
        "except": list(params.except_hosts),
        "require": list(params.require_query),
        "bare": list(params.forbid_query),
        "marks": list(params.template_marks),
        "mail": list(params.mail_domains),
        "phone": list(params.phone_prefixes),
    }
    return Plan((), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Judge every link, in the order of the document."""
    data = {name: strings(value) for name, value in mapping(plan.data).items()}
    for number, parsed in enumerate(view.fields):
        for link in _links(number, parsed):
            for problem in _problems(link, data):
                yield _hit(parsed, link, problem)


def advise(plan: Plan, context: EffectiveContext) -> Advice:  # noqa: ARG001 - links lead to the same places everywhere
    """Name where links may lead, and what they carry."""
    data = {name: strings(value) for name, value in mapping(plan.data).items()}
    allowed = (*data["own"], *data["allow"]) if data["allow"] else ()
    said = [
        f"Link only to {', '.join(allowed)}" if allowed else "Link only to public pages by https",
        *([f"not to {', '.join(data['forbid'])}"] if data["forbid"] else []),
        *([f"with {', '.join(data['require'])} in the query"] if data["require"] else []),
        *([f"without {', '.join(data['bare'])} in the query"] if data["bare"] else []),
        *([f"mail only to {', '.join(data['mail'])}"] if data["mail"] else []),
        *([f"numbers with {', '.join(data['phone'])}"] if data["phone"] else []),
    ]
    return Advice("limits", ", ".join(said))


def _links(number: int, parsed: ParsedField) -> Iterator[_Link]:
    for extent, written in parsed.links:
        span = parsed.span(extent)
        if span is not None:
            text = parsed.text[extent.start : extent.end]
            shown = text if parsed.is_verbatim(extent) or "\ufffc" not in text else parsed.source[span.start : span.end]
            yield _Link(number, extent, shown, written, target_of(written))
    for start, end, written in parsed.mute_links:
        yield _Link(number, Extent(start, end), parsed.source[start:end], written, target_of(written), in_source=True)


def _problems(link: _Link, data: dict[str, tuple[str, ...]]) -> Iterator[_Problem]:
    target = link.target
    if target.host and is_in(target.host, data["except"]):
        return
    if _is_placeholder(link.written, target, data["marks"]):
        yield from _asked(data, "placeholder", "the real target")
    elif target.scheme in _REFUSED or len(target.scheme) == 1:  # a single letter is a drive of Windows
        yield from _asked(data, "scheme", "a page")
    elif target.scheme == "mailto":
        yield from _mail_problems(link, data)
    elif target.scheme in ("tel", "sms"):
        yield from _phone_problems(link, data)
    elif target.host:
        yield from _host_problems(link, data)
        yield from _query_problems(target, data)
    elif not target.scheme:
        yield from _asked(data, "relative", "a target with its host")


def _asked(data: dict[str, tuple[str, ...]], name: str, expected: str) -> Iterator[_Problem]:
    if name in data["checks"]:
        yield _Problem(name, expected)


def _is_placeholder(written: str, target: Target, marks: Sequence[str]) -> bool:
    known = written
    for mark in marks:
        known = known.replace(mark, "")
    if _TEMPLATE.search(known):
        return True
    if known != written and not known.strip():
        return False
    is_void = target.scheme == "javascript" and "void" in target.path
    return is_void or _EMPTY.fullmatch(unquote(written).strip()) is not None


def _host_problems(link: _Link, data: dict[str, tuple[str, ...]]) -> Iterator[_Problem]:
    target, host, own = link.target, link.target.host, data["own"]
    if target.scheme in WEB and target.scheme != "https":
        yield from _asked(data, "insecure", "https")
    if target.has_user:
        yield from _asked(data, "credentials", "an address without user name and password")
    if is_ip(host):
        yield from _asked(data, "ip", "the name of a host")
    elif poses(host, own):
        yield from _asked(data, "look-alike", "one of the own hosts, spelt exactly")
    elif _is_test(host, (*own, *data["allow"])):
        yield from _asked(data, "test-host", "the public address")
    if not host.isascii():
        yield from _asked(data, "non-ascii", "a host in the letters a to z")
    if not link.in_source and not _agrees(link.shown, host):
        yield from _asked(data, "mismatch", "the site that the text names")
    if is_in(host, data["forbid"]) or (data["allow"] and not is_in(host, (*own, *data["allow"]))):
        yield _Problem("host", ", ".join((*own, *data["allow"])) or "another host")


def _is_test(host: str, listed: Sequence[str]) -> bool:
    """Tell whether *host* is a test system; a listed host is none itself, and its reserved last label is meant."""
    if host in listed or not is_test_host(host):
        return False
    if is_in(host, listed) and site(host).rpartition(".")[2] in RESERVED:
        return is_test_host(f"{host.removesuffix(site(host))}a.com")
    return True


def _agrees(shown: str, host: str) -> bool:
    named = [found["url"] or found["name"] for found in _HOST.finditer(shown)]
    return not named or any(site(target_of(f"//{name}").host) == site(host) for name in named)


def _query_problems(target: Target, data: dict[str, tuple[str, ...]]) -> Iterator[_Problem]:
    names = [name.casefold() for name, _ in target.query]
    for pattern in data["bare"]:
        start = pattern.casefold().removesuffix("*")
        if any(name.startswith(start) if pattern.endswith("*") else name == start for name in names):
            yield _Problem("query", f"no {pattern}")
    if not data["own"] or is_in(target.host, data["own"]):
        for wanted in data["require"]:
            name, equals, value = wanted.partition("=")
            if not any(name == one and (value == said or not equals) and said for one, said in target.query):
                yield _Problem("query", wanted)


def _mail_problems(link: _Link, data: dict[str, tuple[str, ...]]) -> Iterator[_Problem]:
    target = link.target
    listed = (target.path, *(value for name, value in target.query if name.lower() in ("to", "cc", "bcc")))
    addresses = [unquote(one).strip().casefold() for part in listed for one in part.split(",") if one.strip()]
    if not addresses or not all(_MAIL.fullmatch(address) for address in addresses):
        yield from _asked(data, "placeholder", "a mail address")
        return
    domains = [address.rpartition("@")[2] for address in addresses]
    if any(is_test_host(one) and not is_in(one, (*data["own"], *data["mail"], *data["allow"])) for one in domains):
        yield from _asked(data, "test-host", "the public address")
    if any(poses(domain, data["own"]) for domain in domains):
        yield from _asked(data, "look-alike", "one of the own hosts, spelt exactly")
    if data["mail"] and not all(is_in(domain, data["mail"]) for domain in domains):
        yield _Problem("mail", " or ".join(f"@{domain}" for domain in data["mail"]))
    shown = [found.casefold() for found in _MAIL.findall(link.shown)] if not link.in_source else []
    if shown and not set(shown) & set(addresses):
        yield from _asked(data, "mismatch", "the mail address that the text names")


def _phone_problems(link: _Link, data: dict[str, tuple[str, ...]]) -> Iterator[_Problem]:
    number = unquote(link.target.path).partition(";")[0]
    digits = "".join(char for char in number if char in "+0123456789")
    if len(digits) < 3:  # noqa: PLR2004 - the shortest numbers people call (112)
        yield from _asked(data, "placeholder", "a telephone number")
        return
    if data["phone"] and not digits.startswith(tuple(data["phone"])):
        yield _Problem("phone", " or ".join(data["phone"]))
    shown = None if link.in_source else _PHONE.search(link.shown)
    said = "".join(filter(str.isdigit, shown[0])) if shown else ""
    if said and said[-_COMPARED_DIGITS:] != digits[-_COMPARED_DIGITS:]:
        yield from _asked(data, "mismatch", "the number that the text names")


def _hit(parsed: ParsedField, link: _Link, problem: _Problem) -> Hit:
    evidence = [("expected", problem.expected), ("host", link.target.host), ("problem", problem.name)]
    return Hit(
        link.field,
        link.extent,
        link.shown,
        values=(("say_instead", problem.expected),),
        evidence=tuple((name, value) for name, value in evidence if value),
        fixes=tuple(_fixes(parsed, link, problem)),
        in_source=link.in_source,
        sensitive=problem.name == "credentials" and "@" in link.shown,
    )


def _fixes(parsed: ParsedField, link: _Link, problem: _Problem) -> Iterator[HitFix]:
    """Offer https where the address itself stands in the text; nobody knows whether the host answers there."""
    span = None if link.in_source else parsed.span(link.extent)
    is_bare = span is not None and parsed.source[span.start : span.end] == link.written
    if problem.name == "insecure" and link.target.scheme == "http" and is_bare:
        yield replacement(link.extent, f"https{link.written[4:]}", safe=False)


_PLAIN = """
{}
"""
_OWN = """
own_hosts: [lumora.com]
require_query: [utm_source]
forbid_query: [utm_id, "gcl*"]
"""
_LISTED = """
checks: []
allow_hosts: [lumora.com, prueflabor.de]
"""

KIND = RuleKind(
    name="links",
    params=Params,
    revision=1,
    locales=ANY,
    needs=frozenset({Need.LINKS}),
    plan=plan,
    find=find,
    examples=(
        Example(_PLAIN, "Order at [[http://shop.lumora.com/desk]] or at [[https://staging.lumora.com]] today."),
        Example(_PLAIN, "See [[https://192.168.0.12/desk]] and [[https://lum\u043era.com]]."),
        Example(_OWN, "Ask [[https://lum0ra.com]] or [[https://lumora.com/desk]]. See [[https://a.com/?gclid=1]]."),
        Example(_LISTED, "Read [[https://lumora.de]] and https://www.prueflabor.de/12."),
        Example(_PLAIN, "Order at https://shop.lumora.com/desk?size=2 or www.lumora.com."),
        Example(_OWN, "See https://shop.lumora.com/?utm_source=mail and https://prueflabor.de/12."),
    ),
    per_draft=True,
    advise=advise,
)
