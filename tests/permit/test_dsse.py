"""Envelopes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guardrails.audit.dsse import Envelope, Signature, envelope_bytes, pae, parsed_envelope
from guardrails.audit.permit import permit_of, statement_bytes
from tests.permit.forms import by_two, permit, sealed


def test_the_encoding_is_that_of_the_protocol() -> None:
    """The example of the DSSE protocol; lengths count bytes."""
    assert b"DSSEv1 29 http://example.com/HelloWorld 11 hello world" == pae(
        "http://example.com/HelloWorld", b"hello world"
    )
    assert "DSSEv1 2 é 2 é".encode() == pae("é", "é".encode())


@given(
    st.binary(min_size=1, max_size=200), st.text(max_size=20), st.lists(st.binary(min_size=64, max_size=64), max_size=3)
)
def test_writing_and_reading_are_inverse(payload: bytes, kind: str, signatures: list[bytes]) -> None:
    """Any envelope is read as it was written."""
    envelope = Envelope(payload, kind, tuple(Signature(f"k{number}", data) for number, data in enumerate(signatures)))

    assert envelope == parsed_envelope(envelope_bytes(envelope))


def test_a_signature_is_kept_once() -> None:
    """Signing again with the same key changes nothing."""
    envelope = sealed(permit())

    assert envelope == envelope.with_signature(envelope.signatures[0])


def test_a_statement_is_read_as_it_was_written() -> None:
    """Every field comes back."""
    for one in (permit(), by_two(), permit(level="BREAK_GLASS", until_ms=permit().from_ms + 1)):
        assert one == permit_of(statement_bytes(one))


def test_a_permit_is_short() -> None:
    """An ordinary envelope is at most 2 KB, so that it fits into a header or a column."""
    assert len(envelope_bytes(sealed(permit()))) <= 2048
