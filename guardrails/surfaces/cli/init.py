"""``guardrails init``: a small workspace that loads, passes its own tests and has drafts to try."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

_DELEGATED_FOR = timedelta(days=365)


@click.command("init")
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--brand", metavar="NAME", help="Name of the brand (default: the folder's name).")
def command(folder: Path, brand: str | None) -> int:
    """
    Make a workspace that passes its own tests.

    FOLDER is made if it does not exist. Nothing that exists is overwritten.
    """
    from guardrails.policy.scaffold import init_workspace

    name = brand or re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    until = (datetime.now(UTC) + _DELEGATED_FOR).date()
    for path in init_workspace(folder, name, until=until):
        print(f"made {path}")
    print(_next_steps(folder))
    return 0


def _next_steps(folder: Path) -> str:
    steps = [] if folder == Path() else [(f"cd {folder}", "")]
    steps += [
        ("guardrails policy test", "do the rules do what their examples say?"),
        ("guardrails lint drafts", "what do they find in these drafts?"),
        ("guardrails check drafts", "may they be published? (recorded in var/)"),
        ("guardrails review --help", "one of them needs a person: how a person answers"),
    ]
    width = max(len(line) for line, _ in steps)
    return "\nNext:\n" + "\n".join(f"  {line:<{width}}  {why}".rstrip() for line, why in steps)
