"""What the embedded engine swallows, the check refuses, at its line and column."""

from __future__ import annotations

import pytest

from guardrails.backends.rego.embedded import embedded_engine
from guardrails.errors import PolicyError
from guardrails.model.policy import Module
from guardrails.policy.rego_cases import failed_cases, read_cases
from guardrails.policy.rego_check import check_modules
from tests.rego.support import bundle
from tests.services import opa_program

GOOD = """package workspace.press_money

reasons := [reason |
	"press" in input.context.channels
	some group in input.groups
	startswith(group.rule, "claims.price-")
	group.waiver == ""
	reason := {"code": "press-money", "outcome": "escalate", "groups": [group.id]}
]
"""
CASES = """
- name: a price claim in the press
  input: {context: {channels: [press]}, groups: [{rule: claims.price-cut}]}
  expected: [{code: press-money, outcome: escalate, groups: [g1]}]
- name: the same in the blog
  input: {groups: [{rule: claims.price-cut}]}
  expected: []
"""


def module(source: str, path: str = "workspace/press_money/press_money.rego") -> Module:
    """A workspace module."""
    return Module(path, source)


def checked(source: str, cases: str = CASES) -> list[PolicyError]:
    """The mistakes our own check finds in *source*."""
    read = read_cases(cases, "press_money_cases.yaml") if cases else ()
    return check_modules([module(source)], {"workspace.press_money": read}, which=lambda _: None)


def places(source: str) -> list[tuple[str, int | None, int | None]]:
    """Code, line and column of each mistake."""
    return [(p.code, p.place.line, p.place.column) for p in checked(source) if p.place]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("package workspace.press_money\n\nreasons := []]\n", ("stray-bracket", 3, 14)),
        ("package workspace.press_money\n\nreasons := []\n\n_x if {\n\ttrue\n", ("unclosed-bracket", 5, 7)),
        ("package workspace.press_money\n\nreasons := []\n\n_x if tru", ("unfinished-file", 5, 7)),
        (f"package workspace.press_money\n\nreasons := {'[' * 101}{']' * 101}\n", ("too-deep", 3, 112)),
    ],
)
def test_a_module_that_was_cut_off_or_garbled_is_refused(source: str, expected: tuple[str, int, int]) -> None:
    """Brackets that do not fit, and an end in the middle of a line, are mistakes."""
    assert expected in places(source)


def test_a_good_module_has_no_mistakes() -> None:
    """The module of the conventions is accepted."""
    assert checked(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('group.waiver == ""', "other > 1", ("unsafe-variable", 7, 2)),
        ('group.waiver == ""', "some other\n\tother > 1", ("unsafe-variable", 7, 7)),
        ("reason |\n", "reasn |\n", ("unsafe-variable", 3, 13)),
        ('startswith(group.rule, "claims.price-")', "startswith(group.rule)", ("wrong-arity", 6, 2)),
        ('startswith(group.rule, "claims.price-")', 'count(group.rule, "a") > 0', ("wrong-arity", 6, 2)),
        ("startswith(", "starts_with(", ("unknown-builtin", 6, 2)),
        ('startswith(group.rule, "claims.price-")', 'regex.match("a", group.rule)', ("unknown-builtin", 6, 2)),
        ("group.waiver", "group.waver", ("unknown-path", 7, 8)),
        ("input.context.channels", "input.contxt.channels", ("unknown-path", 4, 19)),
        ("input.context.channels", "input.context.channel", ("unknown-path", 4, 27)),
        ("input.context.channels", "data.catlog.channels", ("unknown-path", 4, 18)),
        ("in input.groups", "in input.groups.id", ("unknown-path", 5, 29)),
        ("reasons :=", "resons :=", ("wrong-export", 1, 9)),
        ("reasons := [reason |", "reasons contains reason if {\n\tsome reason in [reason |", ("wrong-export", 3, 1)),
        ('group.waiver == ""', 'group.waiver = ""', ("unification", 7, 15)),
        ('group.waiver == ""', 'group.waiver == "\\n"', ("string-escape", 7, 18)),
        ("some group in", "some _, group in", ("pair-in-comprehension", 5, 2)),
        ('group.waiver == ""', "every g in input.groups {\n\t\tnot g.observed\n\t}", ("not-in-every", 8, 3)),
        (
            'group.waiver == ""',
            "every g in input.groups {\n\t\tcount([1 | g.observed]) > 0\n\t}",
            ("comprehension-in-every", 8, 9),
        ),
        ("package workspace.press_money", "package workspace.press", ("wrong-package", 1, 9)),
    ],
)
def test_each_mistake_is_found_where_it_stands(old: str, new: str, expected: tuple[str, int, int]) -> None:
    """One mistake put into a good module is found at its line and column."""
    assert old in GOOD

    assert expected in places(GOOD.replace(old, new, 1))


