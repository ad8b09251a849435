"""
One replica that writes a ledger in PostgreSQL for some clients until it is killed, and tells what each of them sees.

Run as ``python -m tests.durability.replica URL NAME CLIENTS``. Replicas share one pipe, so that the order of lines is one
that happened; see ``tests/durability/writer.py`` for a line.
"""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress

from guardrails.audit.log import AuditLog
from guardrails.audit.writer import GroupWriter
from guardrails.backends.store.postgres import PostgresStore
from guardrails.errors import LedgerError
from tests.audit.samples import Clock
from tests.durability.writer import client, reader
from tests.postgres import keys_in


def main(url: str, name: str, clients: int) -> None:
    """Write until the process ends; a look that fails is looked again."""
    address = f"{url}&application_name={name}"
    log = AuditLog(PostgresStore(address), keys_in(address), Clock())
    writer = GroupWriter(log)
    for n in range(clients):
        threading.Thread(target=client, args=(log, writer, f"{name}.{n}"), daemon=True).start()
    for n in range(1_000_000):
        with suppress(LedgerError):
            reader(log, f"{name}.reader{n}")
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
