"""
The compiled policy: plain data, picklable, digestible, cacheable as JSON.

Nothing here holds a compiled regular expression, an automaton or a pydantic model; scanners and engines are built
from it and memoised by ``digest``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

from guardrails.model.canonical import Json
from guardrails.model.context import Values
from guardrails.model.draft import Pairs
from guardrails.model.fact import NO_FACTS, Facts
from guardrails.model.finding import Effect, Severity
from guardrails.model.governance import NOTHING_SAID, Governance

Layer = Literal["brand", "factual", "escalation"]
LAYERS: tuple[Layer, ...] = ("brand", "factual", "escalation")


class Need(StrEnum):
    """What a rule kind wants to see besides its own candidates."""

    SOURCE = "source"  # the submitted text itself
    BLOCKS = "blocks"  # blocks of every field
    WORDS = "words"
    SENTENCES = "sentences"
    READABILITY = "readability"
    CLAIMS = "claims"
    QUANTITIES = "quantities"
    HEDGES = "hedges"
    CITATIONS = "citations"
    LINKS = "links"  # links of every field and their targets
    DATES = "dates"
    PERSONAL = "personal"
    TOKENS = "tokens"  # spaCy
    CONTEXT = "context"  # the effective context
    SOURCES = "sources"  # the draft's sources and claim links
    FACTS = "facts"  # the workspace's fact sheets
    AS_OF = "as_of"


class Literal_(NamedTuple):  # noqa: N801 - typing has the plain name
    """
    A word or phrase to scan for, compared after folding (NFKC, case-folded, ignorable characters dropped).

    With *whole* a hit must start and end at a boundary: no letter, digit or combining mark on the other side.
    """

    text: str
    whole: bool = True


class Pattern(NamedTuple):
    """
    An RE2 pattern, run over the parsed text of each block as it stands (not folded).

    *anchors* are literals of which at least one (folded) occurs in every match; blocks without one are skipped. No
    anchors: every block is searched.
    """

    pattern: str
    ignore_case: bool = True
    anchors: tuple[str, ...] = ()


Unit: TypeAlias = "Literal_ | Pattern"


class Plan(NamedTuple):
    """What a rule scans for, and plain data to confirm with. A candidate names its unit by index in *units*."""

    units: tuple[Unit, ...] = ()
    data: Json = None


class Scope(NamedTuple):
    """
    Where a rule applies: any value of every included key, no value of an excluded one.

    Keys are context keys in the singular (``channel``); an absent key includes everything.
    """

    include: Values = ()
    exclude: Values = ()


EVERYWHERE = Scope()


class Case(NamedTuple):
    """One entry of ``effects``."""

    when: Scope
    effect: Effect


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue, ready to run; ``digest`` is ``sha256:`` over what it judges by (design §4)."""

    id: str
    version: int
    digest: str
    title: str
    pack: str
    layer: Layer
    status: Literal["draft", "observe", "active", "retired"]
    owner: str
    kind: str
    revision: int
    locales: tuple[str, ...]  # languages the rule works in ("en", "de"); ("*",) = any
    effect: Effect
    cases: tuple[Case, ...]
    severity: Severity
    scope: Scope
    waivable: bool
    topics: tuple[str, ...]
    message: str
    why: str
    instruction: str
    references: tuple[str, ...]
    needs: tuple[Need, ...]
    plan: Plan
    override_until: str = ""  # ISO date: judged by as_of; after it the base rule counts again
    base: Rule | None = None  # the rule without its dated override, if there is one
    bad: tuple[str, ...] = ()  # the first plain examples of its file, to show to people
    good: tuple[str, ...] = ()


class Pack(NamedTuple):
    """A versioned set of rules, as used."""

    name: str
    version: str
    layer: Layer
    owner: str
    digest: str
    shipped: bool = False  # it comes with the package and is not the brand's own


class Grant(NamedTuple):
    """One thing a mandate allows: an action within a scope."""

    action: Literal["prepare", "publish"]
    scope: Scope


@dataclass(frozen=True, slots=True)
class Mandate:
    """What an agent role may decide, may only recommend, must stop at; *until* is an ISO date, inclusive, or empty."""

    agent: str
    may_decide: tuple[Grant, ...]
    may_recommend: tuple[Grant, ...]
    stop_topics: tuple[str, ...]
    stop_audiences: tuple[str, ...]
    max_rounds: int
    delegated_by: str
    since: str = ""
    until: str = ""


class Route(NamedTuple):
    """Where an escalation goes: the first route whose conditions all hold (empty = any)."""

    queue: str
    due_hours: int
    layers: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    severities: tuple[Severity, ...] = ()
    scope: Scope = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Queue:
    """Who may answer the questions of a queue, and how many different people it takes to approve."""

    name: str
    roles: tuple[str, ...]
    quorum: int = 1


class Accepted(NamedTuple):
    """A known gap with a name to it: *what* is ``layer/locale`` or a rule id."""

    what: str
    reason: str
    owner: str


class Keep(NamedTuple):
    """How long a part of records of one type is kept: *span* is ``90d``, ``13m`` or ``2y``."""

    type: str
    part: str
    span: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """
    What ``guardrails.yaml`` says, minus the rules.

    Attributes:
        tone: How the brand sounds, in a sentence or two for whoever writes; may be empty.

        values: Permitted values per closed context key.

        parents: For market and channel values their parent (``("market.de", "eu")``); locales need none: the
            parent of ``de-AT`` is ``de``.

        trust_draft: Keys for which a draft's own value counts.

        people: Roles that exist, e.g. ``head-of-content``.

        risk_limit: Greatest accumulated risk per principal in 30 days, or 0 for none.

        queues: Queues with reviewers of their own; any other queue is everybody's.

        friction: Limits in percent for ``held``, ``asked`` and ``unchanged`` (``impact/friction.py``), those that are set.

        approval_days: How long an approval holds unless it says otherwise, 1 to 90.

        keep: What of the ledger ends when, sorted by type and part; what is not named is kept.
    """

    name: str
    brand: str
    values: Values
    parents: Pairs
    trust_draft: tuple[str, ...]
    mandates: tuple[Mandate, ...]
    people: tuple[str, ...]
    routes: tuple[Route, ...]
    accept_uncovered: tuple[Accepted, ...]
    unsupported: tuple[Accepted, ...]
    risk_limit: int = 0
    obligations: tuple[tuple[str, str, str, Scope], ...] = ()  # (code, due, text, scope)
    queues: tuple[Queue, ...] = ()
    approval_days: int = 14
    friction: tuple[tuple[str, int], ...] = ()
    tone: str = ""
    governance: Governance = NOTHING_SAID
    keep: tuple[Keep, ...] = ()

    def queue(self, name: str) -> Queue:
        """Return who answers the questions of queue *name*: all people where nobody is named."""
        return next((one for one in self.queues if one.name == name), Queue(name, self.people))


class Module(NamedTuple):
    """One Rego module of the bundle: path inside the bundle and source text."""

    path: str
    source: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """What both engines load: modules and one data document; ``digest`` is ``sha256:`` over both."""

    digest: str
    modules: tuple[Module, ...]
    data: Json
    workspace_packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """Everything ``evaluate`` needs; the same digest means the same judgement under the same engine."""

    digest: str
    workspace: Workspace
    packs: tuple[Pack, ...]
    rules: tuple[Rule, ...]
    bundle: Bundle
    languages: tuple[str, ...]  # languages of the workspace's locales, for language detection
    facts: Facts = NO_FACTS
