"""
``guardrails.draft/v1`` as JSON text, read strictly.

Every key is checked: an unknown one is refused, with the nearest known one; so are values of another type, a key that
occurs twice, lone surrogates and positions outside their field. A place is ``file#/json/pointer`` (RFC 6901). Missing
keys take the defaults of :mod:`guardrails.model.draft`; only ``fields`` and, within a member, its identity are
required. The way back is :func:`guardrails.model.draft.draft_json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import NoReturn, TypeVar, cast

from guardrails.errors import DraftError, Place
from guardrails.model.draft import CONTEXT_KEYS, Attachment, ClaimLink, Draft, Field, Format, Pairs, Provenance, Source

_T = TypeVar("_T")
_SOURCE_KEYS = ("id", "kind", "url", "title", "published", "retrieved", "text")
_SHA256_DIGITS = 64


def draft_from_json(text: str, name: str) -> Draft:
    """
    Return the draft that the JSON *text* describes; *name* is used in places only.

    Raises:
        DraftError: ``bad-json`` if it is no JSON, ``bad-draft`` if it is no draft.
    """
    return _draft(_root(text, name))


def batch_from_json(text: str, name: str) -> tuple[tuple[str, Draft], ...]:
    """
    Return the drafts of a batch, each with its id: ``{schema: guardrails.batch/v1, items[{id, draft}]}``.

    Raises:
        DraftError: As :func:`draft_from_json`; an id that occurs twice is ``bad-draft``.
    """
    at = _root(text, name).members(("schema", "items"), required=("items",))
    if "schema" in at:
        at["schema"].choice(("guardrails.batch/v1",))
    items = at["items"].each(_item)
    _require_unique(at["items"], [item for item, _ in items])
    return items


def _item(node: _Node) -> tuple[str, Draft]:
    at = node.members(("id", "draft"), required=("id", "draft"))
    return at["id"].name(), _draft(at["draft"])


def _root(text: str, name: str) -> _Node:
    return _Node(strict_json(text, name), name)


def strict_json(text: str, name: str) -> object:
    """
    Return the value of the JSON *text*, in which no key occurs twice; *name* is used in places only.

    Raises:
        DraftError: ``bad-json``.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        line = text.splitlines()[error.lineno - 1 : error.lineno]
        place = Place(name, error.lineno, error.colno, line[0] if line else None)
        raise DraftError("bad-json", f"this is no JSON: {error.msg}", place=place) from error
    except RecursionError as error:
        raise DraftError("bad-json", "the JSON is nested too deeply", place=Place(name)) from error
    except ValueError as error:
        raise DraftError("bad-json", str(error), place=Place(name)) from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for key, value in pairs:
        if key in members:
            raise ValueError(f"the key {key!r} occurs twice in one object")
        members[key] = value
    return members


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


