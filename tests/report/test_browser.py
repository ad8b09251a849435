"""The page in a real browser: nobody is kept out, nothing is cut off, it prints."""

import os
import shutil
from dataclasses import replace

import pytest

from guardrails.report.forms.html import html_of
from guardrails.report.one_text import one_text
from guardrails.report.parts.integrity import Cosigned
from guardrails.report.period import Period
from guardrails.report.words.page import document_of
from tests.gates import DAY_MS
from tests.report.conftest import PERIOD
from tests.services import require

SEEN = Cosigned("legal.example/witness", 120, 1_796_000_000, f"legal.example/witness+0a1b2c3d+{'B' * 44}", given=True)

WIDTHS = (320, 768, 1280)


@pytest.fixture(scope="module")
def chromium():
    """A real Chromium."""
    program = os.environ.get("GUARDRAILS_CHROMIUM") or shutil.which("chromium")
    require("chromium", bool(program), "neither GUARDRAILS_CHROMIUM nor PATH names it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium, tmp_path):
    """Open a document at a width."""

    def opening(document, width=1280):
        file = tmp_path / "page.html"
        file.write_bytes(html_of(document))
        page = chromium.new_page(viewport={"width": width, "height": 1200})
        page.goto(file.as_uri())
        return page

    return opening


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(opened, report, width):
    """axe-core has no complaint about the report, wide or narrow."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(opened(document_of(report), width))

    assert 0 == found.violations_count, found.generate_report()


def test_axe_finds_nothing_about_one_decision(opened, books):
    """Nor about the page for one text."""
    from axe_playwright_python.sync_playwright import Axe

    check = books.report().decisions[3].id
    found = Axe().run(opened(one_text(books.log, check, "identical")))

    assert 0 == found.violations_count, found.generate_report()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_never_wider_than_the_window(opened, report, width):
    """Only tables scroll sideways, by themselves (WCAG 1.4.10, reflow)."""
    page = opened(document_of(report), width)

    assert width >= page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("until_ms", [PERIOD.until_ms, PERIOD.until_ms + 365 * DAY_MS], ids=["ended", "running"])
@pytest.mark.parametrize(
    "cosigned", [(), (SEEN,), (SEEN._replace(given=False),)], ids=["operator-trusted", "witnessed", "on-record"]
)
def test_the_first_page_is_one_page(opened, report, until_ms, cosigned):
    """What must be read first is printed on one sheet, also where the period has not ended, or a witness's key is shown."""
    about = replace(report.about, period=Period(PERIOD.from_ms, until_ms))
    integrity = replace(report.integrity, cosigned=cosigned)
    page = opened(document_of(replace(report, about=about, integrity=integrity)))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 980})  # A4 within the margins, at 96 dpi
    bottom = page.evaluate("document.querySelector('main > section').getBoundingClientRect().bottom")

    assert bottom < 980


def test_nothing_is_fetched_and_nothing_runs(opened, report):
    """The page is all there is: no request, no script, no error."""
    page = opened(document_of(report))
    asked = page.evaluate("performance.getEntriesByType('resource').length")

    assert 0 == asked
    assert 0 == page.evaluate("document.scripts.length")


def test_it_can_be_read_by_keyboard(opened, report):
    """The first stop is the way past the head, and it leads to the report."""
    page = opened(document_of(report))
    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")

    assert "#main" == skip
    assert "main" == page.evaluate("document.activeElement.id")
