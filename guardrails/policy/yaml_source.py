"""
YAML text → plain values, with the place of every value and key.

The accepted language is the part of YAML 1.2 that people mean: mappings with text keys, sequences, scalars of the
core schema (``true``, ``null``, integers, floats; anything else, such as ``NO`` or ``2026-01-01``, is text). Refused,
each with its own code: anchors and aliases (``alias``), merge keys (``merge-key``), tags (``yaml-tag``), keys given
twice (``duplicate-key``), keys that are not text (``key-not-text``), several documents (``several-documents``), more
than 1 MB (``file-too-large``), integers beyond ±(2⁵³−1) (``number-too-large``), escapes for control characters (``control-character``), anything the
parser refuses (``yaml-syntax``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import yaml

from guardrails.errors import Place, PolicyError
from guardrails.model.canonical import MAX_INT
from guardrails.text.unsound import unsound_character

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
Path: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys and indices from the top."""

MAX_BYTES = 1_000_000
MAX_DEPTH = 40

# YAML 1.2.2 §10.3.2, core schema.
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

_ALIAS = re.compile(r"\b(alias|anchor)\b")
_ALIAS_HELP = "Write the value out; a text that starts with * or & needs quotes."


@dataclass(frozen=True, slots=True)
class Document:
    """
    One YAML file: its value, and where each part of it stands.

    ``places`` and ``keys`` map a path to ``(line, column)``, counted from 1, of the value and of its key.
    """

    file: str
    text: str
    value: Value
    places: Mapping[Path, tuple[int, int]] = field(repr=False)
    keys: Mapping[Path, tuple[int, int]] = field(repr=False)

    def place(self, path: Path = (), *, key: bool = False) -> Place:
        """Return the place of the value at *path* (of its key, with *key*), or of its nearest known parent."""
        for length in range(len(path), -1, -1):
            at = path[:length]
            found = (self.keys.get(at) if key else None) or self.places.get(at)
            if found:
                return _place(self.file, self.text, *found)
        return Place(self.file)

    def error(self, code: str, message: str, path: Path = (), *, help: str = "", key: bool = False) -> PolicyError:  # noqa: A002 - the word of GuardrailsError
        """Return a :class:`PolicyError` that points at *path*."""
        return PolicyError(code, message, help=help, place=self.place(path, key=key))


