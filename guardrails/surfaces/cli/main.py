"""
The entry point: finds the subcommand, runs it, and turns whatever goes wrong into words and an exit code.

Exit codes (design §5): 0 pass, 1 revise, 3 escalate, 2 wrong call, file or policy, 4 no answer could be given; 130
when interrupted. A subcommand returns its exit code; anything but a ``GuardrailsError`` that escapes one is a defect.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import click

from guardrails import __version__
from guardrails.errors import GuardrailsError
from guardrails.surfaces.cli.exits import NO_ANSWER, WRONG_CALL, exit_code_of
from guardrails.surfaces.cli.lazy import Commands, LazyGroup, PipeClosed
from guardrails.surfaces.cli.terminal import paint_for

COMMANDS: Commands = {
    "init": ("guardrails.surfaces.cli.init", "Make a workspace that passes its own tests."),
    "brief": ("guardrails.surfaces.cli.brief", "Say what applies before anything is written."),
    "check": ("guardrails.surfaces.cli.check", "Check drafts before they go out, on the record."),
    "lint": ("guardrails.surfaces.cli.lint", "Look at drafts while writing; nothing is recorded."),
    "fix": ("guardrails.surfaces.cli.fix", "Show, or make, the changes that are safe."),
    "review": ("guardrails.surfaces.cli.review", "Answer what the gate asks people."),
    "waive": ("guardrails.surfaces.cli.waive", "Ask for exceptions to rules, approve and end them."),
    "dispute": ("guardrails.surfaces.cli.dispute", "Say that a finding is wrong, unclear or too strict."),
    "stop": ("guardrails.surfaces.cli.stop", "Hold everything at once, an agent, a channel or a campaign."),
    "resume": ("guardrails.surfaces.cli.resume", "Lift a stop."),
    "permit": ("guardrails.surfaces.cli.permit", "Issue, verify and revoke permits to publish."),
    "published": ("guardrails.surfaces.cli.published", "Report what was published, and hold it against permits."),
    "where": ("guardrails.surfaces.cli.where", "List the texts that rest on a fact, or say a phrase."),
    "facts": ("guardrails.surfaces.cli.facts", "Withdraw a fact at once."),
    "policy": ("guardrails.surfaces.cli.policy", "List, explain, test, try and activate rules."),
    "serve": ("guardrails.surfaces.cli.serve", "Answer checks over HTTP."),
    "ledger": ("guardrails.surfaces.cli.ledger", "Verify the record of all decisions."),
    "subject": ("guardrails.surfaces.cli.subject", "Find, or give out, what is on record about a person."),
    "erase": ("guardrails.surfaces.cli.erase", "Erase a text, a field of it or a person; two people approve."),
    "hold": ("guardrails.surfaces.cli.hold", "Keep records from being erased while a dispute lasts."),
    "privacy": ("guardrails.surfaces.cli.privacy", "Print the record of processing, erasures and receipts."),
    "report": ("guardrails.surfaces.cli.report", "Report on a period to an auditor."),
    "explain": ("guardrails.surfaces.cli.explain", "Explain one decision on a page."),
    "replay": ("guardrails.surfaces.cli.replay", "Make checks again from what the record keeps of them."),
    "keys": ("guardrails.surfaces.cli.keys", "Create, list and revoke the keys of agents and people."),
    "doctor": ("guardrails.surfaces.cli.doctor", "Say in one line each what works and what does not."),
    "completion": ("guardrails.surfaces.cli.completion", "Print the completion script for your shell."),
}
INTERRUPTED = 130

_START_OBJECTS = 100_000
"""More objects than a start makes; as all of them stay, looking for garbage among them is a tenth of it wasted."""


def _group() -> LazyGroup:
    group = LazyGroup(
        lazy=COMMANDS,
        name="guardrails",
        help="The gate between AI agents and the public: is this draft on brand, is every claim backed, does a "
        "person need to see it first?\n\nExit codes of check and lint: 0 pass, 1 revise, 3 escalate, 2 wrong call, "
        "file or policy, 4 no answer. Everything but 0 means: do not publish.",
    )
    return click.version_option(__version__, prog_name="guardrails")(group)


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(_START_OBJECTS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = run(args)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _pipe_closed()
    gc.freeze()  # what is left goes with the process; sorting it out would take 8 ms
    sys.exit(code)


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises but for a defect under ``GUARDRAILS_DEBUG=1``."""
    try:
        result = _group().main(args=args, prog_name="guardrails", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return WRONG_CALL
    except (click.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except PipeClosed:
        return _pipe_closed()
    except GuardrailsError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: no verdict, in words
        return _crashed(error)
    return result if isinstance(result, int) else 0


def _failed(error: GuardrailsError) -> int:
    from guardrails.render.error import error_lines

    print("\n".join(error_lines(error, paint_for(sys.stderr))), file=sys.stderr)
    return exit_code_of(error)


def _crashed(error: Exception) -> int:
    if os.environ.get("GUARDRAILS_DEBUG") == "1":
        raise error
    print(
        f"error[internal-defect]: this is a defect in guardrails, not in your draft: {type(error).__name__}; "
        "nothing was decided. Run again with GUARDRAILS_DEBUG=1 to see where.",
        file=sys.stderr,
    )
    return NO_ANSWER


def _pipe_closed() -> int:
    """Keep the interpreter from complaining at exit; what was not delivered was not answered."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NO_ANSWER
