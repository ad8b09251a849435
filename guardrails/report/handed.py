"""
A report that somebody hands over, checked by itself: no workspace, no ledger, only the key of whoever signs reports.

1. the manifest is signed by a key that was given;
2. every file that it lists is there, with the digest that it lists;
3. nothing else is there;
4. the checkpoint, if there is one, is of the records that the manifest names.

That the ledger still begins with those records is for ``guardrails ledger verify --checkpoint`` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from guardrails.audit.checkpoint import parsed_checkpoint
from guardrails.audit.note import Note, VerifierKey, parsed_note
from guardrails.errors import LedgerError

MANIFEST = "manifest.note"
CHECKPOINT = "checkpoint"
SCHEMA = "guardrails-report/v1"

_HEAD = 3
_RECORDS = re.compile(r"(\S+) (\d+) ([0-9a-f]{64})?")
_FILE = re.compile(r"([0-9a-f]{64})  ([^/\\]+)")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is signed: the records (*origin*, *size*, *root* in hex), the moments, and the digests of files by name."""

    origin: str
    size: int
    root: str
    since: str
    until: str
    as_of: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Handed:
    """What was found: *manifest* is None where there is none to read, *signers* are the vkeys that signed it."""

    manifest: Manifest | None
    signers: tuple[str, ...]
    problems: tuple[str, ...]


def handed(files: Mapping[str, bytes], keys: Sequence[VerifierKey]) -> Handed:
    """Return what is to be said of a report that consists of *files*, by name."""
    try:
        note = parsed_note(files[MANIFEST].decode("utf-8"))
        manifest = parsed_manifest(note.text)
    except KeyError:
        return Handed(None, (), (f"{MANIFEST}: missing; a report that is issued has one",))
    except (LedgerError, ValueError) as error:
        return Handed(None, (), (f"{MANIFEST}: cannot be read: {error}",))
    signers = tuple(key.vkey for key in keys if note.by(key))  # 1
    unsigned = () if signers else (_unsigned(note),)
    return Handed(manifest, signers, (*unsigned, *_files(manifest, files), *_records(manifest, files)))


def parsed_manifest(text: str) -> Manifest:
    """
    Return what the *text* of a manifest says; the inverse of ``issue.manifest_text``.

    Raises:
        ValueError: If it has another form.
    """
    lines = text.splitlines()
    records = _RECORDS.fullmatch(lines[1]) if len(lines) >= _HEAD and lines[0] == SCHEMA else None
    found = [_FILE.fullmatch(line) for line in lines[_HEAD:]]
    if records is None or None in found:
        raise ValueError(f"{SCHEMA}, records, moments and files expected")
    since, until, as_of = lines[2].split(" ")
    files = {match[2]: match[1] for match in found if match is not None}
    if len(files) != len(found):
        raise ValueError("a file is listed twice")
    return Manifest(records[1], int(records[2]), records[3] or "", since, until, as_of, files)


def _unsigned(note: Note) -> str:
    names = ", ".join(dict.fromkeys(line.name for line in note.signatures))
    return f"{MANIFEST}: not signed by the key that was given; it names {names}"


def _files(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[str]:
    for name, digest in manifest.files.items():
        if name not in files:
            yield f"{name}: missing"  # 2
        elif sha256(files[name]).hexdigest() != digest:
            yield f"{name}: changed since it was signed"
    yield from (
        f"{name}: not of this report" for name in sorted(files.keys() - manifest.files.keys() - {MANIFEST})
    )  # 3


def _records(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[str]:
    if CHECKPOINT not in manifest.files or CHECKPOINT not in files:
        return
    try:
        found = parsed_checkpoint(files[CHECKPOINT].decode("utf-8"))
    except (LedgerError, ValueError):
        yield f"{CHECKPOINT}: cannot be read"
        return
    if (found.origin, found.head.size, found.head.root.hex()) != (manifest.origin, manifest.size, manifest.root):
        yield f"{CHECKPOINT}: of other records than the manifest names"  # 4
