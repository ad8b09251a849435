"""
Operation: where the ledger lies, which engine decides, who submits from here.

Read from ``guardrails.local.yaml`` beside ``guardrails.yaml``, overruled by ``GUARDRAILS_*``. Nothing here is in the
policy digest, and nothing here can change what a rule means.

======================  ==========================  =====================================================
key                     environment                 meaning (default)
======================  ==========================  =====================================================
``ledger``              ``GUARDRAILS_LEDGER``       ledger file (``var/ledger.db``), or ``postgresql://ROLE@HOST/DATABASE``
``keys``                ``GUARDRAILS_KEYS``         key database (``var/keys.db``; with PostgreSQL: where the ledger is)
–                       ``GUARDRAILS_LEDGER_ADMIN`` for ``ledger init``: address with a role that may make schemas
–                       ``GUARDRAILS_KEYS_ADMIN``   the same where the keys lie elsewhere
``epochs``              ``GUARDRAILS_EPOCHS``       what part keys are wrapped under (beside the keys: ``var/keys.epochs``)
``engine``              ``GUARDRAILS_ENGINE``       ``embedded`` or ``opa`` (embedded)
``opa_url``             ``GUARDRAILS_OPA_URL``      address of the OPA server
``principal``           –                           ``{agent: NAME}`` or ``{person: ROLE, name: WHO}`` (nobody)
``host``                ``GUARDRAILS_HOST``         address to serve on (127.0.0.1)
``port``                ``GUARDRAILS_PORT``         port to serve on (8080)
``workers``             ``GUARDRAILS_WORKERS``      worker processes (2)
``deadline_ms``         ``GUARDRAILS_DEADLINE_MS``  longest time one evaluation may take (5000)
``heartbeat_minutes``   …_HEARTBEAT_MINUTES        a server with nothing to record says so this often (15)
–                       ``GUARDRAILS_CACHE``        folder of compiled policies and bundles, or ``off`` (the user's cache)
–                       ``GUARDRAILS_KEY``          API key that establishes the principal
======================  ==========================  =====================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from guardrails.errors import Place, SettingsError
from guardrails.model.context import Actor, Principal

WORKSPACE_FILE = "guardrails.yaml"
LOCAL_FILE = "guardrails.local.yaml"
_POSTGRES = ("postgresql://", "postgres://")
KEYS = (
    "ledger",
    "keys",
    "epochs",
    "engine",
    "opa_url",
    "principal",
    "host",
    "port",
    "workers",
    "deadline_ms",
    "heartbeat_minutes",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """
    The operator's settings, resolved; paths are absolute.

    *postgres* is the ledger's address where it lies in PostgreSQL, *postgres_keys* that of its keys; then *ledger* and
    *keys* name no file. Addresses may hold passwords and are never shown.
    """

    workspace: Path
    ledger: Path
    keys: Path
    epochs: Path
    engine: str
    opa_url: str
    actor: Actor
    api_key: str
    host: str
    port: int
    workers: int
    deadline_ms: int
    cache_dir: Path | None
    heartbeat_minutes: int = 15
    postgres: str = field(default="", repr=False)
    postgres_keys: str = field(default="", repr=False)

    @property
    def has_ledger(self) -> bool:
        """Tell whether there is a ledger to be opened; one in PostgreSQL is, or is refused."""
        return bool(self.postgres) or self.ledger.exists()

    @property
    def principal(self) -> Principal:
        """Who sits at this machine, in which role."""
        return self.actor.principal


def find_workspace(start: Path) -> Path:
    """
    Return the nearest folder at or above *start* that holds ``guardrails.yaml``.

    Raises:
        SettingsError: ``no-workspace``.
    """
    for folder in (start, *start.parents):
        if (folder / WORKSPACE_FILE).is_file():
            return folder
    raise SettingsError(
        "no-workspace",
        f"no {WORKSPACE_FILE} in {start} or above",
        help="go into a workspace, name one with --workspace, or make one: guardrails init",
    )


def read_settings(workspace: Path, environ: Mapping[str, str]) -> Settings:
    """
    Return the settings of *workspace*.

    Raises:
        SettingsError: On an unknown key or a value of the wrong kind, with the file it stands in.
    """
    values = {**_local_values(workspace / LOCAL_FILE), **_environment(environ)}
    engine = values.get("engine", "embedded")
    if engine not in ("embedded", "opa"):
        raise SettingsError("bad-setting", f"engine must be embedded or opa, got {engine!r}")
    ledger, keys = str(values.get("ledger", "var/ledger.db")), str(values.get("keys", ""))
    postgres, postgres_keys = _addresses(ledger, keys)
    keys_file = workspace / ("var/keys.db" if postgres else keys or "var/keys.db")
    return Settings(
        workspace=workspace,
        ledger=workspace / ("var/ledger.db" if postgres else ledger),
        keys=keys_file,
        epochs=workspace / str(values.get("epochs", keys_file.with_suffix(".epochs"))),
        postgres=postgres,
        postgres_keys=postgres_keys,
        engine=engine,
        opa_url=str(values.get("opa_url", "http://127.0.0.1:8181")),
        actor=_actor(values.get("principal"), workspace),
        api_key=environ.get("GUARDRAILS_KEY", ""),
        host=str(values.get("host", "127.0.0.1")),
        port=_integer(values, "port", 8080),
        workers=_integer(values, "workers", 2),
        deadline_ms=_integer(values, "deadline_ms", 5000),
        cache_dir=cache_dir(environ),
        heartbeat_minutes=_integer(values, "heartbeat_minutes", 15),
    )


def _addresses(ledger: str, keys: str) -> tuple[str, str]:
    """Return where ledger and keys lie in PostgreSQL; replicas of one ledger share its keys."""
    in_postgres = ledger.startswith(_POSTGRES)
    if keys and in_postgres != keys.startswith(_POSTGRES):
        raise SettingsError("bad-setting", "ledger and keys are both files, or both addresses of PostgreSQL")
    return (ledger, keys or ledger) if in_postgres else ("", "")


def _local_values(path: Path) -> Mapping[str, object]:
    if not path.is_file():
        return {}
    from guardrails.policy.yaml_source import parse_yaml

    values = parse_yaml(path.read_text(encoding="utf-8"), str(path)).value
    if not isinstance(values, dict):
        raise SettingsError("bad-setting", "settings are a mapping of keys to values", place=Place(str(path)))
    for key in values:
        if key not in KEYS:
            from difflib import get_close_matches

            near = get_close_matches(str(key), KEYS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(KEYS)}"
            raise SettingsError("unknown-setting", f"unknown setting {key!r}", help=hint, place=Place(str(path)))
    return values


def _environment(environ: Mapping[str, str]) -> dict[str, object]:
    names = (key for key in KEYS if key != "principal")
    return {key: environ[name] for key in names if (name := f"GUARDRAILS_{key.upper()}") in environ}


def _actor(value: object, workspace: Path) -> Actor:
    match value:
        case None:
            return Actor(Principal())
        case {"agent": str(name), **rest} if not rest:
            return Actor(Principal("agent", name))
        case {"person": str(role), **rest} if not rest:
            return Actor(Principal("person", role))
        case {"person": str(role), "name": str(name), **rest} if not rest and name:
            return Actor(Principal("person", role), person=name)
    raise SettingsError(
        "bad-setting",
        f"principal must be {{agent: NAME}} or {{person: ROLE, name: WHO}}, got {value!r}",
        place=Place(str(workspace / LOCAL_FILE)),
    )


def _integer(values: Mapping[str, object], key: str, default: int) -> int:
    value = values.get(key, default)
    if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit() or int(str(value)) < 1:
        raise SettingsError("bad-setting", f"{key} must be a whole number from 1, got {value!r}")
    return int(str(value))


def cache_dir(environ: Mapping[str, str]) -> Path | None:
    """Return the folder of compiled policies, or None for none: all that the linter needs to know."""
    value = environ.get("GUARDRAILS_CACHE", "")
    if value == "off":
        return None
    home = environ.get("XDG_CACHE_HOME") or (f"{environ['HOME']}/.cache" if environ.get("HOME") else "")
    return Path(value) if value else Path(home) / "guardrails" if home else None
