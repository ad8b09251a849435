"""A ledger in PostgreSQL, of one record, and how its errors are told."""

from dataclasses import dataclass

import pytest

from guardrails.audit.log import AuditLog
from guardrails.backends.store.postgres import PostgresStore
from guardrails.errors import LedgerError
from tests.audit.samples import Clock
from tests.postgres import SERVICE, Cluster, keys_in


@dataclass
class Ledger:
    """A ledger of one record, with payload and a bundle, in a database of its own."""

    cluster: Cluster
    database: str

    @property
    def url(self):
        """Its address for the service."""
        return self.cluster.url(self.database)

    def run(self, sql):
        """Run a statement as the administrator, around every trigger."""
        return self.cluster.run(f"SET session_replication_role = replica; {sql}", self.database)

    def ask(self, sql):
        """Run a query as the administrator."""
        return self.cluster.run(sql, self.database)

    def log(self):
        """Open it as the service does."""
        return AuditLog(PostgresStore(self.url), keys_in(self.url), Clock())


def code_of(call, *args, **kwargs):
    """Return the code of the LedgerError that a call raises."""
    with pytest.raises(LedgerError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def cut(ledger):
    """Cut every connection of the service."""
    ledger.ask(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        f"WHERE usename = '{SERVICE}' AND datname = '{ledger.database}'"
    )
