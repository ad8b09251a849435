"""
Who is asking, and for where.

*Established* context is what credential, workspace, ledger and clock permit; *claimed* is what caller and draft say;
*effective* is what a check works with: for each key the values that are possible (design §4).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal, NamedTuple

from guardrails.model.draft import Pairs

Values = tuple[tuple[str, tuple[str, ...]], ...]
"""A frozen mapping from a context key to its values, sorted by key."""

PLURALS = {
    "brand": "brands",
    "channel": "channels",
    "market": "markets",
    "locale": "locales",
    "audience": "audiences",
    "content_type": "content_types",
    "stage": "stages",
    "action": "actions",
}
"""Context keys with a closed set of values, and their name in scopes and in Rego."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who submits: an agent (needs a mandate), a person in a role, or nobody known. *id* is the agent's name or the role."""

    kind: Literal["agent", "person", "none"] = "none"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Who acts.

    Attributes:
        principal: In which role, or as which agent.

        credential: Id of the API key that established it; empty on the operator's own machine.

        person: Name of the human behind it, where one is known; keys of the same name (:func:`folded_name`) are one person.
    """

    principal: Principal
    credential: str = ""
    person: str = ""

    @property
    def who(self) -> str:
        """Return what tells this actor from others of its role: the person, else the key, else nothing."""
        return (
            f"person:{folded_name(self.person)}" if self.person else f"key:{self.credential}" if self.credential else ""
        )


def folded_name(name: str) -> str:
    """Return *name* as people's names are compared: in compatibility form (NFKC), whatever its case and blanks."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


class Conflict(NamedTuple):
    """A claimed value that contradicts another layer; *why* is ``not-permitted`` or ``draft-differs``."""

    key: str
    claimed: str
    why: str


@dataclass(frozen=True, slots=True)
class EffectiveContext:
    """
    The context a check works with.

    Attributes:
        values: For every key with a closed set (brand, channel, market, locale, audience, content_type, stage,
            action) its possible values, never empty; one value means it is known.

        assumed: Keys whose value is unknown, so that every permitted value stands.

        conflicts: Contradictions; any one escalates.

        claimed: Caller's and draft's values as given, keys prefixed ``caller.`` or ``draft.``.

        publish_at_ms: Time of publication in ms since the epoch (UTC), or None for "now".
    """

    values: Values
    assumed: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    claimed: Pairs = ()
    publish_at_ms: int | None = None

    def __getitem__(self, key: str) -> tuple[str, ...]:
        """Return the possible values of *key*; empty if the key has none at all."""
        return dict(self.values).get(key, ())

    def is_known(self, key: str) -> bool:
        """Tell whether exactly one value of *key* is possible."""
        return len(self[key]) == 1
