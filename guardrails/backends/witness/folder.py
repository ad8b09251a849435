"""
A witness in a folder of its own, which belongs to somebody who does not run the ledger.

``seed``
    The secret half of its key, in hex, readable by its owner only.
``witness.json``
    ``guardrails.witness/v1``: its name, its vkey, and the vkeys of each ledger it watches, by origin; ``ended``, those of them
    that count no more.
``vkey``
    The public half alone, to hand out.
``seen/<SHA-256 of the origin>``
    The checkpoint of that ledger which it cosigned last, as it was sent.
``seen/<SHA-256 of the origin>.<its size>``
    A checkpoint that was set aside when its key was ended: the evidence against whoever had that key.
``lock``
    Held between reading what was seen and replacing it, also against other processes.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guardrails.audit.checkpoint import Checkpoint, parsed_checkpoint
from guardrails.audit.note import COSIGNED, SIGNED, VerifierKey, parsed_vkey, verifier_key
from guardrails.audit.witness import Witness
from guardrails.backends.durable_file import write_durably
from guardrails.errors import DraftError, LedgerError

SCHEMA = "guardrails.witness/v1"
_PRIVATE, _SEED_BYTES = 0o600, 32


@dataclass(frozen=True, slots=True)
class FolderMemory:
    """A :class:`~guardrails.audit.witness.Memory` in a folder."""

    folder: Path
    _threads: threading.Lock = field(default_factory=threading.Lock)

    def keys(self, origin: str) -> tuple[VerifierKey, ...]:
        """See the port."""
        settings = _settings(self.folder)
        return tuple(parsed_vkey(one) for one in settings["logs"].get(origin, ()) if one not in _ended(settings))

    def held(self, origin: str) -> Checkpoint | None:
        """See the port."""
        path = self._seen(origin)
        return parsed_checkpoint(path.read_text(encoding="utf-8")) if path.exists() else None

    def keep(self, checkpoint: Checkpoint) -> None:
        """See the port."""
        write_durably(self._seen(checkpoint.origin), str(checkpoint.note).encode())

    def set_aside(self, origin: str, earlier: Checkpoint) -> None:
        """Remember *earlier* again in the place of what is held, which is kept beside it."""
        held = self.held(origin)
        if held is not None:
            path = self._seen(origin)
            write_durably(path.with_name(f"{path.name}.{held.head.size}"), str(held.note).encode())
        self.keep(earlier)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """See the port."""
        import fcntl  # not on Windows, where nothing but this needs it

        with self._threads, (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _seen(self, origin: str) -> Path:
        return self.folder / "seen" / hashlib.sha256(origin.encode()).hexdigest()


def make_witness(folder: Path, name: str, logs: tuple[VerifierKey, ...] = ()) -> Witness:
    """
    Make a witness called *name* in a new *folder*.

    Raises:
        DraftError: ``witness-exists``; ``witness-name`` if the name holds a blank or a plus sign.
    """
    if (folder / "witness.json").exists():
        raise DraftError("witness-exists", f"{folder} holds a witness already")
    seed = secrets.token_bytes(_SEED_BYTES)
    try:
        key = verifier_key(name, seed, COSIGNED)
    except ValueError as error:
        raise DraftError("witness-name", str(error), help="for example: legal.example.com") from error
    (folder / "seen").mkdir(parents=True, exist_ok=True)
    write_durably(folder / "seed", seed.hex().encode(), mode=_PRIVATE)
    write_durably(folder / "vkey", f"{key.vkey}\n".encode())
    _write(folder, {"schema": SCHEMA, "name": name, "vkey": key.vkey, "logs": {}})
    for one in logs:
        trust(folder, one)
    return open_witness(folder)


def open_witness(folder: Path) -> Witness:
    """
    Open the witness in *folder*.

    Raises:
        DraftError: ``no-witness`` if there is none; ``witness-seed-readable`` if others may read its secret half.
    """
    settings = _settings(folder)
    path = folder / "seed"
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise DraftError("witness-seed-readable", f"others can read {path}", help=f"chmod 600 {path}")
    seed = bytes.fromhex(path.read_text(encoding="ascii"))
    return Witness(str(settings["name"]), seed, FolderMemory(folder), lambda: int(time.time()))


def trust(folder: Path, key: VerifierKey, origin: str = "") -> str:
    """
    Have the witness in *folder* know a ledger by its checkpoint *key*; return its origin, by default the key's name.

    Raises:
        DraftError: ``no-witness``; ``no-log-key`` if it is the key of a witness; ``key-ended`` if it was ended.
    """
    if key.type != SIGNED:
        raise DraftError("no-log-key", f"{key.name} is a witness, no ledger")
    settings, origin = _settings(folder), origin or key.name
    if key.vkey in _ended(settings):
        raise DraftError("key-ended", f"{key.vkey} was ended and stays so", help="ask for the key that came after it")
    known = settings["logs"].setdefault(origin, [])
    if key.vkey not in known:
        known.append(key.vkey)
        _write(folder, settings)
    return origin


def end(folder: Path, key: VerifierKey, back_to: Checkpoint | None = None) -> str:
    """
    Have the witness in *folder* cosign nothing by *key* any more; return the origin of the ledger.

    A head that was signed with a stolen key stands in the way of the true ledger. With *back_to*, an earlier one that this
    witness has cosigned, that is what it remembers from now on; the other one is kept as evidence.

    Raises:
        DraftError: ``no-witness``; ``key-unknown``; ``not-cosigned`` if *back_to* was not by this witness and of that ledger.
    """
    witness, memory = open_witness(folder), FolderMemory(folder)
    with memory.lock():
        settings = _settings(folder)
        origin = next((str(origin) for origin, keys in settings["logs"].items() if key.vkey in keys), None)
        if origin is None:
            raise DraftError("key-unknown", f"this witness watches no ledger by {key.vkey}")
        if back_to is not None and (back_to.origin != origin or not back_to.note.by(witness.key)):
            raise DraftError(
                "not-cosigned", "this witness goes back only to a head of that ledger that it has cosigned"
            )
        settings["ended"] = [*_ended(settings), *([] if key.vkey in _ended(settings) else [key.vkey])]
        _write(folder, settings)
        if back_to is not None:
            memory.set_aside(origin, back_to)
    return origin


def _ended(settings: Mapping[str, Any]) -> list[str]:
    return list(settings.get("ended", ()))


def _settings(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "witness.json").read_bytes())
    except FileNotFoundError:
        raise DraftError(
            "no-witness", f"{folder} holds no witness", help=f"guardrails ledger witness init {folder} --name NAME"
        ) from None
    except (OSError, ValueError) as error:
        raise LedgerError("witness-damaged", f"{folder}: witness.json cannot be read") from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise LedgerError("witness-damaged", f"{folder}: witness.json is of another schema than {SCHEMA}")
    return found


def _write(folder: Path, settings: object) -> None:
    write_durably(folder / "witness.json", json.dumps(settings, indent=2).encode() + b"\n")
