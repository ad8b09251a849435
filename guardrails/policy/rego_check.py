"""
What the embedded Rego engine would swallow: it runs modules that no compiler would accept.

Refused here, with line and column: unsafe variables, wrong arity, unknown built-ins, misspelt paths into input and data,
wrong export names, v0 syntax, a few forms the two engines read differently, and workspace packages whose cases lack one
that fires or one that stays silent. ``opa check --strict`` and Regal are asked too where they are installed; their
answers come last.

A workspace module is ``rego/workspace/<name>/<name>.rego``, package ``workspace.<name>``, and exports ``reasons`` (an
array) and nothing else; whatever else it defines begins with ``_``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from guardrails.errors import Place, PolicyError
from guardrails.model.policy import Module
from guardrails.policy.problems import did_you_mean
from guardrails.policy.rego_cases import Case
from guardrails.policy.rego_paths import path_problems
from guardrails.policy.rego_scopes import scope_problems
from guardrails.policy.rego_source import MAX_DEPTH, Source, Token, read_source

TOOL_TIMEOUT_S = 30

_FORBIDDEN: Final = {
    "with": ("with-outside-tests", "`with` belongs in tests"),
    "print": ("unknown-builtin", "`print` writes to the standard output of the gate"),
}


_BRACKETS: Final = {
    "stray-bracket": ("this bracket closes nothing", "Take it out, or open it before."),
    "unclosed-bracket": ("this bracket is never closed", "Close it; was the file cut off?"),
    "too-deep": (f"brackets are nested more than {MAX_DEPTH} deep", "Give the inner part a name."),
}


def check_modules(
    modules: Sequence[Module],
    cases: Mapping[str, Sequence[Case]],
    *,
    which: Callable[[str], str | None] = shutil.which,
) -> list[PolicyError]:
    """
    Return every mistake in *modules*, in order of module, line and column; the answers of OPA and Regal last.

    Args:
        modules: All modules of a bundle: a call into another package is checked against what that package defines.

        cases: The cases of each workspace package, by package name (``workspace.press_money``).

        which: Finds ``opa`` and ``regal``; return None for both to leave them out.
    """
    sources = _sources(modules)
    problems = [
        problem
        for module in modules
        for problem in (
            *_module_problems(module, sources),
            *(_problem(module, found) for found in _case_problems(module, sources[module.path], cases)),
        )
    ]
    return _sorted(modules, problems) + _tool_problems(modules, which)


def module_problems(modules: Sequence[Module]) -> list[PolicyError]:
    """
    Return what is wrong with *modules* themselves, without cases and tools, in the same order.

    Loading a policy asks this: a module that was cut off, or whose rules call each other by names that nobody defines,
    would be built by the embedded engine and say nothing.
    """
    sources = _sources(modules)
    return _sorted(modules, [problem for module in modules for problem in _module_problems(module, sources)])


def _sources(modules: Sequence[Module]) -> dict[str, Source]:
    return {module.path: read_source(module.source) for module in modules}


def _module_problems(module: Module, sources: Mapping[str, Source]) -> Iterator[PolicyError]:
    source = sources[module.path]
    functions = {one.package_name: _arities(one) for one in sources.values()}
    found = [*scope_problems(source, functions), *path_problems(source), *_form_problems(source)]
    if source.tokens and not module.source.endswith("\n"):
        hint = "Was it cut off? A whole file ends with a line break."
        found.append(("unfinished-file", "the file ends in the middle of a line", hint, source.tokens[-1]))
    if module.path.startswith("workspace/"):
        found += _export_problems(module, source)
    return (_problem(module, one) for one in found)


def _problem(module: Module, found: _Found) -> PolicyError:
    code, message, help_, token = found
    return PolicyError(code, message, help=help_, place=_place(module, token))


_Found = tuple[str, str, str, Token]


def _arities(source: Source) -> dict[str, frozenset[int | None]]:
    found: dict[str, set[int | None]] = {}
    for statement in source.statements:
        found.setdefault(statement.name.text, set()).add(statement.arity)
    return {name: frozenset(arities) for name, arities in found.items()}


def _form_problems(source: Source) -> Iterator[_Found]:
    """Find what both engines may read, but not alike; and v0 syntax, which only the embedded one accepts."""
    if source.misfit is not None:
        misfit, bracket = source.misfit
        yield misfit, *_BRACKETS[misfit], bracket
    for token in source.tokens:
        if token.kind == "string" and "\\" in token.text:
            yield (
                "string-escape",
                "the engines do not agree on escapes in strings",
                "Write it without a backslash.",
                token,
            )
        if token.kind == "punct" and token.text == "=":
            yield "unification", "`=` both compares and binds", "Write `:=` or `==`.", token
        if token.kind == "name" and token.text in _FORBIDDEN:
            code, message = _FORBIDDEN[token.text]
            yield code, message, "Take it out.", token
    for statement in source.statements:
        body = [i for i, item in enumerate(statement.items) if not isinstance(item, Token) and item.open.text == "{"]
        words = [item.text for item in statement.items if isinstance(item, Token)]
        if body and not {"if", ":=", "contains", "else"} & set(words):
            yield "v0-syntax", f"the body of {statement.name.text} needs `if`", "Write `… if { … }`.", statement.name


def _export_problems(module: Module, source: Source) -> Iterator[_Found]:
    parts = module.path.removesuffix(".rego").split("/")
    expected = f"workspace.{parts[1]}" if len(parts) > 1 else "workspace"
    first = source.package[0] if source.package else Token("name", "", 1, 1)
    if source.package_name != expected or parts[1:2] != parts[2:3]:
        wanted = f"rego/workspace/{parts[1]}/{parts[1]}.rego has package {expected}" if len(parts) > 1 else expected
        yield "wrong-package", f"package {source.package_name} does not fit its path", f"Expected: {wanted}.", first
    names = {statement.name.text: statement for statement in reversed(source.statements)}
    if "reasons" not in names:
        hint = did_you_mean("reasons", [name for name in names if not name.startswith("_")])
        yield "wrong-export", f"package {source.package_name} exports no `reasons`", hint, first
    for name, statement in names.items():
        if not name.startswith("_") and name != "reasons":
            hint = "Call it `reasons`, or begin its name with `_`."
            yield "wrong-export", f"`{name}` is exported and nobody asks for it", hint, statement.name
    yield from _wrong_reasons(source)


def _wrong_reasons(source: Source) -> Iterator[_Found]:
    for statement in source.statements:
        if statement.name.text == "reasons":
            word = statement.items[1] if len(statement.items) > 1 else statement.name
            if not (isinstance(word, Token) and word.text in {":=", "="}):
                hint = "Write `reasons := [reason | … ]`."
                yield "wrong-export", "`reasons` must be an array, assigned with `:=`", hint, statement.name


def _case_problems(module: Module, source: Source, cases: Mapping[str, Sequence[Case]]) -> Iterator[_Found]:
    if not module.path.startswith("workspace/"):
        return
    own = cases.get(source.package_name, ())
    at = source.package[0] if source.package else Token("name", "", 1, 1)
    file = f"{source.package_name.rpartition('.')[2]}_cases.yaml"
    if not any(case.expected for case in own):
        yield "no-firing-case", f"no case of {source.package_name} expects a reason", f"Add one to {file}.", at
    if not any(not case.expected for case in own):
        yield "no-silent-case", f"no case of {source.package_name} expects silence", f"Add one to {file}.", at


def _sorted(modules: Sequence[Module], problems: Iterable[PolicyError]) -> list[PolicyError]:
    order = {f"rego/{module.path}": number for number, module in enumerate(modules)}

    def place(problem: PolicyError) -> tuple[int, int, int, str]:
        at = problem.place
        assert at is not None
        return order[at.file], at.line or 0, at.column or 0, problem.code

    return sorted(problems, key=place)


def _place(module: Module, token: Token) -> Place:
    lines = module.source.splitlines()
    excerpt = lines[token.line - 1] if token.line <= len(lines) else None
    return Place(f"rego/{module.path}", token.line, token.column, excerpt)


def _tool_problems(modules: Sequence[Module], which: Callable[[str], str | None]) -> list[PolicyError]:
    tools = [(name, path) for name in ("opa", "regal") if (path := which(name))]
    if not (tools and modules):
        return []
    with TemporaryDirectory(prefix="guardrails-rego-") as folder:
        root = Path(folder) / "rego"
        for module in modules:
            file = root / module.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(module.source, encoding="utf-8")
        by_path = {module.path: module for module in modules}
        return [problem for name, path in tools for problem in _asked(name, path, root, by_path)]


def _asked(name: str, program: str, root: Path, modules: Mapping[str, Module]) -> list[PolicyError]:
    arguments = {
        "opa": ["check", "--strict", "--format", "json", str(root)],
        "regal": ["lint", "--format", "json", str(root)],
    }[name]
    try:
        done = subprocess.run(  # noqa: S603 - the program was found on PATH by the caller's own lookup
            [program, *arguments], capture_output=True, text=True, timeout=TOOL_TIMEOUT_S, check=False
        )
        answer = json.loads(done.stdout or done.stderr or "{}")
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return [PolicyError(f"{name}-failed", f"{name} was found and did not answer: {type(error).__name__}")]
    listed = answer.get("errors" if name == "opa" else "violations") or []
    return [_tool_problem(name, item, root, modules) for item in listed]


def _tool_problem(name: str, item: Mapping[str, Any], root: Path, modules: Mapping[str, Module]) -> PolicyError:
    location = item.get("location") or {}
    path = str(location.get("file", "")).partition(f"{root}/")[2]
    code = f"opa-{str(item.get('code', 'error')).replace('_', '-')}" if name == "opa" else f"regal-{item.get('title')}"
    message = str(item.get("message") or item.get("description"))
    token = Token("name", "", int(location.get("row", 1)), int(location.get("col", 1)))
    return PolicyError(code, message, place=_place(modules[path], token) if path in modules else None)
