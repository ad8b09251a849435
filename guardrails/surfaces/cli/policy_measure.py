"""``guardrails policy measure``: the bands of a voice, proposed from the brand's own good copy."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from guardrails.errors import GuardrailsError
from guardrails.surfaces.cli.exits import WRONG_CALL
from guardrails.surfaces.cli.inputs import inputs
from guardrails.surfaces.cli.policy_words import counted
from guardrails.surfaces.cli.terminal import paint_for

_EXAMPLES = 2
"""Examples of each sort that a rule should have at least."""

if TYPE_CHECKING:
    from guardrails.policy.voice_bands import Language, Proposal
    from guardrails.policy.voice_rule import Example
    from guardrails.text.parsed import ParsedField

    Text = tuple[str, tuple[ParsedField, ...]]


@click.command("measure")
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="GOOD...")
@click.option(
    "--off", type=click.Path(exists=True, file_okay=False), metavar="FOLDER", help="A folder of copy that is off."
)
@click.option(
    "--language", type=click.Choice(["en", "de", "fr"]), help="Language to count (default: that of the texts)."
)
@click.option("--id", "rule_id", metavar="PACK.NAME", help="Id of the rule (default: house.voice-LANGUAGE).")
def command(files: tuple[str, ...], off: str | None, language: Language | None, rule_id: str | None) -> int:
    """
    Measure the voice of GOOD copy and print a rule that holds what sounds different.

    The rule goes to the standard output, what was measured to the standard error. With --off it is also said how many
    of the texts there the rule would hold, and two of each sort become its examples.

    Exit codes: 0 a rule was proposed, 2 too few texts, or a file cannot be read.
    """
    from guardrails.policy.voice_bands import proposal
    from guardrails.policy.voice_rule import held, rule_yaml

    good, bad = _read(files), _read([off] if off else [])
    if good is None or bad is None:
        return WRONG_CALL
    found = proposal(good, language)
    name = rule_id or f"house.voice-{found.language}"
    caught = [fields for _, fields in bad if held(fields, found)]
    examples = {"good": _examples([fields for _, fields in good], found), "bad": _examples(caught, found)}
    print(rule_yaml(found, name, **(examples if caught else {})), end="")
    print(f"{name}: measured on {counted(found.texts, 'text')}", file=sys.stderr)
    if bad:
        missed = [one for one, fields in bad if fields not in caught]
        but = f"; not {', '.join(missed)}" if missed else ""
        print(f"it holds {len(caught)} of {counted(len(bad), 'text')} that are off{but}", file=sys.stderr)
    return 0


def _read(files: Sequence[str]) -> list[Text] | None:
    """Return the texts with their names; None if one cannot be read, which is printed."""
    from guardrails.backends.documents import READERS
    from guardrails.render.error import error_lines

    read: list[Text] = []
    failed = False
    for one in inputs(files):
        if isinstance(one.draft, GuardrailsError):
            print("\n".join(error_lines(one.draft, paint_for(sys.stderr))), file=sys.stderr)
            failed = True
        else:
            read.append((one.name, tuple(READERS[field.format](field) for field in one.draft.fields)))
    return None if failed else read


def _examples(texts: Sequence[Sequence[ParsedField]], found: Proposal) -> list[Example]:
    """Return the shortest of *texts* that can be examples, with what the rule finds in them."""
    from guardrails.policy.voice_rule import held

    bodies = [_body(fields[0]) for fields in texts if len(fields) == 1 and "[[" not in fields[0].source]
    chosen = sorted(bodies, key=lambda field: len(field.source))[:_EXAMPLES]
    return [(field, tuple((start, end) for _, start, end in held((field,), found))) for field in chosen]


def _body(field: ParsedField) -> ParsedField:
    """Return *field* without front matter: what it says of itself is no part of an example."""
    from guardrails.backends.documents import READERS
    from guardrails.model.draft import Field

    if not field.pieces or not field.source.startswith("---"):
        return field
    begin = field.source.rfind("\n", 0, field.pieces[0].source_start) + 1
    return READERS[field.format](Field(field.id, field.source[begin:], "markdown"))
