"""content-canon/1: vectors, twenty round trips through content management systems, and two implementations that agree."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from guardrails.backends.documents.rendered import html_of
from guardrails.model.canonical import sha256_hex
from guardrails.model.draft import Field
from guardrails.text import canon, canon_characters, canon_enclosed, canon_nesting, canon_references
from guardrails.text import canon_harmless as harmless
from guardrails.text.canon import Canon, field_canon, html_canon, text_digest
from tests.interop.javascript import FOLDER, javascript

DATA: dict[str, Any] = json.loads((FOLDER / "content-canon-vectors.json").read_text())
PAGE = (Path(__file__).parents[2] / "docs" / "content-canon.md").read_text()
PAIRS: list[dict[str, Any]] = [*DATA["tricks"], *DATA["alike"]]
CANONS = "cases => cases.map(([text, format]) => format === 'html' ? own.htmlCanon(text) : own.textCanon(text))"

# What markup is made of, and what makes it hard to read.
ATOMS = (
    *"<>/=&;!-?#\"' \n\t:.@%[]", "a", "B", "é", "e\u0301", "ſ", "K", "\ufeff", "\u200b", "\u202e", "\u202c", "\u2067", "\u2069", "\\", "\x00", "\x01", "\x85", "😀", "<!--", "-->",
    "--!>", "[if mso]", "<![endif]", "<!doctype ", "</", "<p>", "</p>", "<a href=", "</a>", "<a href='https://X.example?utm_a=1&b=2'>", "mailto:", "https://X.example",
    "#x", "<img alt=", "title=", "style=", "color:red", "hidden", "onclick", "on1", "<s>", "</s>", "<sup>", "<q>", "<script>", "</script>", "<ſcript>", "<svg>", "</svg>", "<g>", "</g>", "<path d='m'/>", "<mi>", "<math>", "</math>", '<g a="', "<select>", "<option>", "<![CDATA[", "<noscript>", "</noscript>",
    "<style>", "<link rel=next>", "<script type='application/ld+json'>", " javascript:", "<title>", "</title>", "<textarea>", "<plaintext>", "<constructor>", "__proto__=1", "&amp", "&copy", "&notit;", "&#x80;", "&#0", "&#55296;", "&#x1F600", "&hellip;",
    "&check;", "[fact:N-1]", "[FACT: x/y]", "utm_x", "“", "…", "%c3", "?", "//", "start=1", "<br/>",
    "<div>", "</div>", "<li>", "</li>", "<ul>", "</ul>", "<dd>", "<dl>", "<h1>", "</h1>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<table><tr><td>", "<col>",
    "<p style='text-align: LEFT ;'>", "<p style='float:none;color:red'>", "<p dir=ltr>", "<p style='margin:0 AUTO 9px'>", "<div style='padding : 40px;margin-top:1.5em ! important'>", "<span style='margin:0'>", "<img width=10px height=50%>", "<p lang=de-DE>", "<span x>", "</span>", "<body>", "<body x>", "</html>", "<x>", "</x>",
    "<source src=a media=b>", "<a rel='nofollow ugc'>", "<b><i>", "</i></b>", "aria-hidden=true", "class=a", "data-a=b", "<p id=x>", "<a href=#x>", "<a name=x>", "<b id='x y'>", "<i for='x z'>", "&nbsp;", "&nbsp;&nbsp;", "<pre>", "</pre>", "&REG", "\u2028", "data-é=b",
)  # fmt: skip


def plain(found: Canon) -> dict[str, Any]:
    """What JavaScript returns for the same."""
    return {"text": found.text, "facts": list(found.facts)}


@pytest.mark.parametrize("vector", DATA["vectors"], ids=lambda vector: vector["name"])
def test_a_vector(vector: dict[str, Any]) -> None:
    """Each text has the canon that is written down."""
    found = field_canon(Field("body", vector["text"], vector["format"]), html_of)

    assert (vector["canon"], vector["facts"]) == (found.text, list(found.facts))


def test_markdown_has_the_canon_of_its_page() -> None:
    """A Markdown source and the page made of it are the same text; front matter is no part of it."""
    found = field_canon(Field("body", DATA["markdown"], "markdown"), html_of)

    assert (DATA["canon_of_markdown"], DATA["facts_of_markdown"]) == (found.text, list(found.facts))
    assert "channel" not in found.text


@pytest.mark.parametrize("trip", DATA["same"], ids=lambda trip: trip["name"])
def test_a_round_trip_keeps_the_canon(trip: dict[str, Any]) -> None:
    """What content management systems do to markup changes nothing."""
    assert DATA["canon_of_markdown"] == html_canon(trip["html"]).text


@pytest.mark.parametrize("change", DATA["other"], ids=lambda change: change["name"])
def test_a_change_of_the_text_changes_the_canon(change: dict[str, Any]) -> None:
    """Whatever a reader would notice, or is kept from noticing, counts."""
    assert DATA["canon_of_markdown"] != html_canon(change["html"]).text


@pytest.mark.parametrize("trick", DATA["tricks"], ids=lambda trick: trick["name"])
def test_a_trick_changes_the_canon(trick: dict[str, Any]) -> None:
    """Whatever makes a reader see something else without another word, or a program do something else, counts."""
    assert html_canon(trick["checked"]) != html_canon(trick["published"])


@pytest.mark.parametrize("one", DATA["alike"], ids=lambda one: one["name"])
def test_what_is_alike_has_one_canon(one: dict[str, Any]) -> None:
    """What editors and themes do, element by element."""
    assert html_canon(one["checked"]) == html_canon(one["published"])


def test_javascript_has_the_same_vectors() -> None:
    """The second implementation gives every canon that is written down."""
    whole = [{"text": v["html"], "format": "html"} for name in ("same", "other") for v in DATA[name]]
    whole += [{"text": v[key], "format": "html"} for v in PAIRS for key in ("checked", "published")]
    cases = [[v["text"], v["format"]] for v in (*DATA["vectors"], *whole)]
    expected = [plain(field_canon(Field("body", text, kind), html_of)) for text, kind in cases]

    assert expected == javascript(CANONS, cases, modules="content_canon.mjs")


def test_both_implementations_agree_about_anything() -> None:
    """Over 8,000 texts put together from what makes markup hard to read."""
    draw = random.Random(1)
    texts = ["".join(draw.choices(ATOMS, k=draw.randint(1, draw.choice((5, 30))))) for _ in range(8000)]
    expected = [plain(html_canon(text)) for text in texts]
    found = javascript(CANONS, [[text, "html"] for text in texts], modules="content_canon.mjs")

    assert [] == [text for text, one, other in zip(texts, expected, found, strict=True) if one != other][:3]


def test_a_canon_is_a_fixed_point_of_escaping() -> None:
    """A text that is escaped as HTML has the canon of the plain text."""
    draw = random.Random(2)
    for _ in range(2000):
        text = "".join(draw.choices(ATOMS, k=20))
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

        assert field_canon(Field("body", text, "text"), html_of) == html_canon(escaped)


def test_the_digest_is_over_all_fields_by_id() -> None:
    """Two fields with their texts swapped are another text."""
    expected = sha256_hex([{"canon": "Light", "id": "title"}, {"canon": "Lamp", "id": "body"}])
    fields = [Field("title", "Light [fact:N-2]"), Field("body", "<p>Lamp [fact:N-1]", "html")]
    swapped = [Field("title", "Lamp"), Field("body", "Light")]

    assert (expected, ("N-1", "N-2")) == text_digest(fields, html_of)
    assert expected != text_digest(swapped, html_of).sha256


def test_the_page_lists_what_the_code_lists() -> None:
    """Every element, attribute, property and parameter stands on the page."""
    said = {word.strip(".,;:") for word in PAGE.replace("`", " ").split()}
    lists = (
        harmless.APART,
        harmless.PHRASES,
        harmless.PLAIN,
        harmless.VOID,
        harmless.WORDS,
        canon_enclosed.RAW,
        canon_enclosed.DRAWN,
        canon_enclosed.LINKED,
        canon_references.REFERRING,
        canon_nesting.MAY_STAY_OPEN,
    )
    known = ({"href", *canon.TARGETS}, harmless.ALWAYS, harmless.USUAL, harmless.STYLES, harmless.BLOCK_STYLES)

    for listed in (*lists, *known, canon_characters.TRACKING):
        assert set() == set(listed) - said