@dataclass(frozen=True, slots=True)
class _Node:
    """A JSON value and where it stands."""

    value: object
    file: str
    pointer: str = ""

    def fail(self, message: str, hint: str = "") -> NoReturn:
        raise DraftError("bad-draft", message, help=hint, place=Place(f"{self.file}#{self.pointer or '/'}"))

    def members(self, known: Sequence[str], required: Sequence[str] = ()) -> dict[str, _Node]:
        if not isinstance(self.value, dict):
            self.fail(f"expected an object, got {_kind(self.value)}")
        nodes = {key: self._child(key, value) for key, value in self.value.items()}
        for key, node in nodes.items():
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
                node.fail(f"unknown key {key!r}", hint)
        for key in required:
            if key not in nodes:
                self.fail(f"the key {key!r} is missing")
        return nodes

    def items(self) -> list[_Node]:
        if not isinstance(self.value, list):
            self.fail(f"expected an array, got {_kind(self.value)}")
        return [self._child(str(index), value) for index, value in enumerate(self.value)]

    def each(self, read: Callable[[_Node], _T]) -> tuple[_T, ...]:
        return tuple(read(node) for node in self.items())

    def text(self) -> str:
        if not isinstance(self.value, str):
            self.fail(f"expected a string, got {_kind(self.value)}")
        at = next((index for index, char in enumerate(self.value) if "\ud800" <= char <= "\udfff"), None)
        if at is not None:
            self.fail(f"lone surrogate U+{ord(self.value[at]):04X} at position {at}: half of a character")
        return self.value

    def name(self) -> str:
        return self.text() or self.fail("must not be empty")

    def choice(self, known: Sequence[str]) -> str:
        if self.text() not in known:
            near = get_close_matches(self.text(), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else ""
            self.fail(f"expected one of {', '.join(map(repr, known))}, got {self.value!r}", hint)
        return self.text()

    def date(self) -> str:
        try:
            datetime.fromisoformat(self.text() or "2000-01-01")
        except ValueError:
            self.fail(f"expected an ISO date like '2026-03-31', got {self.value!r}")
        return self.text()

    def integer(self) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.fail(f"expected an integer, got {_kind(self.value)}")
        return self.value

    def _child(self, key: str, value: object) -> _Node:
        return _Node(value, self.file, f"{self.pointer}/{key.replace('~', '~0').replace('/', '~1')}")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _draft(root: _Node) -> Draft:
    known = ("schema", "fields", "context", "provenance", "sources", "claims", "attachments", "options")
    at = root.members(known, required=("fields",))
    if "schema" in at:
        at["schema"].choice(("guardrails.draft/v1",))
    fields = at["fields"].each(_field)
    if not fields:
        at["fields"].fail("a draft needs at least one field")
    _require_unique(at["fields"], [field.id for field in fields])
    fixes = at["options"].members(("fixes",)).get("fixes") if "options" in at else None
    return Draft(
        fields=fields,
        context=_context(at["context"]) if "context" in at else (),
        provenance=_provenance(at["provenance"]) if "provenance" in at else Provenance(),
        sources=_sources(at["sources"]) if "sources" in at else (),
        claims=at["claims"].each(lambda node: _claim(node, fields)) if "claims" in at else (),
        attachments=at["attachments"].each(_attachment) if "attachments" in at else (),
        fixes="none" if fixes is not None and fixes.choice(("safe", "none")) == "none" else "safe",
    )


def _field(node: _Node) -> Field:
    at = node.members(("id", "text", "format"), required=("id", "text"))
    kind = at["format"].choice(("text", "markdown", "html")) if "format" in at else "text"
    return Field(at["id"].name(), at["text"].text(), cast("Format", kind))


def _require_unique(node: _Node, ids: Sequence[str]) -> None:
    for index, name in enumerate(ids):
        if name in ids[:index]:
            node.items()[index].fail(f"the id {name!r} is taken already")


def _context(node: _Node) -> Pairs:
    at = node.members(CONTEXT_KEYS)
    return tuple((key, at[key].name()) for key in sorted(at))


def _provenance(node: _Node) -> Provenance:
    at = node.members(("origin", "model", "run"))
    origin = at["origin"].choice(("", "generated", "assisted", "human")) if "origin" in at else ""
    return Provenance(origin, _text(at, "model"), _text(at, "run"))  # type: ignore[arg-type]  # checked by choice()


def _sources(node: _Node) -> tuple[Source, ...]:
    sources = node.each(_source)
    _require_unique(node, [source.id for source in sources])
    return sources


def _source(node: _Node) -> Source:
    at = node.members(_SOURCE_KEYS, required=("id",))
    for key in ("published", "retrieved"):
        if key in at:
            at[key].date()
    at["id"].name()
    return Source(**{key: _text(at, key) for key in _SOURCE_KEYS})


def _claim(node: _Node, fields: Sequence[Field]) -> ClaimLink:
    at = node.members(("field", "start", "end", "sources"), required=("field", "start", "end", "sources"))
    lengths = {field.id: len(field.text) for field in fields}
    name = at["field"].choice(tuple(lengths))
    start, end = at["start"].integer(), at["end"].integer()
    if not 0 <= start < end <= lengths[name]:
        node.fail(
            f"[{start}, {end}) is no range of {name!r}, which has {lengths[name]} characters",
            "start counts code points from 0, end is exclusive",
        )
    return ClaimLink(name, start, end, at["sources"].each(_Node.name))


def _attachment(node: _Node) -> Attachment:
    at = node.members(("id", "kind", "sha256"), required=("id", "kind"))
    digest = _text(at, "sha256")
    if digest and (len(digest) != _SHA256_DIGITS or digest.strip("0123456789abcdef")):
        at["sha256"].fail(f"expected {_SHA256_DIGITS} lower-case hex digits")
    return Attachment(at["id"].name(), at["kind"].name(), digest)


def _text(at: dict[str, _Node], key: str) -> str:
    return at[key].text() if key in at else ""
