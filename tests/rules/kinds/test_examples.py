"""Every kind's own examples."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

import pytest

from guardrails.model.canonical import canonical
from guardrails.rules.kind import Example
from guardrails.rules.kinds import kind, names
from tests.rules.kinds.driver import Setting, hits, marked, places

EXAMPLES = [
    pytest.param(name, example, id=f"{name}-{number}")
    for name in names()
    for number, example in enumerate(kind(name).examples)
]


def _skip_without_spacy(name: str) -> None:
    if name == "tokens" and find_spec("spacy") is None:
        pytest.skip("spaCy is not installed")


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_example(name: str, example: Example) -> None:
    """A kind reports exactly what its example marks."""
    _skip_without_spacy(name)
    text, expected = marked(example.text)
    found = hits(name, example.params, text, setting=Setting(sources=example.sources))

    assert expected == places(found, text)


@pytest.mark.parametrize("name", names())
def test_enough_examples(name: str) -> None:
    """A kind has at least two bad and two good examples."""
    bad = [example for example in kind(name).examples if "[[" in example.text]

    assert len(bad) >= 2
    assert len(kind(name).examples) - len(bad) >= 2


@pytest.mark.parametrize("name", names())
def test_module_begins_with_its_name(name: str) -> None:
    """A module's docstring begins with the kind's name and what it finds."""
    module = import_module(f"guardrails.rules.kinds.{name.replace('-', '_')}")

    assert (module.__doc__ or "").lstrip().startswith(f"{name}: ")
    assert kind(name).name == name


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_plan_is_canonical(name: str, example: Example) -> None:
    """The data of a plan can be digested and cached as JSON."""
    import yaml
    from pydantic import TypeAdapter

    _skip_without_spacy(name)
    plan = kind(name).plan(TypeAdapter(kind(name).params).validate_python(yaml.safe_load(example.params)))

    assert canonical(plan.data)


@pytest.mark.parametrize("name", names())
def test_unknown_param(name: str) -> None:
    """An unknown parameter is refused."""
    from pydantic import TypeAdapter, ValidationError

    with pytest.raises(ValidationError, match="nonsense"):
        TypeAdapter(kind(name).params).validate_python({"nonsense": 1})


def test_kinds_need_no_pydantic() -> None:
    """Importing every kind imports neither pydantic nor spaCy nor YAML."""
    import subprocess

    code = (
        "import sys; from guardrails.rules.kinds import kind, names; [kind(n) for n in names()];"
        "print([m for m in ('pydantic', 'spacy', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
