"""Every refusal of a file, with its code and exact place."""

import pytest

from guardrails.errors import PolicyError
from guardrails.policy.load import load_workspace

RULE_FILE = "policies/house/promises.yaml"


def test_a_valid_workspace_has_no_problems(bench):
    """The sample loads: one pack, one rule."""
    loaded = bench.load()

    assert () == loaded.problems
    assert ["house.promises"] == [rule.file.id for rule in loaded.rules]


def test_a_folder_without_guardrails_yaml_is_no_workspace(tmp_path):
    """The first mistake anybody makes has a helpful answer."""
    with pytest.raises(PolicyError) as failed:
        load_workspace(tmp_path)

    assert failed.value.code == "no-workspace"
    assert "guardrails init" in failed.value.help


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "hint"),
    [
        ("severity: high", "severty: high", "unknown-key", "6:1", "Did you mean “severity”?"),
        ("severity: high", "severity: hgih", "wrong-value", "6:11", "Did you mean “high”?"),
        ("version: 1", 'version: "1"', "wrong-value", "2:10", ""),
        ("version: 1", "version: 1.5", "wrong-value", "2:10", ""),
        ("version: 1", "version: 0", "wrong-value", "2:10", ""),
        ('why: "Because."', "why: 3", "wrong-value", "10:6", ""),
        ('why: "Because."', "why: NO", "", "", ""),
        ("status: active\n", "", "missing-key", "1:1", "Add “status:”."),
        ("status: active", "status: retired", "retired-reason", "3:9", 'Add “retired: "why"”.'),
        ("id: house.promises", "id: house.promise", "id-path", "1:5", "The id is the pack, a dot and the file's name."),
        ("id: house.promises", "id: promises", "wrong-value", "1:5", ""),
        ('  good: ["It is likely."]\n', "", "examples-missing", "14:1",
         "Give at least one text it must find and one it must not."),
        ("applies_to: {markets: [eu]}", "applies_to: {market: [eu]}", "unknown-key", "7:14", "Did you mean “markets”?"),
        ("applies_to: {markets: [eu]}", "applies_to: {not: {marketz: [eu]}}", "unknown-key", "7:20",
         "Did you mean “markets”?"),
        ("applies_to: {markets: [eu]}", "applies_to: {markets: eu}", "wrong-value", "7:23", ""),
        ("applies_to: {markets: [eu]}", "applies_to: {markets: [eu, eu]}", "wrong-value", "7:23", ""),
        ("{markets: [eu]}", "", "wrong-value", "7:12", "What belongs to it stands below it, indented by two spaces."),
        ("topics: [layoffs]", "topics: [layoffs, 3]", "wrong-value", "8:19", ""),
        ('["It is likely."]', "[{text: a, fromat: html}]", "unknown-key", "16:20", "Did you mean “format”?"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_file_is_pointed_at(bench, old, new, code, place, hint):
    """One mistake, one error: its code, its line and column, and what to do."""
    bench.edit(RULE_FILE, old, new)
    problems = bench.load().problems

    expected = [(code, f"{RULE_FILE}:{place}", hint)] if code else []
    assert expected == [(problem.code, str(problem.place), problem.help) for problem in problems]


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ('house: "1.0.0"', "house: 1.0", "wrong-value", "3:10"),
        ('house: "1.0.0"', 'house: "1.0"', "wrong-value", "3:10"),
        ("brand: acme\n", "", "missing-key", "1:1"),
        ("people: [editor]", "people: []", "wrong-value", "12:9"),
        ('until: "2027-03-31"', 'until: "2027-02-31"', "wrong-value", "19:12"),
        ('until: "2027-03-31"', "until: 2027", "wrong-value", "19:12"),
        ("trust_draft: [channel]", "trust_draft: [channels]", "wrong-value", "11:15"),
        ("{action: publish,", "{action: publsh,", "wrong-value", "16:18"),
        ("due_hours: 24", "due_hours: 0", "wrong-value", "21:40"),
        ("brand: acme\n", "brand: acme\nobligations: [{code: a, due: after, text: 'say \"x\"'}]\n", "wrong-value", "2:43"),
    ],
)  # fmt: skip
def test_a_mistake_in_guardrails_yaml_is_pointed_at(bench, old, new, code, place):
    """A workspace file that is not valid cannot be judged further."""
    bench.edit("guardrails.yaml", old, new)

    assert (code, f"guardrails.yaml:{place}") == bench.refusal()


