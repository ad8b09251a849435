"""
Make the two schemas of a ledger in PostgreSQL, as an administrator, and let the service's role in.

Doing it again brings them up to date and lets in who is named, nothing else. The owners log in nowhere; the service's role owns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql as compose
from psycopg.conninfo import conninfo_to_dict

from guardrails.backends.store.postgres_schema import KEYS_SCHEMA, LEDGER_SCHEMA, Schema
from guardrails.backends.store.postgres_session import described, of_another_version, version_of
from guardrails.errors import LedgerError, SettingsError


@dataclass(frozen=True, slots=True)
class _Made:
    """A schema, who owns it, and what the service may do in it."""

    schema: Schema
    owner: LiteralString
    grants: LiteralString


_LEDGER = _Made(
    LEDGER_SCHEMA,
    "guardrails_owner",
    """
GRANT SELECT ON ALL TABLES IN SCHEMA guardrails TO {service};
GRANT EXECUTE ON FUNCTION guardrails.locked_head, guardrails.append, guardrails.put_answer, guardrails.drop_payload,
    guardrails.drop_answers, guardrails.put_bundle, guardrails.replace_links, guardrails.put_checkpoint, guardrails.weight TO {service}
""",
)
_KEYS = _Made(
    KEYS_SCHEMA,
    "guardrails_keys_owner",
    """
GRANT SELECT, INSERT, UPDATE ON guardrails_keys.seen, guardrails_keys.api_key TO {service};
GRANT SELECT, INSERT, UPDATE, DELETE ON guardrails_keys.part_key TO {service};
GRANT SELECT, UPDATE ON guardrails_keys.epoch TO {service};
GRANT SELECT ON guardrails_keys.about TO {service}
""",
)


_ONE_AT_A_TIME = 20110395823056242
"""The advisory lock after the sequencer's (``postgres_ledger.sql``)."""


def make_schemas(ledger_admin: str, keys_admin: str, *, ledger: str, keys: str) -> tuple[str, ...]:
    """
    Make what is missing, bring up what is older, and return, per schema, what was done.

    Args:
        ledger_admin: Address and role that may make roles and schemas.

        keys_admin: The same for the keys.

        ledger: The service's own address, which names its role.

        keys: The same for the keys.

    Raises:
        SettingsError: ``admin-needed`` if the service's role is to make what it must not own.

        LedgerError: ``ledger-unwritable``; ``ledger-later`` or ``ledger-damaged`` of a schema that is not to be touched.
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
            db.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
            done = _make_schema(db, made, described(admin))
            _let_in(db, made, service)
    except psycopg.Error as error:
        why = error.diag.message_primary or str(error).splitlines()[0]
        raise LedgerError("ledger-unwritable", f"{described(admin)}: {why}") from error
    return f"schema {made.schema.name} {done}, owner {made.owner}, service {service}"


def _make_schema(db: psycopg.Connection, made: _Made, where: str) -> str:
    _make_role(db, made.owner, compose.SQL("NOLOGIN"))
    owner, schema = compose.Identifier(made.owner), compose.Identifier(made.schema.name)
    version = None
    if db.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (made.schema.name,)).fetchone():
        version = version_of(db, made.schema)
        if not made.schema.knows(version):
            raise of_another_version(made.schema, version, where)
        if version == made.schema.newest:
            return "was there"
    db.execute(compose.SQL("GRANT {} TO CURRENT_USER").format(owner))
    if version is None:
        db.execute(compose.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(schema, owner))
    db.execute(compose.SQL("SET LOCAL ROLE {}").format(owner))
    db.execute(compose.SQL("SET LOCAL search_path = {}").format(schema))
    for script in made.schema.scripts(version):
        db.execute(script.encode())
    db.execute("UPDATE about SET version = %s", (made.schema.newest,))
    db.execute("RESET ROLE")
    return "made" if version is None else f"brought up from version {version} to {made.schema.newest}"


def _let_in(db: psycopg.Connection, made: _Made, service: str) -> None:
    _make_role(db, service, compose.SQL("LOGIN"))
    names = {"schema": compose.Identifier(made.schema.name), "service": compose.Identifier(service)}
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
