"""What the scripts ``postgres_*.sql`` make, and whether a database still holds just that."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_TABLE = re.compile(r"CREATE TABLE (\w+) \(")
_TRIGGER = re.compile(r"CREATE TRIGGER (\w+) BEFORE .*? ON (\w+) ")
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)

FOUND = """
SELECT 'table ' || relname, '' FROM pg_class WHERE relnamespace = 'guardrails'::regnamespace AND relkind IN ('r', 'v')
UNION ALL
SELECT 'trigger ' || tgname || ' on ' || relname, tgenabled::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = 'guardrails'::regnamespace AND NOT tgisinternal
UNION ALL
SELECT 'function ' || proname, prosrc FROM pg_proc WHERE pronamespace = 'guardrails'::regnamespace
"""
"""Asks for what there is, in the form of :func:`made_by`."""

_ENABLED = "O"


def script(name: str) -> str:
    """Return the script with this name."""
    return files("guardrails.backends.store").joinpath(name).read_text(encoding="utf-8")


@cache
def made_by(name: str) -> frozenset[tuple[str, str]]:
    """Return every table, trigger and function that a script makes, each with what must not change about it."""
    text = script(name)
    tables = ((f"table {table}", "") for table in _TABLE.findall(text))
    triggers = ((f"trigger {trigger} on {table}", _ENABLED) for trigger, table in _TRIGGER.findall(text))
    functions = ((f"function {function}", body) for function, body in _FUNCTION.findall(text))
    return frozenset((*tables, *triggers, *functions))
