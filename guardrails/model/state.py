"""What the gate knows before a check; digested into the assessment, so that a verdict can be made again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

from guardrails.model.canonical import Json, plain, sha256_hex
from guardrails.model.context import PLURALS, EffectiveContext, Principal, Values
from guardrails.model.draft import Pairs

NOBODY = Principal()


@dataclass(frozen=True, slots=True)
class Waiver:
    """An expiring exception: *rule* need not hold for these fingerprints (empty: any) until *until_ms* (exclusive)."""

    id: str
    rule: str
    fingerprints: tuple[str, ...]
    content_sha256: str
    include: Values
    reason: str
    requested_by: str
    approved_by: str
    from_ms: int
    until_ms: int


PLACE_KEYS = tuple(sorted(PLURALS))
"""
The context keys that make up a place: where a text may go, for whom and for what, and where a person's answer holds.

All keys with a closed set, because each of them can decide which rules and which mandates count: who agreed that a text
is handed on (``action: prepare``) has not agreed that it is published.
"""


@dataclass(frozen=True, slots=True)
class Ruling:
    """
    A person's answer to an escalation: of exactly this content, in this place, under this policy, until it ends.

    It lifts what the person saw and nothing else: reasons by their *codes*, findings by their *fingerprints*.
    ``approve`` lets the text pass on the person's account, ``send-back`` asks for a revision by *instructions*,
    ``reject`` keeps it out.

    Attributes:
        role: The role of who decided, e.g. ``legal-counsel``.

        place: The possible values of the place's keys (:data:`PLACE_KEYS`), as :func:`place_of` gives them.

        until_ms: When it ends (exclusive).
    """

    id: str
    decision: Literal["approve", "send-back", "reject"]
    role: str
    content_sha256: str
    policy_digest: str
    place: Values
    codes: tuple[str, ...]
    fingerprints: tuple[str, ...]
    instructions: tuple[str, ...]
    from_ms: int
    until_ms: int


def place_of(context: EffectiveContext) -> Values:
    """Return where a text may go, in the form that :attr:`Ruling.place` has."""
    return tuple((key, tuple(sorted(context[key]))) for key in PLACE_KEYS)


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop in force: *scope* is ``all``, ``agent``, ``channel`` or ``campaign``, *value* which one."""

    id: str
    scope: Literal["all", "agent", "channel", "campaign"]
    value: str
    reason: str


class Round(NamedTuple):
    """An earlier binding check of the same work: when, and the fingerprints that called for revise."""

    at_ms: int
    verdict: str
    revise_fingerprints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """
    What is known before a check.

    Attributes:
        principal: Who submits.

        permitted: Values the credential allows, per key; a key that is absent allows all of the workspace's.

        caller: Context the caller set by flag or request.

        rounds: Earlier rounds of the same work, oldest first, counted by the gate.

        rulings: What people answered about this content, oldest first; of those that hold the last counts.

        risk: Sum of the severities (1–4) of findings waived or approved for the principal in 30 days.

        withdrawn: Ids of facts that may no longer be used.

        revoked: The permit for this text that a person revoked last; empty for none.
    """

    principal: Principal = NOBODY
    permitted: Values = ()
    caller: Pairs = ()
    waivers: tuple[Waiver, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    rounds: tuple[Round, ...] = ()
    risk: int = 0
    stops: tuple[Stop, ...] = ()
    published_sha256: str = ""
    withdrawn: tuple[str, ...] = ()
    revoked: str = ""


def state_json(state: State) -> dict[str, Json]:
    """Return *state* as it is digested and recorded; without what it had not when the first records were made."""
    value = cast("dict[str, Json]", plain(state))
    return value if state.revoked else {key: one for key, one in value.items() if key != "revoked"}


def state_sha256(state: State) -> str:
    """Return the digest of *state* in hex."""
    return sha256_hex(state_json(state))
