"""A ledger in PostgreSQL for the tests of this folder."""

from contextlib import closing

import pytest

from guardrails.backends.store.postgres import PostgresStore
from tests.backends.store.postgres_ledger import Ledger
from tests.postgres import keys_in


@pytest.fixture
def ledger(cluster):
    """A ledger of one record, closed."""
    made = Ledger(cluster, cluster.ledger())
    with closing(PostgresStore(made.url)) as store:
        store.append("chk_0", b"record", (("draft", b"sealed"),))
        store.put_bundle("d", b"bundle")
        with closing(keys_in(made.url)) as keys:
            keys.ledger_key()
            keys.put([], store.head())
    return made
