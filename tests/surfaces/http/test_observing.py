"""What the operator sees, and what nobody sees: the draft."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from guardrails.errors import UnavailableError
from guardrails.surfaces.http.logs import configure_logs
from tests.surfaces.http.serving import Served, bodies, passing, served

CANARY = "kanarienvogel-7f3a"
DRAFT = f"{CANARY} promises guaranteed results, call {CANARY}@example.com. Revolutionary! Best of the world!"


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


def test_one_line_per_check(http: Served) -> None:
    """The line has verdict, counts, faults, ids and times."""
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as events:
        answer = http.check()

    (line,) = [event for event in events if event["event"] == "check_finished"]
    assert answer.json()["check_id"] == line["check_id"]
    assert answer.headers["Request-Id"] == line["request_id"]
    assert http.gate.policy.digest == line["policy_digest"]
    assert ("pass", True, [], False) == (line["verdict"], line["binding"], line["faults"], line["replayed"])
    assert len(answer.json()["assessment"]["findings"]) == line["findings"]
    assert line["duration_us"] > 0


def test_metrics_count_verdicts_faults_and_problems(tmp_path: Path) -> None:
    """A lost worker is an escalation with a fault; both are counted, and the latency observed."""

    def lost(*_: object) -> None:
        raise UnavailableError("worker-lost", "no worker finished this draft")

    with served(tmp_path, lost) as http:
        verdict = http.check().headers["Guardrails-Verdict"]
        http.check({})
        text = http.client.get("/metrics").text

    assert "escalate" == verdict
    assert 'guardrails_checks_total{verdict="escalate"} 1.0' in text
    assert 'guardrails_faults_total{code="worker-lost"} 1.0' in text
    assert 'guardrails_problems_total{code="bad-draft"} 1.0' in text
    assert "guardrails_check_seconds_count 1.0" in text
    assert "guardrails_checks_under_way 0.0" in text


def test_probes(http: Served) -> None:
    """Alive, and ready with the policy's digest and the size of the ledger."""
    http.check()

    assert "ok\n" == http.client.get("/livez").text
    assert {"policy": http.gate.policy.digest, "records": http.gate.log.head().size} == http.client.get(
        "/readyz"
    ).json()


def test_nothing_is_cached(http: Served) -> None:
    """No response may be kept by what lies between."""
    for path in ("/livez", "/v1/policies", "/v1/nothing"):
        assert "no-store" == http.client.get(path).headers["Cache-Control"]


def test_no_word_of_the_draft_is_logged_counted_or_in_a_problem(tmp_path: Path, lines: io.StringIO) -> None:
    """Whatever becomes of a draft, its words are in its answer and its record alone."""
    with served(tmp_path) as http:
        checked = http.check(bodies(DRAFT))
        problems = [
            http.check({**bodies(DRAFT), "context": {"channel": "nowhere"}}),
            http.check({**bodies(DRAFT), "context": {"action": "lint"}}),
            http.check({**bodies(DRAFT), "colour": "red"}),
            http.check({"fields": [{"id": "body", "text": DRAFT, "format": "pdf"}]}),
            http.check({"fields": [{"id": "body", "text": [DRAFT]}]}),
            http.check(bodies(DRAFT), params={"as_of": "never"}),
            http.check(bodies(DRAFT), headers={"Authorization": "Bearer gk_no_no"}),
            http.client.post(
                "/v1/checks", content=f'{{"fields": "{DRAFT}', headers={"Content-Type": "application/json"}
            ),
            http.client.post("/v1/checks", content=DRAFT, headers={"Content-Type": "text/plain"}),
        ]
        metrics = http.client.get("/metrics").text

    assert 200 == checked.status_code
    assert CANARY not in lines.getvalue() + metrics
    for one in problems:
        assert 400 <= one.status_code < 500
        assert CANARY not in one.text + str(one.headers)


def test_no_word_of_the_draft_is_in_a_defect(tmp_path: Path, lines: io.StringIO) -> None:
    """An exception whose message holds the draft leaves its type in the log, and no traceback."""

    def broken(draft: object, *_: object) -> None:
        logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=ValueError(draft))
        raise ValueError(draft)

    with served(tmp_path, broken) as http:
        answer = http.check(bodies(DRAFT))

    assert 500 == answer.status_code
    assert CANARY not in lines.getvalue() + answer.text
    assert ["ValueError", "ValueError"] == [json.loads(line)["error"] for line in lines.getvalue().splitlines()]


def test_every_line_is_one_json_object(tmp_path: Path, lines: io.StringIO) -> None:
    """Away from a terminal the log is for machines; other loggers of the process come the same way."""
    with served(tmp_path) as http:
        http.check(passing())
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    events = [json.loads(line) for line in lines.getvalue().splitlines()]

    assert {"check_finished", "Invalid HTTP request received."} == {event["event"] for event in events}
    assert all(event["timestamp"] and event["level"] for event in events)
