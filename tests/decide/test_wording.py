"""Every reason has its sentence, every escalation its question."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from guardrails.decide.wording import MESSAGES, question, reason_message
from guardrails.model.assessment import Reason
from tests.decide.support import CONTEXT, finding
from tests.rego.support import ROOT

CODES = sorted(
    code
    for path in (ROOT / "guardrails").rglob("*.rego")
    if not path.name.endswith("_test.rego")
    for code in re.findall(
        r'"((?:findings|must-stop|mandate|loop|no|risk|ready|obligation|stop|context|unknown|workspace|integrity)-[a-z-]+)"',
        path.read_text(),
    )
)


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_sealed_packages_has_words(code: str) -> None:
    """No code of ours falls through to the sentence for strangers."""
    assert code in MESSAGES or code.startswith("integrity-")
    assert reason_message(code).endswith(".")


def test_a_strangers_code_is_put_into_words() -> None:
    """A workspace's code is readable as it stands."""
    assert reason_message("press-money") == "The workspace asks for this: press money."


@pytest.mark.parametrize("code", [*CODES, "press-money", "fault", "engine-undefined"])
def test_every_escalation_asks_one_question(code: str) -> None:
    """The question is one sentence."""
    asked = question([Reason(code, "escalate", "")], [], CONTEXT)

    assert asked.endswith("?")
    assert asked.count("?") == 1


def test_the_question_names_rule_and_channel() -> None:
    """What a person is asked says what about, and where."""
    found = [finding(calls_for="escalate"), replace(finding("f2", calls_for="escalate"))]
    asked = question([Reason("findings-escalate", "escalate", "")], found, CONTEXT)

    assert asked == "May this go out on linkedin in spite of “A rule”?"
