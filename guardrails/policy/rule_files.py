"""
One rule file: its form, and what is wrong with it in itself.

A file with mistakes of form is mended, so that one run reports its other mistakes too: unknown keys are dropped and
wrong values replaced by harmless ones. The mistakes stay, so that no mended rule ever judges anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from guardrails.policy.marks import mark_mistake
from guardrails.policy.pack_schema import RuleFile
from guardrails.policy.problems import validated, validated_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path as FilePath

    from guardrails.errors import PolicyError
    from guardrails.policy.marks import Group
    from guardrails.policy.yaml_source import Document

_RULE = TypeAdapter(RuleFile)
_TESTED = frozenset({"observe", "active"})
_HARMLESS: dict[str, object] = {
    "version": 1,
    "status": "draft",
    "effect": "note",
    "severity": "low",
    "message": "-",
    "why": "-",
    "instruction": "-",
    "examples": {},
}


def rule_file(document: Document, expected_id: str) -> tuple[RuleFile | None, list[PolicyError]]:
    """Return the rule in *document*, mended if its form has mistakes, and these; None if it cannot be judged on."""
    file = validated(_RULE, RuleFile, document)
    if not isinstance(file, list):
        return file, []
    return _mended(document, expected_id), file


def _mended(document: Document, expected_id: str) -> RuleFile | None:
    if not isinstance(document.value, dict):
        return None
    harmless = {**_HARMLESS, "id": expected_id}
    value: dict[str, object] = {}
    for key in RuleFile.model_fields:
        if key in document.value and _is_sound(key, document.value[key], harmless):
            value[key] = document.value[key]
        elif key in harmless:
            value[key] = harmless[key]
    if "examples" not in document.value or value["examples"] is not document.value["examples"]:
        value["status"] = "draft"  # so that nothing is said of examples twice
    file = validated_value(_RULE, RuleFile, value, document, ())
    return None if isinstance(file, list) else file


def _is_sound(key: str, value: object, harmless: dict[str, object]) -> bool:
    """Tell whether *value* may stand at *key*, judged in a rule that is otherwise in order."""
    whole = {**harmless, "kind": "terms", "params": {}, key: value}
    try:
        _RULE.validate_python(whole)
    except ValueError:
        return False
    return True


def rule_mistakes(file: RuleFile, document: Document, pack: str, path: FilePath) -> list[PolicyError]:
    """Return what is wrong with the rule file at *path* in itself, beyond its form."""
    expected = f"{pack}.{path.stem}"
    checks: tuple[tuple[bool, Callable[[], PolicyError]], ...] = (
        (
            path.suffix != ".yaml",
            lambda: document.error("file-name", "the file name ends in .yml", help="Rename it to end in .yaml."),
        ),
        (
            file.id != expected,
            lambda: document.error(
                "id-path",
                f"the id is “{file.id}”, the file says “{expected}”",
                ("id",),
                help="The id is the pack, a dot and the file's name.",
            ),
        ),
        (
            file.status == "retired" and not file.retired,
            lambda: document.error(
                "retired-reason", "a retired rule without its reason", ("status",), help='Add “retired: "why"”.'
            ),
        ),
        (
            file.status in _TESTED and not (file.examples.bad and file.examples.good),
            lambda: document.error(
                "examples-missing",
                "no bad or no good example",
                ("examples",),
                key=True,
                help="Give at least one text it must find and one it must not.",
            ),
        ),
    )
    return [*(problem() for wrong, problem in checks if wrong), *_mark_mistakes(file, document)]


def _mark_mistakes(file: RuleFile, document: Document) -> Iterator[PolicyError]:
    """Yield the examples that are no test, of a rule that needs some."""
    groups: tuple[Group, ...] = ("bad", "good")
    for group in groups if file.status in _TESTED else ():
        for number, example in enumerate(getattr(file.examples, group)):
            mistake = mark_mistake(group, example.text)
            if mistake:
                yield document.error("example-marks", mistake, ("examples", group, number))
