"""A campaign of 36 adaptations, checked as one batch: one wrong number, one question, one transaction."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from guardrails.errors import DraftError
from guardrails.model.draft import Draft, draft_json
from guardrails.policy.yaml_source import parse_yaml
from guardrails.render.schemas import BATCH, BATCH_ANSWER
from guardrails.review.desk import Desk
from guardrails.text.load import draft_from_file
from tests.e2e import nimbrel
from tests.gates import Clock, gate_in
from tests.surfaces.http.serving import Served, assert_problem, served

CAMPAIGN = nimbrel.FIXTURES / "campaigns" / "autumn-desk"
KNOWN: Any = parse_yaml((CAMPAIGN / "campaign.yaml").read_text(encoding="utf-8"), "campaign.yaml").value
CALLER = tuple(sorted(KNOWN["caller"].items()))
CREATIVE = replace(nimbrel.AGENT, id=KNOWN["principal"]["agent"])


def adaptations() -> dict[str, Draft]:
    """Every adaptation, by its name."""
    paths = sorted((CAMPAIGN / "adaptations").iterdir())
    return {path.stem: draft_from_file(path.name, path.read_bytes()) for path in paths}


def body(drafts: dict[str, Draft]) -> dict[str, Any]:
    """The drafts as the body of a batch; what a file says of itself is in its text."""
    items = [{"id": name, "draft": {**draft_json(draft), "context": dict(CALLER)}} for name, draft in drafts.items()]
    return {"schema": "guardrails.batch/v1", "items": items}


@pytest.fixture
def http(tmp_path: Path):
    """The application, called by the agent that made the adaptations."""
    with served(tmp_path) as running:
        yield running


def test_the_wrong_number_is_found_in_two_and_one_question_is_asked(http: Served) -> None:
    """Over HTTP, by whoever holds a key; the answer is as published and every item is on record."""
    drafts = adaptations()
    asked = body(drafts)
    answer = http.client.post("/v1/checks:batch", json=asked, headers=http.key("check", principal=CREATIVE))
    given = answer.json()

    assert (200, "escalate") == (answer.status_code, answer.headers["Guardrails-Verdict"])
    assert jsonschema_rs.is_valid(BATCH, asked)
    assert jsonschema_rs.is_valid(BATCH_ANSWER, given)
    assert list(drafts) == [one["id"] for one in given["results"]]
    odd = sorted(place["item"] for one in given["odd_values"] for place in one["places"])
    assert sorted(KNOWN["wrong_number"]["items"]) == odd
    (question,) = given["questions"]
    assert sorted(KNOWN["question"]["items"]) == sorted({place["item"] for place in question["places"]})
    assert {KNOWN["question"]["passage"]} == {place["span"]["quote"] for place in question["places"]}
    indices = [one["answer"]["audit"]["index"] for one in given["results"]]
    assert list(range(min(indices), min(indices) + 36)) == sorted(indices)


def test_the_same_passage_is_one_question_to_the_reviewers(tmp_path: Path) -> None:
    """Six texts that share it are six reviews, and one question."""
    gate = gate_in(tmp_path, clock=Clock())
    gate.check_batch([(draft, CALLER) for draft in adaptations().values()], principal=CREATIVE)
    rule = KNOWN["question"]["rule"]
    reviews = [review for review in Desk(gate).reviews() if rule in review.rules]
    gate.close()

    assert len(KNOWN["question"]["items"]) == len(reviews)
    assert 1 == len({review.question_ref for review in reviews})


def test_a_batch_is_recorded_whole_or_not_at_all(tmp_path: Path) -> None:
    """One item that is not acceptable, and nothing is on record."""
    gate = gate_in(tmp_path, clock=Clock())
    good = nimbrel.draft(nimbrel.PASSING)
    with pytest.raises(DraftError, match="item 1"):
        gate.check_batch([(good, ()), (good, (("channel", "nowhere"),))], principal=nimbrel.AGENT)

    assert 0 == sum(record.type == "check" for _, record in gate.log.records())
    gate.close()


def test_a_batch_has_a_size(http: Served) -> None:
    """From one to a hundred drafts, each with an id of its own."""
    one = draft_json(nimbrel.draft(nimbrel.PASSING))
    many = {"items": [{"id": str(number), "draft": one} for number in range(101)]}
    twice = {"items": [{"id": "a", "draft": one}, {"id": "a", "draft": one}]}

    assert_problem(http.client.post("/v1/checks:batch", json=many), 422, "batch-too-large")
    assert_problem(http.client.post("/v1/checks:batch", json={"items": []}), 422, "batch-empty")
    assert_problem(http.client.post("/v1/checks:batch", json=twice), 422, "bad-draft")