def test_a_pin_must_equal_the_packs_version(bench):
    """A pack that moved on is looked at before it counts."""
    bench.edit("guardrails.yaml", '"1.0.0"', '"1.1.0"')

    assert ("pack-version", "guardrails.yaml:3:10") == bench.refusal()


def test_an_unknown_pack_gets_a_near_match(bench):
    """A misspelt pack is pointed at, with the one that was meant."""
    bench.edit("guardrails.yaml", 'house: "1.0.0"', 'hause: "1.0.0"')
    unknown, *_ = bench.problems()

    assert ("unknown-pack", "guardrails.yaml:3:3") == (unknown.code, str(unknown.place))
    assert unknown.help == "Did you mean “house”?"


def test_a_pack_is_called_like_its_folder(bench):
    """Two names for one pack are refused."""
    bench.edit("policies/house/pack.yaml", "name: house", "name: home")

    assert ("pack-name", "policies/house/pack.yaml:1:7") == bench.refusal()


def test_a_shipped_pack_is_found_by_its_name(bench):
    """Packs of the package need no folder in the workspace."""
    bench.shipped.mkdir()
    (bench.root / "policies").rename(bench.shipped / "policies")
    loaded = bench.load()

    assert () == loaded.problems
    assert [True] == [pack.shipped for pack in loaded.packs]


def test_a_workspace_cannot_hide_a_shipped_pack(bench):
    """One name, one pack."""
    other = bench.shipped / "policies" / "house"
    other.mkdir(parents=True)
    (other / "pack.yaml").write_text("name: house\n", encoding="utf-8")

    shadowed, *_ = bench.problems()

    assert ("pack-shadowed", "guardrails.yaml:3:3") == (shadowed.code, str(shadowed.place))


def test_all_mistakes_are_reported_at_once(bench):
    """One load finds the mistakes of all files."""
    bench.edit(RULE_FILE, "severity: high", "severity: hgih")
    bench.write("policies/house/other.yaml", "id: *x\n")
    bench.write("policies/house/third.yml", "a: [\n")

    codes = [problem.code for problem in bench.load().problems]
    assert ["alias", "wrong-value", "yaml-syntax"] == sorted(codes)


def test_bytes_that_are_not_utf8_are_refused(bench):
    """The place is the line of the first bad byte."""
    (bench.root / RULE_FILE).write_bytes(b"id: house.promises\nwhy: \xff\n")
    (problem, *_) = bench.problems()

    assert ("not-utf8", f"{RULE_FILE}:2") == (problem.code, str(problem.place))


def test_modules_of_shipped_and_workspace_rego_are_sorted_without_tests(bench):
    """Tests of Rego modules are no part of the bundle."""
    bench.write("rego/workspace/press/press.rego", "package workspace.press\n")
    bench.write("rego/workspace/press/press_test.rego", "package workspace.press_test\n")
    module = bench.shipped / "rego" / "guardrails" / "decision.rego"
    module.parent.mkdir(parents=True)
    module.write_text("package guardrails.decision\n", encoding="utf-8")

    paths = [module.path for module in bench.load().modules]
    assert ["guardrails/decision.rego", "workspace/press/press.rego"] == paths


