"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a unix socket, never as root."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from guardrails.backends.store.postgres_init import make_schemas
from guardrails.backends.store.postgres_keys import PostgresKeys
from tests.services import require

START_S = 180
OLDEST = 15
SERVICE = "service"
ADMIN = "admin"


def programs() -> Path:
    """Return the folder of ``initdb`` and ``postgres`` (15 or newer), or skip the running test."""
    named = [
        os.environ.get("GUARDRAILS_POSTGRES"),
        *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True),
    ]
    on_path = shutil.which("initdb")
    named += [str(Path(on_path).resolve().parent)] if on_path else []
    folders = [Path(name) for name in named if name]
    found = next((folder for folder in folders if _version(folder) >= OLDEST), None)
    require("postgresql", found is not None, "neither GUARDRAILS_POSTGRES nor PATH names initdb of version 15 or newer")
    assert found is not None
    return found


def _version(folder: Path) -> int:
    if not all((folder / name).is_file() for name in ("initdb", "postgres")):
        return 0
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", said)
    return int(found[1]) if found else 0


def _as_nobody() -> dict[str, object]:
    """What makes a child somebody other than root, whom PostgreSQL refuses."""
    if os.geteuid():
        return {}
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def epochs_of(url: str) -> Path:
    """Return the file of the epochs that belongs to the database at *url*: in the folder of its server."""
    return Path(str(conninfo_to_dict(url)["host"])) / "keys.epochs"


def keys_in(url: str, *, read_only: bool = False) -> PostgresKeys:
    """Open the keys of the ledger at *url*."""
    return PostgresKeys(url, epochs_of(url), read_only=read_only)


_SMALL = ("-cshared_buffers=32MB", "-ccheckpoint_timeout=30s")


@dataclass
class Cluster:
    """A running PostgreSQL with one database."""

    folder: Path
    programs: Path
    settings: tuple[str, ...] = _SMALL
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str, role: str = SERVICE) -> str:
        """Return the address of a database for a role."""
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def empty(self) -> str:
        """Return the name of the database, emptied: making new ones for every test makes a restart slow."""
        self.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'ledger'", "postgres")
        if not self.run("SELECT 1 FROM pg_database WHERE datname = 'ledger'", "postgres"):
            self.run("CREATE DATABASE ledger TEMPLATE template0 ENCODING 'UTF8'", "postgres")
        self.run("DROP SCHEMA IF EXISTS guardrails, guardrails_keys CASCADE", "ledger")
        epochs_of(self.url("ledger")).unlink(missing_ok=True)
        return "ledger"

    def ledger(self) -> str:
        """Make both schemas anew, and return the name of their database."""
        name = self.empty()
        make_schemas(*[self.url(name, ADMIN)] * 2, ledger=self.url(name), keys=self.url(name))
        return name

    def run(self, sql: str, database: str) -> list[tuple]:
        """Run a statement as the administrator."""
        with psycopg.connect(self.url(database, ADMIN), autocommit=True) as db:
            cursor = db.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        options = [
            f"-k{self.folder}",
            "-clisten_addresses=",
            "-cmax_connections=60",
            "-crecovery_init_sync_method=syncfs",
            *self.settings,
        ]
        with (self.folder / "server.log").open("ab") as log:
            command = [self.programs / "postgres", "-D", self.folder / "data", *options]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **_as_nobody())
        end = time.monotonic() + START_S
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                self.run("SELECT 1", "postgres")
                return
            time.sleep(0.05)
        pytest.fail(f"PostgreSQL did not start: {(self.folder / 'server.log').read_text()[-500:]}", pytrace=False)

    def stop(self, *, how: int = signal.SIGINT) -> None:
        """Stop the server: SIGINT in order, SIGQUIT at once, as after a crash."""
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(START_S)


@contextlib.contextmanager
def postgres_cluster(*, folder: Path | None = None, settings: tuple[str, ...] = _SMALL) -> Iterator[Cluster]:
    """Make and run a PostgreSQL with default durability for the block, in a folder of its own in *folder*."""
    found = programs()
    with tempfile.TemporaryDirectory(prefix="pg-", dir=folder) as name:
        home = Path(name)
        if not os.geteuid():
            os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
        command = [found / "initdb", "-D", home / "data", "-U", ADMIN, "-A", "trust", "-E", "UTF8", "--no-locale"]
        subprocess.run(
            [*command, "--no-instructions", "--no-sync"], check=True, capture_output=True, cwd=home, **_as_nobody()
        )
        cluster = Cluster(home, found, settings)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop(how=signal.SIGQUIT)  # nobody needs its files any more
