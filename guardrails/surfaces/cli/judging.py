"""One run over several drafts: judge each, print what came of it, combine the exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TextIO

from guardrails.errors import GuardrailsError, UnavailableError
from guardrails.model.draft import Draft
from guardrails.surfaces.cli.exits import VERDICT_CODES, combined, exit_code_of
from guardrails.surfaces.cli.inputs import Input, inputs
from guardrails.surfaces.cli.options import Request
from guardrails.surfaces.cli.terminal import Progress, paint_for

if TYPE_CHECKING:
    from guardrails.model.assessment import Assessment
    from guardrails.model.canonical import Json
    from guardrails.render.answer import Answer as Published

    class Answer(Published, Protocol):
        """An answer that still holds its assessment as a value."""

        @property
        def assessment(self) -> Assessment: ...  # noqa: D102


Judge = Callable[[Draft], "Answer"]
"""Checks or lints one draft."""

JudgeTogether = Callable[[list[tuple[str, Draft]]], "tuple[Sequence[Answer], dict[str, Json]]"]
"""Checks named drafts as one batch; the answers, and ``guardrails.batch-answer/v1`` of all, come back."""


class Result(NamedTuple):
    """What became of one file."""

    name: str
    draft: Draft | None
    answer: Answer | GuardrailsError

    @property
    def exit_code(self) -> int:
        """The code for this file alone."""
        if isinstance(self.answer, GuardrailsError):
            return exit_code_of(self.answer)
        return VERDICT_CODES[self.answer.assessment.verdict]


def run(request: Request, judge: Judge) -> int:
    """Judge every draft of *request*, print, and return the exit code of the whole."""
    drafts = list(inputs(request.files, stdin_name=request.stdin_name))
    results = _results(drafts, judge)
    return _print_json(results) if request.output == "json" else _print_text(results, request)


def run_together(request: Request, judge: JudgeTogether) -> int:
    """
    Judge the drafts of *request* as one batch, print them and what they show together, and return the exit code.

    Raises:
        GuardrailsError: The first draft that cannot be read: a batch is judged whole or not at all.
    """
    from guardrails.render.batch import batch_lines

    named = [(one.name, _readable(one)) for one in inputs(request.files, stdin_name=request.stdin_name)]
    answers, body = judge(named)
    if request.output == "json":
        import json

        print(json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True))
        return combined(VERDICT_CODES[answer.assessment.verdict] for answer in answers)
    results = (Result(name, draft, answer) for (name, draft), answer in zip(named, answers, strict=True))
    code = _print_text(results, request)
    for line in batch_lines(body):
        print(line)
    return code


def _readable(one: Input) -> Draft:
    if isinstance(one.draft, GuardrailsError):
        raise one.draft
    return one.draft


def run_failed(request: Request, error: GuardrailsError) -> int:
    """Print a run in which no draft could be judged because of *error*, as JSON, and return its exit code."""
    names = [one.name for one in inputs(request.files, stdin_name=request.stdin_name)]
    return _print_json(Result(name, None, error) for name in names)


def _results(drafts: list[Input], judge: Judge) -> Iterator[Result]:
    progress = Progress(len(drafts))
    for index, one in enumerate(drafts):
        progress.at(index)
        result = _result(one, judge)
        progress.clear()
        yield result


def _result(one: Input, judge: Judge) -> Result:
    if isinstance(one.draft, GuardrailsError):
        return Result(one.name, None, one.draft)
    try:
        return Result(one.name, one.draft, judge(one.draft))
    except GuardrailsError as error:
        return Result(one.name, one.draft, error)
    except Exception as error:  # noqa: BLE001 - a defect must not keep the other files from being judged
        return Result(one.name, one.draft, _defect(error))


def _defect(error: Exception) -> UnavailableError:
    if os.environ.get("GUARDRAILS_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    return UnavailableError(
        "internal-defect",
        f"this is a defect in guardrails, not in your draft: {type(error).__name__}",
        help="nothing was decided; run again with GUARDRAILS_DEBUG=1 to see where",
    )


def _print_json(results: Iterator[Result]) -> int:
    import json

    from guardrails.render.answer import run_json

    done = list(results)
    code = combined(result.exit_code for result in done)
    print(json.dumps(run_json([(one.name, one.answer) for one in done], code), ensure_ascii=False, indent=2))
    return code


def _print_text(results: Iterator[Result], request: Request) -> int:
    codes: list[int] = []
    for result in results:
        if codes and not request.quiet:
            print()
        codes.append(result.exit_code)
        if isinstance(result.answer, GuardrailsError):
            _print_error(result.name, result.answer, sys.stderr)
        else:
            _print_answer(result, result.answer, request)
    if len(codes) > 1:
        print(_tally(codes))
    return combined(codes)


def _print_answer(result: Result, answer: Answer, request: Request) -> None:
    from guardrails.render.summary import verdict_line
    from guardrails.render.text import text_lines

    assert result.draft is not None
    paint = paint_for(sys.stdout)
    if request.quiet:
        print(verdict_line(result.name, answer.assessment, binding=answer.binding, paint=paint))
        return
    lines = text_lines(
        result.name,
        answer.assessment,
        result.draft.fields,
        binding=answer.binding,
        paint=paint,
        show_personal=request.show_personal,
    )
    for line in lines:
        print(line)
    if answer.audit is not None:
        here = ", recorded here only" if request.here else ""
        print(f"   on record: {answer.check_id} (entry {answer.audit.index}{here})")
        if answer.binding and answer.assessment.verdict == "escalate":
            print(f"   what becomes of it: guardrails review show {answer.check_id}")


def _print_error(name: str, error: GuardrailsError, stream: TextIO) -> None:
    from guardrails.render.error import error_lines

    sys.stdout.flush()
    where = "" if error.place is not None and error.place.file.startswith(name) else f"{name}: "
    for index, line in enumerate(error_lines(error, paint_for(stream))):
        print(f"{where if index == 0 else ''}{line}", file=stream)


def _tally(codes: list[int]) -> str:
    words = {0: "pass", 1: "revise", 3: "escalate", 2: "not readable", 4: "no answer"}
    parts = [f"{codes.count(code)} {word}" for code, word in words.items() if code in codes]
    return f"{len(codes)} drafts: {', '.join(parts)}"
