"""Options that several subcommands share, and the values they stand for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from guardrails.errors import DraftError
from guardrails.model.draft import CONTEXT_KEYS, Pairs
from guardrails.surfaces.cli.inputs import AS_ENDINGS
from guardrails.text.moment import moment_ms

F = TypeVar("F", bound=Callable[..., object])

_CONTEXT_HELP = {
    "channel": "Where it will appear, e.g. newsletter.",
    "market": "Which market it is for, e.g. de.",
    "locale": "Language and region, e.g. de-AT.",
    "audience": "Who it is for.",
    "content_type": "What it is, e.g. press-release.",
    "stage": "How far it is: research, storyline, copy, adaptation, final.",
    "action": "What is about to happen: prepare or publish (default: publish).",
    "campaign": "The campaign it belongs to.",
    "task": "The task it belongs to.",
    "thread": "The thread of work it belongs to.",
    "publish_at": "When it will be published, e.g. 2026-03-31T08:00:00Z.",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked on the command line, for every file alike."""

    files: tuple[str, ...]
    stdin_name: str
    output: str
    caller: Pairs
    as_of_ms: int | None
    workspace: Path | None
    quiet: bool
    show_personal: bool
    here: bool = True  # the ledger is this machine's, not a server's


def workspace_option(command: F) -> F:
    """Add ``--workspace``."""
    return click.option(
        "-w",
        "--workspace",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder with guardrails.yaml (default: the nearest one from here upwards).",
    )(command)


def active_option(command: F) -> F:
    """Add ``--active``."""
    return click.option(
        "--active", is_flag=True, help="The policy in force, where people activated one, instead of the files."
    )(command)


def disclosing_option(command: F) -> F:
    """Add ``--show-personal-data``."""
    return click.option(
        "--show-personal-data", is_flag=True, help="Do not mask personal data and secrets (text only); on the record."
    )(command)


def files_argument(command: F) -> F:
    """Add ``FILES...``, at least one."""
    return click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))(command)


def context_options(*, without: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Return a decorator that adds an option per context key."""

    def add(command: F) -> F:
        for key in reversed([key for key in _CONTEXT_HELP if key not in without]):
            command = click.option(f"--{key.replace('_', '-')}", key, metavar="VALUE", help=_CONTEXT_HELP[key])(command)
        return command

    return add


def checking_options(command: F) -> F:
    """Add what ``check`` and ``lint`` have in common besides context and files."""
    options = (
        click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output."),
        click.option("--as", "as_format", type=click.Choice(list(AS_ENDINGS)), help="Format of the standard input."),
        click.option("--stdin-filename", metavar="NAME", help="Name of what comes in through “-”."),
        click.option("--as-of", metavar="MOMENT", help="Judge as if it were then; a simulation, never binding."),
        click.option("-q", "--quiet", is_flag=True, help="One line per draft."),
        workspace_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


def request(options: dict[str, object]) -> Request:
    """
    Return the request that the parsed *options* of ``check`` or ``lint`` make.

    Raises:
        DraftError: ``bad-moment`` or ``personal-data-in-json``.
    """
    as_format, name, as_of = options["as_format"], options["stdin_filename"], options["as_of"]
    output, show = str(options["output"]), bool(options.get("show_personal_data"))
    if show and output == "json":
        raise DraftError(
            "personal-data-in-json",
            "JSON output is what was digested, always masked",
            help="leave out --show-personal-data, or use --format text",
        )
    workspace, files = options["workspace"], options["files"]
    assert isinstance(files, tuple)
    return Request(
        files=files,
        stdin_name=_stdin_name(name, as_format),
        output=output,
        caller=caller_of(options),
        as_of_ms=None if as_of is None else moment_ms(str(as_of)),
        workspace=workspace if isinstance(workspace, Path) else None,
        quiet=bool(options["quiet"]),
        show_personal=show,
        here=not options.get("server"),
    )


def caller_of(options: dict[str, object]) -> Pairs:
    """Return the context set by options, sorted by key."""
    return tuple(sorted((key, str(options[key])) for key in CONTEXT_KEYS if options.get(key) is not None))


def _stdin_name(name: object, as_format: object) -> str:
    ending = AS_ENDINGS.get(str(as_format), "")
    if name is None:
        return f"<stdin>{ending}" if ending else ""
    return f"{name}{ending}" if ending and not str(name).lower().endswith(ending) else str(name)
