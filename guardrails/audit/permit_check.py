"""
May this text be published? What a permit, a trust file and a clock say, without a ledger, a workspace or a network.

The steps, of which the first that fails ends the search, because nothing after it could be believed:

1. the envelope and its statement are whole, and of the types that permits have;
2. a key that is trusted for permits has signed it, and was live when it was made;
3. it is a permit of the ledger that is trusted;
4. that key was nobody else's, or a proof shows that the permit was on record before it was.

Then whatever speaks against publishing is told, all of it: approvers, content, time, place, revocation, proof.
``tests/interop/verify_permit.mjs`` does the same in JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.audit.dsse import IN_TOTO, Envelope, parsed_envelope
from guardrails.audit.permit import LEVELS, SKEW_MS, Level, Permit, moment, permit_of
from guardrails.audit.trust import Trust
from guardrails.errors import DraftError, SettingsError
from guardrails.text.canon import Digest

DAY_MS = 86_400_000

KEY_COMPROMISED = "key-compromised"
_APPROVERS = 2


class Content(NamedTuple):
    """What is about to be published: the digest of its fields, in hex, and what gives that of their canon, if it is asked."""

    raw_sha256: str
    canon: Callable[[], Digest]


@dataclass(frozen=True, slots=True)
class Question:
    """
    What is asked about a permit.

    Attributes:
        channel, market, locale: Where it would be published; empty for what nobody said.

        revocations: The list of revoked permits; if it is given, it has to be believed.

        proof: The proof that the permit is on record; likewise.

        max_age_ms: How old the list of revocations may be at most.

        is_exact: Whether only the very bytes that were checked will do, no other markup.

    """

    content: Content
    trust: Trust
    at_ms: int
    channel: str = ""
    market: str = ""
    locale: str = ""
    revocations: bytes | None = None
    max_age_ms: int = DAY_MS
    proof: bytes | None = None
    levels: tuple[Level, ...] = LEVELS
    is_exact: bool = False


class Refusal(NamedTuple):
    """Why a text may not be published: a code for programs, words for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out; *permit* is None if there is none that can be believed."""

    refusals: tuple[Refusal, ...]
    permit: Permit | None = None

    @property
    def may_publish(self) -> bool:
        """Tell whether nothing speaks against it."""
        return self.permit is not None and not self.refusals


def verified_permit(data: bytes, asked: Question) -> Answer:
    """Return whether the permit that is written as *data* lets the content of the question out."""
    try:
        envelope = parsed_envelope(data)
        if envelope.payload_type != IN_TOTO:
            return Answer((Refusal("permit-unreadable", "the envelope holds no in-toto statement"),))
        permit = permit_of(envelope.payload)
    except DraftError as error:
        return Answer((Refusal(error.code, error.message),))
    doubt = _doubt(envelope, permit, asked)
    return Answer((doubt,)) if doubt else Answer(tuple(_refusals(envelope, permit, asked)), permit)


def _doubt(envelope: Envelope, permit: Permit, asked: Question) -> Refusal | None:
    """Return why nothing in a permit can be believed, or None."""
    trust = asked.trust
    signers = [key for key in trust.of("permit", permit.at_ms) if envelope.is_signed_by(key.public)]
    if not signers:
        return Refusal("signature", "no key that is trusted for permits has signed this")
    if permit.log.origin != trust.origin:
        return Refusal("other-ledger", "this is a permit of another ledger than the one that is trusted")
    stolen_ms = max(key.until_ms if key.is_compromised else 0 for key in signers)
    if all(key.is_compromised for key in signers) and not _is_on_record(envelope, permit, asked, stolen_ms):
        since = f"the key that signed this was somebody else's from {moment(stolen_ms)} on"
        return Refusal(KEY_COMPROMISED, f"{since}; only a proof that the permit was on record before counts")
    return None


def _refusals(envelope: Envelope, permit: Permit, asked: Question) -> Iterator[Refusal]:
    if permit.level not in asked.levels:
        yield Refusal("level", f"permits of the level {permit.level} are not accepted here")
    if permit.level == "HUMAN_2" and len(_approvers(envelope, permit, asked)) < _APPROVERS:
        yield Refusal("approvers", "two different people who approved it must have signed it, and not its author")
    yield from _of_content(permit, asked)
    yield from _of_time(permit, asked.at_ms)
    yield from _of_place(permit, asked)
    if asked.revocations is not None:
        yield from _of_revocations(permit, asked.revocations, asked)
    if asked.proof is not None and not _is_on_record(envelope, permit, asked):
        yield Refusal("proof", "the proof does not show that this permit is on the ledger's record")


def _approvers(envelope: Envelope, permit: Permit, asked: Question) -> set[str]:
    """Return the people who approved the text, did not submit it, and signed the permit with a live key of theirs."""
    people = {one.person for one in permit.approvals} - {permit.author}
    own = (key for key in asked.trust.of("approver", asked.at_ms) if key.person in people)
    return {key.person for key in own if envelope.is_signed_by(key.public)}


def _of_content(permit: Permit, asked: Question) -> Iterator[Refusal]:
    content = asked.content
    if content.raw_sha256 == permit.raw_sha256:
        return
    if asked.is_exact:
        yield Refusal("content", "these are not the bytes that were checked")
        return
    sha256, facts = content.canon()
    if sha256 != permit.canon_sha256:
        yield Refusal("content", "this is not the text that was checked")
    elif not set(facts) <= set(permit.facts):
        yield Refusal("content", "this text has a fact marker that the checked one had not")


def _of_time(permit: Permit, at_ms: int) -> Iterator[Refusal]:
    begin_ms = max(permit.from_ms, permit.at_ms)  # what was made later than this had not been made
    if at_ms < begin_ms - SKEW_MS:
        yield Refusal("too-early", f"the permit begins at {moment(begin_ms)}")
    if at_ms >= permit.until_ms:
        yield Refusal("expired", f"the permit ended at {moment(permit.until_ms)}")


def _of_place(permit: Permit, asked: Question) -> Iterator[Refusal]:
    places = (
        ("channel", asked.channel, permit.channels),
        ("market", asked.market, permit.markets),
        ("locale", asked.locale, permit.locales),
    )
    for key, wanted, permitted in places:
        if wanted and wanted not in permitted:
            yield Refusal(key, f"the permit is not for the {key} {wanted!r} but for {', '.join(permitted) or 'none'}")


def _is_on_record(envelope: Envelope, permit: Permit, asked: Question, before_ms: int = 0) -> bool:
    from guardrails.audit.permit_proof import parsed_permit_proof

    if asked.proof is None:
        return False
    try:
        return parsed_permit_proof(asked.proof).holds(envelope.payload, permit, asked.trust, before_ms)
    except DraftError:
        return False


def _of_revocations(permit: Permit, data: bytes, asked: Question) -> Iterator[Refusal]:
    from guardrails.audit.revocations import trusted_revocations

    try:
        listed = trusted_revocations(data, asked.trust)
    except SettingsError as error:
        yield Refusal("revocations", error.message)
        return
    why = dict(listed.revoked).get(permit.id)
    if why is not None:
        yield Refusal("revoked", f"the permit was revoked: {why}")
    if listed.size < permit.log.size or listed.at_ms + asked.max_age_ms < asked.at_ms:
        yield Refusal("revocations-old", f"the list of revocations is of {moment(listed.at_ms)}; fetch a newer one")
