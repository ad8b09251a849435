"""``guardrails lint``: what the rules find, quickly; no mandate is asked, nothing is recorded, nothing is binding."""

from __future__ import annotations

import os

import click

from guardrails.errors import GuardrailsError
from guardrails.surfaces.cli.judging import run, run_failed
from guardrails.surfaces.cli.options import Request, checking_options, context_options, files_argument, request


@click.command("lint")
@files_argument
@context_options(without=("action",))
@checking_options
def command(**options: object) -> int:
    """
    Look at drafts while writing; nothing is recorded.

    FILES are drafts, folders of drafts, globs, or - for the standard input. The verdict speaks of what was found only;
    whether it may be published is what “check” answers.

    Exit codes: 0 pass, 1 revise, 3 escalate, 2 wrong call, file or policy, 4 no answer.
    """
    asked = request(options)
    try:
        return _linted(asked)
    except GuardrailsError as error:
        if asked.output == "json":
            return run_failed(asked, error)
        raise


def _linted(asked: Request) -> int:
    from guardrails import wiring

    linter = wiring.open_linter(asked.workspace, os.environ)
    return run(asked, lambda draft: linter.lint(draft, caller=asked.caller, as_of_ms=asked.as_of_ms))
