"""What an actor must be, and say, to decide; and how it is kept."""

from __future__ import annotations

from collections.abc import Sequence

from guardrails.audit.keys import ApiKeys, require
from guardrails.errors import DraftError
from guardrails.model.canonical import canonical
from guardrails.model.context import Actor


def deciding_role(actor: Actor, people: Sequence[str]) -> str:
    """
    Return the role in which *actor* decides.

    Raises:
        DraftError: ``person-needed`` for an agent or nobody; ``unknown-role`` for a role that is none of *people*.
    """
    if actor.principal.kind != "person":
        raise DraftError(
            "person-needed",
            f"{actor.principal.kind} {actor.principal.id!r} may not decide: only people do",
            help="use the key of a person (guardrails keys create --person ROLE --scope review --scope operate) in "
            "GUARDRAILS_KEY, or set “principal: {person: ROLE}”",
        )
    if actor.principal.id not in people:
        raise DraftError("unknown-role", f"this workspace has no role {actor.principal.id!r}")
    return actor.principal.id


def require_name(actor: Actor) -> None:
    """
    Refuse the key of somebody whose name nobody knows, where it takes two people.

    Whoever acts at the operator's own machine, without a key, is told apart by role.

    Raises:
        DraftError: ``name-needed``.
    """
    if actor.credential and not actor.person:
        raise DraftError(
            "name-needed",
            "this takes two people, and nobody said whose this key is",
            help="use a key with a name: guardrails keys create --person ROLE --name WHO …",
        )


def persons(actor: Actor) -> dict[str, bytes]:
    """Return the encrypted part that says in clear who acted; the record beside it holds a reference."""
    who = {
        "kind": actor.principal.kind,
        "id": actor.principal.id,
        "credential": actor.credential,
        "person": actor.person,
    }
    return {"persons": canonical(who)}


def required(text: str, what: str) -> str:
    """
    Return *text* without space around it.

    Raises:
        DraftError: ``missing-reason`` if nothing is left.
    """
    if not text.strip():
        raise DraftError("missing-reason", f"{what} is missing: every decision says why")
    return text.strip()


def two_people(
    keys: ApiKeys, tokens: Sequence[str], roles: Sequence[str], people: Sequence[str], scope: str
) -> tuple[str, ...]:
    """
    Return names of the people who approve something, for references only.

    Where there are API keys, each is known by a key of a person with *scope*; elsewhere by a role of *people*. Whether they
    are two is for the caller to see to: the same person counts once.

    Raises:
        DraftError: ``two-people-needed``, ``unauthorized``, ``forbidden``, ``person-needed``, ``unknown-role`` or ``name-needed``.
    """
    if not keys.list():
        for role in roles:
            if role not in people:
                raise DraftError("unknown-role", f"this workspace has no role {role!r}", help=f"it has {people}")
        return tuple(roles)
    if not all(tokens):
        raise DraftError(
            "two-people-needed",
            "two people approve this, each with a key of their own",
            help="put one into GUARDRAILS_KEY and the other into GUARDRAILS_SECOND_KEY",
        )
    callers = [keys.caller(token) for token in tokens]
    for one in callers:
        require(one, scope)
        deciding_role(one.actor, people)
        require_name(one.actor)
    return tuple(one.actor.who for one in callers)
