"""``guardrails brief``."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from guardrails.render.schemas import BRIEF
from tests.surfaces.cli.conftest import Cli


def test_it_speaks_to_the_agent_of_the_settings(cli: Cli, workspace: Path) -> None:
    """Markdown, for whoever is at the keyboard."""
    result = cli("brief", "--channel", "blog", "--market", "de", "--locale", "en")

    assert 0 == result.code
    assert result.out.startswith("# Brief for writer: blog, de, en, public, article\n")
    assert "- Hype: “magical”, “awesome” [lumo.hype]\n" in result.out
    assert "- Jobs: “layoffs” [lumo.jobs]\n" in result.out
    assert "Nothing that applies was left out.\n" in result.out


def test_json_is_as_published(cli: Cli, workspace: Path) -> None:
    """`guardrails.brief/v1`, for the agent that is named."""
    result = cli("brief", "--agent", "writer", "--format", "json", "--as-of", "2026-11-23")
    value = json.loads(result.out)

    jsonschema_rs.validator_for(BRIEF).validate(value)
    assert ("writer", "2026-11-23", ["blog", "newsletter", "press"]) == (
        value["agent"], value["as_of"], value["context"]["channel"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("args", "code", "hint"),
    [
        (("--channel", "blgo"), "unknown-value", "Did you mean 'blog'?"),
        (("--agent", "writter"), "unknown-agent", "Did you mean “writer”?"),
        (("--as-of", "soon"), "bad-moment", "write 2026-12-01"),
    ],
)
def test_a_wrong_call_is_answered_with_what_was_meant(
    cli: Cli, workspace: Path, args: tuple[str, ...], code: str, hint: str
) -> None:
    """Exit 2, nothing on the standard output."""
    result = cli("brief", *args)

    assert (2, "") == (result.code, result.out)
    assert f"error[{code}]" in result.err
    assert hint in result.err


def test_somebody_has_to_be_meant(cli: Cli, workspace: Path) -> None:
    """A brief without an agent would be nobody's."""
    (workspace / "guardrails.local.yaml").unlink()
    result = cli("brief")

    assert 2 == result.code
    assert "say --agent NAME" in result.err
