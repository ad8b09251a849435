"""Every error of every route is a problem document of one shape."""

import re
from contextlib import suppress
from pathlib import Path

import apsw
import pytest
from starlette.routing import Route

from guardrails.errors import DraftError, GuardrailsError, LedgerError, PolicyError, UnavailableError
from guardrails.model.context import Principal
from guardrails.surfaces.http.problems import problem_of, status_of
from tests.audit.samples import erase_text
from tests.e2e import nimbrel
from tests.surfaces.http.serving import Served, assert_problem, bodies, passing, served

OPEN = {"/livez", "/readyz", "/metrics", "/openapi.json"}
UNKNOWN = {
    ("GET", "/v1/checks/{check_id}"): "not-found",
    ("POST", "/v1/checks/{check_id}/disclosures"): "not-found",
    ("GET", "/v1/policies/{rule}"): "rule-unknown",
    ("GET", "/v1/reviews/{review_id}"): "review-unknown",
    ("DELETE", "/v1/waivers/{waiver_id}"): "waiver-unknown",
    ("POST", "/v1/waivers/{waiver_id}/approval"): "waiver-unknown",
    ("DELETE", "/v1/stops/{stop_id}"): "stop-unknown",
    ("POST", "/v1/reviews/{review_id}/decisions"): "review-unknown",
    ("POST", "/v1/facts/{fact_id}/withdrawal"): "unknown-fact",
    ("POST", "/v1/checks/{check_id}/permit"): "not-found",
    ("POST", "/v1/checks/{check_id}/break-glass"): "not-found",
    ("GET", "/v1/permits/{permit_id}"): "permit-unknown",
    ("GET", "/v1/permits/{permit_id}/proof"): "permit-unknown",
    ("POST", "/v1/permits/{permit_id}/revocation"): "permit-unknown",
    ("DELETE", "/v1/holds/{hold_id}"): "hold-unknown",
    ("GET", "/v1/erasures/{erasure_id}"): "erasure-unknown",
}
NAMELESS = {
    "/v1/approvals", "/v1/brief", "/v1/checks", "/v1/checks:batch", "/v1/approver-keys", "/v1/disputes", "/v1/erasures", "/v1/facts", "/v1/holds", "/v1/mentions", "/v1/permits",
    "/v1/permits/revocations", "/v1/permits/trust", "/v1/permits:verify", "/v1/published", "/v1/policies",
    "/v1/policies/activations", "/v1/policies/proposals", "/v1/processing-record", "/v1/retention", "/v1/reviews", "/v1/stops", "/v1/subjects:export", "/v1/subjects:find", "/v1/waivers",
}  # fmt: skip
BODIES = {
    "unknown-fact": {"reason": "It was wrong."},
    "not-found": {"reason": "A recall."},
    "permit-unknown": {"reason": "A wrong price."},
    "hold-unknown": {"reason": "It is settled."},
    "stop-unknown": {"reason": "It is right again."},
    "review-unknown": {
        "decision": "wrong", "finding": "f1", "reason": "It is a name.",
        "seen": {"content_sha256": "", "policy_digest": "", "question_ref": ""},
    },
}  # fmt: skip


def routes(http: Served) -> dict[str, set[str]]:
    """Every path with its methods."""
    known: dict[str, set[str]] = {}
    for route in http.app.routes:
        if isinstance(route, Route):
            known.setdefault(route.path, set()).update(route.methods or ())
    return known


def address(path: str) -> str:
    """A path with its parameters filled in."""
    return re.sub(r"\{\w+\}", "nothing-like-it", path)


def test_the_walk_knows_every_route(http: Served) -> None:
    """These are all the routes there are; a new one joins the walk by itself."""
    assert OPEN | NAMELESS | {path for _, path in UNKNOWN} == set(routes(http))


def test_every_route_refuses_other_methods(http: Served) -> None:
    """405 says which methods there are."""
    for path, methods in routes(http).items():
        for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} - methods:
            refused = http.client.request(method, address(path))
            assert_problem(refused, 405, "method-not-allowed")
            assert methods == set(refused.headers["Allow"].split(", "))


