"""What the commands about people's data share: asked here, of this machine's ledger, or of a server, with the same answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from guardrails.errors import DraftError
from guardrails.surfaces.cli.people import F, There, Where, asked_there

if TYPE_CHECKING:
    from guardrails.model.canonical import Json
    from guardrails.privacy.published import Desk

    Here = Callable[[Desk], dict[str, Json]]
    HereByTwo = Callable[[Desk, Sequence[str]], dict[str, Json]]


SEARCH_S = 3_600
"""How long an answer may take for which every part of every record is decrypted: a thousand texts a second."""


def roles_option(command: F) -> F:
    """Add ``--approved-by``."""
    return click.option(
        "--approved-by", "roles", multiple=True, metavar="ROLE", help="Two people, where nobody has API keys."
    )(command)


def asked(where: Where, here: Here, there: There) -> dict[str, Any]:
    """
    Return the answer in published form: of the server if one is named, else of this machine's ledger.

    Raises:
        GuardrailsError: What went wrong, here or there.
    """
    if where.server:
        return asked_there(where.server, there)
    from guardrails import wiring
    from guardrails.wiring import desks

    with desks.privacy_desk(wiring.settings(where.workspace, os.environ)) as desk:
        return here(desk)


def asked_by_two(where: Where, here: HereByTwo, there: There) -> dict[str, Any]:
    """
    Return the answer to what takes two people: both at once, if the key of the second is in ``GUARDRAILS_SECOND_KEY``.

    Raises:
        GuardrailsError: What went wrong, here or there.
    """
    second = os.environ.get("GUARDRAILS_SECOND_KEY", "")
    if where.server:
        return _both_there(where.server, there, second)
    from guardrails import wiring
    from guardrails.wiring import desks

    settings = wiring.settings(where.workspace, os.environ)
    with desks.privacy_desk(settings) as desk:
        return here(desk, desks.approvers(settings, desk, (), second) if second else ())


def _both_there(address: str, there: There, second: str) -> dict[str, Any]:
    """Have the server asked by one person, and by the other if it waits for somebody."""
    try:
        given = asked_there(address, there)
    except DraftError as error:
        if not second or error.code != "already-asked":
            raise
        return asked_there(address, there, token=second)
    waits = str(given.get("what", "")).endswith("-asked")
    return asked_there(address, there, token=second) if second and waits else given
