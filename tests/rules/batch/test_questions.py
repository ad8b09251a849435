"""One question for a passage that needs a person in several items."""

from __future__ import annotations

from dataclasses import replace

from tests.rules.batch.support import batch, item, quotes

SHARED = "Where a lamp from Lampadio has to go back, ours needs a screwdriver."
OTHER = "Glowmeister sells a lamp that nobody of us has ever been able to open."


def test_same_passage_is_one_question() -> None:
    """Case, punctuation and markup make no difference; the places keep their own words."""
    items = (
        item("a", f"Hello. {SHARED}", "Lampadio"),
        item("b", f"{SHARED.upper()} Bye.", "LAMPADIO"),
        item("c", "Where a lamp from **Lampadio** has to go back – ours needs a _screwdriver_", "Lampadio", format_="markdown"),
        item("d", OTHER, "Glowmeister"),
    )  # fmt: skip
    (question,) = batch(*items).questions

    assert [("a", SHARED), ("b", SHARED.upper())] == quotes(items, question.places)[:2]
    assert ["a", "b", "c"] == [place.item for place in question.places]
    assert (("brand.superlatives",), [("f1",)] * 3) == (question.rules, [place.findings for place in question.places])


def test_two_findings_in_one_passage() -> None:
    """They are one question, and a passage that stands twice in an item has two places."""
    text = f"{SHARED} Then this. {SHARED}"
    one = item("a", text, "Lampadio", "screwdriver")
    again = replace(
        one.assessment.findings[0], id="f9", spans=(one.assessment.findings[0].spans[0]._replace(start=87, end=95),)
    )
    items = (replace(one, assessment=replace(one.assessment, findings=(*one.assessment.findings, again))), item("b", SHARED, "Lampadio"))  # fmt: skip
    (question,) = batch(*items).questions

    assert [("a", ("f1", "f2")), ("a", ("f9",)), ("b", ("f1",))] == [(p.item, p.findings) for p in question.places]


def test_one_item_alone_asks_nothing() -> None:
    """A passage in one item, however often, is that item's own matter."""
    assert () == batch(item("a", f"{SHARED} {OTHER}", "Lampadio"), item("b", SHARED)).questions
    assert () == batch(item("a", SHARED, "Lampadio")).questions


def test_only_what_needs_a_person() -> None:
    """Findings that an agent can mend, and waived ones, make no question."""
    items = [
        item(name, SHARED, "Lampadio", calls_for=calls_for) for name, calls_for in (("a", "revise"), ("b", "none"))
    ]

    assert () == batch(*items, item("c", SHARED, "Lampadio")).questions


def test_short_sentence_counts_with_its_paragraph() -> None:
    """Below eight words the paragraph is compared; if that is short too, nothing is."""
    short = "Not like Lampadio."
    same = f"{short} You can open our lamp."

    assert 1 == len(batch(item("a", same, "Lampadio"), item("b", same, "Lampadio")).questions)
    assert () == batch(item("a", same, "Lampadio"), item("b", f"{short} You can mend our lamp.", "Lampadio")).questions
    assert () == batch(item("a", short, "Lampadio"), item("b", short, "Lampadio")).questions


def test_missing_text_has_no_passage() -> None:
    """A finding without an extent is about the whole draft, not about a passage."""
    one = item("a", SHARED, "Lampadio")
    spans = (one.assessment.findings[0].spans[0]._replace(start=0, end=0),)
    empty = replace(one.assessment, findings=(replace(one.assessment.findings[0], spans=spans),))

    assert () == batch(replace(one, assessment=empty), item("b", SHARED, "Lampadio")).questions


def test_same_question_in_another_batch() -> None:
    """The id depends on the passage, not on the items or their order."""
    items = [item("a", SHARED, "Lampadio"), item("b", SHARED, "Lampadio"), item("c", f"{SHARED} {OTHER}", "Lampadio")]
    (one,) = batch(*items).questions
    (other,) = batch(items[2], items[1]).questions

    assert one.id == other.id
    assert ["c", "b"] == [place.item for place in other.places]
