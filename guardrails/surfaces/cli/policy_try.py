"""``guardrails policy try``: one rule file over real texts, before it counts for anybody."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.errors import GuardrailsError, Place, PolicyError
from guardrails.render.excerpt import excerpt, marked_lines
from guardrails.render.mask import Masker
from guardrails.surfaces.cli.exits import WRONG_CALL
from guardrails.surfaces.cli.inputs import inputs
from guardrails.surfaces.cli.options import workspace_option
from guardrails.surfaces.cli.policy_words import counted
from guardrails.surfaces.cli.terminal import paint_for

if TYPE_CHECKING:
    from guardrails.model.draft import Draft
    from guardrails.model.finding import Finding
    from guardrails.model.policy import CompiledPolicy, Rule
    from guardrails.policy.load import Loaded, LoadedRule

_HOLDS = {"note": "remark on", "revise": "hold back", "escalate": "send to a person"}


@click.command("try")
@click.argument("rule_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="RULE.yaml")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@workspace_option
def command(rule_file: Path, files: tuple[str, ...], workspace: Path | None) -> int:
    """
    Say which of these texts the rule in RULE.yaml would hold, with the lines.

    The file need not be in the workspace yet; its id names the pack it is meant for.

    Exit codes: 0 it could be tried, whatever it found, 2 the rule or a file cannot be read.
    """
    from guardrails import wiring
    from guardrails.backends.documents import READERS
    from guardrails.trial import trial

    policy, rule = _policy_with(rule_file, wiring.settings(workspace, os.environ).workspace)
    findings = trial(policy, rule, READERS, as_of_ms=wiring.now_ms())
    drafts = list(inputs(files))
    held = unread = 0
    for one in drafts:
        if isinstance(one.draft, GuardrailsError):
            _print_error(one.draft)
            unread += 1
            continue
        found = [finding for finding in findings(one.draft) if finding.rule.id == rule.id]
        held += bool(found)
        for line in _lines(one.name, one.draft, found):
            print(line)
    texts = len(drafts) - unread
    print(f"{rule.id} would {_HOLDS[rule.effect]} {held} of {counted(texts, 'text')}")
    return WRONG_CALL if unread else 0


def _policy_with(rule_file: Path, root: Path) -> tuple[CompiledPolicy, Rule]:
    """Return the workspace's policy with the rule of *rule_file* in the place of the one with its id."""
    from guardrails.policy.compile import compiled
    from guardrails.policy.load import load_workspace

    loaded = load_workspace(root)
    own = _loaded_rule(rule_file, loaded)
    others = tuple(rule for rule in loaded.rules if rule.file.id != own.file.id)
    rules = tuple(sorted((*others, own), key=lambda rule: rule.file.id))
    found = compiled(replace(loaded, rules=rules))
    return found.policy, next(rule for rule in found.as_written if rule.id == own.file.id)


def _loaded_rule(rule_file: Path, loaded: Loaded) -> LoadedRule:
    from pydantic import TypeAdapter

    from guardrails.policy.load import LoadedRule, first_with_all
    from guardrails.policy.pack_schema import RuleFile
    from guardrails.policy.problems import validated
    from guardrails.policy.source_files import read_text
    from guardrails.policy.yaml_source import parse_yaml

    document = parse_yaml(read_text(rule_file, str(rule_file)), str(rule_file))
    file = validated(TypeAdapter(RuleFile), RuleFile, document)
    if isinstance(file, list):
        raise first_with_all(file)
    pack = next((pack for pack in loaded.packs if pack.name == file.id.partition(".")[0]), None)
    if pack is None:
        known = ", ".join(pack.name for pack in loaded.packs)
        raise PolicyError(
            "unknown-pack",
            f"the rule's id {file.id!r} names a pack that the workspace does not use",
            help=f"begin it with one of: {known}",
            place=Place(str(rule_file)),
        )
    return LoadedRule(file, document, pack)


def _lines(name: str, draft: Draft, found: list[Finding]) -> Iterator[str]:
    paint, masker = paint_for(sys.stdout), Masker(draft.fields, found)
    texts = {field.id: field.text for field in draft.fields}
    for finding in found:
        span = finding.spans[0]
        text = masker.field(span.field, texts[span.field])
        lines = marked_lines(text, span.start, span.end)
        yield f"{name}:{lines[0].number}:{lines[0].start + 1}: {masker.words(finding.message)}"
        if span.end > span.start:
            yield from excerpt(lines, "", paint, "warn")
    if found:
        yield ""


def _print_error(error: GuardrailsError) -> None:
    from guardrails.render.error import error_lines

    print("\n".join(error_lines(error, paint_for(sys.stderr))), file=sys.stderr)
