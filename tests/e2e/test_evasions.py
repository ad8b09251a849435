"""The checked party does not choose its rules: twelve ways to get a bad draft through, and none passes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.errors import DraftError
from guardrails.model.context import Principal
from guardrails.model.draft import Draft, Field
from guardrails.model.state import Round, State
from guardrails.policy.load import load_policy
from tests.e2e import nimbrel
from tests.e2e.fail_closed import thin

STATE = State(principal=nimbrel.AGENT)
GOOD = nimbrel.draft(nimbrel.PASSING)
BAD = nimbrel.draft(nimbrel.REVISING)


def with_text(draft: Draft, change: Callable[[str], str]) -> Draft:
    """Change the text of every field."""
    return replace(draft, fields=tuple(replace(field, text=change(field.text)) for field in draft.fields))


def front_matter(key: str, value: str) -> Callable[[str], str]:
    """Set a key of the front matter."""

    def change(text: str) -> str:
        lines = [line for line in text.splitlines() if not line.startswith(f"{key}:")]
        return "\n".join([lines[0], f"{key}: {value}", *lines[1:]])

    return change


EVASIONS = {
    "front-matter market without a mandate": (with_text(BAD, front_matter("market", "us")), STATE),
    "front-matter role": (with_text(BAD, front_matter("role", "head-of-content")), STATE),
    "front-matter round": (with_text(BAD, front_matter("round", "1")), replace(STATE, rounds=(Round(0, "revise", ()),) * 3)),
    "front-matter as_of": (with_text(BAD, front_matter("as_of", "2020-01-01")), STATE),
    "front-matter action": (with_text(BAD, front_matter("action", "prepare")), STATE),
    "suppression comment": (with_text(BAD, lambda t: t + "\n\n<!-- guardrails-disable eu-claims.open-ended-offer-en: fine -->\n"), STATE),
    "missing locale": (with_text(BAD, lambda t: "\n".join(line for line in t.splitlines() if not line.startswith("locale:"))), STATE),
    "wrong locale": (with_text(BAD, front_matter("locale", "de-DE")), STATE),
    "another channel than the caller's": (with_text(GOOD, front_matter("channel", "blog")), replace(STATE, caller=(("channel", "newsletter"),))),
    "a market the credential does not permit": (GOOD, replace(STATE, permitted=(("market", ("uk",)),))),
    "padding": (with_text(BAD, lambda t: t + "\n\nWe mended a lamp today. It was a good day.\n" * 400), STATE),
    "zero-width letters": (with_text(BAD, lambda t: t.replace("limited time", "limi\u200bted time").replace("Hurry", "Hur\u200bry")), STATE),
    "a sentence in another script": (with_text(GOOD, lambda t: t + "\n\n保证一周内见效。\n"), STATE),
    "no principal": (GOOD, State()),
    "an agent without mandate": (GOOD, State(principal=Principal("agent", "stranger"))),
    "a role that does not exist": (GOOD, State(principal=Principal("person", "emperor"))),
}  # fmt: skip


@pytest.mark.parametrize("name", EVASIONS)
def test_no_evasion_passes(name: str) -> None:
    """A draft that may not pass does not pass by saying something about itself."""
    draft, state = EVASIONS[name]

    assert "pass" != nimbrel.assessed(draft, state).verdict


def test_the_control_passes() -> None:
    """The draft that the evasions are made of passes as it is."""
    assert "pass" == nimbrel.assessed(GOOD).verdict


def test_an_unknown_channel_is_refused() -> None:
    """A value the workspace does not know at all is a wrong call, with the nearest known value."""
    with pytest.raises(DraftError) as caught:
        nimbrel.assessed(GOOD, replace(STATE, caller=(("channel", "newsleter"),)))

    assert "unknown-value" == caught.value.code
    assert "newsletter" in caught.value.help


def test_a_draft_cannot_call_itself_linted() -> None:
    """Only the linter sets `action: lint`."""
    with pytest.raises(DraftError):
        nimbrel.assessed(with_text(GOOD, front_matter("action", "lint")))


FRENCH = (
    "Le soir, la lumière est plus douce et la maison devient calme. Nous avons conçu cette lampe pour les gens qui "
    "lisent tard dans la nuit et qui ne veulent pas réveiller les autres. Elle est simple à régler et elle se répare."
)
GERMAN = (
    "Am Abend wird das Licht weicher und das Haus wird ruhig. Wir haben diese Lampe für Menschen gebaut, die spät in "
    "der Nacht noch lesen und die anderen nicht wecken wollen. Sie ist leicht einzustellen und man kann sie reparieren."
)
PLACE = (("audience", "consumers"), ("channel", "web"), ("market", "uk"))


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        (FRENCH, ()),
        (FRENCH, (("locale", "en-GB"),)),
        (GERMAN, (("locale", "en-GB"),)),
        (f"We built this lamp for late readers.\n\n{FRENCH}", ()),
        (f"We built this lamp for late readers.\n\n{GERMAN}", (("locale", "en-GB"),)),
    ],
    ids=["fr", "fr as en", "de as en", "mixed", "mixed as en"],
)
def test_a_language_without_working_rules_never_passes(text: str, locale: tuple) -> None:
    """French has no rules here; German text announced as English is noticed."""
    state = replace(STATE, caller=tuple(sorted(PLACE + locale)))

    assert "pass" != nimbrel.assessed(Draft((Field("body", text),)), state).verdict


def test_every_layer_needs_working_rules_in_the_language() -> None:
    """Without the factual rules of a language its drafts escalate, and say which layer is missing."""
    policy = nimbrel.policy()
    thin = replace(policy, digest="sha256:thin", rules=tuple(r for r in policy.rules if r.layer != "factual"))

    assessment = nimbrel.evaluate()(GOOD, thin, STATE, nimbrel.AS_OF_MS).assessment

    assert "escalate" == assessment.verdict
    assert {"uncovered-layer"} == {fault.code for fault in assessment.completeness.faults}


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Der neue Kalender kostet 1.500,00 € im Jahr und wird ab Montag geliefert.", False),
        ("La lampe est pour les gens qui lisent tard.", False),
        ("The new planner comes on Monday, and it can be repaired.", True),
        ("Nimbrel Go", True),
    ],
)
def test_a_few_words_of_another_language_do_not_pass(text: str, passes: bool, tmp_path: Path) -> None:
    """In a workspace of English alone a short German text is noticed like a long one."""
    policy = load_policy(thin.written(tmp_path, thin.files()))
    draft = replace(thin.DRAFT, fields=(Field("body", text),), claims=())

    assert passes == (thin.assessed(policy, draft).verdict == "pass")
