"""
The ledger as files, in the layout of C2SP tlog-tiles: pure, leaves in, paths and bytes out.

``tile/<level>/<n>[.p/<width>]``
    Up to 256 hashes of 32 bytes: at level 0 those of leaves, above that the roots of full tiles of the level below.
``tile/entries/<n>[.p/<width>]``
    The same 256 records: for each its length (2 bytes, big-endian) and its bytes.

*n* is written in groups of three digits, all but the last with an ``x`` before them (1234067 is ``x001/x234/067``). A tile
that is not full names its width, and is no part of the level above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from guardrails.audit import tlog
from guardrails.errors import LedgerError

WIDTH = 256
MAX_ENTRY = 65_535
"""The most bytes of a record: its length is written in two (C2SP tlog-tiles, "Log entries")."""

_LENGTH_BYTES = 2


def tile_path(level: int, n: int, width: int = WIDTH) -> str:
    """Return where the tile lies that holds hashes ``[n·256, n·256 + width)`` of *level*."""
    return f"tile/{level}/{_place(n, width)}"


def entries_path(n: int, width: int = WIDTH) -> str:
    """Return where records ``[n·256, n·256 + width)`` lie."""
    return f"tile/entries/{_place(n, width)}"


def tiles(leaves: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every tile over *leaves* (leaf hashes): full ones as they fill, then the others."""
    levels: list[tuple[int, list[bytes]]] = []  # per level: number of full tiles, hashes since the last of them
    for leaf in leaves:
        yield from _pushed(levels, leaf)
    for level, (n, hashes) in enumerate(levels):
        if hashes:
            yield tile_path(level, n, len(hashes)), b"".join(hashes)


def entry_bundles(records: Iterable[bytes], first: int = 0) -> Iterator[tuple[str, bytes]]:
    """
    Yield path and bytes of the bundles of *records*, which begin with bundle number *first*.

    Raises:
        LedgerError: ``record-too-large`` for one of more than :data:`MAX_ENTRY` bytes.
    """
    source = iter(records)
    while chunk := list(islice(source, WIDTH)):
        yield entries_path(first, len(chunk)), b"".join(map(_entry, chunk))
        first += 1


def parsed_entries(data: bytes) -> tuple[bytes, ...]:
    """
    Return the records of one bundle.

    Raises:
        LedgerError: ``entries-unreadable`` if its lengths are not those of its records.
    """
    found, at = [], 0
    while at < len(data):
        end = at + _LENGTH_BYTES + int.from_bytes(data[at : at + _LENGTH_BYTES], "big")
        if end > len(data) or at + _LENGTH_BYTES > len(data):
            raise LedgerError("entries-unreadable", "a bundle of entries ends within one")
        found.append(data[at + _LENGTH_BYTES : end])
        at = end
    return tuple(found)


def require_entry(record: bytes) -> None:
    """
    Refuse a record that no bundle could hold.

    Raises:
        LedgerError: ``record-too-large``.
    """
    if len(record) > MAX_ENTRY:
        raise LedgerError(
            "record-too-large",
            f"a record has {len(record):,} bytes, at most {MAX_ENTRY:,} can be recorded",
            help="Check the text in parts: so many findings are no single decision.",
        )


def _entry(record: bytes) -> bytes:
    require_entry(record)
    return len(record).to_bytes(_LENGTH_BYTES, "big") + record


def _pushed(levels: list[tuple[int, list[bytes]]], leaf: bytes) -> Iterator[tuple[str, bytes]]:
    level, current = 0, leaf
    while True:
        if level == len(levels):
            levels.append((0, []))
        n, hashes = levels[level]
        hashes.append(current)
        if len(hashes) < WIDTH:
            return
        yield tile_path(level, n), b"".join(hashes)
        levels[level] = (n + 1, [])
        level, current = level + 1, _root(hashes)


def _root(hashes: list[bytes]) -> bytes:
    """Return the root over one full tile."""
    while len(hashes) > 1:
        hashes = [tlog.node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _place(n: int, width: int) -> str:
    digits = f"{n:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return path if width == WIDTH else f"{path}.p/{width}"
