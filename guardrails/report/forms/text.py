"""Plain text, 88 columns, for a terminal or a mail."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import assert_never

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
from guardrails.report.forms.visible import shown

_WIDTH = 88
_MARKS = {"good": "", "attention": "! ", "gap": "? ", "plain": ""}


def text_of(document: Document) -> bytes:
    """Return *document* as UTF-8 text."""
    document = shown(document)
    lines = [document.title, "=" * len(document.title), document.subtitle, ""]
    lines += [f"{name}: {value}" for name, value in document.facts]
    for section in (document.first, *document.sections):
        lines += ["", *_section(section)]
    return "\n".join([*lines, "", document.foot, ""]).encode("utf-8")


def _section(section: Section) -> Iterator[str]:
    yield section.title
    yield "-" * len(section.title)
    for block in section.blocks:
        yield from _block(block)
        yield ""


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield from textwrap.wrap(block.text, _WIDTH)
        case Items():
            yield from (line for item in block.items for line in _hanging(f"- {item}", "  "))
        case Callout():
            yield from textwrap.wrap(f"{_MARKS[block.tone]}{block.title}. {block.text}", _WIDTH)
        case Figures():
            yield from (
                " ".join(filter(None, (one.value, one.label, one.note and f"({one.note})"))) for one in block.figures
            )
        case Pairs():
            lines = (f"{name}: {_cell(value)}" for name, value in block.pairs)
            yield from (part for line in lines for part in _hanging(line, "   "))
        case Table():
            yield from _table(block)
        case Bars():
            yield from textwrap.wrap(f"{block.title}. {block.alternative}", _WIDTH)
        case Code():
            yield from (f"    {line}" for line in block.text.splitlines())
        case _:
            assert_never(block)


def _table(table: Table) -> Iterator[str]:
    if not table.rows:
        yield f"{table.caption}: none."
        return
    yield f"{table.caption}:"
    for row in table.rows:
        first, *others = (f"{name}: {_cell(cell)}" for name, cell in zip(table.head, row, strict=True))
        yield from _hanging(f"- {'; '.join([first.partition(': ')[2], *others])}", "  ")


def _hanging(line: str, indent: str) -> list[str]:
    return textwrap.wrap(line, _WIDTH, subsequent_indent=indent)


def _cell(cell: Cell) -> str:
    if isinstance(cell, Mark):
        return f"{_MARKS[cell.tone]}{cell.text}"
    return f"{cell:,}" if isinstance(cell, int) else cell
