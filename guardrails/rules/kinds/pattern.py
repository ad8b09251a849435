r"""
pattern: text that matches a regular expression.

Why: some things are a shape, not a list of words: three exclamation marks, an article number, "up to N %".

How: an RE2 expression, run in every block of the text as it stands (not folded); look-around and back-references do not
exist in RE2, so a match takes linear time whatever the text. Say what must be near by *anchors*, what must not by
*exceptions*. In RE2 ``\b`` and ``\w`` know ASCII only; ``\pL`` is any letter.

Misses: a match that runs across two blocks; overlapping matches after the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from guardrails.matching.pattern import compile_pattern
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Pattern, Plan
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, plain_hits, without_exceptions


@dataclass(frozen=True, slots=True)
class Params:
    """
    What to look for.

    Attributes:
        pattern: The RE2 expression.

        ignore_case: Whether case makes no difference.

        anchors: Words of which at least one is part of every match; blocks without one are skipped.

        exceptions: Phrases inside which a match is no hit.
    """

    __pydantic_config__: ClassVar = FORBID

    pattern: str
    ignore_case: bool = True
    anchors: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a pattern that says nothing."""
        if not self.pattern.strip():
            raise ValueError("pattern is empty: expected an RE2 expression")


def plan(params: Params) -> Plan:
    """
    Scan for the pattern, then for exceptions.

    Raises:
        PolicyError: ``bad-pattern``, if RE2 does not accept it.
    """
    compile_pattern(params.pattern, params.ignore_case)
    searched = Pattern(params.pattern, params.ignore_case, params.anchors)
    return Plan((searched, *(Literal_(text) for text in params.exceptions)))


def find(view: View, plan: Plan) -> Iterator[Hit]:  # noqa: ARG001 - all that counts is in the candidates
    """Confirm: outside exceptions."""
    yield from plain_hits(view.fields, without_exceptions(view.candidates, 1))


_SHOUTING = """
pattern: '!{2,}'
"""
_UP_TO = r"""
pattern: '\bup to [0-9]+ ?%'
anchors: [up to]
exceptions: ["up to 100 % recycled"]
"""

KIND = RuleKind(
    name="pattern",
    params=Params,
    revision=1,
    locales=ANY,
    needs=frozenset(),
    plan=plan,
    find=find,
    examples=(
        Example(_SHOUTING, "New prices[[!!!]] Really[[!!]]"),
        Example(_UP_TO, "Save [[up to 40 %]] in your first year. [[Up to 5%]] more with a friend."),
        Example(_SHOUTING, "New prices! Really!"),
        Example(_UP_TO, "A case of up to 100 % recycled paper, up to 40 pages."),
    ),
)