def test_every_route_but_the_probes_needs_a_key(http: Served) -> None:
    """Once there are keys, no key and a wrong key are 401, on every path and before the body is looked at."""
    http.key("check")
    for path, methods in routes(http).items():
        for header in ({}, {"Authorization": "Bearer gk_aaaa_00"}, {"Authorization": "Basic eDp5"}):
            for method in methods:
                answer = http.client.request(method, address(path), headers=header)
                if path in OPEN:
                    assert 200 == answer.status_code
                else:
                    assert_problem(answer, 401, "unauthorized")
                    assert "Bearer" == answer.headers["WWW-Authenticate"]


def test_every_route_needs_its_scope(http: Served) -> None:
    """A key without the scope of a route is 403, and told which scope it lacks."""
    header = http.key()
    for path, methods in routes(http).items():
        for method in methods if path not in OPEN else ():
            document = assert_problem(http.client.request(method, address(path), headers=header), 403, "forbidden")
            assert "scope" in document["detail"]


def test_every_route_with_a_name_says_404(http: Served) -> None:
    """An id that nobody has is 404."""
    headers = http.key(
        "read", "review", "operate", "disclose", "privacy", principal=Principal("person", "legal-counsel")
    )
    for (method, path), code in UNKNOWN.items():
        body = None if method == "GET" else BODIES.get(code)
        answer = http.client.request(method, address(path), json=body, headers=headers)
        assert_problem(answer, 404, code)
    assert_problem(http.client.get("/v1/nothing"), 404, "not-found")
    assert_problem(http.client.get("/v1/checks/"), 404, "not-found")
    assert_problem(http.client.get("/docs"), 404, "not-found")


def test_an_unknown_rule_has_a_near_match(http: Served) -> None:
    """A misspelt rule id is answered with the rule that was meant."""
    known = http.gate.policy.rules[0].id

    assert known in assert_problem(http.client.get(f"/v1/policies/{known}x"), 404, "rule-unknown")["help"]


