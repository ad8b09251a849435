"""
Make the two schemas of a ledger in PostgreSQL, as an administrator, and let the service's role in.

Doing it again changes nothing but who is let in. The owners log in nowhere; the service's role owns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql as compose
from psycopg.conninfo import conninfo_to_dict

from guardrails.backends.store.postgres import LEDGER_SCHEMA
from guardrails.backends.store.postgres_keys import KEYS_SCHEMA
from guardrails.backends.store.postgres_schema import script
from guardrails.backends.store.postgres_session import described
from guardrails.errors import LedgerError, SettingsError


@dataclass(frozen=True, slots=True)
class _Made:
    """A schema, who owns it, the script that makes it and what the service may do in it."""

    schema: LiteralString
    owner: LiteralString
    script: str
    grants: LiteralString


_LEDGER = _Made(
    LEDGER_SCHEMA.name,
    "guardrails_owner",
    "postgres_ledger.sql",
    """
GRANT SELECT ON ALL TABLES IN SCHEMA guardrails TO {service};
GRANT EXECUTE ON FUNCTION guardrails.locked_head, guardrails.append, guardrails.put_answer, guardrails.drop_payload,
    guardrails.drop_answers, guardrails.put_bundle, guardrails.replace_links, guardrails.put_checkpoint, guardrails.weight TO {service}
""",
)
_KEYS = _Made(
    KEYS_SCHEMA.name,
    "guardrails_keys_owner",
    "postgres_keys.sql",
    """
GRANT SELECT, INSERT, UPDATE ON guardrails_keys.seen, guardrails_keys.api_key TO {service};
GRANT SELECT, INSERT, UPDATE, DELETE ON guardrails_keys.part_key TO {service};
GRANT SELECT, INSERT ON guardrails_keys.ledger_key, guardrails_keys.signing_key TO {service};
GRANT SELECT, UPDATE ON guardrails_keys.epoch TO {service};
GRANT SELECT ON guardrails_keys.about TO {service}
""",
)


def make_schemas(ledger_admin: str, keys_admin: str, *, ledger: str, keys: str) -> tuple[str, ...]:
    """
    Make what is missing and return, per schema, what was done.

    Args:
        ledger_admin: Address and role that may make roles and schemas.

        keys_admin: The same for the keys.

        ledger: The service's own address, which names its role.

        keys: The same for the keys.

    Raises:
        SettingsError: ``admin-needed`` if the service's role is to make what it must not own.

        LedgerError: ``ledger-unwritable``.
    """
    return _make(_LEDGER, ledger_admin, _role(ledger)), _make(_KEYS, keys_admin, _role(keys))


def _make(made: _Made, admin: str, service: str) -> str:
    if _role(admin) == service:
        raise SettingsError(
            "admin-needed",
            f"the role {service!r} of the service must not own its ledger",
            help="name an administrator: GUARDRAILS_LEDGER_ADMIN=postgresql://ADMIN@HOST/DATABASE",
        )
    try:
        with psycopg.connect(admin) as db:
            is_new = _make_schema(db, made)
            _let_in(db, made, service)
    except psycopg.Error as error:
        why = error.diag.message_primary or str(error).splitlines()[0]
        raise LedgerError("ledger-unwritable", f"{described(admin)}: {why}") from error
    return f"schema {made.schema} {'made' if is_new else 'was there'}, owner {made.owner}, service {service}"


def _make_schema(db: psycopg.Connection, made: _Made) -> bool:
    _make_role(db, made.owner, compose.SQL("NOLOGIN"))
    owner, schema = compose.Identifier(made.owner), compose.Identifier(made.schema)
    if db.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (made.schema,)).fetchone():
        return False
    db.execute(compose.SQL("GRANT {} TO CURRENT_USER").format(owner))
    db.execute(compose.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(schema, owner))
    db.execute(compose.SQL("SET LOCAL ROLE {}").format(owner))
    db.execute(compose.SQL("SET LOCAL search_path = {}").format(schema))
    db.execute(script(made.script).encode())
    db.execute("RESET ROLE")
    return True


def _let_in(db: psycopg.Connection, made: _Made, service: str) -> None:
    _make_role(db, service, compose.SQL("LOGIN"))
    names = {"schema": compose.Identifier(made.schema), "service": compose.Identifier(service)}
    db.execute(compose.SQL("SET LOCAL ROLE {}").format(compose.Identifier(made.owner)))
    db.execute(compose.SQL("GRANT USAGE ON SCHEMA {schema} TO {service}").format(**names))
    db.execute(compose.SQL(made.grants).format(**names))
    db.execute("RESET ROLE")


def _make_role(db: psycopg.Connection, name: str, kind: compose.SQL) -> None:
    if db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone() is None:
        db.execute(compose.SQL("CREATE ROLE {} {}").format(compose.Identifier(name), kind))


def _role(url: str) -> str:
    """Return the role that *url* logs in as."""
    described(url)  # a mistake in it is said without repeating it
    given = conninfo_to_dict(url).get("user")
    defaults = {one.keyword: one.val for one in psycopg.pq.Conninfo.get_defaults()}
    return str(given or "") or (defaults[b"user"] or b"").decode()
