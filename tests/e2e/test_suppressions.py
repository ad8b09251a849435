"""Comments that disable a rule count while linting, and nowhere else."""

from dataclasses import replace

import pytest

from guardrails.model.draft import Draft, Field
from guardrails.model.state import State
from tests.e2e import nimbrel

RULE = "eu-claims.open-ended-offer-en"
PLACE = (("channel", "web"), ("locale", "en-GB"), ("market", "uk"))
LINT = State(caller=(("action", "lint"), *PLACE))
CHECK = State(principal=nimbrel.AGENT, caller=PLACE)


def effects(text: str, state: State) -> list[str]:
    """What the findings of the rule call for."""
    assessment = nimbrel.assessed(Draft((Field("body", text, "markdown"),), fixes="none"), state)
    return [finding.calls_for for finding in assessment.findings if finding.rule.id == RULE]


BARE = "Come for a limited time only.\n\nHurry, hurry!\n"
NEXT_LINE = f"<!-- guardrails-disable-next-line {RULE}: a quotation -->\n{BARE}"
WHOLE = f"{BARE}\n<!-- guardrails-disable {RULE}: a quotation -->\n"


def test_the_control_is_found() -> None:
    """Without a comment the rule asks for a revision."""
    assert effects(BARE, LINT)
    assert {"revise"} == set(effects(BARE, LINT))


def test_the_next_line_is_lifted_while_linting() -> None:
    """The line after the comment is lifted; the others are not."""
    assert "none" == effects(NEXT_LINE, LINT)[0]
    assert "revise" == effects(NEXT_LINE, LINT)[-1]


def test_a_whole_field_is_lifted_while_linting() -> None:
    """A comment without next-line reaches everywhere."""
    assert {"none"} == set(effects(WHOLE, LINT))


@pytest.mark.parametrize("text", [NEXT_LINE, WHOLE])
def test_a_check_gives_a_note_without_effect(text: str) -> None:
    """The gate finds what it finds, and says that the comment did nothing."""
    assert effects(BARE, CHECK) == effects(text, CHECK)

    noted = nimbrel.assessed(Draft((Field("body", text, "markdown"),)), replace(CHECK)).reasons
    assert "suppression-ignored" in {reason.code for reason in noted}
