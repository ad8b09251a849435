"""``guardrails fix``: the safe fixes that were verified as a set, as a diff, and on demand in the files."""

from __future__ import annotations

import codecs
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from guardrails.errors import DraftError, GuardrailsError, Place
from guardrails.model.assessment import Assessment
from guardrails.model.draft import Draft, Field
from guardrails.render.diff import unified_diff, verified_fixes
from guardrails.rules import fixing
from guardrails.surfaces.cli.exits import combined, exit_code_of
from guardrails.surfaces.cli.inputs import STDIN, Input, inputs, read
from guardrails.surfaces.cli.options import caller_of, context_options, files_argument, workspace_option
from guardrails.surfaces.cli.terminal import paint_for
from guardrails.text.load import decoded

_MOST_PASSES = 10
_FIXABLE = 1

Assess = Callable[[Draft], Assessment]


@click.command("fix")
@files_argument
@context_options(without=("action",))
@click.option("--write", is_flag=True, help="Change the files; without it the changes are only shown.")
@click.option("--all-safe", is_flag=True, help="Go on with the mended text until no safe fix is left.")
@workspace_option
def command(files: tuple[str, ...], write: bool, all_safe: bool, workspace: Path | None, **options: object) -> int:
    """
    Show, or make, the changes that are safe.

    Only changes that were tried together and then clear what they are for, adding nothing new, are made. Suggestions
    that need a reader are in the output of “lint”.

    Exit codes: 0 nothing (left) to change, 1 there are changes to make, 2 wrong call, file or policy, 4 no answer.
    """
    if STDIN in files:
        raise DraftError("fix-needs-files", "there is no file to change behind “-”", help="name a file")
    assess = _assess(workspace, options)
    passes = _MOST_PASSES if all_safe else 1
    return combined([_fix(one, assess, passes=passes, write=write) for one in inputs(files)])


def _assess(workspace: Path | None, options: dict[str, object]) -> Assess:
    from guardrails import wiring
    from guardrails.model.state import State

    linter = wiring.open_linter(workspace, os.environ)
    state = State(caller=tuple(sorted((*caller_of(options), ("action", "lint")))))

    def assess(draft: Draft) -> Assessment:
        return linter.evaluate(replace(draft, fixes="safe"), linter.policy, state, linter.clock()).assessment

    return assess


def _fix(one: Input, assess: Assess, *, passes: int, write: bool) -> int:
    try:
        if isinstance(one.draft, GuardrailsError):
            raise one.draft
        mended, count = _mended(one.draft, assess, passes)
        return _shown(one.name, one.draft.fields, mended.fields, count, write=write)
    except GuardrailsError as error:
        from guardrails.render.error import error_lines

        print("\n".join(error_lines(error, paint_for(sys.stderr))), file=sys.stderr)
        return exit_code_of(error)


def _mended(draft: Draft, assess: Assess, passes: int) -> tuple[Draft, int]:
    """Return the draft after at most *passes* rounds of verified fixes, and how many fixes that took."""
    count = 0
    for _ in range(passes):
        fixes = verified_fixes(assess(draft))
        after = fixing.apply(draft, fixes)
        if after == draft:
            break
        draft, count = after, count + len(fixes)
    return draft, count


def _shown(name: str, before: Sequence[Field], after: Sequence[Field], count: int, *, write: bool) -> int:
    if not count:
        print(f"{name}: nothing that can be fixed safely")
        return 0
    for old, new in zip(before, after, strict=True):
        label = name if len(before) == 1 else f"{name}#{old.id}"
        for line in unified_diff(label, old.text, new.text, paint_for(sys.stdout)):
            print(line)
    fixes = f"{count} {'fix' if count == 1 else 'fixes'}"
    if not write:
        print(f"{name}: {fixes} to make; “guardrails fix --write” makes them")
        return _FIXABLE
    _write(name, before, after)
    print(f"{name}: {fixes} made")
    return 0


def _write(name: str, before: Sequence[Field], after: Sequence[Field]) -> None:
    """Replace the file at once, so that a reader sees the old or the new text; a byte order mark stays."""
    if name.lower().endswith(".json"):
        raise DraftError(
            "json-not-written",
            "a JSON draft is not rewritten, because its claims point at positions in it",
            help="let the program that made it apply the edits in “fixes”",
            place=Place(name),
        )
    path = Path(name).resolve()
    data = read(str(path))
    if decoded(name, data) != before[0].text:
        raise DraftError("file-changed", "the file changed while it was looked at", help="try again", place=Place(name))
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        _replace(path, mark + after[0].text.encode("utf-8"))
    except OSError as error:
        raise DraftError("file-unwritable", f"not written: {error.strerror}", place=Place(name)) from error


def _replace(path: Path, data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.write(data)
    new = Path(file.name)
    try:
        new.chmod(path.stat().st_mode & 0o7777)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
