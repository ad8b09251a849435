"""
Finding a person: every part of every record is decrypted and searched.

There is no index of words, because an index of words is a copy of the text. Compared is as terms are, case and typography
aside, in the text as it stands, without its markup (tags, marks of emphasis, entities), so that a name set half in bold is
found, with a blank in place of it, so that one set in two lines or cells is, and as an address is decoded. JSON is searched
string by string: a name is not put together from two of them. Not searched are policies
(bundles, fact sheets), which people write for everybody to read, and references, which name nobody.

A search is itself an ``access`` record, with a reference of what was searched for and how much was found. It is made before
anything is shown.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from guardrails.audit.entry import Receipt
from guardrails.audit.erasure import MAX_BYTES
from guardrails.audit.log import AuditLog
from guardrails.audit.parts import opened_or_none
from guardrails.errors import DraftError
from guardrails.matching.fold import fold_key
from guardrails.model.canonical import Json
from guardrails.model.context import Actor

_MARKUP = re.compile(r"<[^<>]*>|[*_~`\\]|\[|\]\([^()\s]*\)")
_APART = re.compile(r"(?:<[^<>]*>|[|*_~`\\\s])+")  # what stands between two lines or cells
_ID_BYTES = 33  # of an id in JSON

Progress = Callable[[int, int], None]
"""Is told how many of how many records have been searched."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A string in which a searched text stands: where in the part (a JSON pointer, or empty for all of it), and the string."""

    part: str
    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A record that names the person, and where in it."""

    index: int
    record: str
    type: str
    at_ms: int
    passages: tuple[Passage, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts in which it stands, each once, in order."""
        return tuple(dict.fromkeys(one.part for one in self.passages))


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when (ms since the epoch, end exclusive) records are searched; an end of 0 is none."""

    from_ms: int = 0
    until_ms: int = 0

    def __contains__(self, at_ms: int) -> bool:
        """Tell whether a moment is in it."""
        return self.from_ms <= at_ms and (not self.until_ms or at_ms < self.until_ms)


def search(log: AuditLog, texts: Sequence[str], period: Period, progress: Progress = lambda _, __: None) -> list[Found]:
    """
    Return the records that name one of *texts*, oldest first.

    Raises:
        DraftError: ``nothing-asked`` for an empty text, which is in everything.
    """
    wanted = needles(texts)
    size, found = log.head().size, []
    for index, record in log.records():
        progress(index, size)
        if record.at_ms in period:
            parts = sorted(record.commitments())
            passages = tuple(one for part in parts for one in _in_part(part, opened_or_none(log, index, part), wanted))
            if passages:
                found.append(Found(index, record.id, record.type, record.at_ms, passages))
    progress(size, size)
    return found


def record_access(
    log: AuditLog, what: str, texts: Sequence[str], period: Period, found: Sequence[Found], actor: Actor
) -> Receipt:
    """
    Record that somebody looked for a person; it is durable when this returns, and nothing is shown before.

    *what* is ``subject-find`` or ``subject-export``; after an export the record says which records the file holds parts of.
    """
    body: dict[str, Json] = {
        "what": what,
        "subject_refs": sorted(log.refs.of("subject", one) for one in needles(texts)),
        "from_ms": period.from_ms,
        "until_ms": period.until_ms,
        "found": len(found),
        **log.refs.acted(actor),
    }
    if what == "subject-export":
        body |= {"records": [one.record for one in found][: MAX_BYTES // _ID_BYTES]}
    return log.append("access", body)


def needles(texts: Sequence[str]) -> tuple[str, ...]:
    """Return *texts* as they are compared."""
    folded = tuple(fold_key(text.strip()) for text in texts)
    if not folded or not all(folded):
        raise DraftError("nothing-asked", "an empty text is in everything", help="say a name, an address, a number")
    return folded


def _in_part(part: str, data: bytes | None, wanted: Sequence[str]) -> Iterator[Passage]:
    if data is None:
        return
    text = data.decode("utf-8", errors="replace")
    if not _may_hold(text, wanted):
        return
    for pointer, string in _strings(text):
        if names(string, wanted):
            yield Passage(part, pointer, string)


def _may_hold(text: str, wanted: Sequence[str]) -> bool:
    """Tell quickly whether a closer look is worth it: JSON escapes keep nothing but quotes and control characters apart."""
    return True if "\\" in text else names(text, wanted)


def names(text: str, wanted: Sequence[str]) -> bool:
    """Tell whether *text* says one of *wanted*, in any of its readings."""
    return any(one in folded for folded in map(fold_key, _readings(text)) for one in wanted)


def _readings(text: str) -> Iterator[str]:
    yield text
    plain = html.unescape(text)
    yield _MARKUP.sub("", plain)
    yield _APART.sub(" ", plain)
    if "%" in plain:
        yield unquote(plain)


def _strings(text: str) -> Iterator[tuple[str, str]]:
    try:
        value = json.loads(text)
    except ValueError:
        yield "", text
        return
    yield from _within(value, "")


def _within(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _within(member, f"{pointer}/{key}")
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _within(member, f"{pointer}/{number}")
