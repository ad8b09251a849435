"""
On paper: a tagged PDF (PDF/UA-1) by typst, with the fonts that typst brings along.

The template ``page.typ`` is handed the document as JSON. Equal documents give equal bytes: no system font is looked at, and
the only date in the file is that of the report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import count
from typing import Any, assert_never

from guardrails.errors import SettingsError
from guardrails.model.day import day_of
from guardrails.report.document import (
    Bars,
    Block,
    Callout,
    Cell,
    Code,
    Document,
    Figure,
    Figures,
    Items,
    Mark,
    Pairs,
    Paragraph,
    Section,
    Table,
)
from guardrails.report.forms.chart import Font, chart
from guardrails.report.forms.visible import shown

_FONT = Font("Libertinus Serif")
_CODE = re.compile(r"`([^`]*)`")


def pdf_of(document: Document) -> bytes:
    """
    Return *document* as PDF.

    Raises:
        SettingsError: ``typst-missing`` if typst is not installed.
    """
    try:
        import typst
    except ImportError as error:
        raise SettingsError(
            "typst-missing", "the PDF form needs typst", help="pip install 'guardrails-gate[report]'"
        ) from error
    document = shown(document)
    template = (files("guardrails.report.forms") / "page.typ").read_bytes()
    inputs = {"document": json.dumps(_document(document), ensure_ascii=False, sort_keys=True)}
    made: bytes = typst.compile(
        template,
        format="pdf",
        sys_inputs=inputs,
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=document.as_of_ms // 1000,
    )
    return made


def _document(document: Document) -> dict[str, Any]:
    numbers = count(1)
    year, month, number = map(int, day_of(document.as_of_ms).split("-"))
    return {
        "title": _runs(document.title),
        "subtitle": _runs(document.subtitle),
        "name": f"{document.title}: {document.subtitle}",
        "facts": [[_runs(name), _runs(value)] for name, value in document.facts],
        "first": _section(document.first, numbers),
        "sections": [_section(one, numbers) for one in document.sections],
        "foot": document.foot,
        "date": [year, month, number],
        "lang": document.lang,
    }


def _section(section: Section, numbers: Iterator[int]) -> dict[str, Any]:
    return {"title": _runs(section.title), "blocks": [_block(one, numbers) for one in section.blocks]}


def _block(block: Block, numbers: Iterator[int]) -> dict[str, Any]:
    body: dict[str, Any]
    match block:
        case Paragraph():
            body = {"kind": "paragraph", "text": _runs(block.text), "lead": block.lead}
        case Items():
            body = {"kind": "items", "items": [_runs(item) for item in block.items]}
        case Callout():
            body = {"kind": "callout", "title": _runs(block.title), "text": _runs(block.text), "tone": block.tone}
        case Figures():
            body = {"kind": "figures", "figures": [_figure(one) for one in block.figures]}
        case Pairs():
            body = {"kind": "pairs", "pairs": [[_runs(name), _cell(value)] for name, value in block.pairs]}
        case Table():
            body = _table(block)
        case Bars():
            svg = chart(block, _FONT, next(numbers))
            body = {"kind": "bars", "title": _runs(block.title), "alternative": block.alternative, "svg": svg}
        case Code():
            body = {"kind": "code", "text": block.text}
        case _:
            assert_never(block)
    return body


def _figure(one: Figure) -> dict[str, Any]:
    return {"value": _runs(one.value), "label": _runs(one.label), "note": _runs(one.note), "tone": one.tone}


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": _runs(table.caption),
        "head": [_runs(name) for name in table.head],
        "widths": list(table.widths),
        "numeric": [
            bool(table.rows) and all(isinstance(row[at], int) for row in table.rows) for at in range(len(table.head))
        ],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    if isinstance(cell, Mark):
        return {"text": _runs(cell.text), "tone": cell.tone}
    return {"text": _runs(f"{cell:,}" if isinstance(cell, int) else cell)}


def _runs(text: str) -> list[list[str]]:
    """Return *text* as stretches of ``text`` and ``code``."""
    parts = _CODE.split(text)
    return [["code" if at % 2 else "text", part] for at, part in enumerate(parts) if part]
