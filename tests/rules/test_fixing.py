"""Edits, and the set of fixes that holds."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from guardrails.model.draft import ClaimLink, Draft, Field
from guardrails.model.finding import Edit, Finding, Fix, RuleRef
from guardrails.model.span import Span
from guardrails.rules.fixing import apply, safe_fixes, verified

REF = RuleRef("brand.x", 1, "sha256:0", "", "brand", "brand")


def fix(number: int, start: int, end: int, text: str) -> Fix:
    """A safe fix with one edit in the field `body`."""
    return Fix(f"x{number}", "safe", verified=False, edits=(Edit(Span("body", start, end), text),))


def finding(match: str, *fixes: Fix) -> Finding:
    """A finding of one rule."""
    return Finding(
        id="f1", fingerprint="0", rule=REF, effect="revise", calls_for="revise", severity="low",
        confidence_pm=1000, spans=(Span("body", 0, 1),), match=match, message="", why="", instruction="", fixes=fixes,
    )  # fmt: skip


def test_edits_are_applied_and_claim_links_move_along() -> None:
    """An edit before a link shifts it; an edit behind it does not."""
    draft = Draft((Field("body", "aa bbb cc"),), claims=(ClaimLink("body", 3, 6, ("s",)),))

    after = apply(draft, [fix(1, 0, 2, "long"), fix(2, 7, 9, "")])

    assert "long bbb " == after.fields[0].text
    assert "bbb" == after.fields[0].text[after.claims[0].start : after.claims[0].end]


def test_of_overlapping_fixes_the_first_is_taken() -> None:
    """Two fixes that touch the same place are never applied together."""
    one, other = fix(1, 0, 4, "x"), fix(2, 2, 6, "y")

    assert (one,) == safe_fixes([finding("a", one), finding("b", other)])


def test_a_set_that_adds_a_finding_is_not_verified() -> None:
    """One new finding, and none of the fixes is called verified."""
    before = [finding("bad", fix(1, 0, 3, "worse"))]

    assert () == verified(before[0].fixes, before, [finding("worse")])
    assert ("x1",) == verified(before[0].fixes, before, [])


def test_a_fix_that_leaves_its_finding_is_not_verified() -> None:
    """What is still found after the fix has not been fixed."""
    before = [finding("bad", fix(1, 0, 3, "BAD"))]

    assert () == verified(before[0].fixes, before, before)


@given(
    st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.text(max_size=5)), max_size=4)
)
def test_applied_text_is_the_text_with_slices_replaced(text: str, raw: list[tuple[int, int, str]]) -> None:
    """Applying non-overlapping edits equals replacing them from the back."""
    edits = [fix(i, min(s, len(text)), min(s + n, len(text)), t) for i, (s, n, t) in enumerate(raw)]
    taken = safe_fixes([finding(str(i), one) for i, one in enumerate(edits)])

    expected = text
    for one in sorted(taken, key=lambda f: f.edits[0].span, reverse=True):
        span = one.edits[0].span
        expected = expected[: span.start] + one.edits[0].text + expected[span.end :]
    assert expected == apply(Draft((Field("body", text),)), taken).fields[0].text


def test_a_fix_of_another_field_leaves_this_one() -> None:
    """Edits belong to their field."""
    draft = Draft((Field("body", "same"), Field("title", "same")))
    other = replace(fix(1, 0, 4, "new"), edits=(Edit(Span("title", 0, 4), "new"),))

    assert ("same", "new") == tuple(field.text for field in apply(draft, [other]).fields)
