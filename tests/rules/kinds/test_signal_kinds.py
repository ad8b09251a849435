"""Facts about the kinds that read signals: near-terms, personal-data, claim-needs-source, speculation, limits, tokens."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from guardrails.errors import GuardrailsError
from guardrails.model.draft import ClaimLink, Source
from guardrails.model.fact import Amount, Fact, Facts, FactScope, Named, Validity, Withdrawal
from guardrails.model.finding import Hit
from guardrails.rules.kinds import kind, names
from guardrails.text.moment import moment_ms
from tests.rules.kinds.driver import Setting, hits

NAMES = "names: [Lumora, Nordwind Analytics, Kestrel Insurance Group]"


def _matches(found: list[Hit]) -> list[str]:
    return [hit.match for hit in found]


@pytest.mark.parametrize(
    "text",
    ["Lumorra", "Lmora", "Lumara", "Lumroa", "Nordwind Analyitcs", "Nordwnd Analytics", "Kestral Insurrance Group"],
)
def test_near_name(text: str) -> None:
    """One error in a short name and two in a long one are found, as whole words, with the name to say instead."""
    (hit,) = hits("near-terms", NAMES, f"With {text}, all is well.")

    assert text == hit.match
    assert dict(hit.values)["say_instead"] == hit.fixes[0].edits[0].text


@pytest.mark.parametrize(
    "text", ["Lumora's", "LUMORA", "Lumoras", "Aurora", "lumen", "Nordwind analytics", "Group", "Lu"]
)
def test_not_near_enough(text: str) -> None:
    """The name itself, its genitive and other words are no hits."""
    assert [] == _matches(hits("near-terms", NAMES, f"With {text}, all is well."))


def test_near_name_across_blocks() -> None:
    """Words of two blocks are no name."""
    assert [] == _matches(hits("near-terms", NAMES, "The Nordwind\n\nAnalytik grew."))


def test_name_written_apart() -> None:
    """A name written apart is found with a capital; in small letters it is everyday words."""
    params = "names: [Brightfellow]"

    assert ["Bright Fellow"] == _matches(hits("near-terms", params, "A Bright Fellow repaired it."))
    assert [] == hits("near-terms", params, "A bright fellow repaired it.")


def test_every_near_name() -> None:
    """A misspelling is reported wherever it stands."""
    assert ["Lumorra"] * 2 == _matches(hits("near-terms", NAMES, "Lumorra is Lumorra, not Lumora."))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 5), st.sampled_from("bdqxz"))
def test_any_wrong_letter(at: int, letter: str) -> None:
    """Whichever letter of a short name is wrong, the name is found."""
    wrong = "Lumora"[:at] + letter + "Lumora"[at + 1 :]

    assert [wrong] == _matches(hits("near-terms", NAMES, f"With {wrong} all is well."))


@pytest.mark.parametrize("params", [{"names": []}, {"names": ["Abc"]}, {"names": ["Lumora"], "threshold": 101}])
def test_bad_names(params: dict[str, object]) -> None:
    """Names too short to be told from words are refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind("near-terms").params).validate_python(params)


def test_personal_datum_is_sensitive() -> None:
    """The hit is to be masked and its evidence says nothing but the kind."""
    (hit,) = hits("personal-data", "{}", "Write to jane@mail.example now.")

    assert hit.sensitive
    assert (("kind", "email"),) == hit.evidence


def test_allowed_domain_is_whole() -> None:
    """An allowed domain allows its subdomains, not domains that end alike."""
    text = "a@lumora.com, b@x.lumora.com, c@notlumora.com"

    assert ["c@notlumora.com"] == _matches(hits("personal-data", "allow: [lumora.com]", text))


CLAIM = "It cuts costs by 40 %."


def test_claim_with_linked_source() -> None:
    """A link to a source of the draft backs a claim; a link to an unknown source does not."""
    links = (ClaimLink("body", 3, 7, ("s",)),)

    assert not hits("claim-needs-source", "{}", CLAIM, setting=Setting(sources=(Source("s"),), claims=links))
    assert hits("claim-needs-source", "{}", CLAIM, setting=Setting(sources=(Source("t"),), claims=links))
    assert hits("claim-needs-source", "accept: citation", CLAIM, setting=Setting(sources=(Source("s"),), claims=links))


