"""
Whatever happens at the desk, in whatever order: a text passes if and only if somebody who may has let it.

The model knows what should be true after any sequence of submissions, answers, exceptions, stops, withdrawn facts, time
and changes of policy; the desk, its gate and its ledger do the same for real.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.model.canonical import sha256_hex
from guardrails.model.context import Actor, Principal
from guardrails.policy.bundle import bundle_bytes
from guardrails.review import stop, waive
from guardrails.review.deciding import decide, seen_now
from guardrails.review.desk import Desk
from guardrails.review.lifting import Lift, mark_wrong, waive_finding
from guardrails.review.queue import folded
from tests.audit.memory import MemoryKeys, MemoryStore
from tests.gates import DAY_MS, Clock, gate_over
from tests.review.office import AGENT, EDITOR, LEGAL, PRESS, Office, plain, under

pytestmark = pytest.mark.slow

LEAD = Actor(Principal("person", "brand-lead"), "key-lead", "Lea")
RIVAL, RIVAL_TOO = "The light of Lampadio is dull.", "The light of Lampadio is dull. "
LAYOFFS, CLEAN = "There will be layoffs [fact:N-006].", "We like lamps."
WHO = {RIVAL: (LEGAL, EDITOR), RIVAL_TOO: (LEGAL, EDITOR), LAYOFFS: (PRESS, EDITOR), CLEAN: (EDITOR, LEAD)}
"""Each text with the people of its queue; a rival may be named by one of them, layoffs take both."""

texts = st.sampled_from([RIVAL, RIVAL, RIVAL_TOO, LAYOFFS, LAYOFFS, CLEAN])
channels = st.sampled_from(["blog", "blog", "linkedin"])
decisions = st.sampled_from(["approve", "approve", "approve", "send-back", "reject"])
days = st.integers(1, 3)


@dataclass(frozen=True)
class Ruling:
    """
    What was decided about a text in its place.

    *knew* tells whether the withdrawn fact was among the reasons, *saw* whether an agent's duty to stop was: a person need
    not stop, so whoever answers a person's question has not answered an agent's.
    """

    text: str
    channel: str
    policy: int
    decision: str
    role: str
    knew: bool
    saw: bool
    from_ms: int
    until_ms: int


@dataclass(frozen=True)
class Waived:
    """An exception for the rival's name: on a channel, or in one text."""

    id: str
    channel: str
    text: str
    from_ms: int
    until_ms: int


@dataclass(frozen=True)
class Question:
    """What is asked: approvals of equal questions add up. An agent must stop where a person need not."""

    policy: int
    kind: str
    is_stopped: bool
    is_withdrawn: bool
    answered_before: str


@dataclass
class Asked:
    """What the model knows of a review; *approvals* are (who, question, until)."""

    check: str
    question: Question
    author: Actor
    knew_before: bool
    saw_before: bool
    approvals: list[tuple[Actor, Question, int]]
    status: str = "open"


