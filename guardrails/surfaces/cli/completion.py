"""``guardrails completion``: the script that lets a shell complete commands, options and files."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> int:
    """
    Print the completion script for your shell.

    For bash: guardrails completion bash > ~/.local/share/bash-completion/completions/guardrails
    """
    root = click.get_current_context().find_root().command
    complete = get_completion_class(shell)
    assert complete is not None
    print(complete(root, {}, "guardrails", "_GUARDRAILS_COMPLETE").source())
    return 0
