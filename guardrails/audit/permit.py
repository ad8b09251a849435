"""
Publish permits: that one text may be published, there, in that time, on whose account.

A permit is an in-toto Statement v1 in a DSSE envelope (``dsse``). Its subjects are the text, by the digest of the fields as
they were checked (``content``) and by that of their canon (``content#content-canon/1``, docs/content-canon.md). Its
predicate, ``urn:guardrails:publish-permit:v1``, has the names of a SLSA verification summary where it says the same:

``permitId`` ``verifier{id, version}`` ``timeVerified`` ``policy{digest}`` ``verificationResult`` ``verifiedLevels``
    One level: ``AUTO_PASS`` within a mandate, ``HUMAN_1`` after a person's approval, ``HUMAN_2`` after two people's, who
    sign it too, ``BREAK_GLASS`` by two people without a pass; that one says ``FAILED``.
``notBefore`` ``notAfter``
    RFC 3339 in UTC with milliseconds; the end is exclusive. It begins when it was made, or at most 30 days later, and is
    valid for a week at most (``BREAK_GLASS`` for four hours).
``channel[]`` ``market[]`` ``locale[]``
    Where it may go; every value that was possible when it was checked.
``obligations[{code, due, text}]`` ``disclosures[{rule, title}]``
    What is to be done, and which required texts were looked for. (Losing one changes both digests.)
``accountable`` ``approvals[{person, record, role}]`` ``author``
    The delegating role; who approved and who submitted, as references of this ledger.
``decision{assessment{sha256}, check}`` ``log{index, origin, root, size}``
    The check it rests on, where that stands in the ledger, and the ledger's head when the permit was made.
``facts[]``
    The ids of fact markers in the text, which may be taken out before publication and no others put in.
``nonce``
    128 random bits, so that the digest of a statement tells nobody which text it is about.

The payload is canonical JSON; a reader refuses any other spelling, unknown keys included: a new key makes ``/v2``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, TypeVar, cast, get_args

from guardrails.audit.dsse import strict_json, unreadable
from guardrails.model.canonical import Json, canonical
from guardrails.text.expression import expression
from guardrails.text.moment import EPOCH

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:guardrails:publish-permit:v1"
RAW, CANON = "content", "content#content-canon/1"

Level: TypeAlias = Literal["AUTO_PASS", "HUMAN_1", "HUMAN_2", "BREAK_GLASS"]
LEVELS: tuple[Level, ...] = get_args(Level)

LONGEST_MS = {"BREAK_GLASS": 4 * 3_600_000}
"""Longest time between a permit's begin and end by level; :data:`WEEK_MS` for the others."""

WEEK_MS = 7 * 86_400_000

AHEAD_MS = 30 * 86_400_000
"""How long after it was made a permit may begin: a text for later gets its permit later, judged by what holds then."""

SKEW_MS = 120_000
"""How far the clocks of those who issue, verify and publish may be apart."""

