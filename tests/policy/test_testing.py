"""Examples as tests of rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.model.draft import Source
from guardrails.policy.marks import marked, unmarked
from guardrails.policy.testing import test_rules

RULE_FILE = "policies/house/promises.yaml"


def finder(word):
    """Return a runner that finds *word* wherever it stands."""

    def run(_rule, draft, _as_of_ms):
        text = draft.fields[0].text
        return [(at, at + len(word)) for at in range(len(text)) if text.startswith(word, at)]

    return run


def test_a_rule_that_finds_exactly_what_is_marked_passes(bench):
    """Both groups take part."""
    report = test_rules(bench.load(), finder("guaranteed"))

    assert report.passed
    assert [("bad", ((6, 16),)), ("good", ())] == [(one.group, one.found) for one in report.results]


def test_a_miss_shows_what_was_expected_and_what_was_found(bench):
    """The report points into the file and marks both texts."""
    report = test_rules(bench.load(), finder("is"))

    bad, good = (str(failure).splitlines() for failure in report.failures)
    assert [
        "house.promises: bad example 1",
        f"  --> {RULE_FILE}:15:9",
        "  expected: It is [[guaranteed]].",
        "  found:    It [[is]] guaranteed.",
    ] == bad
    assert ["  expected: It is likely.", "  found:    It [[is]] likely."] == good[2:]


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("[[guaranteed]]", "guaranteed", "a bad example marks what must be found: put [[ ]] around it"),
        ("[[guaranteed]]", "[[guaranteed", "“[[” and “]]” do not pair up"),
        ("[[guaranteed]]", "guaranteed]]", "“[[” and “]]” do not pair up"),
        ("[[guaranteed]]", "[[guaran[[teed]]", "“[[” and “]]” do not pair up"),
        ("It is likely.", "It is [[likely]].", "a good example marks nothing"),
    ],
)
def test_an_example_that_is_no_test_fails(bench, old, new, mistake):
    """A mistake in the marks of a draft rule is not a pass; the marks of an active one are judged by loading."""
    bench.edit(RULE_FILE, "status: active", "status: draft")
    bench.edit(RULE_FILE, old, new)
    (failure,) = test_rules(bench.load(), finder("guaranteed")).failures

    assert mistake == failure.mistake


def test_an_empty_mark_is_a_hit_without_a_place(bench):
    """Where something is missing, the number of hits is compared."""
    bench.edit(RULE_FILE, "[[guaranteed]]", "[[]]here")
    report = test_rules(
        bench.load(), lambda _rule, draft, _as_of_ms: [(5, 5)] if "here" in draft.fields[0].text else []
    )

    assert report.passed


def test_formats_are_handed_on(bench):
    """An example may be Markdown or HTML."""
    bench.edit(RULE_FILE, '["It is likely."]', "[{text: a, format: html}]")
    formats = []
    test_rules(bench.load(), lambda _rule, draft, _as_of_ms: formats.append(draft.fields[0].format) or [])

    assert ["text", "html"] == formats


def test_sources_are_handed_on(bench):
    """An example may come with the sources that its draft would list."""
    bench.edit(
        RULE_FILE, '["It is likely."]', '[{text: a, sources: [{id: s1, kind: study, published: "2001-05", text: b}]}]'
    )
    found = []
    test_rules(bench.load(), lambda _rule, draft, _as_of_ms: found.append(draft.sources) or [])

    assert [(), (Source("s1", kind="study", published="2001-05", text="b"),)] == found


def test_the_day_of_an_example_is_handed_on(bench):
    """An example is judged on its own day, from its first moment in UTC, or on that of the test."""
    bench.edit(RULE_FILE, '["It is likely."]', '[{text: a, as_of: "1970-01-02"}]')
    found = []
    test_rules(bench.load(), lambda _rule, _draft, as_of_ms: found.append(as_of_ms) or [])

    assert [None, 86_400_000] == found


def test_retired_rules_are_not_run_and_drafts_without_examples_are_named(bench):
    """What no longer counts needs no test; what is not tested is said."""
    bench.edit(RULE_FILE, "status: active", "status: retired\nretired: too broad")
    assert () == test_rules(bench.load(), finder("x")).results
    bench.edit(RULE_FILE, "status: retired\nretired: too broad", "status: draft")
    bench.edit(RULE_FILE, '  bad: ["It is [[guaranteed]]."]\n  good: ["It is likely."]', "  bad: []")
    report = test_rules(bench.load(), finder("x"))

    assert (("house.promises",), False) == (report.untested, report.passed)


def test_some_rules_can_be_run_by_themselves(bench):
    """The workspace compiles whole; only the rules asked for are run."""
    bench.write(
        "policies/house/vows.yaml", (bench.root / RULE_FILE).read_text("utf-8").replace("promises\n", "vows\n", 1)
    )
    report = test_rules(bench.load(), finder("guaranteed"), only={"house.vows"})

    assert {result.rule for result in report.results} == {"house.vows"}


def test_overrides_do_not_reach_the_examples(bench):
    """A rule is tested as its file says it."""
    with (bench.root / "guardrails.yaml").open("a", encoding="utf-8") as file:
        file.write("rules: {house.promises: {params: {terms: [other]}, reason: a, owner: b}}\n")
    seen = []
    test_rules(bench.load(), lambda rule, _draft, _as_of_ms: seen.append(rule.plan.units[0].text) or [])

    assert ["guaranteed", "guaranteed"] == seen


@given(st.lists(st.text("ab ", min_size=1, max_size=3), min_size=1, max_size=6))
def test_marking_and_unmarking_are_inverses(parts):
    """Every other part is marked."""
    text = "".join(f"[[{part}]]" if at % 2 else part for at, part in enumerate(parts))
    plain, spans = unmarked(text)

    assert "".join(parts) == plain
    assert text == marked(plain, spans)
