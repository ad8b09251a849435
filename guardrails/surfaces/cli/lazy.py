"""A click group that imports a subcommand only when it is called."""

from __future__ import annotations

import importlib

import click

Commands = dict[str, tuple[str, str]]
"""Name of every subcommand, its module (which holds ``command``) and its one line of help."""


class LazyGroup(click.Group):
    """A group that imports a subcommand's module only when that subcommand runs."""

    def __init__(self, *, lazy: Commands, name: str, help: str) -> None:  # noqa: A002 - click's word
        super().__init__(name=name, help=help, context_settings={"help_option_names": ["-h", "--help"]})
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the table."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
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
            from difflib import get_close_matches

            near = get_close_matches(name, self._lazy, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(self._lazy)}"
            raise click.UsageError(f"no command {name!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
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
