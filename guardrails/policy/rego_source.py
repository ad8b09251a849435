"""
A reading of Rego that is just deep enough to check it: tokens with places, bracket groups, statements.

The embedded engine has no compiler checks; :mod:`guardrails.policy.rego_check` makes them, over what is read here. This
is no parser: what does not parse is refused by the engines themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

KEYWORDS = frozenset({
    "package", "import", "as", "default", "else", "some", "every", "in", "if", "contains", "not", "with", "true",
    "false", "null", "set",
})  # fmt: skip

_TOKEN = re.compile(
    r"(?P<space>[ \t\r]+)|(?P<newline>\n)|(?P<comment>#[^\n]*)"
    r'|(?P<string>"(?:\\.|[^"\\\n])*")|(?P<raw>`[^`]*`)'
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<punct>:=|==|!=|<=|>=|[^\s\w])"
)
_PAIRS = {"(": ")", "[": "]", "{": "}"}

MAX_DEPTH = 100
"""Deepest nesting of brackets that is read; the native parser of the embedded engine ends the process far below."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; lines and columns count from 1, *kind* is string, raw, number, name or punct."""

    kind: str
    text: str
    line: int
    column: int

    @property
    def is_variable(self) -> bool:
        """Tell whether this is a name that is no keyword."""
        return self.kind == "name" and self.text not in KEYWORDS


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between brackets; *open* is the opening one."""

    open: Token
    items: tuple[Item, ...]

    @property
    def is_comprehension(self) -> bool:
        """Tell whether this is ``[head | body]`` or ``{head | body}``."""
        return self.open.text in {"[", "{"} and any(is_punct(item, "|") for item in self.items)


Item: TypeAlias = "Token | Group"


@dataclass(frozen=True, slots=True)
class Statement:
    """A rule, a default, a function: *name* as written (``reasons``, ``f``), *arguments* if it is a function."""

    name: Token
    arguments: Group | None
    items: tuple[Item, ...]
    is_default: bool

    @property
    def arity(self) -> int | None:
        """Number of arguments; None for a rule."""
        return None if self.arguments is None else len(list(split_commas(self.arguments.items)))


Misfit: TypeAlias = tuple[Literal["stray-bracket", "unclosed-bracket", "too-deep"], Token]
"""What is wrong with the brackets of a module, and which bracket it is."""


@dataclass(frozen=True, slots=True)
class Source:
    """
    One module as read: *imports* map an alias to its path (``("data", "guardrails", "waivers")``).

    *misfit* is the first bracket that does not fit; where it is too deep, nothing is grouped.
    """

    package: tuple[Token, ...]
    imports: tuple[tuple[str, tuple[str, ...], Token], ...]
    statements: tuple[Statement, ...]
    tokens: tuple[Token, ...]
    misfit: Misfit | None = None

    @property
    def package_name(self) -> str:
        """The package as a dotted path."""
        return ".".join(token.text for token in self.package)


def read_source(text: str) -> Source:
    """Return *text* as package, imports and statements; unbalanced brackets end where the text ends."""
    tokens = tuple(_tokens(text))
    misfit = _misfit(tokens)
    if misfit is not None and misfit[0] == "too-deep":
        return Source((), (), (), tokens, misfit)
    package: tuple[Token, ...] = ()
    imports: list[tuple[str, tuple[str, ...], Token]] = []
    statements: list[Statement] = []
    for items in _statements(_grouped(iter(tokens))):
        names = tuple(item for item in items[1:] if isinstance(item, Token) and item.kind == "name")
        if is_name(items[0], "package"):
            package = names
        elif is_name(items[0], "import"):
            imports.append(_import(names))
        else:
            statements.append(_statement(items))
    return Source(package, tuple(imports), tuple(statements), tokens, misfit)


def is_punct(item: Item, text: str) -> bool:
    """Tell whether *item* is the punctuation *text*."""
    return isinstance(item, Token) and item.kind == "punct" and item.text == text


def is_name(item: Item, text: str) -> bool:
    """Tell whether *item* is the word *text*."""
    return isinstance(item, Token) and item.kind == "name" and item.text == text


def first_token(item: Item) -> Token:
    """Return where *item* begins."""
    return item if isinstance(item, Token) else item.open


def split_commas(items: tuple[Item, ...]) -> Iterator[tuple[Item, ...]]:
    """Yield the non-empty parts of *items* between commas."""
    part: list[Item] = []
    for item in items:
        if is_punct(item, ","):
            yield tuple(part)
            part = []
        else:
            part.append(item)
    if part:
        yield tuple(part)


def _tokens(text: str) -> Iterator[Token]:
    line, start = 1, 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind in {"string", "raw", "number", "name", "punct"}:
            yield Token(kind, match.group(), line, match.start() - start + 1)
        breaks = match.group().count("\n")
        if breaks:
            line, start = line + breaks, match.start() + match.group().rindex("\n") + 1


def _misfit(tokens: tuple[Token, ...]) -> Misfit | None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind != "punct":
            continue
        if token.text in _PAIRS:
            opened.append(token)
        elif token.text in _PAIRS.values() and not (opened and _PAIRS[opened.pop().text] == token.text):
            return "stray-bracket", token
        if len(opened) > MAX_DEPTH:
            return "too-deep", token
    return ("unclosed-bracket", opened[-1]) if opened else None


def _grouped(tokens: Iterator[Token], closing: str = "") -> tuple[Item, ...]:
    items: list[Item] = []
    for token in tokens:
        if token.kind == "punct" and token.text == closing:
            break
        if token.kind == "punct" and token.text in _PAIRS:
            items.append(Group(token, _grouped(tokens, _PAIRS[token.text])))
        else:
            items.append(token)
    return tuple(items)


def _statements(items: tuple[Item, ...]) -> Iterator[tuple[Item, ...]]:
    """Split at words that begin a line at depth 0, unless the line before them is not finished."""
    part: list[Item] = []
    for item in items:
        if part and _begins(part[-1], item):
            yield tuple(part)
            part = []
        part.append(item)
    if part:
        yield tuple(part)


def _begins(before: Item, item: Item) -> bool:
    if not isinstance(item, Token) or item.kind != "name" or item.text in {"else", "if"}:
        return False
    if isinstance(before, Group):
        return True
    unfinished = before.kind == "punct" or before.text in {"if", "else", "not", "in", "default", "contains", "some"}
    return item.line > before.line and not unfinished


def _import(names: tuple[Token, ...]) -> tuple[str, tuple[str, ...], Token]:
    words = [token.text for token in names]
    if "as" in words:
        at = words.index("as")
        return words[-1], tuple(words[:at]), names[0]
    return words[-1], tuple(words), names[0]


def _statement(items: tuple[Item, ...]) -> Statement:
    is_default = is_name(items[0], "default")
    rest = items[1:] if is_default else items
    name = first_token(rest[0]) if rest else first_token(items[0])
    called = rest[1] if len(rest) > 1 else None
    arguments = called if isinstance(called, Group) and called.open.text == "(" else None
    return Statement(name, arguments, rest, is_default)
