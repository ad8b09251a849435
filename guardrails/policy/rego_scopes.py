"""Unsafe variables, unknown functions and wrong arity: what a Rego compiler would refuse, over a light reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guardrails.policy.problems import did_you_mean
from guardrails.policy.rego_source import Group, Item, Source, Statement, Token, is_name, is_punct, split_commas

BUILTINS = {
    "abs": 1, "array.concat": 2, "array.slice": 3, "concat": 2, "contains": 2, "count": 1, "endswith": 2,
    "is_array": 1, "is_boolean": 1, "is_number": 1, "is_object": 1, "is_string": 1, "max": 1, "min": 1,
    "numbers.range": 2, "object.get": 3, "object.keys": 1, "round": 1, "split": 2, "sprintf": 2, "startswith": 2,
    "sum": 1, "trim_space": 1,
}  # fmt: skip
"""Built-ins that give the same answer in both engines, and how many arguments they take (rego/builtins.txt)."""

Functions = Mapping[str, Mapping[str, frozenset[int | None]]]
Found = tuple[str, str, str, Token]


@dataclass(frozen=True, slots=True)
class _Names:
    """What a module may call or name without declaring it."""

    own: Mapping[str, frozenset[int | None]]
    imports: Mapping[str, tuple[str, ...]]
    functions: Functions


@dataclass(frozen=True, slots=True)
class _Scope:
    """Variables declared between one pair of brackets, and what surrounds them."""

    declared: frozenset[str]
    outer: _Scope | None = None
    in_every: bool = False

    def knows(self, name: str) -> bool:
        return name in self.declared or (self.outer is not None and self.outer.knows(name))


def scope_problems(source: Source, functions: Functions) -> Iterator[Found]:
    """Yield ``(code, message, help, token)`` for every variable and call of *source* that a compiler would refuse."""
    own = functions.get(source.package_name, {})
    names = _Names(own, {alias: path for alias, path, _ in source.imports}, functions)
    for statement in source.statements:
        yield from _in_statement(statement, names)


def _in_statement(statement: Statement, names: _Names) -> Iterator[Found]:
    items = _flattened(statement.items)
    arguments = _variables(statement.arguments.items) if statement.arguments else frozenset()
    scope = _Scope(_declared(items) | arguments)
    yield from _in_items(items[1:], scope, names)


def _flattened(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Open the bodies of a rule: what they declare, its head may use."""
    flat: list[Item] = []
    for before, item in zip((None, *items), items, strict=False):
        is_value = before is not None and (is_punct(before, ":=") or is_name(before, "in"))
        if isinstance(item, Group) and item.open.text == "{" and not item.is_comprehension and not is_value:
            flat.extend(item.items)
        else:
            flat.append(item)
    return tuple(flat)


def _in_items(items: tuple[Item, ...], scope: _Scope, names: _Names) -> Iterator[Found]:
    yield from _unbound(items)
    for at, item in enumerate(items):
        if isinstance(item, Group):
            yield from _in_group(item, is_every=_is_every_body(items, at), scope=scope, names=names)
        elif item.is_variable and not (at and is_punct(items[at - 1], ".")):
            name, arguments = _dotted(items, at)
            if arguments is not None:
                yield from _call_problems(name, arguments, item, names)
            elif not _is_known(item.text, scope, names):
                hint = "Bind it with `some … in` or `:=`, or correct its spelling."
                yield "unsafe-variable", f"variable `{item.text}` is not bound here", hint, item


def _in_group(group: Group, *, is_every: bool, scope: _Scope, names: _Names) -> Iterator[Found]:
    if is_every:
        yield from (
            (
                "not-in-every",
                "the embedded engine loses `not` inside `every`",
                "Collect what breaks it, and count.",
                token,
            )
            for token in group.items
            if isinstance(token, Token) and is_name(token, "not")
        )
    inner = _Scope(_declared(group.items), scope, scope.in_every or is_every)
    if group.is_comprehension and scope.in_every:
        hint = "Move it into a function of its own."
        message = "in the embedded engine a comprehension inside `every` does not see the variables around it"
        yield "comprehension-in-every", message, hint, group.open
    if group.is_comprehension:
        yield from (
            ("pair-in-comprehension", "the embedded engine cannot read `some k, v in` in a comprehension",
             "Write `some i` and index with it.", token)
            for token in _pairs(group.items)
        )  # fmt: skip
    yield from _in_items(group.items, inner, names)


def _pairs(items: tuple[Item, ...]) -> Iterator[Token]:
    for at, item in enumerate(items):
        if isinstance(item, Token) and item.text == "some" and item.kind == "name":
            declared = list(_after_some(items, at))
            ends = at + 1 + len(declared)
            if any(is_punct(part, ",") for part in declared) and ends < len(items) and is_name(items[ends], "in"):
                yield item


