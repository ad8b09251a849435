"""The effective context: caller, then trusted draft, then everything that is permitted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.decide.context import ancestors, date_ms, effective_context
from guardrails.errors import DraftError
from guardrails.model.context import Conflict, EffectiveContext, Values
from guardrails.model.draft import Pairs
from guardrails.model.state import State
from tests.decide.support import WORKSPACE

DAY_MS = 24 * 60 * 60 * 1000


def context(caller: Pairs = (), draft: Pairs = (), permitted: Values = (), *, lint: bool = False) -> EffectiveContext:
    """The context of a check in 1970."""
    return effective_context(draft, State(caller=caller, permitted=permitted), WORKSPACE, 0, lint=lint)


def test_the_callers_value_counts() -> None:
    """A permitted value of the caller is the only one possible."""
    assert context((("channel", "press"),))["channel"] == ("press",)


def test_a_trusted_drafts_value_counts() -> None:
    """Without a caller's value a trusted key of the draft counts."""
    effective = context(draft=(("market", "de"),))

    assert effective["market"] == ("de",)
    assert "market" not in effective.assumed


def test_an_untrusted_drafts_value_lowers_nothing() -> None:
    """A key that is not trusted stays unknown, and that is no conflict."""
    effective = context(draft=(("channel", "blog"),))

    assert effective["channel"] == ("blog", "press", "social", "linkedin")
    assert "channel" in effective.assumed
    assert effective.conflicts == ()


def test_nothing_said_means_every_permitted_value() -> None:
    """An unknown key has every permitted value."""
    assert context(permitted=(("channel", ("blog", "press")),))["channel"] == ("blog", "press")


def test_permission_for_a_value_covers_its_parts() -> None:
    """A credential for ``eu`` is one for ``de``."""
    assert context(permitted=(("market", ("eu",)),))["market"] == ("eu", "de", "at")


def test_a_value_that_is_not_permitted_is_a_conflict() -> None:
    """It does not count, and it escalates."""
    effective = context((("channel", "press"),), permitted=(("channel", ("blog",)),))

    assert effective["channel"] == ("blog",)
    assert effective.conflicts == (Conflict("channel", "press", "not-permitted"),)


def test_a_credential_that_permits_nothing_is_a_conflict() -> None:
    """No value is left, so every value stands and the check escalates."""
    effective = context(permitted=(("channel", ()),))

    assert effective["channel"] == ("blog", "press", "social", "linkedin")
    assert effective.conflicts == (Conflict("channel", "", "not-permitted"),)


@pytest.mark.parametrize("key", ["channel", "market"])
def test_a_draft_that_differs_from_its_caller_is_a_conflict(key: str) -> None:
    """Trusted or not, a contradiction is one."""
    values = dict(WORKSPACE.values)[key]
    effective = context(((key, values[0]),), ((key, values[1]),))

    assert effective[key] == (values[0],)
    assert effective.conflicts == (Conflict(key, values[1], "draft-differs"),)


def test_a_draft_that_differs_from_itself_is_a_conflict() -> None:
    """Front matter and JSON context must not contradict each other."""
    effective = context(draft=(("market", "de"), ("market", "us")))

    assert effective.conflicts == (Conflict("market", "us", "draft-differs"),)


def test_an_unknown_value_is_refused_with_a_near_match() -> None:
    """What the workspace does not know is a mistake of the call."""
    with pytest.raises(DraftError) as refused:
        context((("channel", "pres"),))

    assert (refused.value.code, refused.value.help) == ("unknown-value", "Did you mean 'press'?")


def test_an_unknown_key_of_the_caller_is_refused() -> None:
    """A misspelt flag is a mistake of the call; front matter may hold anything."""
    assert context(draft=(("title", "x"),)).conflicts == ()
    with pytest.raises(DraftError, match="chanel"):
        context((("chanel", "press"),))


def test_a_missing_action_is_publish() -> None:
    """The graver action is assumed."""
    assert context()["action"] == ("publish",)


