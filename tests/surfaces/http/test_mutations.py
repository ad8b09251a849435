"""Whatever is posted: the server answers with a verdict or a problem, nothing garbled passes, and it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.model.draft import content_sha256
from guardrails.text.draft_json import draft_from_json
from tests.mutations import Damage, Mutant, damages, drawn, rendered, trees
from tests.surfaces.http.serving import Served, passing, served

BODY = passing()
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory):
    """One server for all that is drawn."""
    with served(Path(tmp_path_factory.mktemp("http"))) as one:
        yield one


def post(http: Served, body: bytes) -> None:
    """Post *body*: a client's mistake, or a verdict about what was sent."""
    response = http.client.post("/v1/checks", content=body, headers=JSON)

    assert response.status_code in {200, 400, 413, 422}, response.text
    if response.status_code == 200 and response.json()["assessment"]["verdict"] == "pass":
        sent = draft_from_json(body.decode(), "body").fields
        assert content_sha256(sent) == response.json()["assessment"]["content_sha256"]


@drawn
@given(trees(BODY))
def test_no_mutated_body_stops_the_server(http: Served, mutant: Mutant) -> None:
    """Keys and values that are wrong."""
    post(http, rendered(mutant.value))


@drawn
@given(st.one_of(damages(), st.binary(max_size=40).map(lambda data: Damage("overwritten", 0, data, 10**9))))
def test_no_damaged_body_stops_the_server(http: Served, damage: Damage) -> None:
    """Bytes that are wrong; afterwards the next draft is judged."""
    post(http, damage.of(rendered(BODY)))

    assert 200 == http.client.get("/livez").status_code
