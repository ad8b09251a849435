"""
Front matter: YAML between ``---`` and ``---`` (or ``...``) at the very start of a Markdown field.

It is no prose. Its top-level context keys (:data:`guardrails.model.draft.CONTEXT_KEYS`) with simple scalars as values
are what the draft says of itself; the rest is ignored. Values are taken as written: ``task: 042`` is ``"042"``.
Plain ``key: value`` lines are read here, anything else by the YAML parser, which is only loaded then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.model.draft import CONTEXT_KEYS, Pairs

_BLOCK = re.compile(
    r"\A\ufeff?---[ \t]*(?P<line_end>\r\n?|\n)(?P<yaml>(?:.*?(?:\r\n?|\n))??)(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|\Z)",
    re.DOTALL,
)
_PLAIN = r"[A-Za-z0-9](?:[\w./+@()%-]|:(?=[\w/])|[ ](?=[\w(]))*"
_QUOTED = r"[\w ./+@()%:,&!?-]*"
_LINE = re.compile(
    rf"""(?P<key>[A-Za-z_][A-Za-z0-9_-]*):
         (?:[ ]+(?:(?P<plain>{_PLAIN})|"(?P<double>{_QUOTED})"|'(?P<single>{_QUOTED})'))?[ ]*|[ ]*(?:\#.*)?""",
    re.VERBOSE,
)
_NULLS = ("", "~", "null", "Null", "NULL")
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Front matter that ends at *end* (0: there is none) and claims *pairs*; *is_valid* unless it is broken YAML."""

    end: int = 0
    pairs: Pairs = ()
    is_valid: bool = True


class _BrokenError(Exception):
    """The YAML is not well-formed, has a key twice, or is nested beyond reason."""


class _NoMappingError(Exception):
    """The YAML is no mapping, so these are two rules with text between them."""


def front_matter(source: str) -> FrontMatter:
    """Return the front matter of *source*."""
    found = _BLOCK.match(source) if source.startswith(("---", "\ufeff---")) else None
    if found is None:
        return FrontMatter()
    try:
        simple = _simple_pairs(found["yaml"])
        values = _unique(_yaml_pairs(found["yaml"]) if simple is None else simple)
    except _NoMappingError:
        return FrontMatter()
    except _BrokenError:
        return FrontMatter(found.end(), is_valid=False)
    claimed = ((key, value) for key in CONTEXT_KEYS if (value := values.get(key)) is not None)
    return FrontMatter(found.end(), tuple(sorted(claimed)))


def _unique(pairs: tuple[tuple[str, str | None], ...]) -> dict[str, str | None]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise _BrokenError
    return values


def _simple_pairs(yaml: str) -> tuple[tuple[str, str | None], ...] | None:
    """Return keys and values if every line is a simple one, else None."""
    lines = [_LINE.fullmatch(line) for line in re.split(r"\r\n?|\n", yaml)]
    if None in lines:
        return None
    return tuple((line["key"], _simple_value(line)) for line in lines if line is not None and line["key"])


def _simple_value(line: re.Match[str]) -> str | None:
    if line["plain"] is not None:
        return None if line["plain"] in _NULLS else line["plain"]
    return next((line[name] for name in ("double", "single") if line[name] is not None), None)


def _yaml_pairs(text: str) -> tuple[tuple[str, str | None], ...]:
    """Return the top-level keys of *text* with their values, None for what is no simple scalar."""
    import yaml

    try:
        nodes = list(_top_level(text))
    except (yaml.YAMLError, UnicodeError) as error:
        raise _BrokenError from error
    return tuple((key or "", value) for key, value in zip(nodes[::2], nodes[1::2], strict=True))


def _top_level(text: str) -> Iterator[str | None]:
    """
    Yield keys and values of the mapping *text* in turn, None for what is no simple scalar.

    Reads parser events, because composing a node tree recurses, and a deeply nested text would end the process.
    """
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.NodeEvent):
            if depth == 0 and not isinstance(event, yaml.MappingStartEvent):
                raise _NoMappingError
            if depth == 1:
                yield _scalar(event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _BrokenError


def _scalar(event: object) -> str | None:
    import yaml

    if not isinstance(event, yaml.ScalarEvent) or "\n" in event.value:
        return None
    is_plain = not event.style
    return None if is_plain and event.value in _NULLS else event.value