class TheDesk(RuleBasedStateMachine):
    """The model beside the real thing."""

    @initialize()
    def opens(self) -> None:
        """A new ledger; mandates that never tire and no limit of risk, so that the model need not count."""
        self.clock = Clock()
        gate = gate_over(AuditLog(MemoryStore(), MemoryKeys(), self.clock), self.clock)
        bundle, workspace = gate.policy.bundle, gate.policy.workspace
        assert isinstance(bundle.data, dict)
        book: Any = bundle.data["mandate_book"]
        tireless = {**book, "mandates": [{**one, "max_rounds": 10**6} for one in book["mandates"]], "risk_limit": 0}
        bundle = replace(bundle, data={**bundle.data, "mandate_book": tireless})
        legal = replace(workspace.queue("legal"), roles=("head-of-content", "legal-counsel"))
        policy = replace(
            gate.policy,
            digest=f"sha256:{0:064}",
            bundle=replace(bundle, digest=f"sha256:{sha256_hex(bundle_bytes(bundle))}"),
            workspace=replace(workspace, queues=(legal, *(one for one in workspace.queues if one.name != "legal"))),
        )
        gate = replace(gate, policy=policy)
        self.office, self.policy, self.version = Office(gate, Desk(gate), self.clock), 0, 0
        self.rulings: list[Ruling] = []
        self.waived: list[Waived] = []
        self.stops: list[str] = []
        self.is_withdrawn = False
        self.asked: dict[tuple[str, str], Asked] = {}
        self.submitters: set[tuple[str, Actor]] = set()

    # -- what should be

    def ruling(self, text: str, channel: str) -> Ruling | None:
        """The last word about a text in its place under this policy, if it holds."""
        about, now = (text, channel, self.policy), self.clock.ms
        held = [one for one in self.rulings if (one.text, one.channel, one.policy) == about]
        return next((one for one in reversed(held) if one.from_ms <= now < one.until_ms), None)

    def is_waived(self, text: str, channel: str) -> bool:
        """Whether an exception covers the rival's name there."""
        return text in (RIVAL, RIVAL_TOO) and any(
            one.from_ms <= self.clock.ms < one.until_ms and one.channel in ("", channel) and one.text in ("", text)
            for one in self.waived
        )

    def question(self, text: str, channel: str, kind: str = "agent") -> Question:
        """What a submission would ask now."""
        ruling = self.ruling(text, channel)
        knows = ruling is not None and ruling.knew and ruling.decision != "reject"
        is_withdrawn = self.is_withdrawn and text == LAYOFFS and not knows
        return Question(self.policy, kind, bool(self.stops), is_withdrawn, ruling.decision if ruling else "")

    def expected(self, text: str, channel: str, kind: str) -> str:
        """The verdict that a submission should get."""
        asked, ruling = self.question(text, channel, kind), self.ruling(text, channel)
        if asked.is_stopped or asked.is_withdrawn or asked.answered_before == "reject":
            return "escalate"
        if kind == "agent" and text == LAYOFFS and not (ruling and ruling.saw):
            return "escalate"
        if asked.answered_before == "send-back":
            return "revise"
        is_free = asked.answered_before == "approve" or text == CLEAN or self.is_waived(text, channel)
        return "pass" if is_free else "escalate"

    def refusal(self, text: str, asked: Asked, actor: Actor, forged: str = "") -> str:
        """The code with which any answer should be refused; empty if it should not."""
        if asked.status != "open":
            return "review-decided"
        if forged or asked.question.policy != self.policy:
            return "review-moved"
        if actor.principal.kind != "person":
            return "person-needed"
        if actor not in WHO[text]:
            return "not-asked"
        return "own-text" if (text, actor) in self.submitters else ""

    # -- submitting

    @rule(text=texts, channel=channels, actor=st.sampled_from([AGENT] * 6 + [EDITOR]), times=st.integers(1, 2))
    def submit(self, text: str, channel: str, actor: Actor, times: int) -> None:
        """Somebody submits a text, perhaps again and again."""
        for _ in range(times):
            self._submit(text, channel, actor)

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def submit_again(self, data: st.DataObject) -> None:
        """The agent submits again what a person was asked about."""
        self._submit(*data.draw(st.sampled_from(sorted(self.asked))), AGENT)

    def _submit(self, text: str, channel: str, actor: Actor) -> None:
        kind, ruling = actor.principal.kind, self.ruling(text, channel)
        verdict, question = self.expected(text, channel, kind), self.question(text, channel, kind)
        answer = self.office.submit(plain(text), actor, channel=channel, market="uk", locale="en-GB")
        assessment, known = answer.assessment, self.asked.get((text, channel))
        self.submitters.add((text, actor))

        assert verdict == assessment.verdict, (text, channel, [one.code for one in assessment.reasons])
        if verdict == "pass" and ruling:
            assert f"role:{ruling.role}" == assessment.accountable
        is_going_on = known is not None and known.status in ("open", "moot")
        if verdict == "escalate" and question.answered_before != "reject":
            approvals = known.approvals if known and is_going_on else []
            knew, saw = (ruling is not None and ruling.knew), (ruling is not None and ruling.saw)
            self.asked[text, channel] = Asked(str(answer.check_id), question, actor, knew, saw, approvals)
        elif verdict != "escalate" and known and is_going_on and known.author == actor:
            known.status = "moot"

    # -- answering

    @precondition(lambda self: self._waiting())
    @rule(data=st.data(), decision=decisions, last=days)
    def answer(self, data: st.DataObject, decision: str, last: int) -> None:
        """One of the people who are asked answers what waits."""
        text, channel = data.draw(st.sampled_from(self._waiting()))
        actor = data.draw(st.sampled_from(WHO[text]))
        self._answer(text, channel, self.asked[text, channel], actor, decision, last)

    def _waiting(self) -> list[tuple[str, str]]:
        current = [key for key, one in self.asked.items() if one.question.policy == self.policy]
        return sorted(key for key in current if self.asked[key].status == "open")

    @rule(
        channel=channels,
        first=days,
        second=days,
        hours=st.sampled_from([0, 1, 23, 24, 25]),
        news=st.sampled_from(["", "", "before", "between"]),
    )
    def two_answer(self, channel: str, first: int, second: int, hours: int, news: str) -> None:
        """Both who are asked about layoffs approve, one some time after the other; perhaps the fact changes meanwhile."""
        if news == "before":
            self._change_fact()
        self._submit(LAYOFFS, channel, AGENT)
        self._approve(LAYOFFS, channel, PRESS, first)
        self.clock.ms += hours * 3_600_000
        if news == "between":
            self._change_fact()
            self._submit(LAYOFFS, channel, AGENT)
        self._approve(LAYOFFS, channel, EDITOR, second)
        self._submit(LAYOFFS, channel, AGENT)

    def _approve(self, text: str, channel: str, actor: Actor, last: int) -> None:
        if (text, channel) in self.asked:
            self._answer(text, channel, self.asked[text, channel], actor, "approve", last)

    @precondition(lambda self: self.asked)
    @rule(
        data=st.data(),
        decision=decisions,
        actor=st.sampled_from([AGENT, EDITOR, LEGAL, PRESS]),
        forged=st.sampled_from(["", "content_sha256", "policy_digest", "question_ref"]),
    )
    def answer_anyhow(self, data: st.DataObject, decision: str, actor: Actor, forged: str) -> None:
        """Somebody answers who may not, or about something else."""
        (text, channel), asked = self._some_review(data)
        self._answer(text, channel, asked, actor, decision, 1, forged)

    def _some_review(self, data: st.DataObject) -> tuple[tuple[str, str], Asked]:
        key = data.draw(st.sampled_from(sorted(self.asked)))
        return key, self.asked[key]

    def _answer(
        self, text: str, channel: str, asked: Asked, actor: Actor, decision: str, last: int, forged: str = ""
    ) -> None:
        now, until = self.clock.ms, self.clock.ms + last * DAY_MS
        counting = [one for one in asked.approvals if one[1] == asked.question and now < one[2]]
        same = counting if decision == "approve" else []
        is_again = actor in [one[0] for one in same]
        is_barred = decision == "approve" and asked.question.is_stopped
        code = self.refusal(text, asked, actor, forged) or ("already-answered" if is_again else "")
        code = code or ("decision-not-allowed" if is_barred else "")
        review = self.office.desk.find(asked.check)
        said = self.office.answer(review, decision, until_ms=until, seen={forged: "0" * 64} if forged else {})
        if code:
            assert code == _refused(lambda: decide(self.office.desk, review.id, said, actor))
            return
        _, after = decide(self.office.desk, review.id, said, actor)
        if decision == "approve" and text == LAYOFFS and not same:
            asked.approvals = [*asked.approvals, (actor, asked.question, until)]
        else:
            asked.status, ends = "decided", min([until, *(one[2] for one in same)])
            knew = asked.question.is_withdrawn or asked.knew_before
            saw = asked.question.kind == "agent" or asked.saw_before
            role = actor.principal.id
            self.rulings.append(Ruling(text, channel, self.policy, decision, role, knew, saw, now, ends))
        assert asked.status == after.status

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), last=days, wrong=st.booleans(), anybody=st.sampled_from([None, None, AGENT, PRESS]))
    def lift(self, data: st.DataObject, last: int, wrong: bool, anybody: Actor | None) -> None:
        """Somebody excepts a finding, or calls it wrong."""
        (text, channel), asked = self._some_review(data)
        actor = anybody or data.draw(st.sampled_from(WHO[text]))
        review, until = self.office.desk.find(asked.check), self.clock.ms + last * DAY_MS
        code = self.refusal(text, asked, actor) or {CLEAN: "finding-unknown", LAYOFFS: "quorum-needed"}.get(text, "")
        wish = Lift("f1", "A partner.", seen_now(self.office.desk, review), until)
        way = mark_wrong if wrong else waive_finding
        if code:
            assert code == _refused(lambda: way(self.office.desk, review.id, wish, actor))
            return
        waiver, _ = way(self.office.desk, review.id, wish, actor)
        where, which = ("", text) if wrong else (channel, "")
        self.waived.append(Waived(waiver, where, which, self.clock.ms, until))
        for one in (RIVAL, RIVAL_TOO):
            self._submit(one, channel, AGENT)

    # -- everything else that happens

    @rule(data=st.data(), what=st.sampled_from(["stop", "stop", "fact", "fact", "exception", "policy"]))
    def operate(self, data: st.DataObject, what: str) -> None:
        """A person stops everything or lifts the stop; withdraws a fact or restores it; ends an exception; changes policy."""
        if what == "exception" and self.waived:
            one = data.draw(st.sampled_from(self.waived))
            waive.end(self.office.gate, one.id, LEGAL)
            self.waived.remove(one)
        elif what == "stop" and self.stops:
            stop.resume(self.office.gate, self.stops.pop(), "Go on.", EDITOR)
        elif what == "stop":
            self.stops.append(stop.stop(self.office.gate, "all", "", "Wait.", EDITOR).record_id)
        elif what == "fact":
            self._change_fact()
        elif what == "policy":  # a new desk reads the ledger from its index
            self.policy = 1 - self.policy
            self.office = under(self.office, digest=f"sha256:{self.policy:064}")

    def _change_fact(self) -> None:
        change = stop.restore if self.is_withdrawn else stop.withdraw
        change(self.office.gate, "N-006", "Somebody counted again.", LEGAL)
        self.is_withdrawn = not self.is_withdrawn

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.clock.ms += hours * 3_600_000

    @precondition(lambda self: self.rulings or self.waived)
    @rule(data=st.data())
    def come_to_an_end(self, data: st.DataObject) -> None:
        """Time passes to the last, the first and the second millisecond of an end, and the agent submits at each."""
        ahead = [one for one in (*self.rulings, *self.waived) if one.until_ms > self.clock.ms + 1]
        if not ahead:
            return
        one = data.draw(st.sampled_from(ahead))
        for step in (-1, 0, 1):
            self.clock.ms = one.until_ms + step
            self._submit(one.text or RIVAL, one.channel or "blog", AGENT)

    # -- what always holds

    @invariant()
    def the_list_is_as_it_should_be(self) -> None:
        """Every question that should be open is, once, and no other."""
        if not hasattr(self, "asked"):
            return
        found = {self.office.desk.find(one.check).id: one.status for one in self.asked.values()}
        open_now = [review.id for review in self.office.desk.reviews()]

        assert found == {name: self.office.desk.find(name).status for name in found}
        assert sorted(name for name, status in found.items() if status == "open") == sorted(open_now)

    @invariant()
    def the_list_follows_from_the_records(self) -> None:
        """Folded from all records, read anew from the index, and followed step by step, it is the same."""
        if not hasattr(self, "asked"):
            return
        followed = {one.id: one for one in self.office.desk.reviews(status="all")}

        assert followed == folded(self.office.gate.log.records())
        assert followed == {one.id: one for one in Desk(self.office.gate).reviews(status="all")}
        assert self.version <= self.office.desk.version()
        self.version = self.office.desk.version()


def _refused(act: Any) -> str:
    with pytest.raises(DraftError) as refused:
        act()
    return refused.value.code


TheDesk.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_whatever_happens_at_the_desk = TheDesk.TestCase
