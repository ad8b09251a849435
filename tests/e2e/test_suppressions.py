"""Comments that disable a rule count while linting, and nowhere else."""

import pytest

from guardrails.model.assessment import Reason
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

    (note,) = notes(text, CHECK)
    assert ("suppression-ignored", "note") == (note.code, note.outcome)
    assert note.message.startswith(f"The comment in line {1 if text == NEXT_LINE else 5} has no effect in a check")


def notes(text: str, state: State) -> list[Reason]:
    """What is said about comments."""
    assessment = nimbrel.assessed(Draft((Field("body", text, "markdown"),), fixes="none"), state)
    return [reason for reason in assessment.reasons if reason.code.startswith("suppression-")]


@pytest.mark.parametrize(
    ("comment", "code", "said"),
    [
        (f"guardrails-disable {RULE}: a quotation (Ada)", "", ""),
        (f"guardrails-disable {RULE}: a quotation", "suppression-incomplete", "does not say who says so"),
        (f"guardrails-disable {RULE}", "suppression-incomplete", "does not say why"),
        ("guardrails-disable eu-claims.health-effects-en: fine (Ada)", "suppression-unused", "finds nothing there"),
        ("guardrails-disable eu-claims.open-ended-offer-em: x (Ada)", "suppression-unused", f"did you mean {RULE}?"),
        ("guardrails-disable", "suppression-unused", "names none"),
        ("guardrails-disable-line x.y", "suppression-unused", "names none"),
        ("an ordinary comment about guardrails-disable", "", ""),
    ],
)
def test_lint_says_what_a_comment_did_not_do(comment: str, code: str, said: str) -> None:
    """A comment that lifts nothing is reported, and so is one that does not say why and who."""
    found = notes(f"{BARE}\n<!-- {comment} -->\n", LINT)

    assert [code] * bool(code) == [note.code for note in found]
    assert all(said in note.message and "line 5" in note.message for note in found)


def test_a_comment_about_the_wrong_line_is_unused() -> None:
    """What stands on another line is found, and the comment is reported."""
    text = f"{BARE}\n<!-- guardrails-disable-next-line {RULE}: a quotation (Ada) -->\nNothing here.\n"

    assert {"revise"} == set(effects(text, LINT))
    assert ["suppression-unused"] == [note.code for note in notes(text, LINT)]


def test_many_comments_are_not_told_one_by_one() -> None:
    """After twenty notes the rest is counted."""
    found = notes(BARE + "\n<!-- guardrails-disable a.b -->\n" * 50, CHECK)

    assert 21 == len(found)
    assert "30 more comments disable rules." == found[-1].message


def test_what_was_lifted_says_why_and_by_whom() -> None:
    """The finding carries the comment's reason and name."""
    text = f"{BARE}\n<!-- guardrails-disable {RULE}: a quotation (Ada) -->\n"
    assessment = nimbrel.assessed(Draft((Field("body", text, "markdown"),), fixes="none"), LINT)
    said = {dict(finding.evidence).get("suppressed") for finding in assessment.findings if finding.rule.id == RULE}

    assert {"a quotation (Ada)"} == said
