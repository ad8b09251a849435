"""
The schemas in PostgreSQL: what makes them, what brings them up to date, and whether a database still holds just that.

A change to a schema that was released is one more statement in its ``upgrades``, and never an edit of its script: a new
schema is made by the script and all upgrades, an older one by those that it lacks (``ledger init``). A function that an
upgrade adds or replaces is written in full, ``CREATE OR REPLACE FUNCTION``, and taken from PUBLIC again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import LiteralString

_TABLE = re.compile(r"CREATE TABLE (\w+) \(")
_TRIGGER = re.compile(r"CREATE TRIGGER (\w+) BEFORE .*? ON (\w+) ")
_FUNCTION = re.compile(r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Schema:
    """
    A schema of ours; the one row of its table ``about`` holds the version.

    The file *script* makes one of *version*, each of *upgrades* brings it up by one. With *kept* a service must not be able
    to change its tables.
    """

    name: LiteralString
    version: int
    script: str
    kept: bool
    upgrades: tuple[LiteralString, ...] = ()

    @property
    def newest(self) -> int:
        """The version of a schema that is up to date."""
        return self.version + len(self.upgrades)

    def scripts(self, version: int | None) -> tuple[str, ...]:
        """Return what brings a schema of *version* up to date, in order; None: what makes one."""
        made = () if version is not None else (_text(self.script),)
        return (*made, *self.upgrades[(version or self.version) - self.version :])

    def knows(self, version: object) -> bool:
        """Tell whether a schema of *version* is up to date or can be brought up."""
        return isinstance(version, int) and self.version <= version <= self.newest


# What lay bare here lies with the part keys from now on, and is wrapped when a service opens them.
_SECRETS: LiteralString = """
INSERT INTO part_key SELECT 'ledger', 'references', 0, key || sha256 FROM ledger_key;
INSERT INTO part_key SELECT 'signing-key', vkey, 0, seed || sha256 FROM signing_key;
DROP TABLE ledger_key;
DROP TABLE signing_key;
"""

LEDGER_SCHEMA = Schema("guardrails", 1, "postgres_ledger.sql", kept=True)
KEYS_SCHEMA = Schema("guardrails_keys", 2, "postgres_keys.sql", kept=False, upgrades=(_SECRETS,))

FOUND = """
SELECT 'table ' || relname, '' FROM pg_class WHERE relnamespace = 'guardrails'::regnamespace AND relkind IN ('r', 'v')
UNION ALL
SELECT 'trigger ' || tgname || ' on ' || relname, tgenabled::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = 'guardrails'::regnamespace AND NOT tgisinternal
UNION ALL
SELECT 'function ' || proname, prosrc FROM pg_proc WHERE pronamespace = 'guardrails'::regnamespace
"""
"""Asks for what there is of the ledger's, in the form of :func:`made_by`."""

_ENABLED = "O"


@cache
def made_by(schema: Schema) -> frozenset[tuple[str, str]]:
    """Return every table, trigger and function of *schema*, each with what must not change about it."""
    text = "\n".join(schema.scripts(None))
    tables = {f"table {table}": "" for table in _TABLE.findall(text)}
    triggers = {f"trigger {trigger} on {table}": _ENABLED for trigger, table in _TRIGGER.findall(text)}
    functions = {
        f"function {function}": body for function, body in _FUNCTION.findall(text)
    }  # the last of a name counts
    return frozenset({**tables, **triggers, **functions}.items())


def _text(name: str) -> str:
    return files("guardrails.backends.store").joinpath(name).read_text(encoding="utf-8")
