"""
Words of texts, of sources and of people are where they belong: in answers to whoever may read them, and encrypted.

One test drives the server through everything that people and agents do, with a canary in every free text, and reads all that
was written: log, metrics, refusals, the files of the ledger and its keys, the records byte by byte.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from guardrails.audit.parts import opened_or_none
from guardrails.model.context import Principal
from guardrails.surfaces.http.logs import configure_logs
from tests.gates import Clock
from tests.surfaces.http.serving import Served, served

WORDS = (
    "text", "title", "url", "source", "model", "run", "campaign", "task", "thread", "reason", "instruction", "note",
    "waived", "stopped", "edited", "idempotency", "subject", "request", "erasing", "held", "released",
)  # fmt: skip
"""Where canaries sit; each is a word of its own, so that a test that fails says which one flew."""


def canary(where: str) -> str:
    """Return the canary of a free text."""
    return f"Kanarienvogel-{where}-7f3a"


def words_in(data: str | bytes) -> list[str]:
    """Return which canaries are in *data*, whatever their case."""
    raw = data.encode() if isinstance(data, str) else data
    return [one for one in WORDS if canary(one).lower().encode() in raw.lower()]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The server's log, configured as the server does it."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(stream)
    yield stream
    structlog.reset_defaults()
    logging.getLogger("guardrails").setLevel(logging.NOTSET)
    root.handlers[:], root.level = before


@pytest.fixture
def http(tmp_path: Path) -> Iterator[Served]:
    """A server with its ledger."""
    with served(tmp_path, clock=Clock()) as one:
        yield one


class Office:
    """Everybody who has a key, and what they were refused."""

    def __init__(self, http: Served) -> None:
        self.http = http
        self.refused: list[str] = []
        everything = ("check", "read", "review", "operate", "disclose")
        self.keys = {
            "agent": http.key("check", "read"),
            "legal": http.key(*everything, principal=Principal("person", "legal-counsel")),
            "editor": http.key(*everything, principal=Principal("person", "head-of-content")),
            "officer": http.key("privacy", principal=Principal("person", "data-protection-officer")),
            "counsel": http.key("privacy", principal=Principal("person", "legal-counsel")),
        }

    def ask(self, method: str, path: str, who: str, json: Any = None, **headers: str) -> Any:
        """Send a request that is answered."""
        answer = self.http.client.request(method, path, json=json, headers={**self.keys[who], **headers})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fail(self, method: str, path: str, who: str, json: Any = None, **more: Any) -> None:
        """Send a request that is refused, and keep what it was told."""
        headers = {**self.keys[who], **more.pop("headers", {})}
        answer = self.http.client.request(method, path, json=json, headers=headers, **more)
        assert 400 <= answer.status_code < 500, answer.text
        self.refused.append(answer.text + str(answer.headers))


def draft(text: str = "") -> dict[str, Any]:
    """A draft that names a rival, with a canary in everything that is free text."""
    return {
        "fields": [{"id": "body", "text": text or f"The light of Lampadio is dull. {canary('text')}"}],
        "context": {
            "channel": "blog", "market": "uk", "locale": "en-GB", "campaign": canary("campaign"), "task": canary("task"),
            "thread": canary("thread"),
        },
        "provenance": {"origin": "generated", "model": canary("model"), "run": canary("run")},
        "sources": [
            {"id": "s1", "url": f"https://example.com/{canary('url')}", "title": canary("title"), "text": canary("source")}
        ],
    }  # fmt: skip


def a_day(office: Office) -> str:
    """Do everything that agents and people do, and much that they may not; return the id of the first check."""
    check = office.ask("POST", "/v1/checks", "agent", draft(), **{"Idempotency-Key": canary("idempotency")})["check_id"]
    office.ask("POST", "/v1/checks", "agent", draft(), **{"Idempotency-Key": canary("idempotency")})
    review = _open(office)
    judged = {"seen": review["seen"], "relevance": "yes", "positioning": "no", "stop_needed": True}
    decisions = f"/v1/reviews/{review['id']}/decisions"
    sent_back = {**judged, "decision": "send-back", "reason": canary("reason"), "instructions": [canary("instruction")]}
    office.fail("POST", decisions, "agent", sent_back)
    office.fail("POST", decisions, "legal", {**sent_back, "seen": {**review["seen"], "question_ref": "0" * 64}})
    office.fail("POST", decisions, "legal", {**sent_back, "instructions": canary("instruction")})
    office.ask("POST", decisions, "legal", sent_back)
    office.fail("POST", decisions, "legal", sent_back)
    _lift(office, check)
    _answer_with_edits(office)
    _halt(office)
    _erase(office)
    _mistakes(office)
    return str(check)


def _open(office: Office) -> Any:
    question = office.ask("GET", "/v1/reviews", "legal")["questions"][0]
    return office.ask("GET", f"/v1/reviews/{question['texts'][0]['id']}?show_personal_data=true", "legal")


def _lift(office: Office, check: str) -> None:
    dispute = {"check": check, "finding": "f1", "reason": "wrong", "note": canary("note")}
    office.ask("POST", "/v1/disputes", "agent", dispute)
    office.fail("POST", "/v1/disputes", "agent", {**dispute, "finding": "f99"})
    wish = {"rule": "house-style.emoji", "reason": canary("waived"), "until": "2026-12-20", "scope": {}}
    waiver = office.ask("POST", "/v1/waivers", "agent", wish)["id"]
    office.fail("POST", "/v1/waivers", "agent", {**wish, "until": "2020-01-01"})
    office.ask("POST", f"/v1/waivers/{waiver}/approval", "legal")
    office.ask("DELETE", f"/v1/waivers/{waiver}", "legal")


def _answer_with_edits(office: Office) -> None:
    office.ask("POST", "/v1/checks", "agent", draft(f"Lampadio is duller. {canary('text')}"))
    review = _open(office)
    office.ask(
        "POST",
        f"/v1/reviews/{review['id']}/decisions",
        "legal",
        {
            "decision": "approve", "seen": review["seen"], "reason": canary("reason"), "relevance": "yes",
            "positioning": "yes", "stop_needed": True,
            "edited": [{"id": "body", "text": f"Lampadio is dull. {canary('edited')}"}],
        },
    )  # fmt: skip


def _halt(office: Office) -> None:
    halt = office.ask("POST", "/v1/stops", "editor", {"scope": "all", "value": "", "reason": canary("stopped")})["id"]
    office.ask("POST", "/v1/checks", "agent", draft())
    office.ask("DELETE", f"/v1/stops/{halt}", "editor", {"reason": canary("stopped")})


def _erase(office: Office) -> None:
    named = {"texts": [canary("subject")]}
    check = office.ask("POST", "/v1/checks", "agent", draft(f"Lamps are good. {canary('subject')}"))["check_id"]
    wanted = {
        "subject": [canary("subject")], "ground": "gdpr-17-1-b", "request": canary("request"), "reason": canary("erasing"),
    }  # fmt: skip
    assert office.ask("POST", "/v1/subjects:find", "officer", named)["records"]
    assert office.ask("POST", "/v1/subjects:export", "officer", named)["records"]
    hold = office.ask("POST", "/v1/holds", "officer", {"scope": "check", "value": check, "reason": canary("held")})[
        "id"
    ]
    office.ask("POST", "/v1/erasures", "officer", {**wanted, "dry_run": True})
    office.fail("POST", "/v1/erasures", "officer", wanted)
    for who in ("officer", "counsel"):
        office.ask("DELETE", f"/v1/holds/{hold}", who, {"reason": canary("released")})
    office.fail("POST", "/v1/erasures", "agent", wanted)
    office.fail("POST", "/v1/erasures", "officer", {**wanted, "reason": canary("subject")})
    office.fail("POST", "/v1/erasures", "officer", {**wanted, "checks": [canary("subject")]})
    office.fail("POST", "/v1/erasures", "officer", {**wanted, "dry_run": canary("subject")})
    office.fail("POST", "/v1/subjects:find", "officer", {"texts": canary("subject")})
    for who in ("officer", "counsel"):
        office.ask("POST", "/v1/erasures", who, wanted, **{"Idempotency-Key": canary("idempotency")})
    office.ask("GET", "/v1/approvals", "counsel")
    assert [] == office.ask("POST", "/v1/subjects:find", "officer", named)["records"]


def _mistakes(office: Office) -> None:
    office.fail("POST", "/v1/checks", "agent", {**draft(), "colour": canary("text")})
    office.fail("POST", "/v1/checks", "agent", {**draft(), "sources": canary("source")})
    office.fail("POST", "/v1/checks", "agent", {**draft(), "context": {"channel": ["blog", canary("text")]}})
    office.fail("POST", "/v1/checks", "agent", draft("changed"), headers={"Idempotency-Key": canary("idempotency")})
    office.fail("POST", "/v1/checks", "agent", content=f'{{"fields": "{canary("text")}')


def test_no_word_flies(http: Served, lines: io.StringIO, tmp_path: Path) -> None:
    """In no log line, metric, refusal, file, record, index row or remembered answer is a word of a text or of a person."""
    office = Office(http)
    a_day(office)
    metrics = http.client.get("/metrics").text
    records = [stored.record for stored in http.gate.log._store.records()]
    files = {path.name: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}

    assert {"ledger.db", "ledger.db-wal", "keys.db", "keys.db-wal", "keys.epochs"} <= files.keys()
    assert {"check", "review", "dispute", "waiver", "stop", "disclosure", "access", "hold", "approval", "erasure"} <= {
        json.loads(one)["type"] for one in records
    }
    assert [] == words_in(lines.getvalue())
    assert [] == words_in(metrics)
    assert [] == [found for one in office.refused for found in words_in(one)]
    assert [] == [found for one in records for found in words_in(one)]
    assert [] == [(name, found) for name, data in files.items() for found in words_in(data)]


def test_the_canaries_can_be_heard(http: Served) -> None:
    """What nobody may see lies in the encrypted parts: a search for it finds every one of the words that were used."""
    office = Office(http)
    a_day(office)
    log = http.gate.log
    clear = b"".join(
        opened_or_none(log, index, part) or b""
        for index, record in log.records()
        for part in sorted(record.commitments())
    )
    heard = set(words_in(clear))

    assert heard == set(WORDS) - {"idempotency", "subject"}  # whoever was erased is in no part any more
