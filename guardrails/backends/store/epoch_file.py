"""
The keys of epochs in a small file of their own, readable by its owner only.

``guardrails.epochs/v1``, JSON: ``{schema, epochs[{number, key}], sha256}``, keys in hex, the digest over the canonical form of
``epochs``. It is written anew as a whole (beside, flushed, put in its place), and what it was is overwritten first: an epoch
that was destroyed is in no file any more. Keep it out of the back-ups that are kept for long: whoever has an old copy of
this file and of the keys can read what was erased in between.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guardrails.audit.epochs import BARE, KEY_BYTES
from guardrails.backends.store.private import make_private, require_private
from guardrails.errors import LedgerError
from guardrails.model.canonical import Json, canonical, sha256_hex

_SCHEMA = "guardrails.epochs/v1"


class EpochFile:
    """
    :class:`~guardrails.audit.epochs.EpochKeys` in the file at *path*; callers keep others from writing at the same time.

    Raises:
        LedgerError: ``ledger-unwritable`` (also if others may read the file, unless it is a copy to be read only);
            ``ledger-damaged``, from every method too.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._read_only = read_only
        self._ciphers: dict[int, AESGCM] = {}

    def exists(self) -> bool:
        """Tell whether there is such a file."""
        return self.path.exists()

    def cipher(self, number: int) -> AESGCM | None:
        """See the port; the file is read again only for an epoch that was not known."""
        if number not in self._ciphers:
            self._ciphers = {known: AESGCM(key) for known, key in self._read().items()}
        return self._ciphers.get(number)

    def numbers(self) -> tuple[int, ...]:
        """See the port."""
        return tuple(sorted(self._read()))

    def begin(self, at_least: int) -> int:
        """See the port."""
        epochs = self._read()
        number = max([at_least, BARE + 1, *(known + 1 for known in epochs)])
        self._write({**epochs, number: secrets.token_bytes(KEY_BYTES)})
        return number

    def destroy_before(self, number: int) -> None:
        """See the port."""
        self._write({known: key for known, key in self._read().items() if known >= number})
        self._ciphers = {known: cipher for known, cipher in self._ciphers.items() if known >= number}

    def _read(self) -> dict[int, bytes]:
        if not self.path.exists():
            return {}
        if not self._read_only:
            require_private(self.path)
        # A reader that opened the file just before it was replaced may see it overwritten; the second look is whole.
        found = self._parsed()
        if found is None:
            found = self._parsed()
        if found is None:
            message = f"{self.path}: the keys of epochs are not what was written"
            raise LedgerError("ledger-damaged", message, help="Stop writing and restore the newest copy of this file.")
        return found

    def _parsed(self) -> dict[int, bytes] | None:
        try:
            value = json.loads(self.path.read_bytes())
            if value["schema"] != _SCHEMA or value["sha256"] != sha256_hex(value["epochs"]):
                return None
            return {one["number"]: bytes.fromhex(one["key"]) for one in value["epochs"]}
        except OSError as error:
            raise LedgerError("ledger-unwritable", f"{self.path}: {error.strerror}") from error
        except (ValueError, TypeError, KeyError):
            return None

    def _write(self, epochs: Mapping[int, bytes]) -> None:
        listed: list[Json] = [{"number": number, "key": key.hex()} for number, key in sorted(epochs.items())]
        data = canonical({"schema": _SCHEMA, "epochs": listed, "sha256": sha256_hex(listed)})
        beside = self.path.with_name(f"{self.path.name}.new")
        try:
            beside.parent.mkdir(parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            make_private(beside)
            _flushed(beside, data)
            was = os.open(self.path, os.O_RDWR) if self.path.exists() else None
            beside.replace(self.path)
            _flush_folder(self.path.parent)
            if was is not None:
                _overwritten(was)
        except OSError as error:
            raise LedgerError("ledger-unwritable", f"{self.path}: {error.strerror}") from error


def _flushed(path: Path, data: bytes) -> None:
    with path.open("r+b") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _overwritten(handle: int) -> None:
    try:
        os.pwrite(handle, b"\0" * os.fstat(handle).st_size, 0)
        os.fsync(handle)
    finally:
        os.close(handle)
