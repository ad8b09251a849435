"""
Reads Markdown: CommonMark with tables, footnotes, strikethrough, task lists, alerts, front matter and raw HTML.

The parser (pulldown-cmark, through pyromark) gives every event its exact bytes. Code, addresses and tags are no prose;
alternative texts, titles and labels are blocks of their own. Emphasis only drops out, so ``**guar**anteed`` is one
word. Mathematics is not recognised and read as text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pyromark import Markdown, Options

from guardrails.backends.documents.characters import ADDRESS_START, URL, add_address, add_characters
from guardrails.backends.documents.front_matter import front_matter
from guardrails.backends.documents.markup import Markup
from guardrails.backends.documents.unread import with_unread
from guardrails.model.draft import Field
from guardrails.text.expression import expression
from guardrails.text.parsed import BlockKind, ParsedField, Unread
from guardrails.text.prose import Prose

PARSER = Markdown(
    options=Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_GFM
)
_SURROGATE = expression("[\ud800-\udfff]")
_CONTINUATION_BYTE = re.compile(rb"[\x80-\xbf]")
_LINE_PREFIX = expression(r"(?<=[\r\n])[ \t>]+")
# The title of a link, image or definition, at the end of its source.
_TITLE = expression(
    r"""\s(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|\((?P<round>(?:[^()\\]|\\.)*)\))\s*\)?\s*\Z""",
    re.DOTALL,
)
_KINDS: dict[str, BlockKind | None] = {
    "Paragraph": None, "Heading": "heading", "Item": "list-item", "TableCell": "cell", "BlockQuote": "quote",
    "List": None, "Table": None, "TableHead": None, "TableRow": None, "FootnoteDefinition": None,
}  # fmt: skip


def read(field: Field) -> ParsedField:
    """Read a Markdown field; any string is acceptable."""
    return _Reader(field).parsed()


class _Reader:
    """
    The reading of one field, event by event.

    The parser sees the source behind the front matter, with lone surrogates replaced (one code point by one).
    """

    def __init__(self, field: Field) -> None:
        self._field = field
        self._front = front_matter(field.text)
        self._prose = Prose(field.text)
        self._markup = Markup(self._prose)
        self._source = _well_formed(field.text)
        self._begin = self._front.end or (1 if self._source.startswith("\ufeff") else 0)
        self._body = self._source[self._begin :]
        self._wide: list[int] = []  # bytes that do not begin a code point
        self._depths: list[int] = []
        self._read_to = 0  # the end of the last inline event, so that what is left between two events is markup
        self._has_www = "www." in self._body.lower()
        self._address_end = 0
        self._code_block: list[str] | None = None  # the lines of the code block that is open
        self._unread: list[Unread] = list(self._front.unread)
        self._in_autolink = False
        self._html: list[tuple[int, int]] | None = None
        self._targets: list[Any] = []  # of open links and images; None inside skipped markup
        self._reference_titles: dict[str, None] = {}
        self._handlers: dict[str, Callable[[Any, int, int], None]] = {
            "Text": self._text,
            "Start": self._start,
            "End": self._end,
            "Code": self._code,
            "InlineHtml": self._inline_html,
            "Html": self._html_line,
        }

    def parsed(self) -> ParsedField:
        """Read everything."""
        self._read_events()
        self._definitions()
        self._markup.finish()
        not_seen = [] if self._front.is_valid else ["front matter that is not valid YAML"]
        parsed = self._prose.parsed(
            self._field,
            front_matter=self._front.pairs,
            suppressions=self._markup.suppressions,
            not_seen=[*not_seen, *self._markup.not_seen],
        )
        if not self._front.is_valid:
            parsed = replace(parsed, problems=(("bad-front-matter", "front matter is not valid YAML"),))
        passages = sorted((*self._unread, *self._markup.unread), key=lambda passage: (passage.start, passage.end))
        return with_unread(parsed, passages)

    def _read_events(self) -> None:
        if not self._body.isascii():
            self._wide = [found.start() for found in _CONTINUATION_BYTE.finditer(self._body.encode())]
        for event, place in PARSER.events_with_range(self._body):
            start, end = self._at(place["start"]), self._at(place["end"])
            if isinstance(event, str):
                self._break(event, start, end)
                continue
            for name, value in event.items():
                if name in self._handlers:
                    self._handlers[name](value, start, end)
                else:
                    self._read_to = end

    def _at(self, byte: int) -> int:
        return byte - bisect_left(self._wide, byte) + self._begin

    def _text(self, value: str, start: int, end: int) -> None:
        escape = start - 1
        is_escaped = escape >= self._read_to and self._source[escape] == "\\" and escape >= self._begin
        self._read_to = end
        if self._code_block is not None:
            self._code_block.append(value)
            return
        if self._markup.is_skipping:
            return
        if self._html is not None:
            self._html.append((start, end))
        elif self._in_autolink:
            self._prose.stand_in(start, end, is_prose=True)
        elif end - start != len(value) or not self._source.startswith(value, start):
            if end > self._address_end:
                self._prose.decoded(value, max(start, self._address_end), end)
        elif is_escaped and start >= self._address_end:
            self._prose.decoded(value[0], escape, start + 1)
            self._words(start + 1, end)
        else:
            self._words(max(start, self._address_end), end)

    def _words(self, start: int, end: int) -> None:
        """Add what stands in the source as it is; an address may reach beyond, the parser cuts at every ``_``."""
        may_have_address = self._has_www or self._source.find("://", start, end) >= 0
        while may_have_address and (begun := ADDRESS_START.search(self._source, start, end)) is not None:
            address = URL.match(self._source, begun.start())
            stop = begun.end() if address is None else begun.start()
            self._prose.verbatim(start, stop)
            start = stop
            if address is not None:
                add_address(self._prose, address[0], stop)
                start = self._address_end = address.end()
        self._prose.verbatim(start, end)

    def _break(self, event: str, start: int, end: int) -> None:
        if event == "Rule":
            self._prose.close()
        elif not self._markup.is_skipping:
            self._prose.gap("\n" if event == "HardBreak" else " ", start, end)
        self._read_to = end

    def _code(self, value: str, start: int, end: int) -> None:
        self._read_to = end
        if not self._markup.is_skipping:
            self._prose.stand_in(start, end)
            self._unread.append(Unread(start, end, "code", value))

    def _inline_html(self, value: str, start: int, end: int) -> None:
        self._read_to = end
        text = self._source[start:end]
        if len(value) != len(text):
            text = _LINE_PREFIX.sub(_blank, text)
        self._markup.feed(text, start, inline=True)

    def _html_line(self, _: str, start: int, end: int) -> None:
        if self._html is not None:
            self._html.append((start, end))

    def _start(self, tag: Any, start: int, end: int) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if name in _KINDS:
            self._markup.begin_block(start)
            level = int(tag["Heading"]["level"][1]) if name == "Heading" else 0
            self._depths.append(self._prose.enter(_KINDS[name], level))
        elif name in ("Link", "Image"):
            self._begin_link(name, tag[name], start, end)
        elif name == "CodeBlock":
            self._prose.close()
            self._code_block = []
        elif name == "HtmlBlock":
            self._prose.close()
            self._html = []

    def _end(self, tag: Any, start: int, end: int) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if name in _KINDS:
            self._prose.leave(self._depths.pop())
            self._markup.end_block(end)
        elif name in ("Link", "Image"):
            self._end_link(name, start, end)
        elif name == "CodeBlock":
            self._end_code_block(start, end)
            self._read_to = end
        elif name == "HtmlBlock":
            self._html_block()
            self._read_to = end

    def _end_code_block(self, start: int, end: int) -> None:
        code, self._code_block = "".join(self._code_block or ()), None
        if code.strip():
            self._unread.append(Unread(start, end, "code", code))

    def _begin_link(self, name: str, data: Any, start: int, end: int) -> None:
        self._read_to = max(self._read_to, start)
        if self._markup.is_skipping:
            self._targets.append(None)
            return
        self._targets.append(data)
        if name == "Image":
            self._prose.begin_aside("alt")
        else:
            self._in_autolink = data["link_type"] == "Autolink"
            scheme = "mailto:" if data["link_type"] == "Email" else ""
            self._prose.begin_link(scheme + data["dest_url"], start, end)

    def _end_link(self, name: str, start: int, end: int) -> None:
        data = self._targets.pop()
        if data is not None:
            if name == "Image":
                self._end_image(start, end)
            else:
                self._prose.end_link()
                self._in_autolink = False
            if data["title"] and data["link_type"] == "Inline":
                self._title(data["title"], max(self._read_to, start), end)
            elif data["title"]:
                self._reference_titles[data["title"]] = None
        self._read_to = end

    def _end_image(self, start: int, end: int) -> None:
        number = self._markup.next_number("image")
        if not self._prose.end_aside():
            self._markup.image_without_alt(number)
        self._prose.stand_in(start, end)

    def _title(self, title: str, start: int, end: int) -> None:
        """Add the title at the end of the source's ``[start, end)``; *title* is what the parser made of it."""
        self._prose.begin_aside("title")
        found = _TITLE.search(self._source, start, end)
        if found is None or found.lastgroup is None:
            self._prose.decoded(title, start, end)
        else:
            text = _LINE_PREFIX.sub(_blank, found[found.lastgroup])
            add_characters(self._prose, text, found.start(found.lastgroup), "markdown")
        self._prose.end_aside()

    def _definitions(self) -> None:
        """Add the titles of the link definitions that are in use, each once, where they are defined."""
        if not self._reference_titles:
            return
        for definition in PARSER.reference_definitions(self._body).values():
            title, span = definition["title"], definition["span"]
            if title in self._reference_titles:
                del self._reference_titles[title]
                self._title(title, self._at(span["start"]), self._at(span["end"]))

    def _html_block(self) -> None:
        """Read the lines of an HTML block, with blanks for what stands between them (``>`` of a quote, say)."""
        lines, self._html = self._html or [], None
        if lines:
            begin, text = lines[0][0], ""
            for start, end in lines:
                text += " " * (start - begin - len(text)) + self._source[start:end]
            self._markup.feed(text, begin)
            self._prose.close()


def _well_formed(text: str) -> str:
    """Return *text* with every lone surrogate replaced by one code point that can be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
