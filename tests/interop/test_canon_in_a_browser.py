"""What has the same canon shows the same words in a real Chromium, and what tricks show is another text."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest

from guardrails.text.canon import html_canon
from tests.interop.javascript import FOLDER
from tests.services import require

DATA: dict[str, Any] = json.loads((FOLDER / "content-canon-vectors.json").read_text())
Shown: TypeAlias = Callable[[list[str]], list[str]]

TEXT = "<p>We do not guarantee 10 percent.</p><ul><li>You may <b>lose</b> money.</li><li>Read <a href=/t>terms</a>.</li></ul>"
# What is put somewhere in a text: most of it counts, or leaves it as it looks. Nothing that only hides from those who listen.
PUT = (
    *("<p>", "</p>", "<div>", "</div>", "<li>", "</li>", "<ul>", "</ul>", "<ol>", "</ol>", "<b>", "</b>", "<span>", "</span>", "<i>", "</i>"),
    *("<table>", "<tr>", "<td>", "</td>", "</tr>", "</table>", "<table><tr><td>", "</td></tr></table>", "<tbody>", "<caption>", "<dl>", "<dd>"),
    *("<h1>", "</h1>", "<h2>", "</h2>", "<br>", "</br>", "<hr>", "</hr>", "<wbr>", "<body>", "</body>", "<html>", "</html>", "<head>", "<x>"),
    *("<div hidden>", "<span hidden>", "<b hidden>", "<s>", "</s>", "<sup>", "</sup>", "<rp>", "</rp>", "<title>", "</title>", "<dialog>"),
    *("<div dir=rtl>", "<div dir=ltr>", "<span dir=ltr>", "<nobr>", "</nobr>", "<button>", "</button>", "<select>", "<option>", "</select>"),
    *("<p style='color:white'>", "<b style='color:white'>", "<p style='text-align:right'>", "<i style='float:right'>", "<p style='float:none'>"),
    *("<span style='vertical-align:baseline'>", "<p style='width:50%'>", "<p align=center>", "<font color=white>", "</font>", "<pre>", "</pre>"),
    *("<details>", "</details>", "<summary>", "<object>", "</object>", "<template>", "</template>", "<picture>", "</picture>", "<source>"),
    *("<svg>", "</svg>", "<math>", "</math>", "<!--", "-->", "<!-->", "<a href=/u>", "</a>", "<a>", "<label>", "<section>", "</section>"),
    *("<center>", "</center>", "<figure>", "</figure>", "<noscript>", "</noscript>", "<form>", "</form>", "<p hidden>", "<col>", "<image>"),
    *(" ", "\n", "&nbsp;", "&#8203;", "&shy;", "", "<style>", "</style>", "<textarea>", "</textarea>", "<frameset>", "<input>", "<p/>"),
    *("<thead><tr><td>", "</thead>", "<tfoot><tr><td>", "</tfoot>", "</caption>", "<th>", "<colgroup>", "<address>", "<blockquote>", "</dl>"),
)  # fmt: skip


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    """What a reader sees of pages, in a real Chromium."""
    program = os.environ.get("GUARDRAILS_CHROMIUM") or shutil.which("chromium")
    require("chromium", bool(program), "neither GUARDRAILS_CHROMIUM nor PATH names it")
    from playwright.sync_api import sync_playwright

    script = (FOLDER / "shown.js").read_text()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 800})
        yield lambda pages: page.evaluate(script, pages)
        browser.close()


def test_tricks_show_another_text(shown: Shown) -> None:
    """Each that can be seen is seen: the canon has a reason to refuse it."""
    tricks = DATA["tricks"]
    before, after = shown([one["checked"] for one in tricks]), shown([one["published"] for one in tricks])
    found = [one["name"] for one, first, second in zip(tricks, before, after, strict=True) if first != second]

    assert [one["name"] for one in tricks if one["shows"]] == found


def test_what_is_alike_looks_alike(shown: Shown) -> None:
    """Round trips through content management systems, and what editors write, show the same words in the same order."""
    pairs = [(one["name"], one["checked"], one["published"]) for one in DATA["alike"]]
    pairs += [
        (one["name"], DATA["same"][0]["html"], one["html"]) for one in DATA["same"] if "marker" not in one["name"]
    ]
    before, after = shown([one for _, one, _ in pairs]), shown([one for _, _, one in pairs])
    plain = str.maketrans({"“": '"', "”": '"'})

    assert [] == [
        (name, first, second)
        for (name, _, _), first, second in zip(pairs, before, after, strict=True)
        if first.translate(plain) != second.translate(plain)
    ]


def test_no_other_markup_with_the_same_canon_shows_another_text(shown: Shown) -> None:
    """Of 6,000 texts with tags put into them, those with the canon of the text look like it."""
    draw, expected = random.Random(3), html_canon(TEXT)
    pages = [page for page in (_with_tags(draw) for _ in range(6000)) if html_canon(page) == expected]
    (original,) = shown([TEXT])
    found = shown(pages)

    assert 300 < len(pages)
    assert [] == [(page, one) for page, one in zip(pages, found, strict=True) if one != original][:3]


def _with_tags(draw: random.Random) -> str:
    """The text with one to three tags put somewhere, not inside a tag of its own."""
    text = TEXT
    for _ in range(draw.randint(1, 3)):
        places = [at for at in range(len(text) + 1) if text[:at].count("<") == text[:at].count(">")]
        at = draw.choice(places)
        text = text[:at] + draw.choice(PUT) + text[at:]
    return text
