"""
The master form: one HTML page, nothing fetched, no script, readable by everybody (WCAG 2.2 AA) and made to be printed.

Every word goes through :func:`_words`, which escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from itertools import count
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
from guardrails.report.forms.chart import Font, chart
from guardrails.report.forms.visible import shown

_MANY = 6  # so many sections need a table of contents
_FONT = Font("inherit")
_CODE = re.compile(r"`([^`]*)`")


def html_of(document: Document) -> bytes:
    """Return *document* as a whole page."""
    document = shown(document)
    numbers = count(1)
    style = (files("guardrails.report.forms") / "page.css").read_text(encoding="utf-8")
    lines = (
        "<!doctype html>",
        f'<html lang="{document.lang}">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{escape(document.title)}: {escape(document.subtitle)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        '<a class="skip" href="#main">Skip to the report</a>',
        *_masthead(document),
        '<main id="main" tabindex="-1">',
        *_section(document.first, numbers),
        *_contents(document),
        *(line for section in document.sections for line in _section(section, numbers)),
        "</main>",
        f"<footer><p>{_words(document.foot)}</p></footer>",
        "</body>",
        "</html>",
        "",
    )
    return "\n".join(lines).encode("utf-8")


def _masthead(document: Document) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>{_words(document.title)}</h1>"
    yield f'<p class="subtitle">{_words(document.subtitle)}</p>'
    yield '<dl class="facts">'
    yield from (f"<div><dt>{_words(name)}</dt><dd>{_words(value)}</dd></div>" for name, value in document.facts)
    yield "</dl>"
    yield "</header>"


def _contents(document: Document) -> Iterator[str]:
    if len(document.sections) < _MANY:
        return
    yield '<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>'
    yield from (f'<li><a href="#{one.id}">{_words(one.title)}</a></li>' for one in document.sections)
    yield "</ol></nav>"


def _section(section: Section, numbers: Iterator[int]) -> Iterator[str]:
    yield f'<section aria-labelledby="{section.id}">'
    yield f'<h2 id="{section.id}">{_words(section.title)}</h2>'
    for block in section.blocks:
        yield from _block(block, numbers)
    yield "</section>"


def _block(block: Block, numbers: Iterator[int]) -> Iterator[str]:
    match block:
        case Paragraph():
            yield f"{'<p class=lead>' if block.lead else '<p>'}{_words(block.text)}</p>"
        case Items():
            yield "<ul>"
            yield from (f"<li>{_words(item)}</li>" for item in block.items)
            yield "</ul>"
        case Callout():
            yield f'<div class="callout {block.tone}"><p class="callout-title">{_words(block.title)}</p>'
            yield f"<p>{_words(block.text)}</p></div>"
        case Figures():
            yield from _figures(block)
        case Pairs():
            yield '<dl class="pairs">'
            yield from (f"<div><dt>{_words(name)}</dt><dd>{_cell(value)}</dd></div>" for name, value in block.pairs)
            yield "</dl>"
        case Table():
            yield from _table(block, next(numbers))
        case Bars():
            yield f"<figure>{chart(block, _FONT, next(numbers))}<figcaption>{_words(block.title)}</figcaption></figure>"
        case Code():
            yield f"<pre><code>{escape(block.text)}</code></pre>"
        case _:
            assert_never(block)


def _figures(block: Figures) -> Iterator[str]:
    yield '<ul class="figures">'
    for one in block.figures:
        note = f'<span class="note">{_words(one.note)}</span>' if one.note else ""
        yield f'<li class="{one.tone}"><strong>{_words(one.value)}</strong><span>{_words(one.label)}</span>{note}</li>'
    yield "</ul>"


def _table(table: Table, number: int) -> Iterator[str]:
    if not table.rows:
        yield f'<p class="empty"><strong>{_words(table.caption)}:</strong> none.</p>'
        return
    yield f'<div class="scroll" role="region" aria-labelledby="table-{number}" tabindex="0"><table>'
    yield f'<caption id="table-{number}">{_words(table.caption)}</caption>'
    if table.widths:
        columns = "".join(f'<col style="width:{share}%">' for share in table.widths)
        yield f"<colgroup>{columns}</colgroup>"
    numeric = [all(isinstance(row[at], int) for row in table.rows) for at in range(len(table.head))]
    head = (
        f'<th scope="col"{_side(right)}>{_words(name)}</th>' for name, right in zip(table.head, numeric, strict=True)
    )
    yield f"<thead><tr>{''.join(head)}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        first, *others = (f"{_side(right)}>{_cell(cell)}" for cell, right in zip(row, numeric, strict=True))
        yield f'<tr><th scope="row"{first}</th>{"".join(f"<td{cell}</td>" for cell in others)}</tr>'
    yield "</tbody></table></div>"


def _side(right: bool) -> str:
    return ' class="number"' if right else ""


def _cell(cell: Cell) -> str:
    if isinstance(cell, Mark):
        return f'<span class="mark {cell.tone}">{_words(cell.text)}</span>'
    return f"{cell:,}" if isinstance(cell, int) else _words(cell)


def _words(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))
