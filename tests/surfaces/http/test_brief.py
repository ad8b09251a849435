"""``GET /v1/brief``: what applies, as far as the key reaches."""

from __future__ import annotations

import jsonschema_rs
import pytest

from guardrails.model.context import Actor, Principal
from guardrails.render.brief import brief_json, brief_markdown
from guardrails.render.schemas import BRIEF
from guardrails.review import stop
from tests.e2e import nimbrel
from tests.policy.briefs import brief_of
from tests.surfaces.http.serving import Served, assert_problem

PLACE = {"channel": "newsletter", "market": "de", "locale": "de-DE"}
EDITOR = Principal("person", "head-of-content")


def brief(http: Served, headers: dict[str, str] | None = None, **params: str):
    """GET a brief."""
    return http.client.get("/v1/brief", params=params, headers=headers or {})


def test_it_is_what_the_command_line_says(http: Served) -> None:
    """One function behind both, in both forms."""
    expected = brief_of(nimbrel.policy(), **PLACE)

    assert brief_json(expected) == brief(http, **PLACE).json()
    assert brief_markdown(expected) == brief(http, **PLACE, format="md").text
    assert "text/markdown; charset=utf-8" == brief(http, format="md").headers["content-type"]


@pytest.mark.parametrize("scope", ["check", "read"])
def test_a_key_reads_the_brief_of_its_own_agent(http: Served, scope: str) -> None:
    """Who may submit may know what is asked."""
    header = http.key(scope, principal=Principal("agent", "creative"))

    assert "creative" == brief(http, header).json()["agent"]
    assert "creative" == brief(http, header, agent="creative").json()["agent"]
    assert_problem(brief(http, header, agent="distribution"), 403, "forbidden")


def test_a_key_without_a_fitting_scope_is_refused(http: Served) -> None:
    """`simulate` alone reads nothing."""
    assert_problem(brief(http, http.key("simulate")), 403, "forbidden")


def test_a_person_names_an_agent(http: Served) -> None:
    """Whoever answers for an agent may read what it is told."""
    header = http.key("read", principal=EDITOR)

    assert "research" == brief(http, header, agent="research").json()["agent"]
    assert_problem(brief(http, header), 422, "agent-missing")
    assert (
        "Did you mean “research”?" == assert_problem(brief(http, header, agent="reserch"), 422, "unknown-agent")["help"]
    )


def test_the_values_of_the_key_hold(http: Served) -> None:
    """What is not said is what the key permits; anything else is refused, and what is permitted is named."""
    header = http.key("check", channels=["blog", "web"])
    refused = assert_problem(brief(http, header, channel="press"), 403, "forbidden")

    assert ["blog", "web"] == brief(http, header).json()["context"]["channel"]
    assert "It is for: blog, web." == refused["help"]


def test_a_withdrawn_fact_is_not_told_any_more(http: Served) -> None:
    """From the moment it is withdrawn on the record."""
    before = brief(http, **PLACE).json()["facts"]
    stop.withdraw(http.gate, "N-001", "The laboratory was wrong.", Actor(EDITOR))
    after = brief(http, **PLACE).json()["facts"]

    assert "N-001" in {line["fact"] for line in before}
    assert "N-001" not in {line["fact"] for line in after}


def test_it_tells_what_will_apply_then(http: Served) -> None:
    """A day to come is no simulation of a verdict, so it needs no scope of its own."""
    later = brief(http, http.key("check"), as_of="2027-04-01", **PLACE).json()

    assert "2027-04-01" == later["as_of"]
    assert "Your mandate ended on 2027-03-31: a person decides whatever you write." == later["decide"][0]["text"]


@pytest.mark.parametrize(
    ("params", "code", "hint"),
    [
        ({"channel": "newsleter"}, "unknown-value", "Did you mean 'newsletter'?"),
        ({"chanel": "newsletter"}, "unknown-key", "Did you mean 'channel'?"),
        ({"publish_at": "soon"}, "bad-date", "Write it like 2026-03-31 or 2026-03-31T09:00:00Z."),
        ({"as_of": "soon"}, "bad-moment", "write 2026-12-01 or 2026-12-01T08:00:00Z"),
        ({"format": "pdf"}, "bad-parameter", ""),
    ],
)
def test_a_wrong_parameter_is_a_422(http: Served, params: dict[str, str], code: str, hint: str) -> None:
    """With what was probably meant."""
    assert hint == assert_problem(brief(http, **params), 422, code)["help"]


def test_the_examples_of_the_document_hold(http: Served) -> None:
    """The parameters it shows are accepted, and the brief it shows is as described."""
    operation = http.client.get("/openapi.json").json()["paths"]["/v1/brief"]["get"]
    params = {one["name"]: one["example"] for one in operation["parameters"] if "example" in one}
    answer = brief(http, http.key("read", principal=EDITOR), **params)
    shown = operation["responses"]["200"]["content"]["application/json"]["example"]

    assert 200 == answer.status_code
    assert jsonschema_rs.is_valid(BRIEF, answer.json())
    assert jsonschema_rs.is_valid(BRIEF, shown)
