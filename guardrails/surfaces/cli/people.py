"""What the commands of people share: asked here, of this machine's ledger, or of a server, with the same answer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from guardrails.errors import UnavailableError
from guardrails.model.canonical import Json
from guardrails.render.paint import Paint
from guardrails.surfaces.cli.options import workspace_option
from guardrails.surfaces.cli.remote import PATIENCE_S, Server, server_option
from guardrails.surfaces.cli.terminal import paint_for

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate

    Here = Callable[[Gate, Caller], Mapping[str, Json]]

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Where:
    """Where the ledger is, and in which form the answer is printed."""

    workspace: Path | None
    server: str | None
    output: str


def where_options(command: F) -> F:
    """Add ``--server``, ``--format`` and ``--workspace``."""
    form = click.option(
        "--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output."
    )
    return server_option(form(workspace_option(command)))


@dataclass(frozen=True, slots=True)
class There:
    """The same request to a server, and how long its answer may take."""

    method: str
    path: str
    body: Json = None
    query: Sequence[tuple[str, str]] = ()
    patience_s: int = PATIENCE_S


def asked(where: Where, scopes: Sequence[str], here: Here, there: There) -> dict[str, Any]:
    """
    Return the answer in published form: of the server if one is named, else of this machine's gate.

    Raises:
        GuardrailsError: What went wrong, here or there.
    """
    if where.server:
        return asked_there(where.server, there)
    from guardrails import wiring

    settings = wiring.settings(where.workspace, os.environ)
    gate = wiring.open_gate(settings)
    try:
        return dict(here(gate, wiring.caller(settings, gate.log, *scopes)))
    finally:
        gate.close()


def asked_there(address: str, there: There, *, token: str = "") -> dict[str, Any]:
    """
    Return the answer of the server at *address*, in published form; *token* is another person's than in ``GUARDRAILS_KEY``.

    Raises:
        GuardrailsError: What the server met, or ``server-unreachable`` or ``bad-answer``.
    """
    server = Server(address, token or os.environ.get("GUARDRAILS_KEY", ""))
    data = server.ask(there.method, there.path, body=there.body, query=there.query, patience_s=there.patience_s)
    try:
        answer: dict[str, Any] = json.loads(data)
    except ValueError as error:
        raise UnavailableError("bad-answer", "the server's answer cannot be read") from error
    return answer


def printed(where: Where, body: Mapping[str, Any], lines: Callable[[Paint], Iterable[str]]) -> int:
    """Print *body* as JSON, its keys sorted as a server sends them, or *lines*, and return exit code 0."""
    if where.output == "json":
        print(json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True))
    else:
        print("\n".join(lines(paint_for(sys.stdout))))
    return 0


def recorded(where: Where, scopes: Sequence[str], here: Here, there: There) -> int:
    """Have something recorded, and print what was."""
    from guardrails.render.standing_text import recorded_lines

    body = asked(where, scopes, here, there)
    return printed(where, body, lambda _: recorded_lines(body))
