"""Passages that are no prose: recorded with their place, listed as not seen."""

import pytest

from guardrails.model.draft import Format
from tests.backends.documents.reading import parsed

PASSAGES: list[tuple[Format, str, list[tuple[str, str, str]]]] = [
    ("markdown", "A `b c` d", [("code", "`b c`", "b c")]),
    ("markdown", "A\n\n```\nb\nc\n```\n", [("code", "```\nb\nc\n```", "b\nc\n")]),
    ("markdown", "> A\n>\n>     b\n>     c\n", [("code", "b\n>     c\n", "b\nc\n")]),
    ("markdown", "A <code>b **c**</code> d", [("code", "b **c**", "")]),
    ("markdown", "A <code>b\n\nC", [("code", "b\n", "")]),
    ("markdown", "[us](mailto:a%40b.example?subject=c%20d)", [("mail address in a link", "us", "a@b.example c d")]),
    ("markdown", "<a@b.example>", []),
    ("html", "A <code>b</code><pre>c</pre>", [("code", "b", ""), ("code", "c", "")]),
    ("html", "<script>a</script><style>b</style>", [("script", "a", ""), ("style sheet", "b", "")]),
    ("html", "<svg><text>a</text></svg>", [("drawing", "<text>a</text>", "")]),
    ("html", "<svg><text>a</text><p>b", [("drawing", "<text>a</text>", "")]),
    ("html", "<iframe srcdoc='<p>a'></iframe>", [("embedded page", "<p>a", "")]),
    ("html", "<code>a", [("code", "a", "")]),
    ("html", "<a href='tel:+49 30 1'>call</a>", [("telephone number in a link", "call", "+49 30 1")]),
    (
        "html",
        "<a href='mailto:a@b.example'><img></a>",
        [
            ("mail address in a link", "<a href='mailto:a@b.example'>", "a@b.example"),
        ],
    ),
    ("html", "<a href='https://a.example' class='b'>c</a>", []),
    ("text", "A `b`", []),
]


@pytest.mark.parametrize(("form", "source", "passages"), PASSAGES)
def test_passages(form: Format, source: str, passages: list[tuple[str, str, str]]) -> None:
    """Every passage has its kind, its place and, where that differs, what it says."""
    field = parsed(source, form)

    assert [(one.what, source[one.start : one.end], one.text) for one in field.unread] == passages


def test_passages_are_counted() -> None:
    """A person sees how much was left out."""
    assert parsed("`a` and `b` <script>c</script>", "markdown").not_seen == ("code (2 passages)", "script (1 passage)")
