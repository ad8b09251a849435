"""Facts about the kinds that look for words: terms, pattern, casing, residue, required-text."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from guardrails.errors import PolicyError
from guardrails.model.finding import Hit
from guardrails.rules.kinds import kind
from tests.rules.kinds.driver import Setting, hits

DE = Setting((("locale", ("de-AT",)),))
EN = Setting((("locale", ("en-GB",)),))


def _matches(found: list[Hit]) -> list[str]:
    return [hit.match for hit in found]


def _fix_texts(hit: Hit) -> list[tuple[str, str]]:
    return [(fix.safety, fix.edits[0].text) for fix in hit.fixes]


def test_single_replacement_is_safe() -> None:
    """One listed replacement is a safe fix that keeps the capital."""
    (hit,) = hits("terms", "terms: [{term: clients, say_instead: customers}]", "Clients come.")

    assert [("safe", "Customers")] == _fix_texts(hit)
    assert (("say_instead", "customers"),) == hit.values


def test_several_replacements_are_suggestions() -> None:
    """Where several replacements are listed, a person chooses."""
    (hit,) = hits("terms", "terms: [{term: utilise, say_instead: [use, apply]}]", "We UTILISE it.")

    assert [("suggested", "USE"), ("suggested", "APPLY")] == _fix_texts(hit)


def test_longest_term_counts() -> None:
    """Of overlapping terms the longest is the hit, whatever the order of the list."""
    found = hits("terms", "terms: [cloud, cloud computing centre, computing]", "Our cloud computing centre, our cloud.")

    assert ["cloud computing centre", "cloud"] == _matches(found)


def test_exception_covers_whole_hit_only() -> None:
    """An exception that covers part of a hit does not remove it."""
    found = hits("terms", "{terms: [free trial], exceptions: [free]}", "A free trial.")

    assert ["free trial"] == _matches(found)


def test_term_of_other_locale() -> None:
    """A term with a locale counts in that locale only, and wherever the locale is unknown."""
    params = "terms: [{term: chef, locale: de}]"

    assert not hits("terms", params, "The chef.", setting=EN)
    assert ["Chef"] == _matches(hits("terms", params, "Der Chef.", setting=DE))
    assert ["chef"] == _matches(hits("terms", params, "The chef."))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["cloud", "cloud centre", "centre", "data centre"]), min_size=1, unique=True))
def test_order_of_terms_changes_nothing(terms: list[str]) -> None:
    """The hits do not depend on the order of the list."""
    text = "Our cloud centre, a data centre in the cloud."
    one = hits("terms", yaml.safe_dump({"terms": terms}), text)
    other = hits("terms", yaml.safe_dump({"terms": terms[::-1]}), text)

    assert _matches(one) == _matches(other)


@pytest.mark.parametrize("params", [{"terms": []}, {"terms": [" "]}, {"terms": ["a"], "exceptions": ["\u00ad"]}])
def test_empty_terms(params: dict[str, object]) -> None:
    """A list that can find nothing is refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind("terms").params).validate_python(params)


def test_look_around() -> None:
    """Look-around is refused when the policy is compiled."""
    with pytest.raises(PolicyError) as caught:
        hits("pattern", r"pattern: 'up(?= to)'", "up to")

    assert caught.value.code == "bad-pattern"


def test_pattern_respects_case() -> None:
    """With ignore_case off, case counts."""
    assert ["SALE"] == _matches(hits("pattern", "{pattern: SALE, ignore_case: false}", "A sale, a SALE."))


def test_casing_fix_is_safe() -> None:
    """A name with the wrong capitals has a safe fix."""
    (hit,) = hits("casing", "terms: [iPhone]", "An IPHONE here.")

    assert [("safe", "iPhone")] == _fix_texts(hit)


def test_all_capitals_may_be_allowed() -> None:
    """With allow_all_capitals a shouted name is right, another wrong case is not."""
    params = "{terms: [Lumora], allow_all_capitals: true}"

    assert ["lumora"] == _matches(hits("casing", params, "LUMORA and lumora"))


def test_heading_case() -> None:
    """Headings are asked for sentence case or title case; names, abbreviations and German count for neither."""
    params = "{terms: [Lumora Cloud], heading_case: sentence}"
    title = "# How Lumora Cloud Makes Every Team Faster\n\nIt is a good day for all of us."

    assert hits("casing", params, title, setting=EN)
    assert not hits("casing", params, title, setting=DE)
    assert not hits("casing", params, "# How Lumora Cloud makes API teams faster", setting=EN)
    assert hits("casing", "heading_case: title", "# How it makes Every Team Faster", setting=EN)
    assert not hits("casing", "heading_case: title", "# How It Makes Every Team of Us Faster", setting=EN)


@pytest.mark.parametrize(
    "text", ["#lumora", "@lumora", "www.lumora.com", "a@lumora.io", "lumora.com/x", "x.org/lumora"]
)
def test_addresses_have_no_case(text: str) -> None:
    """Hashtags, handles, domains, paths and addresses are left alone."""
    assert not hits("casing", "terms: [Lumora]", f"See {text} for more.")


