"""Briefs as people and programs get them."""

from __future__ import annotations

import json
from collections.abc import Callable

import jsonschema_rs
import pytest

from guardrails.model.brief import SECTIONS
from guardrails.render.brief import brief_json, brief_markdown
from guardrails.render.schemas import BRIEF
from tests.e2e import nimbrel
from tests.policy.briefs import AGENTS, CHANNELS, brief_of

Golden = Callable[[str, str], None]
POLICY = nimbrel.policy()
ENGLISH = {"market": "uk", "locale": "en-GB"}
GERMAN = {"market": "de", "locale": "de-DE"}


def without_digest(text: str) -> str:
    """Replace the policy's digest, which moves with every rule."""
    return text.replace(POLICY.digest, "@@POLICY@@")


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("agent", AGENTS)
def test_each_role_on_each_channel(agent: str, channel: str, golden: Golden) -> None:
    """The Markdown form, in English for the United Kingdom."""
    text = brief_markdown(brief_of(POLICY, agent, channel=channel, **ENGLISH))

    golden(f"brief/{agent}-{channel}.md", without_digest(text))


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_channel_in_german(channel: str, golden: Golden) -> None:
    """The same for Germany; titles lose the bracket that tells languages apart."""
    text = brief_markdown(brief_of(POLICY, channel=channel, **GERMAN))

    golden(f"brief/de/distribution-{channel}.md", without_digest(text))


def test_the_json_form(golden: Golden) -> None:
    """Every section is there, with ids for programs in every line."""
    value = brief_json(brief_of(POLICY, channel="newsletter", **ENGLISH))

    golden("brief/distribution-newsletter.json", without_digest(json.dumps(value, indent=2, ensure_ascii=False)) + "\n")


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("said", [{}, {"channel": "press", **GERMAN}])
def test_the_json_form_is_as_published(agent: str, said: dict[str, str]) -> None:
    """It satisfies its schema and counts the words of the Markdown form."""
    found = brief_of(POLICY, agent, **said)
    value = brief_json(found)

    jsonschema_rs.validator_for(BRIEF).validate(value)
    assert set(SECTIONS) <= set(value)
    assert len(brief_markdown(found).split()) == value["words"]


def test_a_line_counts_its_words_as_they_are_printed() -> None:
    """The budget of a brief rests on it."""
    found = brief_of(POLICY, channel="press")
    counted = sum(line.words for section in found.sections for line in section.lines)
    printed = [line for line in brief_markdown(found).splitlines() if line.startswith("- ")]

    assert counted == sum(len(line.split()) for line in printed)


def test_what_is_not_said_is_any(golden: Golden) -> None:
    """Without a place everything that could apply counts, and the title says so."""
    text = brief_markdown(brief_of(POLICY, "qa"))

    golden("brief/qa-anywhere.md", without_digest(text))
    assert text.startswith("# Brief for qa: any channel, any market, any locale\n")
