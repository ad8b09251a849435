"""
Files to drafts: bytes and a name in, a :class:`Draft` out.

``.md .markdown`` are Markdown, ``.html .htm`` HTML, ``.txt`` plain text; such a file is one field ``body``. ``.json``
is a draft in the form ``guardrails.draft/v1`` (``text/draft_json.py``). Bytes are UTF-8; one leading byte order mark
is dropped, so positions count from the first character after it. Line ends stay as they are.
"""

from __future__ import annotations

import codecs
from pathlib import PurePath

from guardrails.errors import DraftError, Place
from guardrails.model.draft import Draft, Field, Format

FORMATS: dict[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
}
"""Format of a file that is one field, by its ending in lower case."""

ENDINGS = (*FORMATS, ".json")
"""Every ending a draft may have."""

MAX_BYTES = 8_000_000
"""Longest file that is read: a long book; whatever is longer is not copy."""

_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def draft_from_file(name: str, data: bytes) -> Draft:
    """
    Return the draft that *data*, the contents of the file *name*, holds.

    Only the ending of *name* is looked at, to tell the format.

    Raises:
        DraftError: ``unknown-format``, ``draft-too-large``, ``not-utf-8``, ``bad-json``, ``bad-draft``.
    """
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS:
        raise _unknown_format(name, ending)
    text = decoded(name, data)
    if ending == ".json":
        from guardrails.text.draft_json import draft_from_json

        return draft_from_json(text, name)
    return Draft((Field("body", text, FORMATS[ending]),))


def decoded(name: str, data: bytes) -> str:
    """
    Return *data* as text, without a leading byte order mark.

    Raises:
        DraftError: ``draft-too-large`` or ``not-utf-8``; the latter's place is the first byte that does not fit.
    """
    if len(data) > MAX_BYTES:
        raise DraftError(
            "draft-too-large",
            f"the file has {len(data)} bytes, at most {MAX_BYTES} are read",
            help="split it, or check only the copy",
            place=Place(name),
        )
    for mark, encoding in _OTHER_ENCODINGS:
        if data.startswith(mark):
            raise DraftError(
                "not-utf-8",
                f"the file is {encoding}, expected UTF-8",
                help="save it as UTF-8",
                place=Place(name),
            )
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf_8(name, data, error) from error


def _not_utf_8(name: str, data: bytes, error: UnicodeDecodeError) -> DraftError:
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    at = error.start + mark
    line_start = data.rfind(b"\n", 0, at) + 1
    column = len(data[line_start:at].decode("utf-8", "replace").removeprefix("\ufeff")) + 1
    return DraftError(
        "not-utf-8",
        f"byte {at} (0x{data[at]:02x}) is not UTF-8",
        help="save the file as UTF-8",
        place=Place(name, data.count(b"\n", 0, at) + 1, column),
    )


def _unknown_format(name: str, ending: str) -> DraftError:
    from difflib import get_close_matches

    near = get_close_matches(ending, ENDINGS, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return DraftError(
        "unknown-format",
        f"cannot tell the format from the ending {ending!r}, expected one of {' '.join(ENDINGS)}",
        help=f"{hint}rename the file, or pipe it in with --as markdown",
        place=Place(name),
    )
