"""Two verifiers of permits, ours and one in JavaScript: what they refuse, what they let through, and that they agree."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from guardrails.audit.dsse import Signature, envelope_bytes, envelope_json
from guardrails.audit.permit import statement_bytes
from guardrails.audit.trust import keyid_of
from guardrails.model.canonical import canonical
from guardrails.model.draft import Field
from tests.interop.javascript import FOLDER, javascript
from tests.permit.forms import (
    ANA,
    CHECKED,
    CHECKPOINT,
    DAY_MS,
    HOUR_MS,
    JO,
    KIM,
    MARKDOWN,
    NOW_MS,
    PAGE,
    SERVICE,
    STRANGER,
    TRUST,
    Case,
    asked_here,
    by_two,
    case,
    for_javascript,
    page,
    permit,
    proven,
    revoked,
    sealed,
    stolen,
    vkey,
)

VERIFY = """cases => Promise.all(cases.map(async (one) => {
  const bytes = (text) => text === null ? undefined : Uint8Array.from(Buffer.from(text, 'base64'))
  const trust = await own.trustOf(new TextEncoder().encode(one.trust))
  return own.verifyPermit(bytes(one.permit), {
    fields: one.fields, trust, at: one.at, ...one.place, levels: one.levels.length ? one.levels : undefined, exact: one.exact,
    revocations: bytes(one.revocations), proof: bytes(one.proof) })
}))"""
CANON: dict[str, Any] = json.loads((FOLDER / "content-canon-vectors.json").read_text())
WHOLE = sealed(permit())


EARLY_MS = NOW_MS - HOUR_MS
THEFT = stolen(NOW_MS - HOUR_MS // 2, SERVICE)


def rewritten(*changes: tuple[str, str], said: bytes | None = None) -> bytes:
    """The envelope that is whole with other text in it."""
    text = (said or envelope_bytes(WHOLE)).decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def respelled(payload: bytes) -> bytes:
    """The envelope that is whole around another payload, with the signature it had."""
    return envelope_bytes(replace(WHOLE, payload=payload))


def signed_by_us(payload: bytes) -> bytes:
    """An envelope around anything at all, signed with the service's key."""
    return envelope_bytes(sealed(payload))


def statement(**changes: Any) -> bytes:
    """The statement of the permit that is whole, with these keys of its predicate changed."""
    value = json.loads(statement_bytes(permit()))
    value["predicate"] |= changes
    return canonical({**value, "predicate": {k: v for k, v in value["predicate"].items() if v is not None}})


def with_sig(sig: str) -> bytes:
    """The envelope that is whole, with another spelling of its signature."""
    value: Any = envelope_json(WHOLE)
    return json.dumps({**value, "signatures": [{**value["signatures"][0], "sig": sig}]}).encode()


SIG = base64.b64encode(WHOLE.signatures[0].data).decode()
PAYLOAD = base64.b64encode(WHOLE.payload).decode()
OTHER_PERSON = sealed(by_two(), SERVICE, JO, STRANGER)

