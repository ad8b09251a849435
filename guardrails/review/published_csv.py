"""
Publications from a CSV file: UTF-8, a header, one publication per line.

Columns: ``url``, ``published_at``, and ``permit`` or ``content_sha256``; ``channel`` and ``market`` if there are any. Other columns
are refused, because a misspelt one would be left out unseen. The whole file is read before anything is recorded.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from guardrails.errors import DraftError, Place
from guardrails.review.bodies import body_of
from guardrails.review.permit_bodies import PublishedBody
from guardrails.review.publishing import Publication

COLUMNS = ("url", "published_at", "channel", "market", "permit", "content_sha256")
MAX_LINES = 100_000


def publications_in(text: str, name: str) -> tuple[Publication, ...]:
    """
    Return the publications of a CSV file; *name* is used in places only.

    Raises:
        DraftError: ``bad-csv``, with the line.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        unknown = sorted(set(reader.fieldnames or ()) - set(COLUMNS))
        missing = [one for one in COLUMNS[:2] if one not in (reader.fieldnames or ())]
        if unknown or missing:
            raise _bad(
                name, 1, f"columns are {', '.join(COLUMNS)}; unknown: {unknown or 'none'}, missing: {missing or 'none'}"
            )
        found = tuple(_rows(reader, name))
    except csv.Error as error:
        raise _bad(name, reader.line_num + 1, f"it is no CSV: {error}") from error
    if len(found) > MAX_LINES:
        raise _bad(name, MAX_LINES, f"more than {MAX_LINES} lines; split the file")
    return found


def _rows(reader: csv.DictReader[str], name: str) -> Iterator[Publication]:
    for row in reader:
        if None in row or None in row.values():
            raise _bad(name, reader.line_num, "it has more or fewer values than there are columns")
        try:
            yield body_of(PublishedBody, {key: value.strip() for key, value in row.items()}).publication()
        except DraftError as error:
            where = str(error.place).removeprefix("body#/") if error.place else ""
            raise _bad(name, reader.line_num, f"{where}: {error.message}" if where else error.message) from error


def _bad(name: str, line: int, why: str) -> DraftError:
    return DraftError("bad-csv", why, place=Place(name, line))
