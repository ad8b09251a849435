"""Reading Markdown."""

from __future__ import annotations

import pytest

from guardrails.text.parsed import Suppression
from guardrails.text.prose import STAND_IN
from tests.backends.documents.reading import blocks, links, parsed, pieces


def texts(source: str) -> list[str]:
    """Return the texts of the blocks of *source*."""
    return [text for _, text in blocks(parsed(source, "markdown"))]


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        ("## Hi *there*", "heading", "Hi there"),
        ("Hi\n==", "heading", "Hi"),
        ("- one", "list-item", "one"),
        ("1. one\n   two", "list-item", "one two"),
        ("- [x] done", "list-item", "done"),
        ("> said", "quote", "said"),
        ("> [!NOTE]\n> said", "quote", "said"),
        ("~~gone~~", "paragraph", "gone"),
    ],
)
def test_blocks(source: str, kind: str, text: str) -> None:
    """Blocks have their kinds, and no markup."""
    assert blocks(parsed(source, "markdown")) == [(kind, text)]


def test_heading_level() -> None:
    """A heading has its level, everything else has none."""
    assert [block.level for block in parsed("### a\n\nb", "markdown").blocks] == [3, 0]


def test_text_after_a_nested_list() -> None:
    """What follows a nested list in an item is an item's text again."""
    source = "- a\n\n  - b\n\n  c\n\nd"

    assert [("list-item", "a"), ("list-item", "b"), ("list-item", "c"), ("paragraph", "d")] == blocks(
        parsed(source, "markdown")
    )


def test_tables() -> None:
    """Every cell that holds prose is a block."""
    source = "| a | **b** |\n|---|---|\n| x\\|y | `c` |"

    assert [("cell", "a"), ("cell", "b"), ("cell", "x|y")] == blocks(parsed(source, "markdown"))


def test_inline_markup_drops_out() -> None:
    """A word that is partly emphasised is one word in two verbatim pieces."""
    assert pieces(parsed("**guar**anteed", "markdown")) == [
        ("verbatim", "guar", "guar"),
        ("verbatim", "anteed", "anteed"),
    ]


def test_nested_emphasis() -> None:
    """Emphasis may be nested."""
    assert texts("**so *very* good**, ***really***") == ["so very good, really"]


def test_entities_and_escapes() -> None:
    """Entities and escapes are decoded, each for all of its source."""
    assert pieces(parsed("f&uuml;r\\*", "markdown")) == [
        ("verbatim", "f", "f"),
        ("decoded", "ü", "&uuml;"),
        ("verbatim", "r", "r"),
        ("decoded", "*", "\\*"),
    ]


def test_escaped_backslash() -> None:
    """An escaped backslash is one, and what follows it is not escaped."""
    assert pieces(parsed("a\\\\b", "markdown"))[1:] == [("decoded", "\\", "\\\\"), ("verbatim", "b", "b")]


def test_wide_characters() -> None:
    """Positions are right after characters of two, three and four bytes, and combining marks."""
    words = ["é", "純", "🙂", "👩\u200d🔬", "u\u0308"]
    source = " ".join(f"**{word}**" for word in words)

    assert [("verbatim", word, word) for word in words] == pieces(parsed(source, "markdown"))[::2]


@pytest.mark.parametrize(
    ("source", "piece"),
    [
        ("a\nb", ("decoded", " ", "\n")),
        ("a\r\nb", ("decoded", " ", "\r\n")),
        ("a  \nb", ("decoded", "\n", "  \n")),
        ("a\\\r\nb", ("decoded", "\n", "\\\r\n")),
        ("a<br>\nb", ("decoded", "\n", "<br>")),
    ],
)
def test_line_breaks(source: str, piece: tuple[str, str, str]) -> None:
    """A line break is one decoded white space."""
    assert pieces(parsed(source, "markdown"))[1] == piece


@pytest.mark.parametrize(
    "source",
    [
        "```\nguaranteed\n```",
        "    guaranteed",
        "<!-- guaranteed -->",
        "[x]: https://example.com/guaranteed",
        "<script>\nguaranteed\n</script>",
        "<img src='guaranteed' alt=''>",
        "---\ntitle: guaranteed\n---",
    ],
)
def test_no_prose(source: str) -> None:
    """Code blocks, comments, link targets, scripts, attributes and front matter are no prose."""
    assert texts(source) == []