REFUSED = [
    # The text
    case("a changed word", "content", content=page(PAGE.replace("Up to", "Over"))),
    case("a changed number", "content", content=page(PAGE.replace("920", "950"))),
    case("another target of a link", "content", content=page(PAGE.replace("/terms", "/offer"))),
    case("a dropped sentence", "content", content=page(re.sub(r" <a.*apply\.", "", PAGE))),
    case("an added sentence", "content", content=page(PAGE + "<p>Guaranteed.</p>")),
    case("hidden text added", "content", content=page(PAGE + "<p hidden>cheap</p>")),
    case("a marker of a fact that nobody checked", "content", content=page(PAGE.replace("N-001", "as-seen-on-tv"))),
    case("other markup where only the bytes will do", "content", content=page(), exact=True),
    case("another digest", "content", said=permit(raw_sha256="4" * 64, canon_sha256="5" * 64)),
    case("another field", "content", content=(*CHECKED, Field("title", "Sale", "text"))),
    case("the same text under another name", "content", content=(Field("title", PAGE, "html"),)),
    # Where and when
    case("another channel", "channel", place={"channel": "press"}),
    case("another market", "market", place={"market": "us"}),
    case("another language", "locale", place={"locale": "de-AT"}),
    case("all of them", "channel", "market", "locale", place={"channel": "x", "market": "y", "locale": "z"}),
    case("expired", "expired", at_ms=permit().until_ms),
    case("not yet", "too-early", at_ms=permit().from_ms - 120_001),
    case("valid for longer than a week", "permit-unreadable", said=permit(until_ms=permit().from_ms + 7 * DAY_MS + 1)),
    case("glass broken for longer than four hours", "permit-unreadable", said=permit(level="BREAK_GLASS", until_ms=permit().from_ms + 4 * HOUR_MS + 1)),
    case("over before it begins", "permit-unreadable", said=permit(until_ms=permit().from_ms)),
    case("a level that is not accepted", "level", levels=("HUMAN_1", "HUMAN_2")),
    # Who signed
    case("a wrong key", "signature", said=sealed(permit(), STRANGER)),
    case("a key of another purpose", "signature", said=sealed(permit(), CHECKPOINT)),
    case("an approver's key alone", "signature", said=sealed(permit(), JO)),
    case("no signature", "signature", said=replace(WHOLE, signatures=())),
    case("a signature more, but not ours", "signature", said=replace(WHOLE, signatures=sealed(permit(), STRANGER, JO).signatures)),
    case("our name over a stranger's signature", "signature", said=replace(WHOLE, signatures=(Signature(keyid_of(vkey(SERVICE)), sealed(permit(), STRANGER).signatures[0].data),))),
    case("the signature of another permit", "signature", said=replace(WHOLE, signatures=sealed(permit(nonce="4" * 32)).signatures)),
    case("made before the key was live", "signature", said=permit(at_ms=NOW_MS - 31 * DAY_MS, from_ms=NOW_MS - 2 * DAY_MS, until_ms=NOW_MS + DAY_MS)),
    case("begun a month after it was made", "permit-unreadable", said=permit(at_ms=NOW_MS - HOUR_MS - 30 * DAY_MS - 1)),
    case("begun before it was made", "permit-unreadable", said=permit(at_ms=NOW_MS - HOUR_MS + 120_001)),
    case("made later than now", "too-early", said=permit(at_ms=NOW_MS + 120_001, from_ms=NOW_MS + 60_000)),
    case("a key that had ended", "signature", trust=replace(TRUST, keys=tuple(replace(one, until_ms=NOW_MS - 2 * HOUR_MS) for one in TRUST.keys))),
    case("another ledger", "other-ledger", said=permit(log=replace(permit().log, origin="guardrails/f"))),
    # A key that somebody else had
    case("the key was stolen", "key-compromised", trust=THEFT),
    case("the key was stolen before it was made", "signature", trust=stolen(permit().at_ms, SERVICE)),
    case("on record only after the theft", "key-compromised", trust=THEFT, proof=proven(permit(), NOW_MS)),
    case("the proof of another permit", "key-compromised", trust=THEFT, proof=proven(permit(nonce="4" * 32), EARLY_MS)),
    case("a proof under a head that anybody signed", "key-compromised", trust=stolen(NOW_MS, SERVICE, CHECKPOINT), proof=proven(permit(), EARLY_MS)),
    case("a proof that is none", "key-compromised", trust=THEFT, proof=b"it is on record"),
    case("a list that whoever stole the key may have signed", "key-compromised", trust=THEFT, revocations=revoked(at_ms=EARLY_MS)),
    case("such a list, though the permit is proven", "revocations", trust=THEFT, revocations=revoked(at_ms=EARLY_MS), proof=proven(permit(), EARLY_MS)),
    case("a proof under a stolen key's head", "proof", trust=stolen(NOW_MS, CHECKPOINT), proof=proven(permit(), EARLY_MS)),
    # Two people
    case("two people, and none of them signed", "approvers", said=by_two()),
    case("two people, and one of them signed", "approvers", said=sealed(by_two(), SERVICE, JO)),
    case("the same person twice", "approvers", said=sealed(by_two(JO, JO), SERVICE, JO)),
    case("a person and a stranger", "approvers", said=OTHER_PERSON),
    case("a person and somebody who did not approve it", "approvers", said=sealed(by_two(), SERVICE, JO, ANA)),
    case("a person and the author", "approvers", said=sealed(by_two(JO, ANA), SERVICE, JO, ANA)),
    case("two people and not the service", "signature", said=sealed(by_two(), JO, KIM)),
    case("a person whose key has ended", "approvers", said=sealed(by_two(), SERVICE, JO, KIM), trust=replace(TRUST, keys=tuple(replace(one, until_ms=NOW_MS - 1) if one.vkey == vkey(KIM) else one for one in TRUST.keys))),
    # Revocation
    case("revoked", "revoked", revocations=revoked("prm_" + "9" * 26, permit().id)),
    case("a list from before the permit", "revocations-old", revocations=revoked(size=8)),
    case("a list of the day before yesterday", "revocations-old", revocations=revoked(at_ms=NOW_MS - DAY_MS - 1)),
    case("a list of another ledger", "revocations", revocations=revoked(origin="guardrails/f")),
    case("a list that a stranger signed", "revocations", revocations=revoked(seed=STRANGER)),
    case("a list that lost a line", "revocations", revocations=rewritten((permit().id + " revoked\n", ""), said=revoked(permit().id))),
    case("no list at all", "revocations", revocations=b"nothing is revoked"),
    case("no proof at all", "proof", proof=b"it is on record"),
    # The envelope
    case("another type of payload", "permit-unreadable", said=sealed(permit(), payload_type="application/json")),
    case("the type changed afterwards", "permit-unreadable", said=rewritten(("in-toto+json", "in-toto+JSON"))),
    case("a payload spelled otherwise", "permit-unreadable", said=respelled(json.dumps(json.loads(WHOLE.payload)).encode())),
    case("a payload spelled otherwise and signed", "permit-unreadable", said=signed_by_us(json.dumps(json.loads(WHOLE.payload)).encode())),
    case("a payload with one bit changed", "signature", said=respelled(WHOLE.payload.replace(b"newsletter", b"newslettes"))),
    case("a payload with a key twice", "permit-unreadable", said=signed_by_us(WHOLE.payload.replace(b'"nonce":', b'"nonce":"0","nonce":'))),
    case("cut off", "permit-unreadable", said=envelope_bytes(WHOLE)[:-40]),
    case("empty", "permit-unreadable", said=b""),
    case("nested without end", "permit-unreadable", said=b"[" * 100_000),
    case("a number that is none", "permit-unreadable", said=rewritten((f'"{PAYLOAD}"', "NaN"))),
    case("base64url", "permit-unreadable", said=with_sig("-_" + SIG[2:])),
    case("base64 without its end", "permit-unreadable", said=with_sig(SIG.rstrip("="))),
    case("base64 with a line end", "permit-unreadable", said=with_sig(SIG[:40] + "\n" + SIG[40:])),
    case("base64 with stray bits", "permit-unreadable", said=with_sig(SIG[:-3] + chr(ord(SIG[-3]) + 1) + "==")),
    case("a longer signature", "permit-unreadable", said=with_sig(base64.b64encode(WHOLE.signatures[0].data + b"\0").decode())),
    case("a byte order mark", "permit-unreadable", said=b"\xef\xbb\xbf" + envelope_bytes(WHOLE)),
    case("UTF-16", "permit-unreadable", said=envelope_bytes(WHOLE).decode().encode("utf-16")),
    case("a key twice", "permit-unreadable", said=rewritten(('{"payload"', '{"payloadType":"x","payload"'))),
    case("a key twice, escaped", "permit-unreadable", said=rewritten(('{"payload"', '{"p\\u0061yload":"AA==","payload"'))),
    case("a key more", "permit-unreadable", said=rewritten(('{"payload"', '{"alg":"none","payload"'))),
    case("no signatures", "permit-unreadable", said=rewritten((f'[{{"keyid":"{WHOLE.signatures[0].keyid}","sig":"{SIG}"}}]', "null"))),
    case("more signatures than anybody reads", "permit-unreadable", said=replace(WHOLE, signatures=WHOLE.signatures * 17)),
    # The statement
    case("a failed check called passed", "permit-unreadable", said=signed_by_us(statement(verificationResult="FAILED"))),
    case("two levels", "permit-unreadable", said=signed_by_us(statement(verifiedLevels=["AUTO_PASS", "HUMAN_2"]))),
    case("an unknown level", "permit-unreadable", said=signed_by_us(statement(verifiedLevels=["HUMAN_3"]))),
    case("a key more in the predicate", "permit-unreadable", said=signed_by_us(statement(maxUses=1))),
    case("a key less in the predicate", "permit-unreadable", said=signed_by_us(statement(nonce=None))),
    case("a moment spelled otherwise", "permit-unreadable", said=signed_by_us(statement(notAfter="2026-11-24T00:00:00Z"))),
    case("a day that is none", "permit-unreadable", said=signed_by_us(statement(notAfter="2026-02-30T00:00:00.000Z"))),
    case("the year nought", "permit-unreadable", said=signed_by_us(statement(notBefore="0000-01-01T00:00:00.000Z"))),
    case("made in the year nought", "permit-unreadable", said=signed_by_us(statement(timeVerified="0000-12-31T23:59:59.999Z"))),
    case("half a character", "permit-unreadable", said=signed_by_us(statement().replace(b"role:head-of-content", rb"role:\ud800"))),
    case("half a character in the name of a key", "permit-unreadable", said=rewritten((WHOLE.signatures[0].keyid, "\\udc00"))),
    case("a channel instead of channels", "permit-unreadable", said=signed_by_us(statement(channel="newsletter"))),
    case("another predicate", "permit-unreadable", said=signed_by_us(WHOLE.payload.replace(b"publish-permit:v1", b"publish-permit:v2"))),
    case("another statement", "permit-unreadable", said=signed_by_us(WHOLE.payload.replace(b"Statement/v1", b"Statement/v2"))),
    case("something else that is signed", "permit-unreadable", said=signed_by_us(b'{"a":1}')),
    case("a list that is signed", "permit-unreadable", said=signed_by_us(b"[]")),
]  # fmt: skip

