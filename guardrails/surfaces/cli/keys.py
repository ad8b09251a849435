"""``guardrails keys``: the credentials with which agents and people call."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.audit.keys import SCOPES
from guardrails.errors import DraftError
from guardrails.model.context import Principal
from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.audit.keys import ApiKeys, Caller

_PERMITTED = ("brand", "channel", "market", "locale")


@click.group("keys")
def command() -> None:
    """Create, list and revoke the keys of agents and people."""


@command.command("create")
@click.option("--agent", metavar="NAME", help="The agent that will call with it; it needs a mandate.")
@click.option("--person", metavar="ROLE", help="Or the role of the person who will.")
@click.option("--name", default="", metavar="WHO", help="Whose it is; all keys of one name are one person.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="What it may do (default: check).")
@click.option("--brand", multiple=True, metavar="VALUE", help="Only for this brand; may be repeated.")
@click.option("--channel", multiple=True, metavar="VALUE", help="Only for this channel; may be repeated.")
@click.option("--market", multiple=True, metavar="VALUE", help="Only for this market; may be repeated.")
@click.option("--locale", multiple=True, metavar="VALUE", help="Only for this locale; may be repeated.")
@workspace_option
def create(
    agent: str | None,
    person: str | None,
    name: str,
    scopes: tuple[str, ...],
    workspace: Path | None,
    **permitted: tuple[str, ...],
) -> int:
    """
    Make a key. The token is shown this once and kept nowhere.

    Where two people have to agree, keys with different names (--name) are different people, whatever their case and blanks;
    whoever has no name is none of two.

    As soon as a person has a key with the scope operate, only such a person (GUARDRAILS_KEY) makes and ends keys. Make two
    of these, for two people: nobody makes one in place of the last.

    Scopes: check (submit), read (answers, rules, what became of one's own), simulate (judge as of another day), review
    (answer what the gate asks), operate (stop, withdraw, activate), disclose (see personal data, on the record), privacy
    (find, give out and erase what is on record about a person, hold it).
    """
    if (agent is None) == (person is None):
        raise DraftError(
            "key-without-principal", "a key is for one agent or one person", help="say --agent or --person"
        )
    principal = Principal("agent", agent) if agent else Principal("person", person or "")
    with _keys(workspace, principal, permitted) as (keys, by):
        token, key = keys.issue(
            principal=principal,
            scopes=scopes or SCOPES[:1],
            person=name,
            by=by,
            **{f"{key}s": permitted[key] for key in _PERMITTED},
        )
    print(token)
    click.echo(f"key {key.id} for {principal.kind} {principal.id}; the line above is shown only now", err=True)
    return 0


@command.command("list")
@workspace_option
def list_keys(workspace: Path | None) -> int:
    """List all keys, revoked ones too."""
    from guardrails.model.day import day_of

    with _keys(workspace) as (keys, _):
        known = keys.list()
    for key in known:
        until = f"revoked {day_of(key.revoked_ms)}" if key.revoked_ms else "live"
        limits = "".join(f"; {name}: {', '.join(values)}" for name, values in key.permitted)
        who = f"{key.principal.kind} {key.principal.id}{f' ({key.person})' if key.person else ''}"
        print(f"{key.id}  {who:<40}  {until:<18}  made {day_of(key.created_ms)}; may {', '.join(key.scopes)}{limits}")
    if not known:
        print("no keys yet; make one with: guardrails keys create --agent NAME")
    return 0


@command.command("revoke")
@click.argument("key_id", metavar="KEY")
@workspace_option
def revoke(key_id: str, workspace: Path | None) -> int:
    """End the key KEY for good; as an operator, once there is one."""
    with _keys(workspace) as (keys, by):
        key = keys.revoke(key_id, by)
    print(f"key {key.id} for {key.principal.kind} {key.principal.id} is revoked")
    return 0


@contextmanager
def _keys(
    workspace: Path | None, principal: Principal | None = None, permitted: dict[str, tuple[str, ...]] | None = None
) -> Iterator[tuple[ApiKeys, Caller]]:
    """Open the keys of the workspace, with who calls; a key to be made must be for somebody and something the workspace knows."""
    from guardrails import wiring
    from guardrails.audit.keys import ApiKeys

    settings = wiring.settings(workspace, os.environ)
    if principal is not None:
        known = wiring.policy_in_force(settings).workspace
        agents = tuple(mandate.agent for mandate in known.mandates)
        _require_known(principal.kind, (principal.id,), agents if principal.kind == "agent" else known.people)
        values = dict(known.values)
        for name, wanted in (permitted or {}).items():
            _require_known(name, wanted, values.get(name, ()))
    log = wiring.open_log(settings)
    try:
        yield ApiKeys(log), wiring.caller(settings, log)
    finally:
        log.close()


def _require_known(what: str, wanted: tuple[str, ...], known: tuple[str, ...]) -> None:
    from difflib import get_close_matches

    for value in wanted:
        if value not in known:
            near = get_close_matches(value, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known) or 'none'}"
            raise DraftError(f"unknown-{what}", f"the workspace has no {what} {value!r}", help=hint)
