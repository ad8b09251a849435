"""The OpenAPI document says what the server does."""

from typing import Any

import jsonschema_rs
from starlette.routing import Route

from guardrails.model.context import Principal
from guardrails.render.schemas import ANSWER, BRIEF, DRAFT
from tests.surfaces.http.serving import Served


def document(http: Served) -> Any:
    """The document, as served."""
    return http.client.get("/openapi.json").json()


def operations(http: Served) -> dict[tuple[str, str], Any]:
    """Every operation by path and method."""
    return {
        (path, method.upper()): operation
        for path, methods in document(http)["paths"].items()
        for method, operation in methods.items()
    }


def test_every_route_is_described_and_nothing_else(http: Served) -> None:
    """Paths and methods are those of the application."""
    routes = {(r.path, method) for r in http.app.routes if isinstance(r, Route) for method in r.methods or ()}

    assert routes == set(operations(http))


def test_it_is_openapi_3_1_with_published_schemas(http: Served) -> None:
    """Draft and answer are the published schemas, word by word."""
    schemas = document(http)["components"]["schemas"]

    assert "3.1.0" == document(http)["openapi"]
    assert (DRAFT, ANSWER, BRIEF) == (schemas["Draft"], schemas["Answer"], schemas["Brief"])


def test_every_reference_leads_somewhere(http: Served) -> None:
    """No `$ref` dangles."""
    whole = document(http)

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if "$ref" in value else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    for reference in references(whole):
        at = whole
        for key in reference.removeprefix("#/").split("/"):
            at = at[key]


def test_every_operation_has_a_name_a_summary_and_its_problems(http: Served) -> None:
    """Ids are unique; every response but 200 is a problem document."""
    described = operations(http).values()

    assert len({operation["operationId"] for operation in described}) == len(described)
    for operation in described:
        assert operation["summary"]
        for status, response in operation["responses"].items():
            assert (status == "200") or {"application/problem+json"} == set(response["content"])


def test_the_example_is_accepted_and_the_answer_is_as_described(http: Served) -> None:
    """The example of the document can be posted as it stands."""
    submit = operations(http)["/v1/checks", "POST"]
    example = submit["requestBody"]["content"]["application/json"]["example"]
    answer = http.check(example)

    assert 200 == answer.status_code
    assert jsonschema_rs.is_valid(DRAFT, example)
    assert jsonschema_rs.is_valid(ANSWER, answer.json())


def test_a_problem_is_as_described(http: Served) -> None:
    """Problems satisfy their schema, and so does the example of one."""
    schema = document(http)["components"]["schemas"]["Problem"]

    assert jsonschema_rs.is_valid(schema, http.client.get("/v1/nothing").json())
    assert jsonschema_rs.is_valid(schema, schema["example"])


def test_the_example_of_a_problem_happens(http: Served) -> None:
    """It is what the server says to that mistake."""
    example = document(http)["components"]["schemas"]["Problem"]["example"]

    assert example == http.check({"fields": [{"id": "body"}]}).json()


def test_readiness_is_as_described(http: Served) -> None:
    """`/readyz` satisfies its schema."""
    schema = document(http)["components"]["schemas"]["Ready"]

    assert jsonschema_rs.is_valid(schema, http.client.get("/readyz").json())


def examples(http: Served, path: str, method: str = "POST") -> list[Any]:
    """The examples of a request's body."""
    content = operations(http)[path, method]["requestBody"]["content"]["application/json"]
    return [one["value"] for one in content["examples"].values()] if "examples" in content else [content["example"]]


def test_the_examples_of_people_are_accepted(http: Served) -> None:
    """What names nothing of a ledger can be posted as it stands; a dispute names a check that is not there."""
    person = http.key("check", "operate", principal=Principal("person", "head-of-content"))
    for path in ("/v1/waivers", "/v1/stops"):
        (example,) = examples(http, path)
        assert 200 == http.client.post(path, json=example, headers=person).status_code, path
    (dispute,) = examples(http, "/v1/disputes")
    assert 404 == http.client.post("/v1/disputes", json=dispute, headers=person).status_code
    (stop,) = http.client.get("/v1/stops", headers=person).json()["stops"]
    (resume,) = examples(http, "/v1/stops/{stop_id}", "DELETE")
    lifted = http.client.request("DELETE", f"/v1/stops/{stop['id']}", json=resume, headers=person)
    assert 200 == lifted.status_code


def test_every_example_of_a_decision_is_a_decision(http: Served) -> None:
    """All five read as bodies; with what was seen of another review they are refused as such, and no earlier."""
    person = http.key("check", "review", principal=Principal("person", "legal-counsel"))
    text = {"fields": [{"id": "body", "text": "The light of Lampadio is dull."}], "context": {"channel": "blog"}}
    check = http.check(text, headers=http.key("check")).json()["check_id"]
    decisions = examples(http, "/v1/reviews/{review_id}/decisions")
    answers = [
        http.client.post(f"/v1/reviews/{check}/decisions", json=one, headers=person).json()["code"] for one in decisions
    ]

    assert ["review-moved"] * 5 == answers
    assert {"approve", "send-back", "reject", "waive", "wrong"} == {one["decision"] for one in decisions}
