"""
Arguments to drafts: files, directories, globs and the standard input.

A directory stands for every draft below it (``.md .markdown .txt .html .htm .json``), hidden ones left out, sorted by
path. A glob is expanded by us where the shell did not. Whatever cannot be read is an error of its own; the others
still run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from pathlib import Path
from typing import NamedTuple

from guardrails.errors import DraftError, GuardrailsError, Place
from guardrails.model.draft import Draft
from guardrails.text.load import ENDINGS, MAX_BYTES, draft_from_file

STDIN = "-"

AS_ENDINGS = {"text": ".txt", "markdown": ".md", "html": ".html", "json": ".json"}
"""Format names for the standard input, and the file ending each stands for."""


class Input(NamedTuple):
    """A draft that was named: where it came from and the draft, or why there is none."""

    name: str
    draft: Draft | GuardrailsError


def inputs(arguments: Sequence[str], *, stdin_name: str = "") -> Iterator[Input]:
    """
    Yield the drafts *arguments* name, in that order, each file once.

    *stdin_name* is the file name the standard input (``-``) goes by; its ending tells the format.
    """
    seen: set[str] = set()
    for argument in arguments:
        for path in _paths(argument):
            if path not in seen:
                seen.add(path)
                yield _input(path, stdin_name)


def shown_name(path: str) -> str:
    """Return *path* as text that is always valid Unicode."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def read(path: str) -> bytes:
    """
    Return the contents of *path*, at most one byte more than a draft may have.

    Raises:
        DraftError: ``file-not-found`` or ``file-unreadable``.
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise DraftError("file-not-found", "there is no such file", place=Place(shown_name(path))) from error
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or type(error).__name__}"
        raise DraftError("file-unreadable", message, place=Place(shown_name(path))) from error


def _input(path: str, stdin_name: str) -> Input:
    name = stdin_name if path == STDIN else shown_name(path)
    try:
        data = _stdin(name) if path == STDIN else _file(path)
        return Input(name, draft_from_file(name, data))
    except DraftError as error:
        return Input(name or "<stdin>", error)


def _stdin(name: str) -> bytes:
    if not name:
        raise DraftError(
            "unknown-format",
            "cannot tell the format of the standard input",
            help="say --as markdown (or text, html, json), or --stdin-filename NAME.md",
        )
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def _file(path: str) -> bytes:
    if Path(path).is_dir():
        raise DraftError(
            "no-drafts",
            "there is no draft in this directory",
            help=f"drafts end in {' '.join(ENDINGS)}",
            place=Place(shown_name(path)),
        )
    return read(path)


def _paths(argument: str) -> list[str]:
    if argument == STDIN or not Path(argument).exists():
        found = sorted(glob(argument, recursive=True)) if has_magic(argument) else []  # noqa: PTH207 - it may be absolute
        drafts = [path for one in found for path in ([one] if Path(one).is_file() else _below(one))]
        return drafts or [argument]
    if Path(argument).is_dir():
        return _below(argument) or [argument]
    return [argument]


def _below(directory: str) -> list[str]:
    found: list[str] = []
    for folder, folders, files in os.walk(directory):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            os.path.normpath(Path(folder, name))
            for name in sorted(files)
            if not name.startswith(".") and name.lower().endswith(ENDINGS)
        ]
    return sorted(found)