def test_a_body_without_if_is_refused() -> None:
    """v0 syntax, which the embedded engine accepts, is refused."""
    assert ("v0-syntax", 12, 1) in places(f"{GOOD}\n\n_ok {{ true }}\n")


def test_an_export_nobody_asks_for_is_refused() -> None:
    """A second public name is a misspelling until proved otherwise."""
    assert ("wrong-export", 11, 1) in places(f"{GOOD}\nreason_list := []\n")


def test_a_call_of_an_own_function_needs_all_its_arguments() -> None:
    """Arity is checked against the functions of the module too."""
    assert ("wrong-arity", 13, 11) in places(
        f"{GOOD}\n_f(a) := a\n\n_x := y if y := _f(1, 2)\n".replace("_x := y if y := ", "_value := ")
    )


def test_a_module_needs_a_firing_case() -> None:
    """A package that no case makes speak is refused."""
    silent = "- {name: nothing, expected: []}"

    assert [problem.code for problem in checked(GOOD, silent)] == ["no-firing-case"]


def test_a_module_needs_a_silent_case() -> None:
    """A package without cases is refused twice."""
    assert [problem.code for problem in checked(GOOD, "")] == ["no-firing-case", "no-silent-case"]


def test_a_misspelt_path_gets_the_nearest_name() -> None:
    """The help names what was probably meant."""
    assert "“waiver”" in checked(GOOD.replace("group.waiver", "group.waver"))[0].help


def test_opa_is_asked_where_it_is_found() -> None:
    """What only a compiler sees comes from OPA, in the module's own place."""
    program = opa_program()
    broken = GOOD.replace('group.waiver == ""', "1 + true == 2")
    found = check_modules(
        [module(broken)],
        {"workspace.press_money": read_cases(CASES, "cases")},
        which={"opa": program}.get,
    )

    assert [(p.code, str(p.place)) for p in found] == [
        ("opa-rego-type-error", "rego/workspace/press_money/press_money.rego:7:2")
    ]


def test_a_tool_that_does_not_answer_is_a_mistake() -> None:
    """A broken OPA on PATH does not read as "no mistakes"."""
    found = check_modules([module(GOOD)], {"workspace.press_money": read_cases(CASES, "c")}, which={"opa": "/none"}.get)

    assert [problem.code for problem in found] == ["opa-failed"]


def test_cases_run_on_the_engine() -> None:
    """Right cases pass, a wrong one is a mistake that shows what came out."""
    own = bundle(extra=(module(GOOD),))
    right = read_cases(CASES, "c")
    wrong = read_cases(CASES.replace("expected: []", "expected: [{code: x, outcome: note, groups: []}]"), "c")
    evaluate = embedded_engine().evaluate

    assert failed_cases(evaluate, own, "workspace.press_money", right) == []
    assert [p.code for p in failed_cases(evaluate, own, "workspace.press_money", wrong)] == ["case-failed"]


@pytest.mark.parametrize(
    "text", ["{}", "- name: x", "- {name: x, expected: []  , inptu: {}}", "- {name: x, expected: no}"]
)
def test_what_is_no_case_is_refused(text: str) -> None:
    """A misspelt key in a case is a mistake of the policy."""
    with pytest.raises(PolicyError):
        read_cases(text, "c")
