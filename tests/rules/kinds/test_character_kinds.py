"""Facts about the kinds that look at characters, counts and sources: hidden-text, limits, source-freshness."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.errors import PolicyError
from guardrails.model.draft import ClaimLink, Source
from guardrails.model.finding import Hit
from guardrails.rules.kinds import kind, names
from tests.rules.kinds.driver import AS_OF_MS, Setting, hits

DAY_MS = 86_400_000


def _selectors(data: bytes) -> str:
    return "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in data)


def _sorts(found: list[Hit]) -> list[str]:
    return [dict(hit.evidence)["sort"] for hit in found]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffA mark at the start", "❤\ufe0f and 1\ufe0f\u20e3", "👩\u200d👩\u200d👧", "🏴\U000e0067\U000e0062\U000e007f",
        "می\u200cخواهم", "葛\U000e0100", "Привет, Κόσμε", "soft\u00adhyphen", "5 µm, 3 kΩ, Δt, π",
        "שלום \u2066abc\u2069", "\ufeff" + _selectors(b"C2PATXT\0\x01abc") + "signed", "❤\ufe0f\u200d🔥",
    ],
)  # fmt: skip
def test_characters_that_people_need(text: str) -> None:
    """Characters that do what they are for are left alone."""
    assert [] == hits("hidden-text", "{}", text)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("a\u200bb", "zero-width"), ("a\ufeffb", "zero-width"), ("ab\u200d", "zero-width"), ("a\u2060b", "zero-width"),
        ("a\u202eb", "bidi"), ("שלום\u202d", "bidi"), ("a\u2066b", "bidi"), ("a\U000e0041", "tags"),
        ("😀" + _selectors(b"hello"), "variation-selectors"), ("a\ufe0f", "variation-selectors"),
        ("a\ufeff" + _selectors(b"not signed"), "variation-selectors"), ("p\u0430ypal", "homoglyphs"), ("\u0391pple", "homoglyphs"),
    ],
)  # fmt: skip
def test_hidden(text: str, sort: str) -> None:
    """Hidden characters are found where they have nothing to do."""
    found = hits("hidden-text", "{}", text)

    assert sort in _sorts(found)
    assert all(hit.in_source for hit in found)


def test_tags_are_read_out() -> None:
    """What tags spell is in the evidence."""
    (hit,) = hits("hidden-text", "{}", "Hi" + "".join(chr(0xE0000 + ord(char)) for char in "obey"))

    assert dict(hit.evidence)["says"] == "obey"


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab \u200b\u200d\u2060\u00ad\U000e0041é", max_size=20))
def test_safe_fixes_clear_hits(text: str) -> None:
    """Applying the safe fixes leaves nothing of these sorts to report."""
    fixed = text
    for hit in reversed(hits("hidden-text", "{}", text)):
        (edit,) = hit.fixes[0].edits
        assert hit.fixes[0].safety == "safe"
        fixed = fixed[: edit.extent.start] + edit.text + fixed[edit.extent.end :]

    assert [] == hits("hidden-text", "{}", fixed)


LENGTH = "max_characters: {default: 20, channels: {linkedin: 30, sms: 10}, fields: {subject: 5}}"


def _limits(text: str, channels: tuple[str, ...], field_id: str = "body") -> list[str]:
    setting = Setting((("channel", channels),), field_ids=(field_id,))
    return [dict(hit.values)["limit"] for hit in hits("limits", LENGTH, text, setting=setting)]


def test_limit_of_channel() -> None:
    """A known channel has its own limit, a channel without one the default."""
    assert [] == _limits("x" * 25, ("linkedin",))
    assert ["20"] == _limits("x" * 25, ("press",))


def test_limit_of_unknown_channel() -> None:
    """Of possible channels the strictest limit counts."""
    assert ["10"] == _limits("x" * 15, ("linkedin", "sms"))


def test_limit_of_field() -> None:
    """A field's limit counts before the channel's."""
    assert ["5"] == _limits("x" * 6, ("linkedin",), "subject")


def test_limit_is_inclusive() -> None:
    """As many as the limit is not too many, as few as the limit not too few."""
    assert [] == hits("limits", "{max_characters: 3, min_characters: 3}", "abc")
    assert 1 == len(hits("limits", "min_characters: 4", "abc"))


def test_emoji_sequences_count_once() -> None:
    """A family, a flag, a skin tone and a keycap are one emoji each."""
    text = "👩\u200d👩\u200d👧 🇩🇪🇦🇹 👍🏽 ❤\ufe0f"
    (hit,) = hits("limits", "max_emoji: 0", text)

    assert dict(hit.values)["count"] == "5"


def _ages(published: str, days: int, **more: object) -> list[str]:
    setting = Setting(sources=(Source("s", published=published),), **more)  # type: ignore[arg-type]
    return [
        dict(h.evidence)["status"] for h in hits("source-freshness", f"max_age_days: {days}", "Text.", setting=setting)
    ]


def test_freshness_is_inclusive() -> None:
    """A source of exactly the greatest age is fresh; the check is on 21 September 2026."""
    assert [] == _ages("2026-09-11", 10)
    assert ["stale"] == _ages("2026-09-10", 10)


def test_freshness_on_the_day_of_publication() -> None:
    """Age is judged at the later of check and publication."""
    assert ["stale"] == _ages("2026-09-11", 10, publish_at_ms=AS_OF_MS + DAY_MS)
    assert [] == _ages("2026-09-11", 10, publish_at_ms=AS_OF_MS - 90 * DAY_MS)


@pytest.mark.parametrize(
    ("published", "status"),
    [
        ("", "undated"),
        ("soon", "undated"),
        ("2026-02-31", "undated"),
        ("2027-01-01", "future"),
        ("2026-09-21T08:00Z", ""),
    ],
)
def test_odd_dates(published: str, status: str) -> None:
    """A date that cannot be read is none; one to come is reported; a time of day changes nothing."""
    assert [status] * bool(status) == _ages(published, 10)


def test_stale_source_is_shown_at_its_claim() -> None:
    """The hit of a linked source stands at the claim, in the submitted text."""
    setting = Setting(sources=(Source("s", published="2001"),), claims=(ClaimLink("body", 2, 7, ("s",)),))
    (hit,) = hits("source-freshness", "{max_age_days: 9, which: linked}", "A claim.", setting=setting)

    assert "claim" == hit.match
    assert hit.in_source


def test_unlinked_sources_may_be_left_out() -> None:
    """With ``which: linked`` a source that no claim is linked to is not judged."""
    setting = Setting(sources=(Source("s", published="2001"),))

    assert [] == hits("source-freshness", "{max_age_days: 9, which: linked}", "A claim.", setting=setting)


def test_unknown_kind() -> None:
    """An unknown kind is refused with a near match."""
    with pytest.raises(PolicyError) as caught:
        kind("term")

    assert caught.value.code == "unknown-kind"
    assert "terms" in caught.value.help


def test_names_are_sorted() -> None:
    """The names of kinds are sorted and each has its module."""
    assert tuple(sorted(names())) == names()
    assert all(kind(name).name == name for name in names())
