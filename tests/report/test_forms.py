"""Every form says the same, in bytes that come out the same, and nothing of anybody's copy."""

import csv
import hashlib
import io
import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from guardrails.audit.note import parsed_note
from guardrails.audit.signing import signer
from guardrails.model.canonical import sha256_hex
from guardrails.model.draft import Draft, Field
from guardrails.report.document import Bar, Bars, Document, Mark, Paragraph, Section, Table
from guardrails.report.forms.html import html_of
from guardrails.report.forms.listing import DAMAGED, HEAD, csv_of
from guardrails.report.forms.oscal import oscal_of
from guardrails.report.forms.pdf import pdf_of
from guardrails.report.forms.text import text_of
from guardrails.report.forms.visible import shown, visible
from guardrails.report.handed import CHECKPOINT, MANIFEST
from guardrails.report.issue import FORMS, issued
from guardrails.report.one_text import one_text
from guardrails.report.words.page import document_of
from tests.e2e import nimbrel
from tests.gates import Clock, gate_over
from tests.report.conftest import AUDITOR, PERIOD, books_in, damage

HOSTILE = '<script>alert("1")</script> `<b>` & =1+1'


class Outline(HTMLParser):
    """Tags in order with their attributes, and the text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Keep it."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        """Keep it."""
        self.text += data


@pytest.fixture
def files(books):
    """All forms as issued, by name."""
    return dict(issued(books.log, books.report(), tuple(FORMS), AUDITOR).files)


def test_the_same_books_give_the_same_bytes(written, tmp_path):
    """Two runs over copies of one ledger are byte-equal in every form, signed manifest included."""
    runs = []
    for name in ("a", "b"):
        shutil.copytree(written, tmp_path / name)
        books = books_in(tmp_path / name)
        signer(books.log, "report") if name == "b" else None  # a later record changes nothing
        files = dict(issued(books.log, books.report(), tuple(FORMS), AUDITOR).files)
        runs.append({file: data for file, data in files.items() if file != MANIFEST})
        books.log.close()

    assert {*(form.file for form in FORMS.values()), CHECKPOINT} == set(runs[0])
    assert runs[0] == runs[1]


def test_issuing_again_gives_the_same_manifest(books):
    """The report that was issued is on record, and issuing it again changes none of its bytes."""
    first = issued(books.log, books.report(), ("html", "csv"), AUDITOR)
    second = issued(books.log, books.report(), ("csv", "html"), AUDITOR)

    assert first.files == second.files
    assert first.receipt != second.receipt


def test_the_manifest_lists_every_file_and_is_signed(books, files):
    """Digests are those of the files; the signature is the report key's; the record holds the manifest's digest."""
    note = parsed_note(files[MANIFEST].decode())
    listed = dict(reversed(line.split("  ")) for line in note.text.splitlines()[3:])
    (record,) = [record for _, record in books.log.records() if record.type == "report_issued"]

    assert {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != MANIFEST} == listed
    assert note.by(signer(books.log, "report").key) is not None
    assert note.by(signer(books.log, "checkpoint").key) is None
    assert sha256_hex(files[MANIFEST]) == record.text("manifest_sha256")
    assert PERIOD.from_ms == record.number("from_ms")


def test_a_damaged_record_shows_on_the_first_page(books):
    """Whoever reads one page of any form reads that the record is not intact, and which record."""
    damage(books, 7)
    report = books.report()
    document = document_of(report)
    first = replace(document, sections=())

    assert "The record is NOT intact" in Outline(html_of(first).decode()).text
    assert "record 7:" in Outline(html_of(first).decode()).text
    assert b"The record is NOT intact" in text_of(first)
    assert "not-intact" in oscal_of(report).decode()


def test_a_ledger_too_damaged_to_write_gives_an_unsigned_report(books):
    """The files are there, the manifest is not, and it is said why."""
    key = signer(books.log, "report")
    at = next(at for at, record in books.log.records() if record.text("vkey") == key.key.vkey)
    damage(books, at)
    done = issued(books.log, books.report(), ("html",), AUDITOR)

    assert ["report.html"] == [name for name, _ in done.files]
    assert done.receipt is None
    assert "ledger-damaged" in done.problem


def test_no_form_claims_conformity(books, files):
    """Aligned with, never conformant with."""
    pages = [*files.values(), text_of(document_of(books.report()))]

    assert any(b"aligned with" in page for page in pages)
    assert not [
        page[:80] for page in pages if re.search(rb"conform|complian(t|ce) with|certified", page, re.IGNORECASE)
    ]


def test_no_word_of_a_text_is_in_any_form(books):
    """A canary in text, context, reasons and notes is in no file, nor on the page about the text itself."""
    canary = "Zyxqvort"
    clock = Clock(PERIOD.until_ms - 60_000)
    books.log.clock = clock
    gate = gate_over(books.log, clock)
    draft = Draft((Field(f"body-{canary}", f"Our {canary} is guaranteed the best in the world.", "text"),))
    given = gate.check(
        draft, principal=nimbrel.AGENT, caller=(("campaign", canary), ("channel", "blog"), ("thread", canary))
    )
    report = books.report()
    files = dict(issued(books.log, report, tuple(FORMS), AUDITOR).files)
    page = text_of(document_of(report))

    assert given.check_id in files["decisions.csv"].decode()
    assert not [name for name, data in files.items() if canary.encode() in data]
    assert canary.encode() not in page


def test_the_list_of_checks_is_whole_and_safe(report):
    """A line per check; a cell that a spreadsheet would run begins with an apostrophe."""
    evil = replace(report, decisions=(report.decisions[0]._replace(queue="=HYPERLINK(1)", origin="+1", id="@x"),))
    rows = list(csv.reader(io.StringIO(csv_of(report).decode())))
    bad = dict(zip(HEAD, next(csv.reader(io.StringIO(csv_of(evil).decode().split("\n", 1)[1]))), strict=True))

    assert list(HEAD) == rows[0]
    assert [one.id for one in report.decisions] == [row[1] for row in rows[1:]]
    assert {"check_id": "'@x", "queue": "'=HYPERLINK(1)", "origin": "'+1"}.items() <= bad.items()


def test_a_damaged_record_has_a_line_in_the_list(books):
    """Nobody can tell what it was; it is in its place in the list all the same."""
    at = books.report().decisions[5].at
    damage(books, at)
    rows = list(csv.DictReader(io.StringIO(csv_of(books.report()).decode())))
    (bad,) = [row for row in rows if row["verdict"] == DAMAGED]

    assert str(at) == bad["index"]
    assert "" == bad["check_id"] == bad["at"]
    assert bad["reasons"]
    assert sorted(int(row["index"]) for row in rows) == [int(row["index"]) for row in rows]


def test_the_machine_form_is_oscal(report, tmp_path):
    """compliance-trestle reads it as assessment results of OSCAL 1.2, with a finding per control."""
    from trestle.oscal.assessment_results import AssessmentResults

    file = tmp_path / "report.json"
    file.write_bytes(oscal_of(report))
    read = AssessmentResults.oscal_read(file)
    states = {str(one.target.status.state.value) for one in read.results[0].findings}

    assert len(report.controls) == len(read.results[0].findings)
    assert {"satisfied", "not-satisfied"} == states


def test_no_evidence_is_not_satisfied_in_oscal(report):
    """OSCAL has two states; what has no evidence is not satisfied, and says why."""
    findings = json.loads(oscal_of(report))["assessment-results"]["results"][0]["findings"]
    unknown = [
        one
        for one in findings
        if {"status": "no-evidence"}.items() <= {p["name"]: p["value"] for p in one["props"]}.items()
    ]

    assert len([one for one in report.controls if one.status == "no evidence"]) == len(unknown) > 0
    assert {("not-satisfied", "other")} == {tuple(one["target"]["status"].values()) for one in unknown}


def test_the_page_has_the_bones_that_readers_need(report):
    """Language, one first heading, headings in order, captions and headers with scope, no script, nothing fetched."""
    outline = Outline(html_of(document_of(report)).decode())
    tags = [tag for tag, _ in outline.tags]
    tables = tags.count("table")

    assert ("html", {"lang": "en"}) in outline.tags
    assert 1 == tags.count("h1") == tags.count("main")
    assert tags.count("caption") == tables > 20
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in outline.tags if tag == "th")
    assert {"script", "img", "iframe", "link", "object"}.isdisjoint(tags)
    assert all(attrs["href"].startswith("#") for tag, attrs in outline.tags if tag == "a")
    assert tags.count("svg") == tags.count("desc") == 3


def test_the_parts_stand_in_order(report):
    """Part 1 to 14, as an auditor expects them."""
    titles = [one.title for one in document_of(report).sections]

    assert [str(number) for number in range(1, 15)] == [title.split()[0] for title in titles]


def test_charts_say_in_words_what_they_show(report):
    """Every number of a chart is in its alternative text."""
    charts = [block for one in document_of(report).sections for block in one.blocks if isinstance(block, Bars)]

    assert 3 == len(charts)
    assert all(str(part) in one.alternative for one in charts for bar in one.bars for part in bar.parts)
    assert all(bar.label.split("/")[0][:8] in one.alternative for one in charts for bar in one.bars)


def hostile():
    """A document whose every word is an attack."""
    mark = Mark(HOSTILE, "good")
    blocks = (
        Paragraph(HOSTILE),
        Table(HOSTILE, (HOSTILE, "b"), ((HOSTILE, mark),)),
        Bars(HOSTILE, HOSTILE, (mark,), (Bar(HOSTILE, (3,)),)),
    )
    return Document(HOSTILE, HOSTILE, ((HOSTILE, HOSTILE),), Section("x", HOSTILE, blocks), (), HOSTILE, PERIOD.from_ms)


def test_words_are_never_markup():
    """Whatever a name holds is shown, not run; the PDF is set all the same."""
    page = html_of(hostile()).decode()

    assert "<script" not in page
    assert "<b>" not in page
    assert HOSTILE.replace("`", "") in Outline(page).text
    assert pdf_of(hostile()).startswith(b"%PDF")


HIDDEN = "\u202egnp\u2066.\u200b\U000e0041\x1b[2J"
ESCAPED = r"\u202egnp\u2066.\u200b\U000e0041\x1b[2J"


def test_nothing_turns_a_line_round(report):
    """Direction overrides and other characters that nobody sees are shown as escapes, in a name as in a declaration."""
    about = replace(report.about, workspace=f"shop{HIDDEN}", brand=f"shop{HIDDEN}")
    declared = tuple(one._replace(status="not applicable", reason=f"no{HIDDEN}") for one in report.controls[:1])
    odd = replace(report, about=about, controls=(*declared, *report.controls[1:]))
    odd = replace(odd, decisions=(report.decisions[0]._replace(queue=HIDDEN),))
    document = document_of(odd)
    forms = [html_of(document).decode(), text_of(document).decode(), csv_of(odd).decode(), oscal_of(odd).decode()]

    assert not [form[:40] for form in forms if set("\u202e\u2066\u200b\U000e0041\x1b") & set(form)]
    assert f"shop{ESCAPED}" in forms[0]
    assert f"no{ESCAPED}" in forms[0]
    assert f"shop{HIDDEN}" in json.loads(forms[3])["assessment-results"]["metadata"]["title"]
    assert pdf_of(document) == pdf_of(shown(document))
    assert "übergröße – „ja“ 日本語 नमस्ते é می‌خواهم\u00a0€\n" == visible(
        "übergröße – „ja“ 日本語 नमस्ते é می‌خواهم\u00a0€\n"
    )


def test_the_pdf_is_tagged_and_dated_by_the_report(report):
    """Tagged (PDF/UA-1), with a title and a language, and no date but the report's."""
    made = pdf_of(document_of(report))

    assert b"/StructTreeRoot" in made
    assert b"pdfuaid" in made
    assert {b"20261130"} == set(re.findall(rb"D:(\d{8})", made))


def test_one_decision_is_explained(books):
    """The page names rules, people by role, and the proof; it holds for what was erased, too."""
    held = next(one for one in books.report().decisions if one.verdict == "escalate" and one.queue == "legal")
    (replayed,) = books.replays().of((held.id,), full=False)
    page = text_of(one_text(books.log, held.id, replayed.status)).decode()

    assert "was put before a person. It binds." in page
    assert held.rules[0].rule in page
    assert "legal-counsel" in page
    assert held.policy_digest in page.replace("\n   ", "")
    assert "The record is in the ledger" in page
    assert f"guardrails replay {held.id}" in page


def test_an_erased_decision_is_still_proved(books):
    """Its text and findings are gone, its record, rules and proof are not."""
    check = next(record.text("target") for _, record in books.log.records() if record.type == "erasure")
    page = text_of(one_text(books.log, check, "erased")).decode()

    assert "erased, on the record" in page
    assert "The record is in the ledger" in page
