"""Four weeks of a whole brand: every fixture draft, answers, waivers, a stop, a dispute, an erasure, keys, a checkpoint."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from guardrails.audit.checkpoint import make_checkpoint
from guardrails.audit.keys import ApiKeys
from guardrails.backends.documents.rendered import html_of
from guardrails.errors import DraftError
from guardrails.model.context import Actor, Principal
from guardrails.model.draft import Attachment, Provenance
from guardrails.review.activation import Ask
from guardrails.review.break_glass import break_glass
from guardrails.review.desk import Desk
from guardrails.review.dispute import dispute
from guardrails.review.permits import issue
from guardrails.review.publishing import Publication, record_published
from guardrails.review.stop import resume, stop, withdraw
from guardrails.review.waive import Wish, approve, request
from tests.audit.samples import erase_text
from tests.e2e import nimbrel
from tests.gates import DAY_MS, Clock, activations_over, gate_in
from tests.review.office import AGENT, EDITOR, LEGAL, Office

SINCE, UNTIL = "2026-11-02", "2026-11-29"
START_MS = nimbrel.AS_OF_MS - 21 * DAY_MS
HOUR_MS, MINUTE_MS = 3_600_000, 60_000
EXPECTED = nimbrel.FIXTURES / "drafts" / "expected.yaml"
ORIGINS = ("generated", "generated", "assisted", "human", "")
BRAND = Actor(Principal("person", "brand-lead"), "key-brand", "Bela")


def long_history(folder: Path) -> None:
    """Write ledger and keys of four weeks into *folder*."""
    clock = Clock(START_MS)
    gate = gate_in(folder, clock=clock)
    office = Office(gate, Desk(gate), clock)
    activations_over(gate).activate(Ask(EDITOR, "legal-counsel", "First activation."))
    ApiKeys(gate.log).issue(principal=Principal("person", "auditor"), scopes=("read",))
    ApiKeys(gate.log).issue(principal=nimbrel.AGENT, scopes=("check",))
    drafts: list[dict[str, Any]] = yaml.safe_load(EXPECTED.read_text())["drafts"]
    held = ""
    for number, one in enumerate(drafts):
        clock.ms = START_MS + (number * 27 * DAY_MS) // len(drafts) + 8 * HOUR_MS + number * 7 * MINUTE_MS
        draft = replace(nimbrel.draft(one["file"]), provenance=Provenance(ORIGINS[number % len(ORIGINS)]))  # type: ignore[arg-type]
        if number % 11 == 0:
            draft = replace(draft, attachments=(Attachment("hero", "image/png"),))
        given = office.submit(draft, **one["caller"])
        if str(given.assessment.verdict) == "pass":
            _published(office, number, str(given.check_id))
        held = str(given.check_id) if str(given.assessment.verdict) == "escalate" else held
        _answered(office, number, str(given.check_id))
        if number == 20:
            _waived(office)
        if number == 30:
            _stopped(office)
        if number == 35:
            _broken_glass(office, str(held))
        if number == 40:
            withdraw(gate, "N-010" if "N-010" in _facts() else _facts()[0], "Measured wrongly.", LEGAL)
            make_checkpoint(gate.log)
        if number == 50:
            erase_text(gate.log, str(given.check_id))
    gate.close()


def _published(office: Office, number: int, check: str) -> None:
    """Have a permit given; publish by it, but now and then not at all, once revoked, and once something else."""
    permit = issue(office.gate, check, AGENT, html_of)
    if number % 7 == 5:
        return
    url, at_ms = f"https://nimbrel.example/{number}", office.clock.ms
    digest = "0" * 64 if number % 10 == 1 else ""
    record_published(
        office.gate, Publication(url, at_ms, permit="" if digest else permit.id, content_sha256=digest), AGENT
    )


def _broken_glass(office: Office, check: str) -> None:
    """Let a text out past the gate: two people, four hours."""
    for person in (EDITOR, LEGAL):
        break_glass(office.gate, check, "The recall notice cannot wait.", person, html_of)


def _facts() -> list[str]:
    return [fact.id for fact in nimbrel.policy().facts.facts]


def _answered(office: Office, number: int, check: str) -> None:
    """Answer three questions in four, each by another of six people; dispute now and then."""
    if number % 9 == 4:
        held = office.gate.log.find_check(check)
        if held is not None and held.record.texts("reasons") and held.record.held_by():
            dispute(office.gate, check, "f1", "too-strict", "", AGENT)
    for review in office.desk.reviews():
        if number % 4 == 3 or review.queue == "management":
            continue
        office.clock.ms += (17 + number % 5 * 40) * MINUTE_MS
        roles = office.gate.policy.workspace.queue(review.queue).roles
        for turn, role in enumerate(
            roles if office.gate.policy.workspace.queue(review.queue).quorum > 1 else roles[:1]
        ):
            person = Actor(
                Principal("person", role), f"key-{role}-{(number + turn) % 6}", f"{role} {(number + turn) % 6}"
            )
            decision = (
                ("send-back", "approve", "send-back", "reject")[number % 4]
                if number % 16 == 1 or number % 4 != 1
                else "send-back"
            )
            try:
                office.decide(review, decision, actor=person)
            except DraftError:
                break


def _waived(office: Office) -> None:
    wish = Wish("eu-claims.offer-end-date-en", "The end date follows by e-mail.", office.clock.ms + 7 * DAY_MS)
    approve(office.gate, request(office.gate, wish, BRAND).record_id, LEGAL)
    office.submit(nimbrel.draft(nimbrel.REVISING))


def _stopped(office: Office) -> None:
    halt = stop(office.gate, "channel", "newsletter", "A recall is being prepared.", EDITOR)
    office.submit(nimbrel.draft(nimbrel.PASSING))
    office.clock.ms += 5 * HOUR_MS
    resume(office.gate, halt.record_id, "The recall is out.", EDITOR)