T = TypeVar("T")
_SHA256 = expression(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval: the record of it, the role it was given in, and who gave it, as a reference."""

    record: str
    role: str
    person: str


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where the check stands in the ledger *origin*, and the head of that when the permit was made; *root* is hex."""

    origin: str
    index: int
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Permit:
    """
    What a permit says; moments in ms since the epoch, digests in hex.

    Attributes:
        policy: SHA-256 of the policy, without the name of the algorithm.

        obligations: Code, when due (``before``, ``after``) and words.

        disclosures: Rule and title.
    """

    id: str
    raw_sha256: str
    canon_sha256: str
    version: str
    at_ms: int
    from_ms: int
    until_ms: int
    policy: str
    level: Level
    channels: tuple[str, ...]
    markets: tuple[str, ...]
    locales: tuple[str, ...]
    obligations: tuple[tuple[str, str, str], ...]
    disclosures: tuple[tuple[str, str], ...]
    accountable: str
    author: str
    check: str
    assessment_sha256: str
    log: LogPlace
    approvals: tuple[Approval, ...]
    facts: tuple[str, ...]
    nonce: str

    @property
    def longest_ms(self) -> int:
        """The longest time that a permit of this level may be valid."""
        return LONGEST_MS.get(self.level, WEEK_MS)


def statement_bytes(permit: Permit) -> bytes:
    """Return the payload of *permit*; :func:`permit_of` is the inverse."""
    return canonical(
        {
            "_type": STATEMENT,
            "subject": [
                {"name": RAW, "digest": {"sha256": permit.raw_sha256}},
                {"name": CANON, "digest": {"sha256": permit.canon_sha256}},
            ],
            "predicateType": PREDICATE,
            "predicate": _predicate(permit),
        }
    )


def permit_of(payload: bytes) -> Permit:
    """
    Return the permit that *payload* is.

    Raises:
        DraftError: ``permit-unreadable`` unless it is exactly what :func:`statement_bytes` writes.
    """
    value = strict_json(payload)
    try:
        permit = _permit(cast("dict[str, Json]", value))
        is_exact = statement_bytes(permit) == payload
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise unreadable("its statement lacks something") from error
    if not is_exact or not _is_sound(permit):
        raise unreadable("its statement is no publish permit of this version")
    return permit


def moment(ms: int) -> str:
    """Return a moment as permits write it; :func:`moment_of` is the inverse."""
    at = EPOCH + timedelta(milliseconds=ms)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> int:
    """
    Return the moment *text*, in ms since the epoch.

    Raises:
        ValueError: Unless it is written as :func:`moment` does.
    """
    ms = (datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1)
    if moment(ms) != text:
        raise ValueError(f"{text!r} is no moment as permits write it")
    return ms


def _predicate(permit: Permit) -> dict[str, Json]:
    log = permit.log
    return {
        "permitId": permit.id,
        "verifier": {"id": "urn:guardrails", "version": permit.version},
        "timeVerified": moment(permit.at_ms),
        "notBefore": moment(permit.from_ms),
        "notAfter": moment(permit.until_ms),
        "policy": {"digest": {"sha256": permit.policy}},
        "verificationResult": _result(permit.level),
        "verifiedLevels": [permit.level],
        "channel": list(permit.channels),
        "market": list(permit.markets),
        "locale": list(permit.locales),
        "obligations": [{"code": code, "due": due, "text": text} for code, due, text in permit.obligations],
        "disclosures": [{"rule": rule, "title": title} for rule, title in permit.disclosures],
        "accountable": permit.accountable,
        "author": permit.author,
        "decision": {"check": permit.check, "assessment": {"sha256": permit.assessment_sha256}},
        "log": {"origin": log.origin, "index": log.index, "size": log.size, "root": log.root},
        "approvals": [{"record": one.record, "role": one.role, "person": one.person} for one in permit.approvals],
        "facts": list(permit.facts),
        "nonce": permit.nonce,
    }


def _result(level: str) -> str:
    return "FAILED" if level == "BREAK_GLASS" else "PASSED"


def _permit(value: dict[str, Json]) -> Permit:
    said = _object(value["predicate"])
    raw, canon = (_object(one)["digest"] for one in _array(value["subject"]))
    decision, log = _object(said["decision"]), _object(said["log"])
    return Permit(
        id=_text(said["permitId"]),
        raw_sha256=_digest(raw),
        canon_sha256=_digest(canon),
        version=_text(_object(said["verifier"])["version"]),
        at_ms=moment_of(_text(said["timeVerified"])),
        from_ms=moment_of(_text(said["notBefore"])),
        until_ms=moment_of(_text(said["notAfter"])),
        policy=_digest(_object(said["policy"])["digest"]),
        level=cast("Level", _texts(said["verifiedLevels"])[0]),
        channels=_texts(said["channel"]),
        markets=_texts(said["market"]),
        locales=_texts(said["locale"]),
        obligations=tuple(
            (_text(one["code"]), _text(one["due"]), _text(one["text"]))
            for one in map(_object, _array(said["obligations"]))
        ),
        disclosures=tuple(
            (_text(one["rule"]), _text(one["title"])) for one in map(_object, _array(said["disclosures"]))
        ),
        accountable=_text(said["accountable"]),
        author=_text(said["author"]),
        check=_text(decision["check"]),
        assessment_sha256=_digest(decision["assessment"]),
        log=LogPlace(_text(log["origin"]), _whole(log["index"]), _whole(log["size"]), _text(log["root"])),
        approvals=tuple(
            Approval(_text(one["record"]), _text(one["role"]), _text(one["person"]))
            for one in map(_object, _array(said["approvals"]))
        ),
        facts=_texts(said["facts"]),
        nonce=_text(said["nonce"]),
    )


def _is_sound(permit: Permit) -> bool:
    """Tell whether a permit may be valid at all: a known level, no longer than that allows, begun when it was made or soon."""
    return (
        permit.level in LEVELS
        and 0 < permit.until_ms - permit.from_ms <= permit.longest_ms
        and -SKEW_MS <= permit.from_ms - permit.at_ms <= AHEAD_MS
    )


def _of(kind: type[T], value: object) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"{kind.__name__} expected")
    return value


def _object(value: Json) -> dict[str, Any]:
    return _of(dict, value)


def _array(value: Json) -> list[Any]:
    return _of(list, value)


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(map(_text, _array(value)))


def _text(value: Json) -> str:
    return _of(str, value)


def _whole(value: Json) -> int:
    if isinstance(value, bool):
        raise TypeError("an integer expected")
    return _of(int, value)


def _digest(value: Json) -> str:
    digest = _text(_object(value)["sha256"])
    if not _SHA256.fullmatch(digest):
        raise ValueError("a SHA-256 in hex expected")
    return digest
