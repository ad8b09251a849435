"""
personal-data: personal data and identifiers in a text.

Why: a customer's address in a newsletter is a breach to be notified within 72 hours (GDPR Art. 33), and the most common
way to it is a copied example.

How: recognised by their shape, with check digits where the format has them (IBAN, cards, national numbers). What a
brand publishes on purpose is allowed: a whole value, or a domain for all its addresses. The match is masked in every
published form; the evidence names its kind only.

Misses: names of people, postal addresses and anything else that takes understanding; numbers in unusual spellings;
text in images.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from guardrails.matching.fold import fold_key
from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit
from guardrails.model.policy import Need, Plan
from guardrails.rules.advice import Advice
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, mapping, slice_of, strings


@dataclass(frozen=True, slots=True)
class Params:
    """
    What counts.

    Attributes:
        kinds: ``email``, ``phone``, ``iban``, ``card`` or ``<country>-<id name>``; empty for all.

        allow: Values that may stand there ("+49 30 123456"), and domains ("lumora.com", subdomains included).
    """

    __pydantic_config__: ClassVar = FORBID

    kinds: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an allowed value that would allow everything or nothing."""
        if not all(_compact(value) for value in self.allow):
            raise ValueError("allow holds an empty value")


def plan(params: Params) -> Plan:
    """Scan for nothing: signals have seen it."""
    data: dict[str, Json] = {"kinds": list(params.kinds), "allow": [_compact(value) for value in params.allow]}
    return Plan((), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Report every personal datum of the kinds asked for that is not allowed."""
    data = mapping(plan.data)
    kinds, allow = strings(data["kinds"]), strings(data["allow"])
    for number, parsed in enumerate(view.fields):
        for datum in view.signals[number].personal:
            match = slice_of(parsed, datum.extent)
            if (not kinds or datum.kind in kinds) and not _is_allowed(match, allow):
                yield Hit(number, datum.extent, match, evidence=(("kind", datum.kind),), sensitive=True)


def advise(plan: Plan, context: EffectiveContext) -> Advice:  # noqa: ARG001 - what counts is the same everywhere
    """Name the kinds asked for, and what is allowed."""
    data = mapping(plan.data)
    kinds, allow = strings(data["kinds"]), strings(data["allow"])
    what = ", ".join(kinds) if kinds else "e-mail, phone, account or ID numbers"
    allowed = f", except {', '.join(allow)}" if allow else ""
    return Advice("avoid", f"No personal data ({what}){allowed}")


def _compact(value: str) -> str:
    """Return *value* folded, without the signs that people put into numbers."""
    return "".join(char for char in fold_key(value) if char not in " -/()")


def _is_allowed(match: str, allow: Sequence[str]) -> bool:
    value = _compact(match)
    domain = value.rpartition("@")[2] if "@" in value else ""
    return any(value == ok or (domain and (domain == ok or domain.endswith(f".{ok}"))) for ok in allow)


_ALL = """
allow: [lumora.example, "+49 30 901820"]
"""
_MAIL = """
kinds: [email]
"""

KIND = RuleKind(
    name="personal-data",
    params=Params,
    revision=1,
    locales=ANY,
    needs=frozenset({Need.PERSONAL}),
    plan=plan,
    find=find,
    examples=(
        Example(_ALL, "Write to [[jane.roe@mail.example]] about it."),
        Example(_MAIL, "Ask [[a.jansen@firma.example]] or the team."),
        Example(_ALL, "Write to press@news.lumora.example about it."),
        Example(_MAIL, "Pay to DE89 3704 0044 0532 0130 00 or ask the team."),
    ),
    per_draft=True,
    advise=advise,
)
