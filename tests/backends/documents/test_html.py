"""Reading HTML."""

from __future__ import annotations

import pytest

from guardrails.model.draft import Format
from guardrails.text.parsed import Suppression
from guardrails.text.prose import STAND_IN
from tests.backends.documents.reading import blocks, links, parsed, pieces


def texts(source: str) -> list[str]:
    """Return the texts of the blocks of *source*."""
    return [text for _, text in blocks(parsed(source, "html"))]


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        ("Hi <b>there</b>", "paragraph", "Hi there"),
        ("<h2>Hi</h2>", "heading", "Hi"),
        ("<ul><li>one</ul>", "list-item", "one"),
        ("<li><p>one</p></li>", "list-item", "one"),
        ("<blockquote><p>said</blockquote>", "quote", "said"),
        ("<table><tr><td>x</table>", "cell", "x"),
        ("<figcaption>x</figcaption>", "caption", "x"),
        ("<title>A &lt;b> c</title>", "title", "A <b> c"),
        ("<textarea>a <b></textarea>", "paragraph", "a <b>"),
        ('<meta name="Description" content="x &amp; y">', "meta", "x & y"),
        ("<meta property=og:title content=x>", "meta", "x"),
        ("<img alt='a &uuml;'>", "alt", "a ü"),
        ("<p title=x>", "title", "x"),
        ('<p aria-label="x  y">', "label", "x y"),
        ("<input placeholder='x'>", "label", "x"),
        ("<input type=submit value='Buy now'>", "label", "Buy now"),
        ("<input value='Buy now'>", "label", "Buy now"),
        ("<p aria-description=x>", "label", "x"),
        ("<p aria-valuetext=x>", "label", "x"),
        ("<option label=x>", "label", "x"),
        ("<optgroup label=x>", "label", "x"),
        ("<track label=x>", "label", "x"),
        ("<th abbr=x>", "label", "x"),
        ("<table summary=x>", "label", "x"),
    ],
)
def test_blocks(source: str, kind: str, text: str) -> None:
    """What a reader of the page reads or hears is a block of its kind."""
    assert blocks(parsed(source, "html")) == [(kind, text)]


def test_inline_elements_join_and_blocks_separate() -> None:
    """Inline elements leave a word whole, block elements separate."""
    assert texts("<p>guar<i>ant</i>eed<p>one<div>two</div>three") == ["guaranteed", "one", "two", "three"]


def test_nested_kinds_end() -> None:
    """After a list the text is a paragraph again, even if its items are not closed."""
    assert [("list-item", "a"), ("list-item", "b"), ("paragraph", "c")] == blocks(
        parsed("<ul><li>a<li>b</ul>c", "html")
    )


@pytest.mark.parametrize(
    "source",
    [
        "<script>if (a<b) guaranteed</script>",
        "<style>p { content: 'guaranteed' }</style>",
        "<template><p>guaranteed</p></template>",
        "<code>guaranteed</code>",
        "<pre>guaranteed <b>x</b></pre>",
        "<!-- guaranteed -->",
        "<!doctype guaranteed>",
        "<?guaranteed?>",
        "<![CDATA[guaranteed]]>",
        "<a href='guaranteed' class=guaranteed></a>",
        "<meta name=keywords content=guaranteed>",
        "<input type=hidden value=guaranteed>",
        "<p label=guaranteed abbr=guaranteed summary=guaranteed>",
        "<iframe>guaranteed</iframe>",
        "<svg><text>guaranteed</text></svg>",
    ],
)
def test_no_prose(source: str) -> None:
    """Scripts, styles, code, comments, declarations, other attributes and drawings are no prose."""
    assert texts(source) == []


def test_white_space_collapses() -> None:
    """White space is one space, also across tags, and none at the edges of a block."""
    assert texts("<p> a \n\t<b> b</b> </p>\n") == ["a b"]


def test_collapsed_white_space_is_decoded() -> None:
    """A collapsed run stands for all of its source; a single space is verbatim."""
    assert pieces(parsed("a b \r\n c", "html")) == [
        ("verbatim", "a b", "a b"),
        ("decoded", " ", " \r\n "),
        ("verbatim", "c", "c"),
    ]


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("&uuml;", "ü"),
        ("&#252;", "ü"),
        ("&#xFC;", "ü"),
        ("&#x1F642;", "🙂"),
        ("&copy", "©"),
        ("&NotEqualTilde;", "≂̸"),
        ("&#xD800;", "\ufffd"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#0;", "\ufffd"),
        ("&#128;", "€"),
    ],
)
def test_references(reference: str, text: str) -> None:
    """A character reference is decoded and stands for all of its source."""
    assert pieces(parsed(f"a{reference}!", "html"))[1] == ("decoded", text, reference)


@pytest.mark.parametrize("text", ["AT&T", "a & b", "&nope;", "&", "&;", "&#;", "&#x;"])
def test_no_references(text: str) -> None:
    """An ampersand that begins no reference is one."""
    assert texts(text) == [text]