def _is_every_body(items: tuple[Item, ...], at: int) -> bool:
    """Tell whether the group at *at* is the body of an ``every``."""
    item = items[at]
    if not (isinstance(item, Group) and item.open.text == "{"):
        return False
    before = items[:at]
    starts = [i for i, word in enumerate(before) if is_name(word, "every")]
    return bool(starts) and not any(isinstance(i, Group) and i.open.text == "{" for i in before[starts[-1] :])


def _declared(items: tuple[Item, ...]) -> frozenset[str]:
    found: set[str] = set()
    for at, item in enumerate(items):
        if is_name(item, "some") or is_name(item, "every"):
            found |= _variables(tuple(_after_some(items, at)))
        if is_punct(item, ":=") and at:
            found |= _variables((items[at - 1],))
    return frozenset(found)


def _after_some(items: tuple[Item, ...], at: int) -> Iterator[Item]:
    """Yield what follows ``some`` or ``every`` up to ``in`` or the end of the expression."""
    line = items[at].line if isinstance(items[at], Token) else 0  # type: ignore[union-attr]  # `some` is a token
    for item in items[at + 1 :]:
        start = item if isinstance(item, Token) else item.open
        if is_name(item, "in") or is_punct(item, ";") or start.line != line:
            return
        yield item


def _variables(items: tuple[Item, ...]) -> frozenset[str]:
    found: set[str] = set()
    for item in items:
        if isinstance(item, Group):
            found |= _variables(item.items)
        elif item.is_variable:
            found.add(item.text)
    return frozenset(found)


def _unbound(items: tuple[Item, ...]) -> Iterator[Found]:
    """Find ``some x`` whose x is never an index and never assigned."""
    for at, item in enumerate(items):
        if not is_name(item, "some"):
            continue
        declared = tuple(_after_some(items, at))
        ends = at + 1 + len(declared)
        if ends < len(items) and is_name(items[ends], "in"):
            continue
        indexes = _indexes(items)
        for token in declared:
            if isinstance(token, Token) and token.is_variable and token.text not in indexes:
                hint = "Say what it ranges over: `some … in …`."
                yield "unsafe-variable", f"variable `{token.text}` is declared and never bound", hint, token


def _indexes(items: tuple[Item, ...]) -> set[str]:
    found: set[str] = set()
    for at, item in enumerate(items):
        if isinstance(item, Group):
            if item.open.text == "[" and len(item.items) == 1 and at and _is_reference(items[at - 1]):
                found |= _variables(item.items)
            found |= _indexes(item.items)
    return found


def _is_reference(item: Item) -> bool:
    return isinstance(item, Group) or item.is_variable


def _is_known(name: str, scope: _Scope, names: _Names) -> bool:
    return name in {"_", "input", "data"} or name in names.own or name in names.imports or scope.knows(name)


def _dotted(items: tuple[Item, ...], at: int) -> tuple[str, Group | None]:
    """Return the dotted name that begins at *at*, and the arguments if it is called."""
    name, end = [str(getattr(items[at], "text", ""))], at + 1
    while end + 1 < len(items) and is_punct(items[end], ".") and isinstance(items[end + 1], Token):
        name.append(str(getattr(items[end + 1], "text", "")))
        end += 2
    after = items[end] if end < len(items) else None
    called = isinstance(after, Group) and after.open.text == "(" and _touches(items[end - 1], after)
    return ".".join(name), after if called and isinstance(after, Group) else None


def _touches(before: Item, group: Group) -> bool:
    """Tell whether the bracket follows at once, as that of a call does."""
    return (
        isinstance(before, Token)
        and before.line == group.open.line
        and before.column + len(before.text) == group.open.column
    )


def _call_problems(name: str, arguments: Group, token: Token, names: _Names) -> Iterator[Found]:
    given = len(list(split_commas(arguments.items)))
    arities = _arities(name, names)
    if arities is None:
        yield "unknown-builtin", f"no function `{name}` may be called here", did_you_mean(name, BUILTINS), token
    elif given not in arities:
        wanted = " or ".join(str(n) for n in sorted(n for n in arities if n is not None)) or "no"
        yield "wrong-arity", f"`{name}` takes {wanted} arguments, got {given}", "", token


def _arities(name: str, names: _Names) -> frozenset[int | None] | None:
    if name in names.own:
        return names.own[name]
    if name in BUILTINS:
        return frozenset({BUILTINS[name]})
    head, _, rest = name.partition(".")
    if head in names.imports and rest:
        package = ".".join(names.imports[head][1:])
        return names.functions.get(package, {}).get(rest)
    return None
