"""
Where a ledger that is measured lies: in a folder of its own, or in a PostgreSQL started for it and thrown away.

That PostgreSQL runs with the defaults of ``initdb`` and is asked over a unix socket.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from guardrails.audit.store import KeyStore, RecordStore
from guardrails.backends.store.places import keys_at, store_at
from guardrails.settings import Settings, read_settings

if TYPE_CHECKING:
    from tests.postgres import Cluster


@dataclass(frozen=True)
class Place:
    """An empty ledger's settings; *cluster* is the server it lies in, if any."""

    settings: Settings
    cluster: Cluster | None = None

    def opened(self) -> tuple[RecordStore, KeyStore]:
        """Open it for writing."""
        at = self.settings
        return store_at(at.ledger, at.postgres), keys_at(at.keys, at.postgres_keys, at.epochs)

    def read_only(self) -> tuple[RecordStore, KeyStore]:
        """Open it for verification."""
        at = self.settings
        keys = keys_at(at.keys, at.postgres_keys, at.epochs, read_only=True)
        return store_at(at.ledger, at.postgres, read_only=True), keys

    def bytes(self) -> int:
        """Return what ledger and keys take on the disk."""
        if self.cluster is None:
            return self.settings.ledger.stat().st_size + self.settings.keys.stat().st_size
        return int(self.cluster.run("SELECT pg_database_size(current_database())", "ledger")[0][0])

    def processor_s(self) -> tuple[float, float]:
        """Return the processor time that this process with all it started has used, and that of the server."""
        server = None if self.cluster is None or self.cluster.process is None else self.cluster.process.pid
        return processor_s(os.getpid(), without=server), 0.0 if server is None else processor_s(server)

    def recovered_s(self) -> float:
        """Return how long the server takes to answer again after a crash (SIGQUIT)."""
        if self.cluster is None:
            return 0.0
        self.cluster.stop(how=signal.SIGQUIT)
        began = time.perf_counter()
        self.cluster.start()
        return time.perf_counter() - began


Fresh = Callable[[], AbstractContextManager[Place]]
"""Makes a place for a block, and throws it away after it."""


@contextmanager
def places(kind: str, folder: Path | None) -> Iterator[Fresh]:
    """Yield what makes empty ledgers of *kind*, ``sqlite`` or ``postgres``, in *folder*."""
    if kind == "sqlite":
        yield partial(_in_folder, folder)
        return
    from tests.postgres import postgres_cluster

    with postgres_cluster(folder=folder, settings=()) as cluster:
        yield partial(_in_cluster, cluster)


@contextmanager
def _in_folder(parent: Path | None) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir=parent) as name:
        settings = read_settings(Path(name), {})
        settings.ledger.parent.mkdir()
        yield Place(settings)


@contextmanager
def _in_cluster(cluster: Cluster) -> Iterator[Place]:
    from tests.postgres import epochs_of

    url = cluster.url(cluster.ledger())
    yield Place(
        read_settings(cluster.folder, {"GUARDRAILS_LEDGER": url, "GUARDRAILS_EPOCHS": str(epochs_of(url))}), cluster
    )


def processor_s(pid: int, *, without: int | None = None) -> float:
    """
    Return the processor time of a process, of its children that have ended and of those that run.

    The system adds the time of children that were waited for to their parent's (proc(5), ``stat``, fields 14 to 17).
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        children = [
            int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()
        ]
    except FileNotFoundError:
        return 0.0
    own = sum(map(int, stat.rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(processor_s(child) for child in children if child != without)
