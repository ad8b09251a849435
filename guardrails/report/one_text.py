"""
One text on a page: what was checked, against which rules, what was found, who decided, and the proof that it is on record.

Nothing of the text itself: findings are named by their rule and place. What was erased is said to be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from guardrails.audit import tlog
from guardrails.audit.log import AuditLog, StoredCheck
from guardrails.errors import DraftError, LedgerError
from guardrails.model.record import Record
from guardrails.model.review import Review
from guardrails.report.deciders import ANSWERED, Deciders, deciders_of, final_of, is_about
from guardrails.report.document import (
    Block,
    Callout,
    Cell,
    Code,
    Document,
    Mark,
    Pairs,
    Paragraph,
    Section,
    Table,
    Tone,
)
from guardrails.report.evidence import rule_hits
from guardrails.report.words.integrity import VERIFY
from guardrails.report.words.phrases import counted, day, listed, minute, short
from guardrails.review.in_force import activations

_VERDICTS = {
    "pass": "passed: nothing was left to do before it could be published",
    "revise": "went back to its author to be mended",
    "escalate": "was put before a person",
}
_REPLAYS: dict[str, tuple[str, Tone]] = {
    "identical": ("comes out the same, to the byte", "good"),
    "erased": ("cannot be made: what it takes was erased, on the record", "gap"),
    "undecided": ("cannot be made: no engine decided then, so it escalated", "gap"),
}


@dataclass(frozen=True)
class Dossier:
    """What is known of one check; *assessment* is None where it was erased or lost (*gone* says which)."""

    log: AuditLog
    check: StoredCheck
    assessment: dict[str, Any] | None
    gone: str
    by: Deciders
    replay: str


def one_text(log: AuditLog, check_id: str, replay: str) -> Document:
    """
    Return the page about a check; *replay* is the status of its decision replay.

    Raises:
        DraftError: ``not-found``.
    """
    dossier = _dossier(log, check_id, replay)
    record, at = dossier.check.record, dossier.check.receipt
    return Document(
        title="One decision, explained",
        subtitle=f"Check {record.id}, {day(record.at_ms)}",
        facts=(
            ("Recorded", f"{minute(record.at_ms)} UTC"),
            ("Record", f"{at.index:,}"),
            ("Ledger", log.origin),
            ("Verdict", record.text("verdict")),
        ),
        first=Section("decided", "What was decided", tuple(_decided(dossier))),
        sections=(
            Section("rules", "Against which rules", tuple(_rules(dossier))),
            Section("found", "What was found", tuple(_found(dossier))),
            Section("people", "Who decided", tuple(_people(dossier))),
            Section("proof", "Proof that it is on record", tuple(_proof(dossier))),
        ),
        foot=f"{record.id} · record {at.index:,} · leaf {at.leaf_hash[:12]}",
        as_of_ms=record.at_ms,
    )


def _dossier(log: AuditLog, check_id: str, replay: str) -> Dossier:
    found = log.find_check(check_id)
    if found is None:
        raise DraftError("not-found", f"no check has the id {check_id!r}")
    by = deciders_of(log, found.receipt.index, found.record)
    try:
        assessment, gone = json.loads(log.decrypt(found.receipt.index, "assessment")), ""
    except LedgerError as error:
        assessment, gone = None, "erased, on the record" if by.is_erased else error.message
    return Dossier(log, found, assessment, gone, by, replay)


def _decided(one: Dossier) -> Iterator[Block]:
    record = one.check.record
    binding = "It binds." if record.member("binding") is True else "It was a simulation and binds nobody."
    yield Paragraph(f"The text {_VERDICTS.get(record.text('verdict'), 'has no verdict')}. {binding}", lead=True)
    if one.assessment is None:
        text = f"Its assessment is gone ({one.gone}). What the record itself says is below; its proofs hold."
        yield Callout("The text and its assessment cannot be shown", text, "gap")
    words, tone = _REPLAYS.get(one.replay, (f"does not come out the same ({one.replay})", "attention"))
    assessment = one.assessment or {}
    pairs: list[tuple[str, Cell]] = [
        ("Reasons", listed(record.texts("reasons"))),
        ("Where it was to go", f"{listed(record.texts('channels'))}; {listed(record.texts('markets'))}"),
        (
            "Submitted by",
            f"{record.text('principal', 'kind') or 'nobody known'}, by reference {record.text('principal', 'ref')[:12]}",
        ),
        ("Accountable", _accountable(one)),
        ("Good until", "gone" if one.assessment is None else str(assessment.get("good_until") or "–")),
        ("SHA-256 of the content", str(assessment.get("content_sha256") or "gone")),
        ("Left unchecked", listed(record.texts("completeness", "faults"))),
        ("Not seen", _not_seen(one)),
        (
            "Made with",
            listed(f"{name} {version}" for name, version in sorted(_engine(record).items()) if "." not in name),
        ),
        ("Deciding it again", Mark(words, tone)),
    ]
    yield Pairs(tuple(pairs))


def _accountable(one: Dossier) -> str:
    if one.check.record.text("verdict") != "pass":
        return "nobody: it did not pass"
    if one.assessment is None:
        return f"gone with the assessment ({one.gone})"
    return str(one.assessment.get("accountable") or "nobody is named")


def _not_seen(one: Dossier) -> str:
    if one.assessment is not None:
        return listed(one.assessment.get("completeness", {}).get("not_seen", ()))
    count = one.check.record.member("completeness", "not_seen")
    return counted(count, "thing") if isinstance(count, int) else "gone"


def _engine(record: Record) -> dict[str, str]:
    engine = record.member("engine")
    return {str(name): str(version) for name, version in engine.items()} if isinstance(engine, dict) else {}


def _rules(one: Dossier) -> Iterator[Block]:
    digest = one.check.record.text("policy_digest")
    history = [
        entry for entry in activations(one.log) if entry.digest == digest and entry.at_ms <= one.check.record.at_ms
    ]
    if history:
        last = history[-1]
        words = f"put in force on {day(last.at_ms)} by {last.role}, proposed by {last.proposed_by or 'nobody'}"
    else:
        words = "not put in force by people: the files counted as they were"
    yield Pairs((("Policy", digest), ("It was", words)))
    if one.assessment is None:
        yield Paragraph(f"Which packs of rules it was made of is gone with the assessment ({one.gone}).")
        return
    packs = tuple(
        (p["name"], p["version"], p["layer"], p["owner"], short(p["digest"]))
        for p in one.assessment.get("policy", {}).get("packs", ())
    )
    yield Table("Packs of rules", ("Pack", "Version", "Layer", "Owner", "Digest"), packs, (24, 12, 16, 28, 20))


def _found(one: Dossier) -> Iterator[Block]:
    if one.assessment is None:
        counts = tuple((hit.rule, hit.calls_for, hit.findings) for hit in rule_hits(one.check.record))
        yield Table("Findings by rule, as the record has them", ("Rule", "Calls for", "Findings"), counts)
        return
    findings = one.assessment["findings"]
    places: dict[tuple[Cell, ...], list[str]] = {}
    for body in findings:
        places.setdefault(_finding(body), []).append(_place(body))
    rows = tuple((*about[:2], listed(dict.fromkeys(found)), *about[2:]) for about, found in places.items())
    yield Paragraph(
        f"{counted(len(findings), 'finding')}, by rule and place; the words of the text are not repeated here."
    )
    yield Table(
        "Findings", ("Rule", "About", "Where", "Calls for", "Severity", "Lifted by"), rows, (26, 24, 18, 11, 9, 12)
    )
    if one.assessment["completeness"]["truncated"]:
        yield Paragraph(
            f"{one.assessment['completeness']['truncated']} more are not listed; the decision saw all of them."
        )


def _finding(body: dict[str, Any]) -> tuple[Cell, ...]:
    tone: Tone = "attention" if body["calls_for"] in ("revise", "escalate") else "plain"
    rule = body["rule"]
    return (
        f"{rule['id']}@{rule['version']}",
        rule["title"],
        Mark(body["calls_for"], tone),
        body["severity"],
        body["waiver"] or "–",
    )


def _place(body: dict[str, Any]) -> str:
    span = next(iter(body["spans"]), None)
    return f"{span['field']} line {span['line']}" if span else "the whole text"


def _people(one: Dossier) -> Iterator[Block]:
    by, record = one.by, one.check.record
    asked, ruling = by.asked, by.ruling
    if ruling is not None and ruling is not asked:
        yield Paragraph(_rests_on(ruling))
        yield from _review(ruling)
    if asked is not None:
        yield from _review(asked)
    elif ruling is None:
        yield Paragraph(_nobody(record))
    if by.lifted:
        rows = tuple((minute(w.at_ms), w.role, w.rule, w.waiver) for w in by.lifted)
        yield Table("Waivers that lifted findings", ("When (UTC)", "Approved by", "Rule", "Waiver"), rows)
    if by.others:
        rows = tuple((minute(r.opened_ms), r.queue, r.status, r.check) for r in by.others)
        yield Table(
            "Asked about the same text, elsewhere or at another time", ("When (UTC)", "Queue", "Now", "Check"), rows
        )
    others = tuple((minute(r.at_ms), r.type.replace("_", " "), r.id) for r in by.later if r.type != "review")
    yield Table("What happened to it since", ("When (UTC)", "What", "Record"), others)


def _rests_on(ruling: Review) -> str:
    final = final_of(ruling)
    given = [one for one in ruling.answers if final is not None and is_about(one, final)]
    people = len({one.actor_ref for one in given})
    return (
        f"This check asked nobody again: {counted(people, 'person had', 'people had')} answered about exactly this text, in this "
        f"place and under this policy, when check {ruling.check} asked; that answer held."
    )


def _nobody(record: Record) -> str:
    answers = [code for code in record.texts("reasons") if code in ANSWERED]
    if answers:
        return f"The check rests on an earlier answer of people ({listed(answers)}), whose record was not found."
    return "This check asked no person."


def _review(review: Review) -> Iterator[Block]:
    yield Pairs(
        (
            ("Queue", review.queue),
            ("Asked", f"{minute(review.opened_ms)} UTC"),
            ("Due", f"{minute(review.due_ms)} UTC"),
            ("Now", Mark("open: nobody has answered", "attention") if review.status == "open" else review.status),
        )
    )
    rows = tuple(
        (minute(g.at_ms), g.role, g.decision, "yes" if g.final else "no", minute(g.until_ms), g.record_id)
        for g in review.answers
    )
    yield Table(
        "Answers", ("When (UTC)", "Role", "Answer", "Final", "Holds until", "Record"), rows, (16, 18, 11, 8, 16, 31)
    )


def _proof(one: Dossier) -> Iterator[Block]:
    at, log = one.check.receipt, one.log
    head = log.head()
    proof = log.inclusion_proof(at.index, head.size)
    holds = tlog.inclusion_holds(at.index, head.size, bytes.fromhex(at.leaf_hash), proof, head.root)
    words = f"Record {at.index:,} is in the tree of {counted(head.size, 'record')} whose root is `{head.root.hex()}`."
    if holds:
        yield Callout("The record is in the ledger", words, "good")
    else:
        yield Callout("The record is NOT proved to be in the ledger", words, "attention")
    yield Pairs((("Leaf (RFC 6962)", at.leaf_hash), ("Index", f"{at.index}"), ("Size of the tree", f"{head.size}")))
    yield Paragraph("The hashes on the way to the root, from the leaf up:")
    yield Code("\n".join(node.hex() for node in proof) or "(the record is the whole tree)")
    yield Paragraph("Whoever has the ledger can find out the same, and decide it again from what is stored:")
    yield Code(f"{VERIFY}\nguardrails replay {one.check.record.id}")
