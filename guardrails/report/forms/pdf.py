"""
On paper: a tagged PDF (PDF/UA-1) by typst, with the fonts that typst brings along.

The template ``page.typ`` is handed the document as JSON. Equal documents give equal bytes: no system font is looked at, and
the only date in the file is that of the report.
"""

from __future__ import annotations

import json
import re
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
    Figures,
    Items,
    Mark,
    Pairs,
    Paragraph,
    Section,
    Table,
)
from guardrails.report.forms.chart import Font, chart

_FONT = Font("Libertinus Serif")
_CODE = re.compile(r"`([^`]*)`")
_STANDARD = "ua-1"


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
    template = (files("guardrails.report.forms") / "page.typ").read_bytes()
    inputs = {"document": json.dumps(_document(document), ensure_ascii=False, sort_keys=True)}
    made: bytes = typst.compile(
        template,
        format="pdf",
        sys_inputs=inputs,
        ignore_system_fonts=True,
        pdf_standards=[_STANDARD],
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


def _section(section: Section, numbers: Any) -> dict[str, Any]:
    return {"title": _runs(section.title), "blocks": [_block(one, numbers) for one in section.blocks]}


def _block(block: Block, numbers: Any) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "text": _runs(block.text), "lead": block.lead}
        case Items():
            return {"kind": "items", "items": [_runs(item) for item in block.items]}
        case Callout():
            return {"kind": "callout", "title": _runs(block.title), "text": _runs(block.text), "tone": block.tone}
        case Figures():
            figures = [
                {key: _runs(getattr(one, key)) for key in ("value", "label", "note")} | {"tone": one.tone}
                for one in block.figures
            ]
            return {"kind": "figures", "figures": figures}
        case Pairs():
            return {"kind": "pairs", "pairs": [[_runs(name), _cell(value)] for name, value in block.pairs]}
        case Table():
            return _table(block)
        case Bars():
            svg = chart(block, _FONT, next(numbers))
            return {"kind": "bars", "title": _runs(block.title), "alternative": block.alternative, "svg": svg}
        case Code():
            return {"kind": "code", "text": block.text}
    assert_never(block)


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
    """Return *text* as stretches of ``text`` and ``code``; soft breaks are allowed where long names may be broken."""
    parts = _CODE.split(text)
    return [["code" if at % 2 else "text", part] for at, part in enumerate(parts) if part]
