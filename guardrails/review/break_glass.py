"""
Break-glass: two people let a text out that does not pass, for four hours at most.

The first asks, with a reason; the second, another person, says the same of the same check, and the permit is issued. Each
is an event of its own on the record (``break_glass``, then the permit), so that the report can show it on its first page. Neither may be the text's author.
A wish that nobody joins within four hours is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.audit.entry import Receipt
from guardrails.audit.log import StoredCheck
from guardrails.audit.permit import LONGEST_MS, Approval
from guardrails.audit.projection import break_glass_key
from guardrails.audit.store import Expected
from guardrails.errors import DraftError, LedgerError
from guardrails.gate import Gate
from guardrails.model.canonical import Json
from guardrails.model.context import Actor
from guardrails.model.record import Record
from guardrails.review.desk import Desk
from guardrails.review.people import deciding_role, require_name, required
from guardrails.review.permits import Issued, Terms, judged_now, recorded_permit
from guardrails.review.submission import submission_of
from guardrails.text.canon import HtmlOf

LONGEST = LONGEST_MS["BREAK_GLASS"]
BROKEN = "break-glass"


@dataclass(frozen=True, slots=True)
class Wish:
    """One person's word that a held text goes out: where it is recorded, and until when somebody may join."""

    receipt: Receipt
    until_ms: int


def break_glass(gate: Gate, check_id: str, reason: str, actor: Actor, html_of: HtmlOf) -> Issued | Wish:
    """
    Ask that the text of a check goes out although it does not pass, or join somebody who did.

    Returns:
        The permit, if somebody else has asked before; the wish, if not.

    Raises:
        DraftError: ``person-needed``, ``unknown-role``, ``name-needed``, ``missing-reason``, ``not-found``, ``own-text``, ``passed`` for a
            text that needs no glass broken, ``already-asked``.
    """
    while True:
        try:
            return _step(gate, check_id, reason, actor, html_of)
        except LedgerError as error:
            if error.code != "overtaken":
                raise


def _step(gate: Gate, check_id: str, reason: str, actor: Actor, html_of: HtmlOf) -> Issued | Wish:
    role, why = deciding_role(actor, gate.policy.workspace.people), required(reason, "the reason")
    require_name(actor)
    found = _held(gate, check_id, actor)
    wishes = [gate.log.record(index) for index in gate.log.indices(break_glass_key(check_id))]
    now_ms = gate.clock()
    if wishes and wishes[-1].type == "break_glass" and now_ms < wishes[-1].number("until_ms"):
        return _joined(gate, found, wishes, Approval("", role, gate.log.refs.actor(actor)), actor, why, html_of)
    body: dict[str, Json] = {
        "check": check_id,
        "until_ms": now_ms + LONGEST,
        "role": role,
        **gate.log.refs.acted(actor),
    }
    expected = Expected(break_glass_key(check_id), len(wishes))
    receipt = gate.log.append("break_glass", body, parts={"reason": why.encode("utf-8")}, expected=expected)
    return Wish(receipt, now_ms + LONGEST)


def _held(gate: Gate, check_id: str, actor: Actor) -> StoredCheck:
    found = gate.log.find_check(check_id)
    if found is None:
        raise DraftError("not-found", f"no check has the id {check_id[:80]!r}")
    if found.record.text("verdict") == "pass":
        raise DraftError("passed", "this text passed", help=f"guardrails permit issue {check_id}")
    content = f"content:{found.record.text('content_ref')}"
    submitters = {found.record.text("actor_ref"), *Desk(gate).submitters(check_id)}
    has_sent = gate.log.indices(content, principal=gate.log.refs.principal(actor.principal))
    if has_sent or gate.log.refs.actor(actor) in submitters:
        raise DraftError("own-text", "nobody decides about a text of their own")
    return found


def _joined(
    gate: Gate, found: StoredCheck, wishes: Sequence[Record], mine: Approval, actor: Actor, why: str, html_of: HtmlOf
) -> Issued:
    first = Approval(wishes[-1].id, wishes[-1].text("role"), wishes[-1].text("actor_ref"))
    if first.person == mine.person:
        raise DraftError("already-asked", "you have asked for this; it takes somebody else as well")
    asked = submission_of(gate.log, found.record.id)
    _, now = judged_now(gate, asked)
    from_ms = gate.clock()
    expected = Expected(break_glass_key(found.record.id), len(wishes))
    terms = Terms(BROKEN, "BREAK_GLASS", from_ms, from_ms + LONGEST, expected, (first, mine), why)
    return recorded_permit(gate, found, asked, now, terms, actor, html_of)