@pytest.mark.parametrize("code", ["`x`", "<code>x</code>", "<https://x.example>", "https://x.example/a_b", "![](x)"])
def test_phrases_do_not_reach_across(code: str) -> None:
    """What is left out of a sentence leaves a stand-in, so that the words around it do not meet."""
    assert texts(f"risk {code} free") == [f"risk {STAND_IN} free"]


def test_mail_addresses_are_read() -> None:
    """A mail address is text, because it may be personal data."""
    assert texts("Ask <jo@example.com>") == ["Ask jo@example.com"]


def test_addresses_end_where_markup_begins() -> None:
    """An address never swallows words that markup separates from it."""
    assert texts("**www.example.com**Guaranteed") == [f"{STAND_IN}Guaranteed"]


def test_images() -> None:
    """Alternative text and title of an image are blocks behind the paragraph."""
    source = 'A ![kettle &amp; *cup*](k.png "The \\"K1\\"") here'

    assert [("paragraph", f"A {STAND_IN} here"), ("alt", "kettle & cup"), ("title", 'The "K1"')] == blocks(
        parsed(source, "markdown")
    )


def test_titles_have_exact_positions() -> None:
    """A title's words stand in the source where they are found."""
    source = '[a](https://x.example "f&uuml;r\n> dich")'
    field = parsed(f"> {source}", "markdown")

    assert [("verbatim", "f", "f"), ("decoded", "ü", "&uuml;")] == pieces(field)[1:3]


def test_titles_of_definitions() -> None:
    """The title of a definition is read once, if a link uses it."""
    source = "[a][r] [b][r]\n\n[r]: https://x.example 'Best'\n[s]: https://y.example 'Unused'"

    assert texts(source) == ["a b", "Best"]


def test_links() -> None:
    """Links have their text and their target."""
    source = "[a **b**](https://x.example) and <https://y.example>, https://z.example/_q?a=1&amp;b=2."

    assert links(parsed(source, "markdown")) == [
        ("a b", "https://x.example"),
        (STAND_IN, "https://y.example"),
        (STAND_IN, "https://z.example/_q?a=1&b=2"),
    ]


def test_footnotes() -> None:
    """A footnote's text is prose, its mark is not."""
    assert texts("Best[^1].\n\n[^1]: In a test.") == ["Best.", "In a test."]


def test_raw_html() -> None:
    """The text of raw HTML is prose, and so are its labels."""
    source = '<div aria-label="Offer">\nNow *free* &uuml;\n</div>\n\nA <b title="T">bold</b> word'

    assert [("paragraph", "Now *free* ü"), ("label", "Offer"), ("paragraph", "A bold word"), ("title", "T")] == blocks(
        parsed(source, "markdown")
    )


def test_raw_html_in_a_quote() -> None:
    """Line prefixes of a quote are no part of the HTML in it."""
    assert [("quote", "x y"), ("title", "a b")] == blocks(parsed('> <div\n> title="a\n> b">x\n> y</div>', "markdown"))


def test_unclosed_code_hides_no_other_block() -> None:
    """An inline code element without an end ends with its paragraph."""
    assert texts("<code>x **y**\n\nguaranteed") == ["guaranteed"]


def test_suppressions() -> None:
    """Suppression comments are collected, with the lines they are about."""
    whole = "<!-- guardrails-disable a.b: old copy (legal) (Ada) -->"
    source = f"{whole}\n\n<!-- guardrails-disable-next-line c.d -->\n\nnext\nlast\n\n<!-- guardrails-disable -->"
    field = parsed(source, "markdown")

    start = source.index("next\n")
    assert field.suppressions == (
        Suppression("a.b", "old copy (legal)", 0, len(source), "Ada", 0),
        Suppression("c.d", "", start, start + len("next"), "", len(whole) + 2),
        Suppression("", "", source.rindex("<!--"), source.rindex("<!--"), "", source.rindex("<!--")),
    )


def test_not_seen() -> None:
    """What cannot be read is listed."""
    source = "![ok](a) ![](b) <img src=c>\n\n<iframe src=d></iframe>\n\n<video src=e></video>"

    assert parsed(source, "markdown").not_seen == (
        "image without alt text (image 2)",
        "image without alt text (image 3)",
        "embedded page (iframe 1)",
        "video (video 1)",
    )


def test_byte_order_mark() -> None:
    """A byte order mark in front of a heading is no prose."""
    assert blocks(parsed("\ufeff# Hi", "markdown")) == [("heading", "Hi")]


def test_lone_surrogates_do_not_raise() -> None:
    """A reader accepts any string."""
    assert texts("**a\ud800** b") == ["a\ud800 b"]
