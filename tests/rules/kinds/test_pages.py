"""The pages of rule kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardrails.render.kind_page import kind_page
from guardrails.rules.kinds import names

PAGES = Path(__file__).parents[3] / "docs" / "kinds"


@pytest.mark.parametrize("name", names())
def test_page_is_current(name: str) -> None:
    """The committed page is what the module says (else: python -m guardrails.render.kind_page docs/kinds)."""
    assert kind_page(name) == (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", names())
def test_every_parameter_is_explained(name: str) -> None:
    """Every parameter has a meaning on its page."""
    rows = [line for line in kind_page(name).splitlines() if line.startswith("| `")]

    assert rows
    assert not [row for row in rows if row.endswith("|  |")]


def test_no_page_is_left_over() -> None:
    """There is a page for every kind and no other."""
    assert sorted(f"{name}.md" for name in names()) == sorted(path.name for path in PAGES.iterdir())