def test_a_missing_action_that_is_not_permitted_is_a_conflict() -> None:
    """An agent that may only prepare does not publish by saying nothing."""
    effective = context(permitted=(("action", ("prepare",)),))

    assert effective.conflicts == (Conflict("action", "", "not-permitted"),)


def test_only_the_linter_lints() -> None:
    """A draft cannot ask to be linted only."""
    assert context(lint=True)["action"] == ("lint",)
    assert context((("action", "lint"),))["action"] == ("lint",)
    with pytest.raises(DraftError):
        context(draft=(("action", "lint"),))


@pytest.mark.parametrize("text", ["x" * 201, "a\nb", "a\x00b"])
def test_free_text_is_short_and_printable(text: str) -> None:
    """A campaign is a name, not a document."""
    with pytest.raises(DraftError, match="campaign"):
        context((("campaign", text),))


def test_publish_at_is_the_end_of_its_day() -> None:
    """A date means all of the day, so validity is judged at its last millisecond."""
    assert context((("publish_at", "1970-01-02"),)).publish_at_ms == 2 * DAY_MS - 1
    assert date_ms("1970-01-01T00:00:01+00:00") == 1000
    assert date_ms("1970-01-01T01:00:01+01:00") == 1000


def test_a_date_that_has_passed_means_now() -> None:
    """A publish_at before the moment of judgement is no later moment."""
    state = State(caller=(("publish_at", "1970-01-01"),))

    assert effective_context((), state, WORKSPACE, 9 * DAY_MS).publish_at_ms is None


def test_a_bad_date_is_refused() -> None:
    """What is no date is a mistake of the call."""
    with pytest.raises(DraftError, match="publish_at"):
        context((("publish_at", "soon"),))


def test_claims_are_kept_as_given() -> None:
    """The record shows who said what."""
    effective = context((("channel", "press"),), (("market", "de"),))

    assert effective.claimed == (("caller.channel", "press"), ("draft.market", "de"))


def test_ancestors_come_nearest_first() -> None:
    """A value is part of its parents; a locale of its language."""
    assert ancestors(WORKSPACE, "market", "de") == ("de", "eu")
    assert ancestors(WORKSPACE, "locale", "de-AT") == ("de-AT", "de")


_CLAIM = st.sampled_from([(key, value) for key, values in WORKSPACE.values for value in values])


@given(caller=st.lists(_CLAIM, unique_by=lambda c: c[0]), draft=st.lists(_CLAIM), data=st.data())
def test_no_claim_leads_outside_what_is_permitted(
    caller: list[tuple[str, str]], draft: list[tuple[str, str]], data: st.DataObject
) -> None:
    """Whatever is claimed, possible values are permitted ones."""
    markets = data.draw(st.lists(st.sampled_from(["eu", "de", "us"]), min_size=1, unique=True))
    effective = context(tuple(sorted(caller)), tuple(sorted(draft)), (("market", tuple(markets)),))

    assert all(set(ancestors(WORKSPACE, "market", value)) & set(markets) for value in effective["market"])


@given(draft=st.lists(_CLAIM))
def test_an_untrusted_draft_never_narrows_a_key(draft: list[tuple[str, str]]) -> None:
    """A draft of any content leaves every untrusted key as wide as silence does."""
    effective, silent = context(draft=tuple(sorted(draft))), context()

    assert all(effective[key] == silent[key] for key, _ in WORKSPACE.values if key != "market")


@pytest.mark.parametrize("value", [None, True, 7, b"blog", ["blog"], "bl\0og", "blog\n", "\ud800"])
def test_a_caller_sends_lines_of_text(value):
    """What is no line of text is a wrong call, not a crash and not "unknown"."""
    with pytest.raises(DraftError) as failed:
        effective_context((), State(caller=(("channel", value),)), WORKSPACE, 0)

    assert "bad-context-text" == failed.value.code