ACCEPTED = [
    case("as it was checked"),
    case("as a page", content=page()),
    case("in its place", place={"channel": "web", "market": "de", "locale": "de-DE"}),
    case("as soon as it begins, by a clock that is late", at_ms=permit().from_ms - 120_000),
    case("made in a moment, by a clock that is late", said=permit(at_ms=NOW_MS + 120_000, from_ms=NOW_MS)),
    case("made a month before it begins", said=permit(at_ms=NOW_MS - HOUR_MS - 29 * DAY_MS)),
    case("a whole character, escaped", said=rewritten((WHOLE.signatures[0].keyid, "\\ud83d\\ude00"))),
    case("to its last moment", at_ms=permit().until_ms - 1),
    case("with a list that does not name it", revocations=revoked("prm_" + "9" * 26)),
    case("with a stranger's signature beside ours", said=sealed(permit(), STRANGER, SERVICE)),
    case("by two people", said=sealed(by_two(), SERVICE, JO, KIM), levels=("HUMAN_2",)),
    case("by two of three people", said=sealed(by_two(JO, KIM, ANA), SERVICE, KIM, JO, ANA)),
    case("by one person", said=permit(level="HUMAN_1")),
    case("by two people without a pass", said=permit(level="BREAK_GLASS", until_ms=permit().from_ms + 4 * HOUR_MS)),
    case("printed over several lines", said=json.dumps(envelope_json(WHOLE), indent=2).encode() + b"\n"),
    case("with the marker taken out", content=page(PAGE.replace(" [fact:N-001]", ""))),
    case("with a proof", proof=proven(permit())),
    case("the key was stolen, and it is proven from before", trust=THEFT, proof=proven(permit(), EARLY_MS)),
    case(
        "both keys were stolen, and it is proven under the next one",
        trust=stolen(NOW_MS, SERVICE, CHECKPOINT),
        proof=proven(permit(), EARLY_MS, STRANGER),
    ),
    case("for all places", said=permit(channels=("a", "b"), markets=(), locales=())),
]