def _fact(name: str, valid: Validity | None = None, withdrawn: Withdrawal | None = None) -> Fact:
    value = Amount("40", "percent", "exact")
    return Fact(
        name, "s", Named("It"), Named("costs"), value, "", (), FactScope(), "none", ("S",), valid, (), (), withdrawn
    )


FACTS = Facts(
    facts=(
        _fact("F-now", Validity("2026-01-01", "2026-09-30")),
        _fact("F-old", Validity("2025-01-01", "2026-09-20")),
        _fact("F-soon", Validity("2026-09-22")),
        _fact("F-undated"),
        _fact("F-void", withdrawn=Withdrawal("2027-01-01", "Measured again.")),
    )
)
"""Seen from 21 September 2026."""


@pytest.mark.parametrize("name", ["F-now", "F-undated"])
def test_a_usable_fact_backs_a_claim(name: str) -> None:
    """By a citation in the text, and by a link of the draft."""
    link = Setting(facts=FACTS, claims=(ClaimLink("body", 3, 7, (name,)),))

    assert [] == hits("claim-needs-source", "{}", f"It cuts costs by 40 % [fact:{name}].", setting=Setting(facts=FACTS))
    assert [] == hits("claim-needs-source", "{}", CLAIM, setting=link)


@pytest.mark.parametrize(
    ("name", "status"), [("F-old", "stale"), ("F-soon", "future"), ("F-void", "withdrawn"), ("F-none", "unknown")]
)
def test_any_other_fact_backs_nothing(name: str, status: str) -> None:
    """The claim is reported once, with the fact and what is wrong with it; a link fares like a citation."""
    evidence = (("claim", "quantified"), ("fact", name), ("status", status), ("trigger", "40 %"))
    link = Setting(facts=FACTS, claims=(ClaimLink("body", 3, 7, (name,)),))
    (cited,) = hits("claim-needs-source", "{}", f"{CLAIM} [fact:{name}]", setting=Setting(facts=FACTS))
    (linked,) = hits("claim-needs-source", "{}", CLAIM, setting=link)

    assert evidence == cited.evidence
    assert evidence == linked.evidence


def test_a_fact_is_judged_on_the_day_the_text_is_out() -> None:
    """The later of check and publication counts."""
    text, later = "It cuts costs by 40 % [fact:F-now].", moment_ms("2026-10-01T00:00:00Z")
    last = Setting(facts=FACTS, publish_at_ms=later - 1)
    after = Setting(facts=FACTS, publish_at_ms=later)

    assert [] == hits("claim-needs-source", "{}", text, setting=last)
    assert ["stale"] == [dict(hit.evidence)["status"] for hit in hits("claim-needs-source", "{}", text, setting=after)]


def test_a_dead_pointer_is_a_hit_where_nothing_is_claimed() -> None:
    """A reader or a tool would follow it to nothing."""
    text = "We are glad [fact:F-void]. So are you [fact:F-now]."
    links = (ClaimLink("body", 0, 2, ("F-old", "F-now")), ClaimLink("body", 3, 6, ("S",)))
    found = hits("claim-needs-source", "{}", text, setting=Setting(facts=FACTS, claims=links, sources=(Source("S"),)))

    assert ["We", "[fact:F-void]"] == _matches(found)


def test_a_claim_with_a_live_and_a_dead_pointer_is_backed_and_the_dead_one_reported() -> None:
    """A good source does not hide a bad one."""
    text = "It cuts costs by 40 % [fact:F-now] [fact:F-old]."

    assert ["[fact:F-old]"] == _matches(hits("claim-needs-source", "{}", text, setting=Setting(facts=FACTS)))


def test_a_draft_cannot_revive_a_fact_by_a_source_of_the_same_id() -> None:
    """The sheet decides what its ids mean; what is on no sheet is the draft's own source."""
    links = (ClaimLink("body", 3, 7, ("F-void",)),)
    sources = (Source("F-void"),)

    assert hits("claim-needs-source", "{}", CLAIM, setting=Setting(facts=FACTS, claims=links, sources=sources))
    assert not hits("claim-needs-source", "{}", CLAIM, setting=Setting(claims=links, sources=sources))


