"""
HTML markup as prose: what a reader of the page reads, hears or sees named.

Shared by the HTML reader and the Markdown reader, whose raw HTML comes in pieces. Unknown elements count as inline.
"""

from __future__ import annotations

from guardrails.backends.documents import tags
from guardrails.backends.documents.characters import add_characters
from guardrails.backends.documents.references import text_of
from guardrails.backends.documents.suppressions import suppression
from guardrails.text.expression import expression
from guardrails.text.parsed import BlockKind, Suppression, Unread
from guardrails.text.prose import Prose

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(_HEADINGS, "heading"),
    **dict.fromkeys(("li", "dt", "dd"), "list-item"),
    **dict.fromkeys(("td", "th"), "cell"),
    **dict.fromkeys(("caption", "figcaption", "legend"), "caption"),
    "blockquote": "quote",
}
_BLOCKS = frozenset(_KINDS) | {
    "address", "article", "aside", "body", "center", "details", "dialog", "dir", "div", "dl", "fieldset", "figure",
    "footer", "form", "frameset", "head", "header", "hgroup", "html", "listing", "main", "menu", "nav", "noscript",
    "ol", "optgroup", "option", "p", "search", "section", "select", "summary", "table", "tbody", "tfoot", "thead",
    "tr", "ul",
}  # fmt: skip
_SKIPPED = frozenset(("code", "pre", "svg", "template", *tags.RAW))
_UNREAD = {
    "svg": "drawing", "script": "script", "style": "style sheet", "template": "template",
    "iframe": "embedded page", "noembed": "embedded page", "noframes": "embedded page",
}  # fmt: skip
_OWN_BLOCK = ("pre", "xmp")
_SPOKEN = ("aria-label", "aria-description", "aria-placeholder", "aria-roledescription", "aria-valuetext")
_LABELS: dict[str, BlockKind] = {
    "alt": "alt", "title": "title", **dict.fromkeys((*_SPOKEN, "placeholder"), "label"),
}  # fmt: skip
# Attributes that are text on elements of one name, and something else or nothing on others.
_OWN_LABELS = {"option": "label", "optgroup": "label", "track": "label", "th": "abbr", "table": "summary"}
_UNSEEN = {
    "iframe": "embedded page", "video": "video", "audio": "audio", "object": "embedded object",
    "embed": "embedded object", "svg": "drawing", "canvas": "drawing",
}  # fmt: skip
_META = ("description", "og:title", "og:description", "twitter:title", "twitter:description")
# What stands in a conditional comment is shown by the mail programs and browsers that it names.
_CONDITIONAL = expression(r"\s*\[if\b[^\]]*\]>")
_NOTHING = expression(r"[\s<!-]*(?:\[endif\])?[\s-]*")
# Types of input whose value is not shown as it is; any other, and a type that does not exist, shows it.
_VALUE_UNSHOWN = ("hidden", "checkbox", "radio", "password", "range", "color", "file", "image")


