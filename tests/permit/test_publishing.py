"""What was published is held against the permits there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guardrails.backends.documents.rendered import html_of
from guardrails.errors import DraftError
from guardrails.review.permits import Issued, find_permit
from guardrails.review.published_csv import publications_in
from guardrails.review.publishing import (
    PERMITTED,
    Matched,
    Publication,
    address_of,
    publications,
    record_published,
    unused_permits,
)
from guardrails.review.revoking import revoke
from guardrails.review.stop import withdraw
from guardrails.text.canon import text_digest
from tests.gates import DAY_MS
from tests.permit.test_issuing import FACT, issued, passing, said
from tests.review.office import AGENT, LEGAL, Office

URL = "https://nimbrel.example/werkstatt?reader=jo.moreau"


def published(office: Office, **changes: object) -> Matched:
    """Report something, by default in the newsletter, now."""
    plain = Publication(URL, office.clock(), "newsletter", "de")
    return record_published(office.gate, replace_in(plain, **changes), AGENT)


def replace_in(one: Publication, **changes: object) -> Publication:
    """A publication with these changes."""
    return one._replace(**changes)  # type: ignore[arg-type]


@pytest.fixture
def permit(office: Office) -> Issued:
    """The permit of the draft that passes."""
    return issued(office)


def test_it_is_found_by_permit_canon_or_fields(office: Office, permit: Issued) -> None:
    """Whatever of the three the one who publishes has."""
    canon = text_digest(passing().fields, html_of).sha256
    named = ({"permit": permit.id}, {"content_sha256": canon}, {"content_sha256": said(permit).raw_sha256})
    found = [published(office, url=f"{URL}&n={number}", **one) for number, one in enumerate(named)]

    assert [("permitted", permit.id)] * 3 == [(one.outcome, one.permit) for one in found]


def test_what_does_not_fit_is_said(office: Office, permit: Issued) -> None:
    """No permit, or one for something else."""
    cases = {
        "no-permit": {"permit": "prm_x"},
        "other-text": {"permit": permit.id, "content_sha256": "0" * 64},
        "other-place": {"permit": permit.id, "channel": "blog"},
        "outside-time": {"permit": permit.id, "at_ms": office.clock() - DAY_MS},
    }
    for number, (outcome, changes) in enumerate(cases.items()):
        assert outcome == published(office, url=f"{URL}&n={number}", **changes).outcome

    assert "no-permit" == published(office, content_sha256="0" * 64).outcome


def test_a_permit_counts_until_it_does_not_hold(office: Office, permit: Issued) -> None:
    """What went out before a revocation or a withdrawal was permitted then."""
    before = office.clock()
    office.clock.ms += DAY_MS
    withdraw(office.gate, FACT, "It is wrong.", LEGAL)
    assert "permitted" == published(office, permit=permit.id, at_ms=before).outcome
    assert "revoked" == published(office, permit=permit.id).outcome
    revoke(office.gate, find_permit(office.gate, permit.id)[1], "Wrong.", LEGAL)

    assert "permitted" == published(office, permit=permit.id, at_ms=before + 1).outcome


def test_of_several_permits_the_one_that_fits_counts(office: Office) -> None:
    """The same text may have one for each time it was checked."""
    first = issued(office)
    office.clock.ms += DAY_MS
    second = issued(office)
    found = published(office, content_sha256=said(first).raw_sha256, at_ms=office.clock() - DAY_MS)

    assert first.id != second.id
    assert ("permitted", first.id) == (found.outcome, found.permit)


def test_reporting_again_changes_nothing(office: Office, permit: Issued) -> None:
    """The same address and moment is one publication."""
    first = published(office, permit=permit.id)

    assert first == published(office, permit=permit.id)
    assert 1 == len(list(publications(office.gate.log)))


def test_another_channel_is_another_publication(office: Office, permit: Issued) -> None:
    """One address can be sent out in several channels at once, and not each has a permit."""
    first = published(office, permit=permit.id, channel="newsletter")
    second = published(office, permit=permit.id, channel="press")

    assert ("permitted", "other-place") == (first.outcome, second.outcome)
    assert 2 == len(list(publications(office.gate.log)))


def test_no_address_stands_in_the_record(office: Office, permit: Issued) -> None:
    """It may name a person; it lies encrypted beside the record."""
    found = published(office, permit=permit.id)
    ((index, record),) = publications(office.gate.log)

    assert found.receipt.index == index
    assert "moreau" not in str(record.body)
    assert URL == address_of(office.gate.log, index)


def test_what_had_no_permit_and_which_permits_nobody_used(office: Office) -> None:
    """In a period, by the moment of publication and by the end of the permit."""
    used, unused = issued(office), issued(office, replace(passing(), fixes="none"))
    start = office.clock()
    published(office, permit=used.id)
    held = published(office, url=URL + "2", permit="prm_x")
    office.clock.ms += 8 * DAY_MS
    log = office.gate.log

    unpermitted = [one.id for _, one in publications(log, start, start + 1) if one.text("outcome") != PERMITTED]

    assert [held.receipt.record_id] == unpermitted
    assert [] == list(publications(log, start + 1))
    assert [unused.id] == [record.text("permit_id") for _, record in unused_permits(log, start, office.clock())]
    assert [] == list(unused_permits(log, start, start + DAY_MS))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"at_ms": 4_000_000_000_000}, "published-later"),
        ({}, "nothing-named"),
        ({"permit": "prm_x", "channel": "newsleter"}, "unknown-channel"),
        ({"permit": "prm_x", "market": "Jo Moreau"}, "unknown-market"),
    ],
)
def test_what_cannot_be_is_refused(office: Office, changes: dict[str, object], code: str) -> None:
    """And nothing is recorded."""
    with pytest.raises(DraftError) as error:
        published(office, **changes)

    assert code == error.value.code
    assert [] == list(publications(office.gate.log))


def test_a_file_is_read_as_a_whole() -> None:
    """Columns in any order, values without blanks around them."""
    text = (
        "published_at,url,permit\n2026-11-23T08:00:00Z, https://a.example ,prm_1\n2026-11-24,https://b.example,prm_2\n"
    )
    found = publications_in(text, "x.csv")

    assert [("https://a.example", "prm_1"), ("https://b.example", "prm_2")] == [(one.url, one.permit) for one in found]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "missing"),
        ("url,permit\nx,y\n", 1, "missing: ['published_at']"),
        ("url,published_at,permitt\nx,2026-11-23,y\n", 1, "unknown: ['permitt']"),
        ("url,published_at\nx\n", 2, "more or fewer"),
        ("url,published_at\nx,2026-11-23,z\n", 2, "more or fewer"),
        ("url,published_at\nx,2026-11-23\ny,soon\n", 3, "no ISO 8601"),
        ("url,published_at\n,2026-11-23\n", 2, "url"),
        ("url,published_at,content_sha256\nx,2026-11-23,abc\n", 2, "content_sha256"),
        ('url,published_at\n"x,2026-11-23\n', 2, "no CSV"),
    ],
)
def test_a_mistake_in_a_file_has_its_line(text: str, line: int, why: str) -> None:
    """And nothing of the file is recorded, because it is read before."""
    with pytest.raises(DraftError) as error:
        publications_in(text, "x.csv")

    assert ("bad-csv", line) == (error.value.code, error.value.place.line if error.value.place else 0)
    assert why in error.value.message
