"""What kinds say of a rule before anything is written."""

from __future__ import annotations

import pytest
import yaml
from pydantic import TypeAdapter

from guardrails.model.context import EffectiveContext
from guardrails.rules.advice import WRITE_NAMES, Advice, plain_words
from guardrails.rules.kinds import kind, names

BLOG = EffectiveContext((("channel", ("blog",)), ("locale", ("de-AT",))))
ANYWHERE = EffectiveContext((("channel", ("blog", "linkedin", "press")), ("locale", ("de-AT", "en", "fr"))))


def advice(name: str, params: str, context: EffectiveContext = BLOG) -> Advice | None:
    """Return what the kind called *name* says of a rule with YAML *params*."""
    rule_kind = kind(name)
    return rule_kind.advise(
        rule_kind.plan(TypeAdapter(rule_kind.params).validate_python(yaml.safe_load(params))), context
    )


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("terms", "terms: [a, {term: b, say_instead: [c, d]}]", Advice("avoid", words=(("a", ""), ("b", "c / d")))),
        ("terms", "terms: [{term: a, locale: de}, {term: b, locale: en}]", Advice("avoid", words=(("a", ""),))),
        ("terms", "terms: [{term: b, locale: en}]", None),
        ("limits", "max_emoji: 2", Advice("limits", "At most 2 emoji")),
        ("limits", "max_exclamations: 1", Advice("limits", "At most 1 exclamation mark")),
        ("limits", "max_capitals_words: 1", Advice("limits", "At most 1 word in a row in capitals")),
        ("limits", "max_emoji: {default: 2, channels: {blog: 0}}", Advice("limits", "No emoji")),
        ("limits", "max_words: {channels: {linkedin: 300}}", None),
        ("limits", "{max_words: 300, max_characters: {fields: {subject: 60}}}",
         Advice("limits", "At most 60 characters in “subject”, at most 300 words")),
        ("casing", "terms: [Lumora, iPhone]", Advice("tone", WRITE_NAMES, plain_words(("Lumora", "iPhone")))),
        ("casing", "heading_case: title", Advice("tone", "Write headings in title case")),
        ("casing", "{terms: [Lumora], heading_case: title}",
         Advice("tone", "Write headings in title case, and these names exactly so", plain_words(("Lumora",)))),
        ("near-terms", "{names: [Lumora], exceptions: [Lumina]}", Advice("tone", WRITE_NAMES, plain_words(("Lumora",)))),
        ("required-text", "{texts: {de: [x, y], en: z}, when: [w], where: last}",
         Advice("required", when=("w",), wording=("x", "y"), place="at the end")),
        ("required-text", "{texts: {de: x}, where: 'field:foot'}",
         Advice("required", wording=("x",), place="in the field “foot”")),
        ("required-text", "texts: {fr: x}", None),
        ("claim-needs-source", "{claim_types: [award, quantified], accept: citation}",
         Advice("proof", "Prove every claim about numbers, awards and ratings: cite a fact as [fact:ID], or name the source "
                "beside it")),
        ("source-freshness", "{max_age_days: 1095, kinds: {press_release: 30}}",
         Advice("proof", "Use no source older than 3 years; press release: 30 days")),
        ("speculation", "{max_share_percent: 30, phrases: []}",
         Advice("avoid", "Let at most 30 % of the sentences hedge (“may”, “könnte”)")),
        ("speculation", "{max_share_percent: 100, phrases: [will change everything]}",
         Advice("avoid", "Do not foretell the future", plain_words(("will change everything",)))),
        ("personal-data", "allow: [lumora.com]",
         Advice("avoid", "No personal data (e-mail, phone, account or ID numbers), except lumora.com")),
        ("personal-data", "kinds: [email]", Advice("avoid", "No personal data (email)")),
        ("links", "{}", Advice("limits", "Link only to public pages by https")),
        ("links", "{own_hosts: [a.de], allow_hosts: [b.de], require_query: [utm_source], mail_domains: [a.de]}",
         Advice("limits", "Link only to a.de, b.de, with utm_source in the query, mail only to a.de")),
        ("timing", "{}", Advice("avoid", "Give every offer its last day, and “today” its date")),
        ("timing", "{checks: [], embargoes: [{phrases: [Arc], not_before: '2026-12-01'}]}",
         Advice("avoid", "Say nothing of these words before 2026-12-01T00:00:00Z", plain_words(("Arc",)))),
        ("voice", "{language: de, address: sie, bands: {sentence_words: {min: 3, max: 18}, active: {min: 69}}}",
         Advice("tone", "Address the reader with “Sie”, 3 to 18 words per sentence on average, at least 69 % of the "
                "sentences active")),
        ("voice", "{language: de, bands: {contractions: {max: 30}}}",
         Advice("tone", "At most 30 contractions in 1,000 words")),
        ("voice", "{language: de, bands: {sentence_spread: {max: 90}}}", None),
        ("voice", "{language: en, bands: {active: {max: 30}}}", None),
        ("consistency", "check: [prices, dates]",
         Advice("tone", "Say one thing in one way throughout: its price, its date")),
        ("same-as-master", "check: [numbers, dates]",
         Advice("proof", "In an adaptation, carry over unchanged what the master says: numbers, dates")),
        ("same-as-master", "{check: [numbers, disclaimers], disclaimers: [{de: x, en: z}]}",
         Advice("proof", "In an adaptation, carry over unchanged what the master says: numbers, and these texts",
                plain_words(("x",)))),
        ("same-as-master", "{check: [disclaimers], disclaimers: [{de: [x, y], en: z}, {fr: w}]}",
         Advice("required", "In an adaptation, keep what the master has of these", plain_words(("x",)))),
        ("same-as-master", "{check: [disclaimers], disclaimers: [{fr: w}]}", None),
        ("same-as-master", "check: [master]",
         Advice("proof", "Hand over the master with an adaptation, as the text of a source of the kind “master”")),
        ("similar-to", "{examples: [a b c d, {term: e f g h, locale: en}], shingle: 2, least_words: 4}",
         Advice("avoid", "Do not come close to", plain_words(("a b c d",)))),
        ("similar-to", "{}", Advice("avoid", "Do not repeat published copy")),
        ("pattern", "pattern: a+", Advice("avoid")),
        ("residue", "{}", Advice("avoid")),
    ],
)  # fmt: skip
def test_what_a_kind_says(name: str, params: str, expected: Advice | None) -> None:
    """It names the numbers, words and places that count on this channel in this language."""
    assert expected == advice(name, params)


def test_the_strictest_number_counts_where_the_channel_is_unknown() -> None:
    """As in a check."""
    params = "max_emoji: {default: 2, channels: {press: 0, linkedin: 4}}"

    assert Advice("limits", "No emoji") == advice("limits", params, ANYWHERE)


def test_every_possible_language_is_told() -> None:
    """As in a check."""
    assert Advice("required", wording=("x", "z")) == advice("required-text", "texts: {de: x, en: z}", ANYWHERE)


@pytest.mark.parametrize("name", names())
def test_every_kind_says_something_of_its_samples(name: str) -> None:
    """A kind that knows no better lets title and instruction speak."""
    if name == "tokens":
        pytest.importorskip("spacy")
    for example in kind(name).examples:
        said = advice(name, example.params, ANYWHERE)

        assert said is not None
        assert "{" not in said.text
        assert not said.text.endswith(".")