BAD_BODIES = {
    "nothing": (b"", 400, "bad-json", "body:1:1"),
    "no JSON": (b'{"fields": ', 400, "bad-json", "body:1"),
    "not UTF-8": (b'{"fields": [{"id": "body",\n "text": "\xff"}]}', 422, "not-utf-8", "body:2:11"),
    "UTF-16": ('{"fields": []}'.encode("utf-16"), 422, "not-utf-8", "body"),
    "a key twice": (b'{"fields": [], "fields": []}', 400, "bad-json", "body"),
    "NaN": (b'{"fields": NaN}', 400, "bad-json", "body"),
    "too deep": (b"[" * 200_000, 400, "bad-json", "body"),
    "a huge number": (b'{"fields": ' + b"9" * 5000 + b"}", 400, "bad-json", "body"),
    "a lone surrogate": (rb'{"fields": [{"id": "body", "text": "a\ud800"}]}', 422, "bad-draft", "body#/fields/0/text"),
    "a surrogate for a key": (rb'{"fields": [], "\ud800": 1}', 422, "bad-draft", "body#/?"),
    "another type": (b'{"fields": {}}', 422, "bad-draft", "body#/fields"),
    "no fields": (b'{"fields": []}', 422, "bad-draft", "body#/fields"),
    "an unknown key": (b'{"fields": [{"id": "b", "text": "", "txt": ""}]}', 422, "bad-draft", "body#/fields/0/txt"),
    "too large": (b" " * 4_000_001, 413, "too-large", ""),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_body_is_refused_with_its_place(http: Served, name: str) -> None:
    """What cannot be a draft is a 4xx that says where it is wrong; nothing is recorded."""
    body, status, code, place = BAD_BODIES[name]

    answer = http.client.post("/v1/checks", content=body, headers={"Content-Type": "application/json"})

    assert assert_problem(answer, status, code)["place"].startswith(place)
    assert 0 == http.gate.log.head().size


def test_a_body_that_does_not_say_its_length_is_measured(http: Served) -> None:
    """A stream is cut off at the limit."""
    stream = (b" " * 100_000 for _ in range(50))

    answer = http.client.post("/v1/checks", content=stream, headers={"Content-Type": "application/json"})

    assert_problem(answer, 413, "too-large")


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data"])
def test_a_body_must_be_announced_as_json(http: Served, kind: str) -> None:
    """What a page in a browser may send unasked is refused."""
    answer = http.client.post("/v1/checks", content=b"{}", headers={"Content-Type": kind})

    assert_problem(answer, 415, "not-json")


def test_a_charset_may_be_named(http: Served) -> None:
    """Parameters of the media type do not matter."""
    answer = http.check(headers={"Content-Type": "application/json; charset=utf-8"})

    assert 200 == answer.status_code


@pytest.mark.parametrize("as_of", ["yesterday", "2026-13-01", "9" * 41, "0001-01-01T00:00:00+14:00"])
def test_a_bad_moment_is_refused(http: Served, as_of: str) -> None:
    """`as_of` is an ISO date or time."""
    assert 422 == http.check(params={"as_of": as_of}).status_code


def test_a_long_idempotency_key_is_refused_and_not_repeated(http: Served) -> None:
    """A parameter out of bounds is named, its value is not."""
    document = assert_problem(http.check(headers={"Idempotency-Key": "k" * 201}), 422, "bad-parameter")

    assert "header Idempotency-Key" == document["place"]
    assert "kkk" not in str(document)


def test_an_unknown_context_value_has_a_near_match(http: Served) -> None:
    """A channel that the workspace does not know is refused."""
    document = assert_problem(http.check({**passing(), "context": {"channel": "newsleter"}}), 422, "unknown-value")

    assert "newsletter" in document["help"]


def test_the_gate_records_no_lint(http: Served) -> None:
    """`action: lint` is the linter's."""
    assert_problem(http.check({**passing(), "context": {"action": "lint"}}), 422, "lint-not-recorded")


def test_a_defect_is_500_and_says_nothing_of_the_draft(tmp_path: Path) -> None:
    """An unforeseen exception gives no verdict and no words of its own."""

    def broken(draft: object, *_: object) -> None:
        raise KeyError(draft)

    with served(tmp_path, broken) as http:
        document = assert_problem(http.check(bodies("secret-words")), 500, "defect")

    assert "secret-words" not in str(document)


def test_no_verdict_while_another_program_holds_the_ledger(http: Served, tmp_path: Path) -> None:
    """A ledger that cannot be written is 503 without a verdict; once it can, checks work again."""
    other = apsw.Connection(str(tmp_path / "ledger.db"))
    other.execute("BEGIN EXCLUSIVE")
    during = http.check()
    other.execute("ROLLBACK")
    other.close()
    after = http.check()

    document = assert_problem(during, 503, "ledger-unwritable")
    assert "verdict" not in str(during.headers)
    assert str(tmp_path) not in str(document)
    assert "pass" == after.headers["Guardrails-Verdict"]


def test_no_verdict_once_the_ledger_is_closed(tmp_path: Path) -> None:
    """A closed ledger is 503 on every route that needs it, and `/readyz` is red."""
    with suppress(LedgerError), served(tmp_path) as http:  # closing it once more is refused too
        http.gate.log._store.close()

        assert_problem(http.check(), 503, "ledger-unwritable")
        assert_problem(http.client.get("/readyz"), 503, "ledger-unwritable")
        assert_problem(http.client.get("/v1/checks/chk_1"), 503, "ledger-unwritable")
        assert 200 == http.client.get("/livez").status_code
        assert "guardrails_checks_total{" not in http.client.get("/metrics").text


def test_an_erased_answer_is_gone(http: Served) -> None:
    """After an erasure the answer is 410."""
    check_id = http.check().json()["check_id"]
    erase_text(http.gate.log, check_id)

    assert_problem(http.client.get(f"/v1/checks/{check_id}"), 410, "payload-missing")


def test_a_draft_in_the_wrong_place_is_still_a_check(http: Served) -> None:
    """A verdict is never a problem: revise and escalate are 200."""
    for name, verdict in ((nimbrel.REVISING, "revise"), (nimbrel.ESCALATING, "escalate")):
        text = nimbrel.draft(name).fields[0].text
        answer = http.check({"fields": [{"id": "body", "text": text, "format": "markdown"}]})
        assert (200, verdict) == (answer.status_code, answer.headers["Guardrails-Verdict"])


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LedgerError("idempotency-key-in-use", "another request was recorded under this idempotency key"), 409),
        (LedgerError("ledger-full", "there is no room left"), 503),
        (UnavailableError("pool-gone", "no worker"), 503),
        (DraftError("anything", "wrong"), 422),
        (PolicyError("anything", "wrong"), 500),
    ],
)
def test_every_class_of_exception_has_a_status(error: GuardrailsError, status: int) -> None:
    """The code decides where one is listed, else the class."""
    assert status == status_of(error) == problem_of(error).status_code