def parse_yaml(text: str, file: str) -> Document:
    """
    Parse *text*; *file* is the name to show.

    An empty text has the value None.

    Raises:
        PolicyError: As the module docstring lists, with the place of the mistake.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise PolicyError("file-too-large", f"more than {MAX_BYTES} bytes", help="Split it.", place=Place(file))
    return _Composer(text, file).document()


class _Composer:
    """Builds values from the parser's events; made for one text."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.places: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}

    def document(self) -> Document:
        try:
            self.events = yaml.CSafeLoader(self.text)
            value = self._stream()
        except yaml.MarkedYAMLError as error:
            self._refuse_syntax(error)
        except yaml.reader.ReaderError as error:
            self._refuse_character(error)
        return Document(self.file, self.text, value, self.places, self.keys)

    def _stream(self) -> Value:
        self._next()  # stream start
        if self.events.check_event(yaml.StreamEndEvent):
            return None
        self._next()  # document start
        value = self._node((), self._next())
        self._next()  # document end
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse("several-documents", "a second document", after, "Keep one document per file; remove “---”.")
        return value

    def _next(self) -> yaml.Event:
        event = self.events.get_event()
        if event is None:
            raise AssertionError("the parser has no event after the end of the stream")
        return event

    def _node(self, path: Path, event: yaml.Event) -> Value:
        self._require_plain_node(path, event)
        self.places[path] = _position(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._value(event)
        return self._sequence(path) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(path)

    def _sequence(self, path: Path) -> list[Value]:
        items: list[Value] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node((*path, len(items)), event))
        return items

    def _mapping(self, path: Path) -> dict[str, Value]:
        items: dict[str, Value] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event)
            if key in items:
                first = self.keys[*path, key][0]
                self._refuse("duplicate-key", f"“{key}” is given twice (first in line {first})", event, "Keep one.")
            self.keys[*path, key] = _position(event)
            items[key] = self._node((*path, key), self._next())
        return items

    def _value(self, event: yaml.ScalarEvent) -> Value:
        value = _scalar(event)
        if isinstance(value, int) and abs(value) > MAX_INT:
            self._refuse("number-too-large", "a number beyond ±(2**53−1)", event, "Write it as text, in quotes.")
        if isinstance(value, str) and (bad := unsound_character(value)):
            self._refuse("control-character", f"a text with the character U+{ord(bad):04X}", event, "Take it out.")
        return value

    def _key(self, event: yaml.Event) -> str:
        self._require_plain_node((), event)
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse("key-not-text", "a key that is a list or mapping; expected text", event)
        if event.value == "<<" and event.implicit[0]:
            self._refuse("merge-key", "a merge key “<<”", event, "Write the keys out; files are read on their own.")
        key = _scalar(event)
        if not isinstance(key, str):
            self._refuse("key-not-text", f"the key {event.value!r} is no text", event, "Quote it.")
        return key

    def _require_plain_node(self, path: Path, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse("alias", "an anchor or alias", event, _ALIAS_HELP)
        tag = getattr(event, "tag", None)
        if tag:
            self._refuse("yaml-tag", f"the tag {tag}", event, "Remove it; a text that starts with ! needs quotes.")
        if len(path) > MAX_DEPTH:
            self._refuse("yaml-syntax", f"nested more than {MAX_DEPTH} levels deep", event)

    def _refuse(self, code: str, message: str, event: yaml.Event, hint: str = "") -> NoReturn:
        raise PolicyError(code, message, help=hint, place=_place(self.file, self.text, *_position(event)))

    def _refuse_character(self, error: yaml.reader.ReaderError) -> NoReturn:
        # The C reader counts bytes of UTF-8.
        before = self.text.encode("utf-8")[: error.position].decode("utf-8")
        place = _place(self.file, self.text, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"the character U+{ord(self.text[len(before)]):04X} may not stand in a YAML file"
        hint = 'Remove it, or write it as "\\u…" in double quotes.'
        raise PolicyError("yaml-syntax", message, help=hint, place=place) from error

    def _refuse_syntax(self, error: yaml.MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        place = _place(self.file, self.text, mark.line + 1, mark.column + 1) if mark else Place(self.file)
        if isinstance(error, yaml.composer.ComposerError) or _ALIAS.search(error.context or ""):
            raise PolicyError("alias", "an anchor or alias", help=_ALIAS_HELP, place=place) from error
        message = error.problem or error.context or "not YAML"
        raise PolicyError("yaml-syntax", message, help=_syntax_help(place), place=place) from error


def _syntax_help(place: Place) -> str:
    if place.excerpt and "\t" in place.excerpt:
        return "Indent with spaces; YAML refuses tabs."
    return "Check indentation, brackets, quotes and the space after “:”, here and in the line above; a text with “: ” or “ #” needs quotes."


def _scalar(event: yaml.ScalarEvent) -> Value:
    return core_scalar(event.value) if event.implicit[0] else str(event.value)


def core_scalar(text: str) -> Value:
    """Return what the plain (unquoted) scalar *text* means in the YAML 1.2 core schema."""
    if text in _NULL:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _INT.fullmatch(text):
        return int(text, 0) if text[:2] in {"0x", "0o"} else int(text)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".", "") if text[-1] in "fFnN" else text)
    return text


def _position(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _place(file: str, text: str, line: int, column: int) -> Place:
    lines = text.split("\n")
    excerpt = lines[line - 1].rstrip("\r") if line <= len(lines) else None
    return Place(file, line, column, excerpt)
