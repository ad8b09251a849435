"""
Front matter: YAML between ``---`` and ``---`` (or ``...``) at the very start of a Markdown field.

It is no prose. Its top-level context keys (:data:`guardrails.model.draft.CONTEXT_KEYS`) with simple scalars as values
are what the draft says of itself; the rest may be published (a title, say) and is unread. Values are taken as written: ``task: 042`` is ``"042"``.
Plain ``key: value`` lines are read here, anything else by the YAML parser, which is only loaded then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guardrails.model.draft import CONTEXT_KEYS, Pairs
from guardrails.text.expression import expression
from guardrails.text.parsed import Unread

_BLOCK = expression(
    r"\A\ufeff?---[ \t]*(?P<line_end>\r\n?|\n)(?P<yaml>(?:.*?(?:\r\n?|\n))??)(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|\Z)",
    re.DOTALL,
)
_PLAIN = r"[A-Za-z0-9](?:[\w./+@()%-]|:(?=[\w/])|[ ](?=[\w(]))*"
_QUOTED = r"[\w ./+@()%:,&!?-]*"
_LINE = expression(
    rf"""(?P<key>[A-Za-z_][A-Za-z0-9_-]*):
         (?:[ ]+(?:(?P<plain>{_PLAIN})|"(?P<double>{_QUOTED})"|'(?P<single>{_QUOTED})'))?[ ]*|[ ]*(?:\#.*)?""",
    re.VERBOSE,
)
_NULLS = ("", "~", "null", "Null", "NULL")
_DEEPEST = 20
_WHAT = "front matter"


class FrontMatter(NamedTuple):
    """
    Front matter that ends at *end* (0: there is none) and claims *pairs*; *is_valid* unless it is broken YAML.

    *unread* are the values that claim nothing.
    """

    end: int = 0
    pairs: Pairs = ()
    is_valid: bool = True
    unread: tuple[Unread, ...] = ()


class _Entry(NamedTuple):
    """A top-level key, its value (None for what is no simple scalar) and every text that the value holds."""

    key: str
    value: str | None
    texts: tuple[Unread, ...]


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
        simple = _simple_entries(found["yaml"], found.start("yaml"))
        entries = _yaml_entries(found["yaml"], found.start("yaml")) if simple is None else simple
        values = _unique(entries)
    except _NoMappingError:
        return FrontMatter()
    except _BrokenError:
        whole = Unread(*found.span("yaml"), _WHAT)
        return FrontMatter(found.end(), is_valid=False, unread=(whole,))
    claimed = ((key, value) for key in CONTEXT_KEYS if (value := values.get(key)) is not None)
    unread = (text for entry in entries if entry.key not in CONTEXT_KEYS or entry.value is None for text in entry.texts)
    return FrontMatter(found.end(), tuple(sorted(claimed)), unread=tuple(unread))


def _unique(entries: Sequence[_Entry]) -> dict[str, str | None]:
    values = {entry.key: entry.value for entry in entries}
    if len(values) < len(entries):
        raise _BrokenError
    return values


def _simple_entries(yaml: str, base: int) -> list[_Entry] | None:
    """Return the entries if every line is a simple one, else None."""
    entries, at = [], 0
    for text in re.split(r"(\r\n?|\n)", yaml):
        line = _LINE.fullmatch(text) if text.strip("\r\n") else None
        if line is None and text.strip("\r\n"):
            return None
        if line is not None and line["key"]:
            entries.append(_simple_entry(line, base + at))
        at += len(text)
    return entries


def _simple_entry(line: re.Match[str], base: int) -> _Entry:
    group = next((name for name in ("plain", "double", "single") if line[name] is not None), "")
    if not group or (group == "plain" and line[group] in _NULLS):
        return _Entry(line["key"], None, ())
    start, end = line.span(group)
    texts = (Unread(base + start, base + end, _WHAT, line[group]),) if line[group].strip() else ()
    return _Entry(line["key"], line[group], texts)


def _yaml_entries(text: str, base: int) -> list[_Entry]:
    """Return the top-level entries of *text*, which begins at *base* of the source."""
    import yaml

    try:
        return list(_top_level(text, base))
    except (yaml.YAMLError, UnicodeError) as error:
        raise _BrokenError from error


def _top_level(text: str, base: int) -> Iterator[_Entry]:
    """
    Yield the entries of the mapping *text*.

    Reads parser events, because composing a node tree recurses, and a deeply nested text would end the process.
    """
    key: str | None = None
    value: str | None = None
    texts: list[Unread] = []
    is_value = False
    for depth, event in _nodes(text):
        if depth == 1 and is_value:
            value, texts = _scalar(event), []
        elif depth == 1:
            if key is not None:
                yield _Entry(key, value, tuple(texts))
            key, value, texts = _scalar(event) or "", None, []
        if depth > 1 or is_value:
            texts.extend(_texts(event, base))
        is_value = is_value != (depth == 1)
    if key is not None:
        yield _Entry(key, value, tuple(texts))


def _nodes(text: str) -> Iterator[tuple[int, object]]:
    """Yield every node below the top mapping with its depth, from 1; of a collection, its start."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.NodeEvent):
            if depth == 0 and not isinstance(event, yaml.MappingStartEvent):
                raise _NoMappingError
            if depth:
                yield depth, event
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _BrokenError


def _scalar(event: object) -> str | None:
    import yaml

    if not isinstance(event, yaml.ScalarEvent) or "\n" in event.value:
        return None
    is_plain = not event.style
    return None if is_plain and event.value in _NULLS else event.value


def _texts(event: object, base: int) -> Iterator[Unread]:
    import yaml

    if (
        not isinstance(event, yaml.ScalarEvent)
        or not event.value.strip()
        or (not event.style and event.value in _NULLS)
    ):
        return
    if event.start_mark is not None and event.end_mark is not None:
        yield Unread(base + event.start_mark.index, base + event.end_mark.index, _WHAT, event.value)
