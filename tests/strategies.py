"""
Hypothesis strategies shared by the property tests.

``GUARDRAILS_EXAMPLES`` sets how many examples each law is tried on (default 200).
"""

from __future__ import annotations

import os

from hypothesis import strategies as st

from guardrails.model.draft import Field

EXAMPLES = int(os.environ.get("GUARDRAILS_EXAMPLES", "200"))
"""How many examples a law is tried on."""

# Plain, composed and decomposed, astral, joined by ZWJ, right-to-left, CJK, soft hyphen.
WORDS = (
    "serum", "results", "guaranteed", "best", "a", "42", "3,5", "über", "u\u0308ber", "e\u0301\u0302", "naïve", "🙂",
    "👩\u200d🔬", "🇦🇹", "𝒜lpha", "שלום", "純粋", "co\u00adop", "risk-free", "don’t", "ﬁne",
)  # fmt: skip
ENTITIES = ("&uuml;", "&amp;", "&#252;", "&#x1F642;", "&nbsp;", "&nope;", "&lt;b&gt;", "&", "&NotEqualTilde;")
ADDRESSES = ("https://example.com/a_b_c?x=1", "www.example.com/übergabe", "http://example.com/.")
PUNCTUATION = (".", ",", "!", "?", ":", " –", "…", "(ok)", "[x]", "x < y", "50 %", "a_b_c", "2 * 3")
LINE_ENDS = ("\n", "\r\n")

word = st.sampled_from(WORDS)
words = st.lists(word, min_size=1, max_size=5).map(" ".join)
piece = st.one_of(words, st.sampled_from(ENTITIES), st.sampled_from(PUNCTUATION), st.sampled_from(ADDRESSES))


def _markdown_inline(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(
            lambda mark, text: f"{mark}{text}{mark}", st.sampled_from(["*", "**", "_", "__", "~~", "***"]), inner
        ),
        st.builds(lambda text, title: f'[{text}](https://example.com/{title} "{title}")', inner, word),
        st.builds(lambda text, title: f"![{text}](i.png '{title} &amp; more')", inner, word),
        st.builds(lambda text: f'<span title="{text.replace(chr(34), "")}">{text}</span>', inner),
        st.builds(lambda text: f"`{text.replace('`', '')}`", inner),
        st.builds(lambda first, second: f"{first} {second}", inner, inner),
        st.builds(lambda first, second: f"{first}{second}", inner, inner),
        st.builds(lambda first, second: f"{first}  \n{second}", inner, inner),
        st.sampled_from(
            ["\\*", "\\_x\\_", "\\&amp;", "<https://example.com>", "<a@example.com>", "<br>", "![](x.png)"]
        ),
    )


markdown_inline = st.recursive(piece, _markdown_inline, max_leaves=6)


def _one_line(text: str) -> str:
    return " ".join(text.split())


_markdown_blocks = st.one_of(
    markdown_inline,
    st.builds(lambda level, text: f"{'#' * level} {_one_line(text)}", st.integers(1, 6), markdown_inline),
    st.lists(markdown_inline.map(_one_line), min_size=1, max_size=3).map(
        lambda items: "\n".join(f"- {i}" for i in items)
    ),
    st.lists(markdown_inline.map(_one_line), min_size=1, max_size=3).map(
        lambda items: "\n".join(f"> {i}" for i in items)
    ),
    st.builds(
        lambda a, b, c, d: f"| {a} | {b} |\n|---|---|\n| {c} | {d} |",
        *[markdown_inline.map(lambda text: _one_line(text).replace("|", "\\|"))] * 4,
    ),
    words.map(lambda text: f"```\n{text}\n```"),
    words.map(lambda text: f'<div title="{text}">\n{text} &uuml; <b>{text}</b>\n</div>'),
    words.map(lambda text: f"<!-- guardrails-disable-next-line a.b: {text} -->"),
    words.map(lambda text: f'> <p\n> title="{text}">{text}\n> {text}</p>'),
    words.map(lambda text: f'[ref]: https://example.com "{text}"'),
)


def _joined(blocks: list[str], line_end: str) -> str:
    return "\n\n".join(blocks).replace("\n", line_end)


def _html_inline(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda tag, text: f"<{tag}>{text}</{tag}>", st.sampled_from(["b", "em", "span", "A", "code"]), inner),
        st.builds(lambda text: f"<b>{text}", inner),
        st.builds(lambda text, title: f'<a href="https://example.com" title="{title} &uuml;">{text}</a>', inner, words),
        st.builds(lambda alt: f"<img alt='{alt}' src=x>", words),
        st.builds(lambda first, second: f"{first}<br/>\n {second}", inner, inner),
        st.builds(lambda first, second: f"{first}{second}", inner, inner),
        st.sampled_from(["<!-- x -->", "<img>", "<input placeholder=Name>", "<iframe src=x></iframe>", "<svg/>"]),
    )


html_inline = st.recursive(piece, _html_inline, max_leaves=6)
_html_blocks = st.one_of(
    html_inline,
    st.builds(
        lambda tag, text: f"<{tag}>{text}</{tag}>",
        st.sampled_from(["p", "div", "h2", "li", "blockquote", "td", "pre", "title", "script"]),
        html_inline.filter(lambda text: "<code>" not in text),
    ),
    st.builds(
        lambda tag, text: f"<{tag} aria-label='a {tag}'>{text}", st.sampled_from(["p", "li", "div"]), html_inline
    ),
)

plain_texts = st.builds(
    lambda lines, end: end.join(lines),
    st.lists(st.one_of(piece, st.just(""), words.map("- {}".format), words.map("  1. {} ".format)), max_size=8),
    st.sampled_from(LINE_ENDS),
)
markdown_texts = st.builds(_joined, st.lists(_markdown_blocks, max_size=5), st.sampled_from(LINE_ENDS))
html_texts = st.builds(_joined, st.lists(_html_blocks, max_size=5), st.sampled_from(LINE_ENDS))

fields = st.one_of(
    st.builds(Field, st.just("body"), plain_texts, st.just("text")),
    st.builds(Field, st.just("body"), markdown_texts, st.just("markdown")),
    st.builds(Field, st.just("body"), html_texts, st.just("html")),
)
"""Well-formed fields of every format."""

_SOUP = (
    "<", ">", "</", "<!--", "-->", "<!", "<?", "<![CDATA[", "]]>", "<b", "<p ", "</p>", "<code>", "</code>", "<svg>",
    "<script>", "<title>", "=", '"', "'", "/", "&", "&#", "&#x", ";", "&amp", "&copy", "`", "```\n", "*", "_", "[", "](",
    ")", "![", "\\", "|", "|-|\n", "---\n", "#", "> ", "- ", "1. ", "\n", "\r", "\r\n", "\t", " ", "    ", "~~", "[^1]",
    "[^1]: ", "[a]: x 'y'\n", "<br>", "https://", "www.", "://", "\0", "\ufeff", "\u2028", "\ud800", "\ufffc", "title=",
    "alt=", "<img ", "<a href=", "a: b\n", "{", "[[", "\u200d", "\u0301",
)  # fmt: skip
soup = st.lists(st.one_of(st.sampled_from(_SOUP), word), max_size=25).map("".join)
"""Whatever may trip a parser, in any order."""

any_fields = st.builds(
    Field, st.just("body"), st.one_of(soup, st.text(max_size=60)), st.sampled_from(["text", "markdown", "html"])
)
"""Fields of any format with any string as their text."""