@pytest.mark.parametrize("one", REFUSED, ids=lambda one: one.name)
def test_a_mutation_is_refused(one: Case) -> None:
    """Each with the reasons that it has, and no others."""
    assert one.expected == tuple(refusal.code for refusal in asked_here(one).refusals)
    assert not asked_here(one).may_publish


@pytest.mark.parametrize("one", ACCEPTED, ids=lambda one: one.name)
def test_what_is_whole_is_accepted(one: Case) -> None:
    """Nothing speaks against it."""
    assert () == asked_here(one).refusals
    assert asked_here(one).may_publish


def round_trips() -> list[Case]:
    """The pages that content management systems make of one text, under its permit."""
    text = (Field("body", CANON["markdown"], "markdown"),)
    from guardrails.backends.documents.rendered import html_of
    from guardrails.model.draft import content_sha256
    from guardrails.text.canon import text_digest

    canon = text_digest(text, html_of)
    said = permit(raw_sha256=content_sha256(text), canon_sha256=canon.sha256, facts=canon.facts)
    same = [case(trip["name"], said=said, content=page(trip["html"])) for trip in CANON["same"]]
    return [*same, *(case(one["name"], "content", said=said, content=page(one["html"])) for one in CANON["other"])]


@pytest.mark.parametrize("one", round_trips(), ids=lambda one: one.name)
def test_a_permit_survives_a_content_management_system(one: Case) -> None:
    """Round trips are accepted, changes of the text are not."""
    assert one.expected == tuple(refusal.code for refusal in asked_here(one).refusals)


