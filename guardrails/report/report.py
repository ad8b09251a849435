"""
The report as a value: everything it says, in the order in which it says it, without a word of anybody's copy.

``made`` is a function of the ledger's records until the end of the period, or until the moment that the report is of where
that is earlier, and of the workspace; the same give the same report. Renderers (``page``, ``oscal``, ``listing``) only put it into words and forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import NamedTuple

from guardrails import __version__
from guardrails.audit.log import AuditLog
from guardrails.audit.note import VerifierKey
from guardrails.audit.verify import VerifyReport
from guardrails.errors import DraftError, LedgerError
from guardrails.model.context import Actor, Principal
from guardrails.model.policy import CompiledPolicy
from guardrails.replay.checks import Replays
from guardrails.report.controls import Control, judged, stray
from guardrails.report.declared import declarations_of, governance_of
from guardrails.report.evidence import Decision, Evidence, Fold
from guardrails.report.parts.access import Access, access_of
from guardrails.report.parts.accuracy import Accuracy, accuracy_of
from guardrails.report.parts.drafts import drafts_of
from guardrails.report.parts.exceptions import Exceptions, exceptions_of
from guardrails.report.parts.incidents import Incidents, incidents_of
from guardrails.report.parts.integrity import Integrity, integrity_of
from guardrails.report.parts.labelled import labelled_of
from guardrails.report.parts.oversight import Oversight, oversight_of
from guardrails.report.parts.policies import Policies, policies_of
from guardrails.report.parts.population import Again, Population, population_of
from guardrails.report.parts.privacy import Privacy, privacy_of
from guardrails.report.parts.registers import Claim, Disclosure, claims_of, disclosure_of, withdrawn_facts
from guardrails.report.period import Period
from guardrails.report.view import WorkspaceView
from guardrails.text.parsed import DocumentReader

PROHIBITED = "prohibited-practice"
_READING = frozenset({"read", "simulate"})


class System(NamedTuple):
    """An agent that submits texts, and what it may decide, by whose delegation, until when (empty: no end)."""

    agent: str
    decides: tuple[str, ...]
    delegated_by: str
    until: str


@dataclass(frozen=True, slots=True)
class About:
    """Part 1: what is reported on; nothing that was recorded after *as_of_ms* is in the report."""

    workspace: str
    brand: str
    period: Period
    as_of_ms: int
    version: str
    channels: tuple[str, ...]
    markets: tuple[str, ...]
    locales: tuple[str, ...]
    people: tuple[str, ...]

    @property
    def has_ended(self) -> bool:
        """Tell whether the period was over."""
        return self.period.has_ended(self.as_of_ms)

    @property
    def known(self) -> Period:
        """The period, as far as it had come."""
        return self.period.known(self.as_of_ms)


@dataclass(frozen=True, slots=True)
class NotSeen:
    """What nobody looked at: checks with pictures or attachments, and checks whose record does not tell."""

    checks: int
    things: int
    untold: int


@dataclass(frozen=True, slots=True)
class Screen:
    """Active rules on prohibited practices (topic :data:`PROHIBITED`), and checks that passed although one held them."""

    rules: tuple[str, ...]
    passed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """All parts but the controls, which are judged by them."""

    about: About
    systems: tuple[System, ...]
    integrity: Integrity
    policies: Policies
    population: Population
    exceptions: Exceptions
    oversight: Oversight
    accuracy: Accuracy
    claims: tuple[Claim, ...]
    disclosure: Disclosure
    access: Access
    privacy: Privacy
    incidents: Incidents
    not_seen: NotSeen
    facts_checked: int
    passed_on_withdrawn: tuple[str, ...]
    heartbeats: int
    first_ms: int
    passed_without_mandate: tuple[str, ...]
    screen: Screen
    wordy: tuple[str, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Report(Findings):
    """The whole of it; *stray* is what the policy declares of something that is no control."""

    controls: tuple[Control, ...] = ()
    stray: tuple[str, ...] = ()


@dataclass(frozen=True)
class Maker:
    """
    Makes reports over one ledger.

    Args:
        view: The workspace as its files say it.

        replays: Decides the sample again, and evaluates labelled drafts.

        readers: Readers of documents, by format: the examples of rules are run.

        witnesses: Keys of those who may cosign checkpoints; without any, the record is operator-trusted.

        verify: Verifies the whole ledger, by default in this process.
    """

    replays: Replays
    view: WorkspaceView
    readers: Mapping[str, DocumentReader]
    witnesses: Sequence[VerifierKey] = ()
    verify: Callable[[], VerifyReport] | None = None

    @property
    def log(self) -> AuditLog:
        """The ledger that is reported on."""
        return self.replays.log

    def made(self, period: Period, as_of_ms: int | None = None) -> Report:
        """
        Return the report on *period* as of *as_of_ms*; by default its end or, while it lasts, the last record.

        Raises:
            DraftError: ``bad-moment`` if *as_of_ms* lies in the future.
        """
        moment = self._moment(period, as_of_ms)
        verified = (self.verify or self.log.verify)()
        bad = {one.index for one in verified.problems if one.spoils}
        fold = Fold(period.known(moment))
        fold.take(one for one in self.log.sound_records() if one[0] not in bad)
        evidence = Evidence.of(fold)
        integrity = integrity_of(self.log, evidence, verified, self.witnesses)
        policies, policy = policies_of(self.log, evidence, self.view)
        erased = evidence.erased()

        def again(one: Decision) -> str:
            return self.replays.status(one.at, erased.touch(one.at, one.id))

        found = self._findings(evidence, integrity, policies, policy, again, _about(policy, period, moment))
        parts = {one.name: getattr(found, one.name) for one in fields(Findings)}
        declared = declarations_of(policy)
        return Report(**parts, controls=judged(found, declared), stray=stray(declared))

    def _moment(self, period: Period, as_of_ms: int | None) -> int:
        """Return what the report is of; the clock only says whether the period is over."""
        now_ms = self.log.clock()
        if as_of_ms is not None and as_of_ms > now_ms:
            raise DraftError("bad-moment", "a report is of a moment that has passed", help="leave --as-of out")
        if as_of_ms is not None:
            return as_of_ms
        return period.until_ms if period.until_ms <= now_ms else min(self._last_ms(period.from_ms), period.until_ms)

    def _last_ms(self, otherwise: int) -> int:
        """Return when the last sound record was made."""
        for index in reversed(range(self.log.head().size)):
            with suppress(LedgerError):
                return self.log.record(index).at_ms
        return otherwise

    def _findings(
        self,
        evidence: Evidence,
        integrity: Integrity,
        policies: Policies,
        policy: CompiledPolicy | None,
        again: Again,
        about: About,
    ) -> Findings:
        withdrawn = {self.log.refs.of("rests_on", f"fact:{name}"): at for name, at in withdrawn_facts(evidence).items()}
        return Findings(
            about=about,
            systems=_systems(policy),
            integrity=integrity,
            policies=policies,
            population=population_of(self.log, evidence, integrity.root, again),
            exceptions=exceptions_of(evidence),
            oversight=oversight_of(evidence),
            accuracy=self._accuracy(evidence, policy, about.as_of_ms),
            claims=claims_of(self.log, evidence, policy),
            disclosure=disclosure_of(evidence, policy),
            access=access_of(evidence, self._reading(), lambda key: self.log.refs.of("actor", f"key:{key}")),
            privacy=privacy_of(evidence, governance_of(policy)),
            incidents=incidents_of(evidence),
            not_seen=_not_seen(evidence),
            facts_checked=sum(bool(one.rests_on) for one in evidence.binding),
            passed_on_withdrawn=tuple(
                one.id
                for one in evidence.binding
                if one.verdict == "pass" and any(withdrawn.get(ref, one.at_ms) < one.at_ms for ref in one.rests_on)
            ),
            heartbeats=sum(1 for _ in evidence.events("heartbeat")),
            first_ms=evidence.first_ms,
            passed_without_mandate=tuple(self._without_mandate(evidence, policy)),
            screen=_screen(evidence, policy),
            wordy=evidence.wordy,
            decisions=evidence.decisions,
        )

    def _accuracy(self, evidence: Evidence, policy: CompiledPolicy | None, as_of_ms: int) -> Accuracy:
        examples = labelled_of(self.view, self.readers, as_of_ms)
        drafts = drafts_of(self.view, self.replays.evaluate, policy, as_of_ms)
        return accuracy_of(evidence, examples, drafts, policy)

    def _without_mandate(self, evidence: Evidence, policy: CompiledPolicy | None) -> Iterator[str]:
        """Yield the checks that passed by themselves, under the policy in force, for an agent to whom it delegates nothing."""
        if policy is None:
            return
        agents = (Principal("agent", one.agent) for one in policy.workspace.mandates if one.may_decide)
        known = frozenset(map(self.log.refs.principal, agents))
        for one in evidence.binding:
            is_alone = one.kind == "agent" and one.verdict == "pass" and "approved" not in one.reasons
            if is_alone and one.policy_digest == policy.digest and one.principal_ref not in known:
                yield one.id

    def _reading(self) -> frozenset[str]:
        """Return the references of the keys that may only read."""
        keys = (key for key in self.log.keys.api_keys() if key.scopes and _READING.issuperset(key.scopes))
        return frozenset(self.log.refs.actor(Actor(key.principal, key.id, key.person)) for key in keys)


def _about(policy: CompiledPolicy | None, period: Period, as_of_ms: int) -> About:
    values = dict(policy.workspace.values) if policy else {}
    return About(
        workspace=policy.workspace.name if policy else "",
        brand=policy.workspace.brand if policy else "",
        period=period,
        as_of_ms=as_of_ms,
        version=__version__,
        channels=values.get("channel", ()),
        markets=values.get("market", ()),
        locales=values.get("locale", ()),
        people=policy.workspace.people if policy else (),
    )


def _systems(policy: CompiledPolicy | None) -> tuple[System, ...]:
    mandates = policy.workspace.mandates if policy else ()
    return tuple(
        System(
            one.agent,
            tuple(dict.fromkeys(grant.action for grant in one.may_decide)),
            one.delegated_by.removeprefix("role:"),
            one.until,
        )
        for one in mandates
    )


def _not_seen(evidence: Evidence) -> NotSeen:
    binding = evidence.binding
    return NotSeen(
        checks=sum(one.not_seen > 0 for one in binding),
        things=sum(max(one.not_seen, 0) for one in binding),
        untold=sum(one.not_seen < 0 for one in binding),
    )


def _screen(evidence: Evidence, policy: CompiledPolicy | None) -> Screen:
    active = (rule for rule in (policy.rules if policy else ()) if rule.status == "active")
    rules = frozenset(rule.id for rule in active if PROHIBITED in rule.topics)
    passed = (
        one.id
        for one in evidence.binding
        if one.verdict == "pass" and any(hit.rule in rules and hit.calls_for != "none" for hit in one.rules)
    )
    return Screen(tuple(sorted(rules)), tuple(passed))
