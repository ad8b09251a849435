"""A small history on a real ledger: one check of each sort that replays differently."""

from __future__ import annotations

from pathlib import Path

from guardrails.model.context import Actor, Principal
from guardrails.review.desk import Desk
from guardrails.review.dispute import dispute
from guardrails.review.stop import resume, stop
from guardrails.review.waive import Wish, approve, request
from tests.audit.samples import erase_text
from tests.e2e import nimbrel
from tests.gates import DAY_MS, Clock, gate_in
from tests.review.office import AGENT, EDITOR, LEGAL, PRESS, Office, asking

HOUR_MS = 3_600_000
DRAFTS = (
    nimbrel.PASSING,
    nimbrel.REVISING,
    nimbrel.ESCALATING,
    "brief/b08-landing-planet.html",
    "brief/b01-reading-corner.md",
)
BRAND = Actor(Principal("person", "brand-lead"), "key-brand", "Bela")


def small_history(folder: Path) -> None:
    """Write ledger and keys into *folder*."""
    clock = Clock()
    gate = gate_in(folder, clock=clock)
    office = Office(gate, Desk(gate), clock)
    for name in DRAFTS:
        office.submit(
            nimbrel.draft(name), **({"channel": "web", "market": "uk", "locale": "en-GB"} if "html" in name else {})
        )
        clock.ms += HOUR_MS
    _answered(office)
    _waived(office)
    _stopped(office)
    _disputed_and_erased(office)
    gate.close()


def _answered(office: Office) -> None:
    """Ask, be approved, and pass on that account."""
    office.submit()
    asked = next(one for one in office.desk.reviews() if one.queue == "press-office")
    office.clock.ms += 2 * HOUR_MS
    for review in office.desk.reviews(queue="press-office"):
        office.decide(review, actor=PRESS if review.id == asked.id else EDITOR)
    office.submit()


def _waived(office: Office) -> None:
    """Lift a rule for a week, and have the text that it held checked again: a later round, too."""
    rule = "eu-claims.offer-end-date-en"
    wish = Wish(rule, "The end date follows by e-mail.", office.clock.ms + 7 * DAY_MS)
    given = request(office.gate, wish, BRAND)
    approve(office.gate, given.record_id, LEGAL)
    office.submit(nimbrel.draft(nimbrel.REVISING))
    office.clock.ms += HOUR_MS


def _stopped(office: Office) -> None:
    """Stop the channel, submit, and go on."""
    halt = stop(office.gate, "channel", "newsletter", "A recall is being prepared.", EDITOR)
    office.submit(nimbrel.draft(nimbrel.PASSING))
    resume(office.gate, halt.record_id, "The recall is out.", EDITOR)
    office.clock.ms += HOUR_MS


def _disputed_and_erased(office: Office) -> None:
    """Dispute a finding, and erase one text."""
    held = office.submit(nimbrel.draft("brief/b03-linkedin-future-of-work.md"))
    dispute(office.gate, str(held.check_id), "f1", "too-strict", "", AGENT)
    gone = office.submit(asking(), channel="press", market="uk", locale="en-GB", thread="erased")
    erase_text(office.gate.log, str(gone.check_id))