def test_javascript_agrees() -> None:
    """The second verifier gives the same reasons for every case there is."""
    cases = [*REFUSED, *ACCEPTED, *round_trips()]
    found = javascript(VERIFY, [for_javascript(one) for one in cases], modules="verify_permit.mjs")

    assert [(one.name, list(one.expected)) for one in cases] == [
        (one.name, got) for one, got in zip(cases, found, strict=True)
    ]


def test_there_are_enough_of_them() -> None:
    """At least 25 kinds of mutation and 12 round trips."""
    assert len(REFUSED) >= 25
    assert len(CANON["same"]) >= 12


NO_QUESTION = """async (changes) => {
  const trust = { origin: '', keys: [], of: () => [] }, fields = [{ id: 'body', format: 'text', text: '' }], found = []
  for (const change of changes) {
    const value = change.value === 'NaN' ? NaN : change.value === 'Infinity' ? Infinity : change.value
    try { found.push(await own.verifyPermit(new Uint8Array(), { fields, trust, at: 0, [change.key]: value })) } catch (error) { found.push(error.name) }
  }
  return found
}"""


def test_a_question_without_sense_is_no_question() -> None:
    """A moment or an age that is no number, an empty name, an unknown level: the JavaScript verifier answers none of them."""
    wrong = [
        *(("at", one) for one in ("NaN", "Infinity", 0.5, "2029", None)),
        *(("maxAge", one) for one in ("NaN", "Infinity", -1, "1h", None)),
        *((key, one) for key in ("channel", "market", "locale") for one in ("", 0, None)),
        *(("levels", one) for one in ([], ["HUMAN"])),
        *(("fields", one) for one in ([], [{"id": "body", "format": "json", "text": ""}])),
        *((key, one) for key in ("revocations", "proof") for one in ("", "rev.txt", None)),
    ]
    changes = [{"key": key, "value": value} for key, value in [("at", 1), *wrong]]
    found = javascript(NO_QUESTION, changes, modules="verify_permit.mjs")

    assert [["permit-unreadable"], *["TypeError"] * len(wrong)] == found


def test_markdown_is_for_whoever_can_render_it() -> None:
    """The verifier in JavaScript accepts Markdown as it was checked, and no other Markdown."""
    other = (Field("body", MARKDOWN + "\n", "markdown"),)
    cases = [case("the same bytes"), case("other bytes", content=other)]

    assert [[], ["content"]] == javascript(VERIFY, list(map(for_javascript, cases)), modules="verify_permit.mjs")
    assert [(), ()] == [asked_here(one).refusals for one in cases]
