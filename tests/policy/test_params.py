"""Lists, sheets and lexicons in the place of parameters."""

import pytest

from guardrails.model.policy import Literal_

RULE_FILE = "policies/house/promises.yaml"
LIST = "policies/house/lists/promises.csv"


def terms(bench, text):
    """Set the sample rule's terms."""
    bench.edit(RULE_FILE, "terms: [guaranteed]", f"terms: {text}")


def test_a_list_file_becomes_terms_with_what_it_says_of_them(bench):
    """Empty cells are left out; cells may hold commas in quotes."""
    bench.write(LIST, '﻿term,say_instead,locale\r\n"free, now",,\r\nguaranteed,likely,en\r\n')
    terms(bench, "{file: lists/promises.csv}")
    (rule,) = bench.compile().rules

    assert (Literal_("free, now"), Literal_("guaranteed")) == rule.plan.units
    assert {"term": "guaranteed", "say": ["likely"], "why": "", "locale": "en"} == rule.plan.data[1]


def test_references_inside_a_list_are_spliced_in(bench):
    """Own words and listed ones stand in one list, in order."""
    bench.write("policies/house/lexicons/hype.yaml", "id: hype\nlocale: en\nterms: [amazing, superb]\n")
    bench.write(LIST, "term\nguaranteed\n")
    terms(bench, "[first, {lexicon: hype}, {file: lists/promises.csv}]")
    (rule,) = bench.compile().rules

    assert ["first", "amazing", "superb", "guaranteed"] == [unit.text for unit in rule.plan.units]


def test_a_workspace_file_is_looked_for_in_the_workspace(bench):
    """Fact sheets belong to the brand, not to a pack; YAML files give their value."""
    bench.write("facts/words.yaml", "[sure, certain]\n")
    terms(bench, "{workspace_file: facts/words.yaml}")

    assert ["sure", "certain"] == [unit.text for unit in bench.compile().rules[0].plan.units]


@pytest.mark.parametrize(
    ("reference", "code", "place", "hint"),
    [
        ("{file: lists/promise.csv}", "unknown-file", f"{RULE_FILE}:13:17", "Did you mean “lists/promises.csv”?"),
        ("{file: ../house/lists/promises.csv}", "file-outside", f"{RULE_FILE}:13:17",
         "Name a file below the folder, without “..”."),
        ("{file: /etc/hostname}", "file-outside", f"{RULE_FILE}:13:17", "Name a file below the folder, without “..”."),
        ("{file: 3}", "wrong-value", f"{RULE_FILE}:13:17", ""),
        ("{lexicon: hipe}", "unknown-lexicon", f"{RULE_FILE}:13:20", "Did you mean “hype”?"),
        ("[{lexicon: hipe}]", "unknown-lexicon", f"{RULE_FILE}:13:21", "Did you mean “hype”?"),
        ("{workspace_file: README.txt}", "unknown-format", "README.txt", "Use .csv or .yaml."),
    ],
)  # fmt: skip
def test_a_reference_that_leads_nowhere_is_pointed_at(bench, reference, code, place, hint):
    """The place is the name of the file or lexicon."""
    bench.write(LIST, "term\nguaranteed\n")
    bench.write("README.txt", "words\n")
    bench.write("policies/house/lexicons/hype.yaml", "id: hype\nterms: [amazing]\n")
    terms(bench, reference)
    (problem,) = bench.problems()

    assert (code, place, hint) == (problem.code, str(problem.place), problem.help)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("trem\na\n", "csv-column", 1),
        ("term,term\na,b\n", "csv-column", 1),
        ("why\na\n", "csv-column", 1),
        ("", "csv-column", 1),
        ("term,why\na,b,c\n", "csv-cells", 2),
        ('term\n"a\n', "csv-syntax", 2),
        ("term,why\n,b\n", "csv-cells", None),
        ("term\na\na\n", "csv-duplicate", None),
    ],
)
def test_a_mistake_in_a_list_file_is_pointed_at(bench, text, code, line):
    """Lists are read strictly: header, cells, terms."""
    bench.write(LIST, text)
    terms(bench, "{file: lists/promises.csv}")
    (problem,) = bench.problems()

    assert (code, LIST, line) == (problem.code, problem.place.file, problem.place.line)


def test_a_link_out_of_the_folder_is_refused(bench, tmp_path):
    """A symbolic link is followed before the folder is compared."""
    outside = tmp_path / "outside.csv"
    outside.write_text("term\na\n", encoding="utf-8")
    (bench.root / "policies/house/lists").mkdir()
    (bench.root / LIST).symlink_to(outside)
    terms(bench, "{file: lists/promises.csv}")

    assert ("file-outside", f"{RULE_FILE}:13:17") == bench.refusal()


def test_two_lexicons_of_one_id_are_refused(bench):
    """An id names one lexicon."""
    bench.write("policies/house/lexicons/a.yaml", "id: hype\nterms: [amazing]\n")
    bench.write("policies/house/lexicons/b.yaml", "id: hype\nterms: [superb]\n")

    assert ("duplicate-id", "policies/house/lexicons/b.yaml:1:5") == bench.refusal()