@pytest.mark.parametrize(
    "text",
    [
        "Als KI-Sprachmodell kann ich das nicht.", "Dear [Your Name],", "Dear {{name}}!", "Lorem ipsum.", "TODO: price",
        "Nur XX % Fett.", "Please insert your link here.", "Bitte hier Logo einfügen.", "Yes citeturn0search0.",
        "A contentReference[oaicite:1]{index=1} mark", "Certainly! Here’s the post.", "Facts【12†source】.",
    ],
)  # fmt: skip
def test_residue(text: str) -> None:
    """Leftovers of prompts, templates and tools are found."""
    assert hits("residue", "{}", text)


@pytest.mark.parametrize(
    "text",
    [
        "Sure enough, here it rains.", "Insert your card here.", "Hier Gutscheincode eingeben.", "Turn 0 to 1.",
        "See [1] and [our study].", "The XXL size is here, and a size XX too.", "A todo list for families.",
        "Of course, here in Berlin we ship daily.", "The name of the rose.",
    ],
)  # fmt: skip
def test_no_residue(text: str) -> None:
    """Everyday copy is no residue."""
    assert [] == _matches(hits("residue", "{}", text))


def test_residue_link_fix() -> None:
    """The fix of a tool's link mark keeps the other parameters of the link."""
    text = "[x](https://a.example/?utm_source=chatgpt.com&id=1)"
    (hit,) = hits("residue", "{}", text)
    edit = hit.fixes[0].edits[0]

    assert "[x](https://a.example/?id=1)" == text[: edit.extent.start] + edit.text + text[edit.extent.end :]
    assert hit.in_source


RISK = "texts: {en: Capital at risk., de: Kapital in Gefahr.}"


def test_required_text_by_locale() -> None:
    """The text of the draft's own locale is due, not that of another."""
    assert not hits("required-text", RISK, "Capital at risk.", setting=EN)
    assert hits("required-text", RISK, "Capital at risk.", setting=DE)


def test_required_text_of_unknown_locale() -> None:
    """Where the locale is unknown, any of the possible locales' texts will do, but one must be there."""
    unknown = Setting((("locale", ("de", "en", "fr")),))

    assert not hits("required-text", RISK, "Kapital in Gefahr.", setting=unknown)
    assert hits("required-text", RISK, "Nichts.", setting=unknown)


def test_no_duty_in_other_locales() -> None:
    """A locale without a text has no duty, unless there is one for all others."""
    french = Setting((("locale", ("fr",)),))

    assert not hits("required-text", RISK, "Rien.", setting=french)
    assert hits("required-text", "texts: {'*': Ad}", "Rien.", setting=french)


def test_required_text_once_per_draft() -> None:
    """What is missing is reported once, at the end of the last field, with the text to insert."""
    (hit,) = hits("required-text", RISK, "One.", "Two.", setting=EN)

    assert (1, 4, 4) == (hit.field, hit.extent.start, hit.extent.end)
    assert [("suggested", "\n\nCapital at risk.")] == _fix_texts(hit)


def test_required_text_in_field() -> None:
    """A text due in one field is not satisfied by another."""
    params = "{texts: {'*': Imprint}, where: 'field:footer'}"
    setting = Setting(field_ids=("footer", "body"))

    assert not hits("required-text", params, "Imprint", "Text", setting=setting)
    assert [0] == [hit.field for hit in hits("required-text", params, "Text", "Imprint", setting=setting)]


@pytest.mark.parametrize("where", ["first", "last"])
def test_required_text_in_place(where: str) -> None:
    """At the end is not at the beginning."""
    params = f"{{texts: {{'*': Advertisement}}, where: {where}}}"
    texts = {"first": "# Balm\n\nAdvertisement: our balm.\n\nMore.", "last": "Our balm.\n\nAdvertisement"}

    assert not hits("required-text", params, texts[where])
    assert hits("required-text", params, texts["first" if where == "last" else "last"])


@pytest.mark.parametrize("text", ["This is investment advice.", "This is not investment advise."])
def test_negations_are_not_typing_errors(text: str) -> None:
    """A missing "not" is a missing text; a wrong letter is a typing error."""
    found = hits("required-text", "{texts: {'*': This is not investment advice.}, similarity: 80}", text)

    assert ("not" not in text) == bool(found)


@pytest.mark.parametrize(
    "params",
    [
        {"texts": {}}, {"texts": {"en": []}}, {"texts": {"en": " "}}, {"texts": {"en": "x"}, "where": "top"},
        {"texts": {"en": "x"}, "similarity": 101},
    ],
)  # fmt: skip
def test_bad_required_text(params: dict[str, object]) -> None:
    """Texts that say nothing and places that do not exist are refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind("required-text").params).validate_python(params)