def test_mistakes_of_form_do_not_hide_other_mistakes_of_a_file(bench):
    """A wrong severity, an unknown key, a wrong id and a wrong parameter are one report."""
    bench.edit(RULE_FILE, "id: house.promises", "id: house.promise")
    bench.edit(RULE_FILE, "severity: high", "severity: hgih\nextra: 1")
    bench.edit(RULE_FILE, "  terms: [guaranteed]", "  terms: [guaranteed]\n  exeptions: [a]")
    found = sorted((problem.place.line, problem.code) for problem in bench.problems())

    assert [(1, "id-path"), (6, "wrong-value"), (7, "unknown-key"), (15, "unknown-key")] == found


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[[guaranteed]]", "guaranteed", "15:9"),
        ("[[guaranteed]]", "[[guaranteed", "15:9"),
        ("It is likely.", "It is [[likely]].", "16:10"),
    ],
)
def test_an_example_of_an_active_rule_is_a_test(bench, old, new, place):
    """Wrong marks are a mistake of the file, found without running anything."""
    bench.edit(RULE_FILE, old, new)

    assert ("example-marks", f"{RULE_FILE}:{place}") == bench.refusal()


@pytest.mark.parametrize(
    ("name", "code", "hint"),
    [
        ("brand/vows.yaml", "unused-file", 'add “brand: "1.0.0"” under “packs:” in guardrails.yaml'),
        ("brand/pack.yaml", "unused-pack", 'Add “brand: "2.1.0"” under “packs:” in guardrails.yaml'),
        ("vows.yml", "unused-file", "Move it into the folder of a pack."),
        ("house/more/vows.yaml", "unused-file", "Rules stand in the pack's folder itself"),
    ],
)
def test_a_file_in_no_used_pack_is_a_mistake(bench, name, code, hint):
    """What nobody reads is not ignored silently."""
    bench.write(f"policies/{name}", 'name: brand\nversion: "2.1.0"\n')
    (problem,) = bench.problems()

    assert (code, f"policies/{name}") == (problem.code, str(problem.place))
    assert hint in problem.help


def test_lists_that_a_rule_names_are_used(bench):
    """A YAML file of a pack that a parameter names is read, so it is no mistake."""
    bench.write("policies/house/data/terms.yaml", "[guaranteed]\n")
    bench.edit(RULE_FILE, "terms: [guaranteed]", "terms: [{file: data/terms.yaml}]")

    assert bench.compile().rules


@pytest.mark.parametrize("new", ["{markets: }", "{markets: null}", "{markets: []}", "{not: {markets: }}"])
def test_a_key_without_a_value_is_a_mistake(bench, new):
    """Nothing would be read as everything."""
    bench.edit(RULE_FILE, "{markets: [eu]}", new)

    assert ("wrong-value", f"{RULE_FILE}:7") == (bench.refusal()[0], bench.refusal()[1].rpartition(":")[0])


def test_a_file_of_a_rule_has_a_short_name(bench):
    """A name that no file system allows is a mistake, not a crash."""
    bench.edit(RULE_FILE, "terms: [guaranteed]", "terms: {file: " + "x" * 300 + ".csv}")

    assert "file-outside" == bench.refusal()[0]


@pytest.mark.parametrize("char", ["\0", "\x1b", "\ufffe"])
def test_a_list_holds_text(bench, char):
    """A control character is damage, in whatever file it stands."""
    bench.edit(RULE_FILE, "terms: [guaranteed]", "terms: {file: lists/a.csv}")
    bench.write("policies/house/lists/a.csv", f"term,say_instead,why,locale\nguar{char}anteed,,,\n")

    assert ("control-character", "policies/house/lists/a.csv:2") == bench.refusal()


@pytest.mark.parametrize("owner", ['the "brand" team', "brand\\team", "x" * 257])
def test_an_owner_is_a_name_that_both_engines_read(bench, owner):
    """Routing compares owners inside Rego; one that the engines read differently is refused here."""
    bench.edit("policies/house/pack.yaml", "owner: editors", f"owner: '{owner}'")

    assert ("wrong-value", "policies/house/pack.yaml:3:8") in {(p.code, str(p.place)) for p in bench.problems()}
