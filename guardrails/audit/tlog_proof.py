"""
The form of C2SP tlog-proof, whatever is proved: text in, parts out.

The line ``c2sp.org/tlog-proof@v1``; ``extra`` with base64 of what nobody has signed, if there is any; ``index N``; a line of
base64 per hash from the leaf's sibling upwards; an empty line; the checkpoint (``note``).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guardrails.audit import tlog

HEADER = "c2sp.org/tlog-proof@v1"
_EXTRA, _INDEX = "extra ", re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class ProofText:
    """The parts of a proof; *note* is the checkpoint as it is written."""

    extra: bytes
    index: int
    hashes: tlog.Proof
    note: str

    def __str__(self) -> str:
        """Return the file; :func:`parsed_proof_text` is the inverse."""
        extra = [_EXTRA + _b64(self.extra)] if self.extra else []
        return "\n".join([HEADER, *extra, f"index {self.index}", *hash_lines(self.hashes), "", self.note])


def parsed_proof_text(data: str) -> ProofText:
    """
    Return the parts of the proof that *data* is.

    Raises:
        ValueError: If it is none.
    """
    top, gap, note = data.partition("\n\n")
    header, *lines = top.split("\n")
    extra = _bytes(lines.pop(0)[len(_EXTRA) :]) if lines and lines[0].startswith(_EXTRA) else b""
    index = _INDEX.fullmatch(lines[0]) if lines else None
    if not gap or header != HEADER or index is None:
        raise ValueError(f"{HEADER}, an index and hashes expected")
    return ProofText(extra, int(index[1]), parsed_hashes(lines[1:]), note)


def hash_lines(hashes: Iterable[bytes]) -> list[str]:
    """Return a line of base64 for each of *hashes*; :func:`parsed_hashes` is the inverse."""
    return [_b64(one) for one in hashes]


def parsed_hashes(lines: Sequence[str]) -> tlog.Proof:
    """
    Return the hashes that *lines* hold.

    Raises:
        ValueError: If a line holds none.
    """
    hashes = tuple(map(_bytes, lines))
    if any(len(one) != len(tlog.EMPTY_ROOT) for one in hashes):
        raise ValueError("a line is no hash")
    return hashes


def _bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("a line is no base64") from error
    if _b64(data) != text:  # bits behind the last byte that mean nothing
        raise ValueError("a line is not the base64 of what it holds")
    return data


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
