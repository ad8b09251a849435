"""A person is found wherever they are named, and whoever looks is on record."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from guardrails.audit.keys import Caller
from guardrails.errors import DraftError
from guardrails.model.draft import Draft, Field, Source
from guardrails.model.record import record_bytes
from guardrails.privacy.published import Desk, export_subject, find_subject
from guardrails.privacy.search import names, needles
from guardrails.render.moment import rfc3339
from tests.privacy.conftest import OFFICER
from tests.review.office import AGENT, Office

NAMED = {"texts": ["Erna Vogt"]}


def draft(text: str, source: str = "") -> Draft:
    """A draft of one field, with a source if it says something."""
    return Draft((Field("body", text, "markdown"),), sources=(Source("s1", text=source),) if source else ())


@pytest.mark.parametrize(
    "text",
    [
        "Ask Erna Vogt.", "ERNA VOGT said so.", "Erna\nVogt", "**Erna** Vogt", "<b>Erna</b> Vogt", "[Erna](https://x.example) Vogt",
        "Erna&nbsp;Vogt", "Er\u00adna \u200bVogt", "Ｅｒｎａ Vogt",
        "Erna<br>Vogt", "<td>Erna</td>\n<td>Vogt</td>", "| Erna | Vogt |", "<https://x.example/Erna%20Vogt>", "**Erna**<br/>**Vogt**",
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_dress(text: str) -> None:
    """Case, line breaks, markup, entities, invisible characters, cells and addresses hide nobody."""
    assert names(text, needles(["erna vogt"]))


def test_another_name_is_not_found() -> None:
    """Two words in two sentences are no name."""
    assert not names("Erna spoke. Vogt was silent.", needles(["Erna Vogt"]))


def test_every_part_is_searched(office: Office, desk: Desk) -> None:
    """Text, sources and what a reviewer said are found, each with its part; what names nobody is not listed."""
    office.submit(draft("Ask Erna Vogt about lamps."))
    office.submit(draft("Lamps are good.", source="As Erna Vogt has written."))
    office.submit(draft("Lamps are fine."))
    office.submit()
    office.decide(office.desk.reviews(queue="press-office")[0], reason="Erna Vogt knows it.")
    found = find_subject(desk, NAMED)["records"]

    assert isinstance(found, list)
    assert ["check", "check", "review"] == [one["type"] for one in found]
    assert "field:0" in found[0]["parts"]
    assert ["sources"] == found[1]["parts"]
    assert ["reason"] == found[2]["parts"]


def test_a_search_is_on_record_without_the_name(office: Office, desk: Desk) -> None:
    """The record says that somebody looked and how much was found; the name is a reference."""
    office.submit(draft("Ask Erna Vogt about lamps."))
    find_subject(desk, NAMED)
    record = desk.log.record(desk.log.head().size - 1)

    assert ("access", "subject-find", 1) == (record.type, record.text("what"), record.number("found"))
    assert b"rna" not in record_bytes(record)
    assert (desk.log.refs.of("subject", "erna vogt"),) == record.texts("subject_refs")


def test_only_the_period_is_searched(office: Office, desk: Desk) -> None:
    """A record before the period, or at its end, is left out."""
    office.submit(draft("Ask Erna Vogt about lamps."))
    at_ms = office.clock.ms

    assert [] == find_subject(desk, {**NAMED, "since": rfc3339(at_ms + 1)})["records"]
    assert [] == find_subject(desk, {**NAMED, "until": rfc3339(at_ms)})["records"]
    assert find_subject(desk, {**NAMED, "since": rfc3339(at_ms), "until": rfc3339(at_ms + 1)})["records"]


def test_an_export_holds_every_passage(office: Office, desk: Desk) -> None:
    """The file says what stands where; its record says which records it has parts of."""
    answer = office.submit(draft("Ask Erna Vogt about lamps."))
    body = json.loads(json.dumps(export_subject(desk, NAMED)))
    record = desk.log.record(desk.log.head().size - 1)

    assert {"part": "field:0", "pointer": "/text", "text": "Ask Erna Vogt about lamps."} in body["records"][0][
        "passages"
    ]
    assert (answer.check_id,) == record.texts("records")


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        (Caller(OFFICER, scopes=("review",)), "forbidden"),
        (Caller(AGENT), "person-needed"),
    ],
)
def test_only_people_with_the_scope_search(desk: Desk, caller: Caller, code: str) -> None:
    """An agent, or a key without the scope, finds nobody."""
    with pytest.raises(DraftError) as refused:
        find_subject(replace(desk, caller=caller), NAMED)

    assert code == refused.value.code
    assert desk.log.head().size == 0


def test_an_empty_name_is_refused(desk: Desk) -> None:
    """What is in every text names nobody."""
    with pytest.raises(DraftError) as refused:
        find_subject(desk, {"texts": [" "]})

    assert "nothing-asked" == refused.value.code