class Markup:
    """The state of HTML markup in one field: what is open, what is skipped, what could not be looked at."""

    def __init__(self, prose: Prose) -> None:
        self.not_seen: list[str] = []
        self.suppressions: list[Suppression] = []
        self.unread: list[Unread] = []
        self._prose = prose
        self._open: list[tuple[str, int]] = []
        self._open_count: dict[str, int] = {}
        self._skipped = ""
        self._skip_depth = 0
        self._skip_start = 0
        self._skips_inline = False
        self._counts: dict[str, int] = {}

    @property
    def is_skipping(self) -> bool:
        """Tell whether the text that comes now is no prose."""
        return bool(self._skipped)

    def feed(self, text: str, base: int, *, inline: bool = False) -> None:
        """
        Read *text*, which begins at *base* in the source and is as long as it is there.

        With *inline*, what it begins to skip ends with the Markdown block around it.
        """
        for token in tags.tokens(text):
            match token:
                case tags.Text():
                    self._text(text, base, token)
                case tags.Start():
                    self._start(text, base, token, inline=inline)
                case tags.End():
                    self._end(token.name, base + token.start)
                case tags.Comment():
                    self._comment(text, base, token)

    def image_without_alt(self, number: int) -> None:
        """Note that image *number* of the field has nothing to read."""
        self.not_seen.append(f"image without alt text (image {number})")

    def next_number(self, noun: str) -> int:
        """Count one more *noun* of this field; return its number, from 1."""
        self._counts[noun] = self._counts.get(noun, 0) + 1
        return self._counts[noun]

    def begin_block(self, at: int) -> None:
        """Note that Markdown begins a block at *at*, which ends a drawing as it would in a browser."""
        if self._skipped == "svg":
            self._end_skip(at)

    def end_block(self, at: int) -> None:
        """Note that a Markdown block ends at *at*."""
        if self._skips_inline:
            self._end_skip(at)
            self._skips_inline = False

    def finish(self) -> None:
        """Note the end of the field."""
        if self._skipped:
            self.not_seen.append(f"everything after a {self._skipped} element without an end")
            self._end_skip(len(self._prose.source))

    def _end_skip(self, at: int) -> None:
        """Stop skipping at *at*; what was skipped is unread."""
        if self._skipped and self._prose.source[self._skip_start : at].strip():
            self.unread.append(Unread(self._skip_start, at, _UNREAD.get(self._skipped, "code")))
        self._skipped = ""

    def _text(self, text: str, base: int, token: tags.Text) -> None:
        if self._skipped:
            return
        own_block: BlockKind | None = "title" if token.element == "title" else None
        depth = self._prose.enter(own_block) if token.element else 0
        add_characters(self._prose, text[token.start : token.end], base + token.start, "html")
        if token.element:
            self._prose.leave(depth)

    def _comment(self, text: str, base: int, token: tags.Comment) -> None:
        if not token.is_closed:
            self.not_seen.append("everything after a comment without an end")
        said = text[token.text_start : token.text_end]
        found = suppression(self._prose.source, said, base + token.start, base + token.end)
        if found is not None:
            self.suppressions.append(found)
        elif not self._skipped and text.startswith("<!--", token.start):
            conditional = _CONDITIONAL.match(said)
            what, shown = ("text for Outlook", said[conditional.end() :]) if conditional else ("comment", said)
            if not _NOTHING.fullmatch(shown):
                self.unread.append(Unread(base + token.start, base + token.end, what, shown))

    def _start(self, text: str, base: int, tag: tags.Start, *, inline: bool) -> None:
        if self._skipped and not (self._skipped == "svg" and tag.name in _BLOCKS):
            self._skip_depth += tag.name == self._skipped and not tag.closes_itself
            return
        self._end_skip(base + tag.start)
        if tag.name in _BLOCKS:
            self._enter(tag.name)
        values = {name: (text[start:end], base + start) for name, (start, end) in tag.attributes.items()}
        self._element(tag.name, values, base + tag.start, base + tag.end)
        if tag.name in _SKIPPED and not (tag.name == "svg" and tag.closes_itself):
            self._skipped, self._skip_depth, self._skips_inline = tag.name, 1, inline
            self._skip_start = base + tag.end

    def _element(self, name: str, values: dict[str, tuple[str, int]], start: int, end: int) -> None:
        """Take from a start tag what is to be read of the element itself."""
        if name == "br":
            self._prose.gap("\n", start, end)
        elif name == "hr" or name in _OWN_BLOCK:
            self._prose.close()
        elif name == "a" and "href" in values:
            self._prose.begin_link(text_of(values["href"][0]).strip(), start, end)
        elif name in _UNSEEN:
            self.not_seen.append(f"{_UNSEEN[name]} ({name} {self.next_number(name)})")
        if name in _UNSEEN or name in ("img", "code"):
            self._prose.stand_in(start, end)
        if values or name == "img":
            self._attributes(name, values)

    def _attributes(self, name: str, values: dict[str, tuple[str, int]]) -> None:
        if name == "img":
            number = self.next_number("image")
            if not values.get("alt", ("", 0))[0].strip():
                self.image_without_alt(number)
        for attribute, kind in _LABELS.items():
            self._aside(kind, values.get(attribute))
        if name == "iframe" and values.get("srcdoc", ("", 0))[0].strip():
            page, at = values["srcdoc"]
            self.unread.append(Unread(at, at + len(page), "embedded page"))
        if name == "meta" and _lower(values, "name", "property") in _META:
            self._aside("meta", values.get("content"))
        if name == "input" and _lower(values, "type") not in _VALUE_UNSHOWN:
            self._aside("label", values.get("value"))
        if name in _OWN_LABELS:
            self._aside("label", values.get(_OWN_LABELS[name]))

    def _aside(self, kind: BlockKind, value: tuple[str, int] | None) -> None:
        if value is not None:
            self._prose.begin_aside(kind)
            add_characters(self._prose, *value, "attribute")
            self._prose.end_aside()

    def _enter(self, name: str) -> None:
        self._open.append((name, self._prose.enter(_KINDS.get(name), _HEADINGS.get(name, 0))))
        self._open_count[name] = self._open_count.get(name, 0) + 1

    def _end(self, name: str, at: int) -> None:
        if self._skipped:
            self._end_skipped(name, at)
        elif name == "a":
            self._prose.end_link()
        elif self._open_count.get(name):
            self._leave(name)
        elif name in _BLOCKS:
            self._prose.close()

    def _end_skipped(self, name: str, at: int) -> None:
        self._skip_depth -= name == self._skipped
        if not self._skip_depth:
            self._end_skip(at)
            if name in _OWN_BLOCK:
                self._prose.close()

    def _leave(self, name: str) -> None:
        """Leave the innermost *name* and what is still open inside it."""
        while True:
            inner, depth = self._open.pop()
            self._open_count[inner] -= 1
            if inner == name:
                self._prose.leave(depth)
                return


def _lower(values: dict[str, tuple[str, int]], *names: str) -> str:
    return next((values[name][0].strip().lower() for name in names if name in values), "")
