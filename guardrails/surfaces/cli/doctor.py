"""``guardrails doctor``: one line each for everything that has to work."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.errors import GuardrailsError, SettingsError
from guardrails.surfaces.cli.exits import WRONG_CALL
from guardrails.surfaces.cli.options import workspace_option
from guardrails.surfaces.cli.terminal import paint_for

if TYPE_CHECKING:
    from guardrails.audit.keys import ApiKeys
    from guardrails.settings import Settings

_OURS = "guardrails-gate"
_ENOUGH_BYTES = 200_000_000  # a ledger entry is a few kilobytes; this is room for a busy month
_RECENT = 1000  # records; the whole ledger is for `ledger verify`
_SKEW = timedelta(minutes=5)
_RELEASED = datetime(2026, 1, 1, tzinfo=UTC)  # no clock of a running installation can be before it


@click.command("doctor")
@workspace_option
def command(workspace: Path | None) -> int:
    """
    Say in one line each what works and what does not.

    Exit codes: 0 everything works, 2 something does not.
    """
    from guardrails import wiring

    fine = [_line("name", _name)]
    try:
        settings = wiring.settings(workspace, os.environ)
    except GuardrailsError as error:
        fine.append(_line("workspace", _raiser(error)))
        return WRONG_CALL
    for name, check in (
        ("clock", _clock),
        ("workspace", _workspace),
        ("policy", _policy),
        ("engine", _engine),
        ("parity", _parity),
        ("principal", _principal),
        ("ledger", _ledger),
        ("keys", _keys),
        ("disk", _disk),
    ):
        fine.append(_line(name, lambda check=check: check(settings)))  # type: ignore[misc]  # binds the loop's value
    return 0 if all(fine) else WRONG_CALL


def _line(name: str, check: Callable[[], str]) -> bool:
    """Print the line of one check and return whether it is fine; a check that raises is not."""
    paint = paint_for(sys.stdout)
    try:
        words, fine = check(), True
    except GuardrailsError as error:
        place = f"{error.place}: " if error.place else ""
        words, fine = f"{place}{error.message}{f' – {error.help}' if error.help else ''}", False
    except Exception as error:  # noqa: BLE001 - the doctor reports on whatever is broken, whatever it raises
        words, fine = f"failed with {type(error).__name__}", False
    print(f"{paint('good', 'ok ') if fine else paint('bad', 'BAD')} {name:<10} {words}")
    return fine


def _raiser(error: GuardrailsError) -> Callable[[], str]:
    def check() -> str:
        raise error

    return check


def _name() -> str:
    others = sorted({name for name in packages_distributions().get("guardrails", []) if name != _OURS})
    if others:
        raise SettingsError(
            "name-collision",
            f"another product provides the import name “guardrails”: {', '.join(others)}",
            help="install guardrails-gate into an environment of its own",
        )
    return f"“guardrails” is {_OURS}"


def _clock(settings: Settings) -> str:
    now = datetime.now(UTC)
    if now < _RELEASED:
        raise SettingsError("bad-clock", f"the clock says {now:%Y-%m-%d}", help="set it; dates in rules depend on it")
    last = _last_record(settings)
    if last is not None and last > now + _SKEW:
        raise SettingsError(
            "bad-clock",
            f"the clock says {now:%Y-%m-%d %H:%M:%S}, the newest record was made at {last:%Y-%m-%d %H:%M:%S} UTC",
            help="set it; waivers, approvals and mandates end by it",
        )
    return f"{now:%Y-%m-%d %H:%M:%S} UTC"


def _last_record(settings: Settings) -> datetime | None:
    """Return when the newest record was made; None without a ledger, or if it cannot be read (its own line says so)."""
    from guardrails import wiring

    if not settings.has_ledger:
        return None
    try:
        log = wiring.open_log(settings)
    except GuardrailsError:
        return None
    try:
        size = log.head().size
        return datetime.fromtimestamp(log.record(size - 1).at_ms / 1000, UTC) if size else None
    finally:
        log.close()


def _workspace(settings: Settings) -> str:
    return str(settings.workspace)


def _policy(settings: Settings) -> str:
    from guardrails import wiring

    policy, in_force = wiring.open_policy(settings), wiring.policy_in_force(settings)
    differs = f"; in force is another, {in_force.digest[:19]}…" if in_force.digest != policy.digest else ""
    active = sum(rule.status == "active" for rule in policy.rules)
    observed = sum(rule.status == "observe" for rule in policy.rules)
    packs = f"{len(policy.packs)} pack{'' if len(policy.packs) == 1 else 's'}"
    return f"{active} active rules{f', {observed} observed' if observed else ''} in {packs}, {policy.digest[:19]}…{differs}"


def _engine(settings: Settings) -> str:
    from guardrails import wiring

    engine = wiring.engine(settings)
    where = f" at {settings.opa_url}" if settings.engine == "opa" else ""
    return f"{settings.engine}{where}, {', '.join(f'{name} {version}' for name, version in engine.identity)}"


def _parity(settings: Settings) -> str:
    from guardrails import wiring
    from guardrails.policy.parity import CASES, disagreements, undecided

    bundle, engine = wiring.policy_in_force(settings).bundle, wiring.engine(settings)
    if settings.engine == "opa":
        wrong = disagreements(wiring.embedded(settings), engine, bundle)
        if wrong:
            raise SettingsError("engines-differ", f"OPA and the embedded engine differ in {len(wrong)} of {len(CASES)}")
        return f"OPA and the embedded engine agree on {len(CASES)} cases, byte for byte"
    wrong = undecided(engine, bundle)
    if wrong:
        raise SettingsError("engine-undecided", f"the engine gives no decision in {len(wrong)} of {len(CASES)} cases")
    return f"the embedded engine decides all {len(CASES)} cases; no OPA to compare with (engine: embedded)"


def _principal(settings: Settings) -> str:
    principal = settings.principal
    if settings.api_key:
        return "established by GUARDRAILS_KEY"
    if principal.kind == "none":
        return "nobody; nothing passes without one (principal: in guardrails.local.yaml)"
    return f"{principal.kind} {principal.id}"


def _ledger(settings: Settings) -> str:
    from guardrails import wiring
    from guardrails.audit.heartbeat import silences
    from guardrails.audit.keys import ApiKeys

    if not settings.has_ledger:
        return f"none yet; the first check makes {settings.ledger}"
    log = wiring.open_log(settings)
    try:
        head = log.head()
        quiet = len(list(silences(log.records(max(head.size - _RECENT, 0)))))
        makers = _makers(ApiKeys(log))
    finally:
        log.close()
    gaps = f"; {quiet} silence{'' if quiet == 1 else 's'} among the last {_RECENT}: ledger verify" if quiet else ""
    return f"{head.size} record{'' if head.size == 1 else 's'}, root {head.root.hex()[:12]}…{gaps}{makers}"


def _makers(keys: ApiKeys) -> str:
    """Return that anybody makes themselves a person here, if people have keys and no operator has one."""
    if keys.operators() or not any(key.principal.kind == "person" and not key.revoked_ms for key in keys.list()):
        return ""
    return "; people have keys, and nobody one with the scope “operate”: whoever has this machine makes more"


def _keys(settings: Settings) -> str:
    if settings.postgres:
        apart = settings.postgres_keys != settings.postgres
        return "in PostgreSQL, apart from the ledger" if apart else "in PostgreSQL, in a schema of their own"
    if not settings.keys.exists():
        return f"none yet; the first check makes {settings.keys}"
    if os.name == "posix" and settings.keys.stat().st_mode & 0o077:
        raise SettingsError("keys-readable", f"others can read {settings.keys}", help=f"chmod 600 {settings.keys}")
    return f"{settings.keys}, readable by you only"


def _disk(settings: Settings) -> str:
    if settings.postgres:
        return "the ledger is in PostgreSQL; its disk is watched there"
    folder = next(path for path in settings.ledger.parents if path.exists())
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        raise SettingsError("not-writable", f"{folder} cannot be written", help="without a record there is no verdict")
    if free < _ENOUGH_BYTES:
        raise SettingsError("disk-full", f"{free // 1_000_000} MB left in {folder}", help="make room for the ledger")
    return f"{free / 1e9:.0f} GB free for the ledger"
