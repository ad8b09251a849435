"""
One process that writes a ledger for 64 clients until it is killed, and tells on its output what each of them sees.

Run as ``python -m tests.durability.writer FOLDER NAME``. Every line is one :class:`~tests.durability.history.Event`,
its values separated by blanks; a record is announced before it is handed over, so no record is nobody's.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

from guardrails.audit.writer import GroupWriter
from guardrails.errors import LedgerError
from tests.audit.samples import check, draft, sqlite_log
from tests.durability.history import Event

CLIENTS = 64


def said(event: Event) -> bytes:
    """Return *event* as a line; :func:`heard` is the inverse."""
    values = (event.kind, event.client, event.record_id, event.index, event.leaf_hash, event.size, event.root)
    return " ".join(str(value) or "-" for value in values).encode() + b"\n"


def heard(line: bytes) -> Event | None:
    """Return the event in a line, or None if the writer was killed in the middle of it."""
    values = ["" if value == "-" else value for value in line.decode().split(" ")]
    if not line.endswith(b"\n") or len(values) != 7:
        return None
    kind, client, record_id, index, leaf_hash, size, root = values
    return Event(kind, client, record_id, int(index), leaf_hash, int(size), root.strip().strip("-"))


def say(event: Event) -> None:
    """Write one line; short enough to be written whole or not at all (``PIPE_BUF``)."""
    os.write(1, said(event))


def client(log, writer: GroupWriter, name: str) -> None:
    """Hand over one record after the other."""
    for n in range(1_000_000):
        entry = check(log, thread=f"{name}-{n % 5}", draft_parts=draft(name.encode() * (1 + n % 200)))
        say(Event("invoke", name, entry.check_id))
        try:
            receipt = writer.submit(entry).result()
        except LedgerError:
            say(Event("info", name, entry.check_id))
        else:
            say(Event("ok", name, receipt.record_id, receipt.index, receipt.leaf_hash))


def reader(log, name: str) -> None:
    """Read the head again and again, a hundred times a second."""
    while True:
        time.sleep(0.01)
        say(Event("look", name))
        head = log.head()
        say(Event("head", name, size=head.size, root=head.root.hex()))


def main(folder: Path, name: str) -> None:
    """Write until the process ends."""
    log = sqlite_log(folder)
    writer = GroupWriter(log)
    for n in range(CLIENTS):
        threading.Thread(target=client, args=(log, writer, f"{name}.{n}"), daemon=True).start()
    reader(log, f"{name}.reader")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
