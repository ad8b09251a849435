"""
The entry point: finds the subcommand, runs it, and turns whatever goes wrong into words and an exit code.

Exit codes (design §5): 0 pass, 1 revise, 3 escalate, 2 wrong call, file or policy, 4 no answer could be given; 130
when interrupted. A subcommand returns its exit code; anything but a ``GuardrailsError`` that escapes one is a defect.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import click

from guardrails import __version__
from guardrails.errors import GuardrailsError
from guardrails.surfaces.cli.exits import NO_ANSWER, WRONG_CALL, exit_code_of
from guardrails.surfaces.cli.terminal import paint_for

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("guardrails.surfaces.cli.init", "Make a workspace that passes its own tests."),
    "check": ("guardrails.surfaces.cli.check", "Check drafts before they go out, on the record."),
    "lint": ("guardrails.surfaces.cli.lint", "Look at drafts while writing; nothing is recorded."),
    "fix": ("guardrails.surfaces.cli.fix", "Show, or make, the changes that are safe."),
    "policy": ("guardrails.surfaces.cli.policy", "List, explain, test and try rules."),
    "serve": ("guardrails.surfaces.cli.serve", "Answer checks over HTTP."),
    "ledger": ("guardrails.surfaces.cli.ledger", "Verify the record of all decisions."),
    "keys": ("guardrails.surfaces.cli.keys", "Create, list and revoke the keys of agents."),
    "doctor": ("guardrails.surfaces.cli.doctor", "Say in one line each what works and what does not."),
    "completion": ("guardrails.surfaces.cli.completion", "Print the completion script for your shell."),
}
"""Name of every subcommand, its module (which holds ``command``) and its one line of help."""

INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group that imports a subcommand's module only when that subcommand runs."""

    def __init__(self, *, lazy: dict[str, tuple[str, str]], name: str, help: str) -> None:  # noqa: A002
        super().__init__(name=name, help=help, context_settings={"help_option_names": ["-h", "--help"]})
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the table."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return the command, or None if there is none of that name."""
        if cmd_name not in self._lazy:
            return None
        command = importlib.import_module(self._lazy[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve as click does; an unknown name is answered with the nearest known one."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self._lazy:
            raise _unknown_command(name, list(self._lazy), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table of subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._lazy.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; a closed pipe is told apart from every other ``OSError``."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise PipeClosed from error


class PipeClosed(Exception):  # noqa: N818 - it is no mistake of anybody
    """Whoever read our output stopped reading."""


def _unknown_command(name: str, known: list[str], ctx: click.Context) -> click.UsageError:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
    return click.UsageError(f"no command {name!r}; {hint}", ctx)


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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = run(args)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _pipe_closed()
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