def test_a_source_that_is_a_fact_has_the_dates_of_the_sheet() -> None:
    """A draft need not repeat them, and cannot replace them."""
    bare, old = (Setting(sources=(Source("F-now", published=published),)) for published in ("", "1999-01-01"))

    for setting in (bare, old):
        assert hits("source-freshness", "max_age_days: 365", CLAIM, setting=setting)
        assert not hits("source-freshness", "max_age_days: 365", CLAIM, setting=replace(setting, facts=FACTS))


def test_citation_in_next_sentence() -> None:
    """A citation in the next sentence backs a claim, one in the next paragraph does not."""
    assert not hits("claim-needs-source", "{}", f"{CLAIM} Source: Nordwind, 2026.")
    assert hits("claim-needs-source", "{}", f"{CLAIM}\n\nSource: Nordwind, 2026.")


def test_citation_of_another_claim() -> None:
    """The citation of the next claim backs that one only."""
    found = hits("claim-needs-source", "{}", f"{CLAIM} It saves 12 hours (https://lumora.example/study).")

    assert [CLAIM] == _matches(found)


@pytest.mark.parametrize("text", ["Does it cut costs by 40 %?", "It may cut costs by 40 %."])
def test_questions_and_hedges_count(text: str) -> None:
    """Asking or hedging a claim does not take the need of a source away."""
    assert [text] == _matches(hits("claim-needs-source", "{}", text))


def test_label_is_no_claim() -> None:
    """A heading of one word claims nothing."""
    assert not hits("claim-needs-source", "{}", "# Garantie\n\nSie finden hier alles dazu.")


def test_german_claim() -> None:
    """German claims need sources too."""
    assert hits("claim-needs-source", "{}", "Unser Balsam senkt die Kosten um 40 %.")


def test_share_of_hedged_sentences() -> None:
    """The share is counted over all fields and names the hedges as related places."""
    params = "{max_share_percent: 20, min_sentences: 4, phrases: []}"
    (hit,) = hits("speculation", params, "It might work. It works.", "Perhaps it lasts. It lasts.")

    assert "50" == dict(hit.values)["count"]
    assert [0, 1] == [number for number, _ in hit.related]


def test_short_drafts_have_no_share() -> None:
    """A draft with too few sentences has no share of hedges."""
    assert not hits("speculation", "phrases: []", "It might work.")


def test_readability() -> None:
    """A hard text breaks a least readability, an easy one does not; short texts are not judged."""
    hard = "Organisational interoperability necessitates comprehensive institutional harmonisation. " * 6
    easy = "The cat sat on the mat and we all had a cup of tea. " * 6

    assert hits("limits", "min_readability: 40", hard)
    assert not hits("limits", "min_readability: 40", easy)
    assert not hits("limits", "min_readability: 40", "Organisational interoperability.")


def test_capitals_stop_at_blocks() -> None:
    """A run of capitals ends with its block."""
    assert not hits("limits", "max_capitals_words: 2", "NEW HERE\n\nBUY NOW")
    assert ["NEW HERE NOW"] == _matches(hits("limits", "max_capitals_words: 2", "NEW HERE NOW, folks"))


@pytest.mark.skipif(find_spec("spacy") is None, reason="spaCy is not installed")
def test_unknown_language_of_tokens() -> None:
    """A language that spaCy does not know is refused when the policy is compiled."""
    with pytest.raises(GuardrailsError):
        hits("tokens", "{language: zz, anchor: [a], patterns: [[{LOWER: a}]]}", "a")


@pytest.mark.parametrize("name", [name for name in names() if name != "tokens"])
def test_empty_draft(name: str) -> None:
    """A draft of one empty field does not stop any kind."""
    example = kind(name).examples[-1]

    assert all(hit.extent.start == 0 for hit in hits(name, example.params, ""))


@pytest.mark.parametrize("name", [name for name in names() if name != "tokens"])
@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text(name: str, text: str) -> None:
    """No text stops a kind, and every match is the slice at its extent."""
    example = kind(name).examples[0]
    text = text.replace("\r", "")
    for hit in hits(name, example.params, text):
        source = text if hit.in_source else None
        if source is not None:
            assert hit.match == source[hit.extent.start : hit.extent.end]
        assert 0 <= hit.extent.start <= hit.extent.end