def test_old_references() -> None:
    """In text an old reference counts without semicolon, in an attribute only at the end of a word."""
    field = parsed('<a href="?a=1&copy=2&lt" title="&copyx">&notit</a>', "html")

    assert [("paragraph", "¬it"), ("title", "&copyx")] == blocks(field)
    assert links(field) == [("¬it", "?a=1&copy=2<")]


def test_links() -> None:
    """A link has its text and its target, and a bare address is a link with a stand-in for a text."""
    field = parsed('<a href=" /x ">a <b>b</b></a>, https://x.example/y.', "html")

    assert field.text == f"a b, {STAND_IN}."
    assert links(field) == [("a b", "/x"), (STAND_IN, "https://x.example/y")]


@pytest.mark.parametrize(
    ("form", "source", "markup"),
    [
        ("html", "<p>a <a href=u><img src=i></a></p>", ["<a href=u>"]),
        ("html", "<a href=u></a>", ["<a href=u>"]),
        ("html", "<a href=u><img src=i alt=b></a>", []),
        ("html", "<a href=u><p><img src=i></p><p>b</p></a>", []),
        ("markdown", "[![](i.png)](u)", ["[![](i.png)](u)"]),
        ("markdown", "a [![](i.png)](u) and [](v) and [w](w)", ["[![](i.png)](u)", "[](v)"]),
        ("markdown", "[![b](i.png)](u)", []),
        ("text", "https://a.example", []),
    ],
)
def test_mute_links(form: Format, source: str, markup: list[str]) -> None:
    """A link with nothing to read in it is known by what makes it a link."""
    field = parsed(source, form)

    assert markup == [source[start:end] for start, end, _ in field.mute_links]


def test_link_around_blocks() -> None:
    """A link around several blocks is a link in each."""
    assert links(parsed("<a href=u><h2>a</h2><p>b</p></a>c", "html")) == [("a", "u"), ("b", "u")]


def test_image_in_a_sentence() -> None:
    """An image does not break its sentence, and its alternative text follows as a block."""
    source = "<p>Our <img alt='red dot'> mark</p><p>next"

    assert texts(source) == [f"Our {STAND_IN} mark", "red dot", "next"]


def test_attributes_have_exact_positions() -> None:
    """An attribute's words stand in the source where they are found."""
    assert pieces(parsed("<img ALT = 'Best &amp;\n best' alt=other>", "html")) == [
        ("verbatim", "Best ", "Best "),
        ("decoded", "&", "&amp;"),
        ("decoded", " ", "\n "),
        ("verbatim", "best", "best"),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a <b>b", "a b"),
        ("a <b", "a <b"),
        ("a < b > c", "a < b > c"),
        ("a <b title='x", "a <b title='x"),
        ("a </", "a </"),
        ("a <", "a <"),
        ("a </>b", "a b"),
        ("a</b></p><p>", "a"),
        ("a<b/c>d", "ad"),
        ("a<!>b<!-->c<!--->d", "abcd"),
        ("a<p<b>b", "ab"),
        ("1 <2 > 3", "1 <2 > 3"),
    ],
)
def test_broken_markup(source: str, text: str) -> None:
    """Broken markup loses no text."""
    assert parsed(source, "html").text.replace("\n\n", "") == text


@pytest.mark.parametrize(
    ("source", "not_seen"),
    [
        ("<!-- guaranteed", "everything after a comment without an end"),
        ("<code>guaranteed", "everything after a code element without an end"),
        ("<script>guaranteed", "everything after a script element without an end"),
    ],
)
def test_hidden_to_the_end(source: str, not_seen: str) -> None:
    """What an unclosed comment or element hides is reported."""
    assert parsed(source, "html").not_seen[0] == not_seen


def test_unclosed_drawing_hides_no_paragraph() -> None:
    """A block element ends a drawing, as in a browser."""
    assert texts("<svg><path><p>guaranteed") == ["guaranteed"]


def test_style_in_a_drawing_hides_nothing_behind_it() -> None:
    """Inside a drawing an element may close itself."""
    assert texts("<svg><style/></svg>guaranteed<style></style>") == [f"{STAND_IN}guaranteed"]


def test_not_seen() -> None:
    """Images without alternative text, frames, films, objects and drawings are listed."""
    source = "<img alt=x><img alt=' '><img><iframe></iframe><video></video><object></object><svg></svg>"

    assert parsed(source, "html").not_seen == (
        "image without alt text (image 2)",
        "image without alt text (image 3)",
        "embedded page (iframe 1)",
        "video (video 1)",
        "embedded object (object 1)",
        "drawing (svg 1)",
    )


def test_suppressions() -> None:
    """Suppression comments are collected."""
    source = "<p>a</p><!-- guardrails-disable a.b: why -->"

    assert parsed(source, "html").suppressions == (Suppression("a.b", "why", 0, len(source), at=source.index("<!--")),)


def test_long_broken_input_takes_linear_time() -> None:
    """A hundred thousand unclosed tags are read as text, in one go."""
    source = "<a " * 100_000 + 'b=">'

    assert parsed(source, "html").blocks[0].extent.end == len(source)
