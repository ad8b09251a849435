"""The canonical form of a record."""

import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.errors import LedgerError
from guardrails.model.canonical import canonical, parsed
from guardrails.model.record import Record, parsed_record, record_bytes

KEYS = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8).filter(
    lambda key: key not in {"schema", "id", "type", "at_ms"}
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
BODIES = st.dictionaries(KEYS, VALUES, max_size=5)


@settings(max_examples=100, deadline=None)
@given(BODIES)
def test_unknown_fields_survive(body):
    """What a later version adds is still there after reading and writing."""
    record = Record("chk_1", "check", 1, body)

    assert record == parsed_record(record_bytes(record))
    assert record_bytes(record) == record_bytes(parsed_record(record_bytes(record)))


@settings(max_examples=100, deadline=None)
@given(BODIES)
def test_the_bytes_are_rfc_8785(body):
    """A second implementation of RFC 8785 writes the same bytes."""
    header = {"schema": "guardrails.record/v1", "id": "chk_1", "type": "check", "at_ms": 1}

    assert rfc8785.dumps({**header, **body}) == record_bytes(Record("chk_1", "check", 1, body))


def test_a_type_of_a_later_version_can_be_read():
    """An unknown type of event is kept, not refused."""
    data = record_bytes(Record("rec_1", "permit", 1, {"seal": "x"}))

    assert parsed_record(data).type == "permit"


@pytest.mark.parametrize("body", [{"score": 0.5}, {"id": "x"}, {"größe": 1}, {"n": 2**53}, {"s": "\ud800"}])
def test_what_canonical_json_cannot_say_is_refused(body):
    """Floats, header keys, keys beyond ASCII, large integers and lone surrogates have no place in a record."""
    with pytest.raises(ValueError):
        record_bytes(Record("chk_1", "check", 1, body))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b" ",
        lambda data: data.replace(b'"at_ms":1', b'"at_ms":1.0'),
        lambda data: data.replace(b'"at_ms":1', b'"at_ms":true'),
        lambda data: data.replace(b"record/v1", b"record/v2"),
        lambda data: data.replace(b'"id":"chk_1",', b""),
        lambda data: data.replace(b'{"at_ms":1,', b'{"at_ms":1,"at_ms":1,'),
        lambda data: b"[]",
        lambda data: b"\xff",
        lambda data: b"[" * 100_000,
    ],
)
def test_other_bytes_are_no_record(change):
    """Bytes that are not the canonical form of a record of this schema are refused."""
    with pytest.raises(LedgerError) as caught:
        parsed_record(change(record_bytes(Record("chk_1", "check", 1, {}))))

    assert caught.value.code == "record-unreadable"


PIECES = st.sampled_from(
    ["1.0", "1e3", "-0", "01", "9007199254740991", "9007199254740992", "18446744073709551616", "NaN", "true", "null", "[]", "{}",
     '"\\u0041"', '"\\ud800"', '"\\u001f"', '"\x7f"', '"ä"', '{"ä":1}', '{"a":1,"a":1}', '{"b":1,"a":1}', " ", ",", "[" * 300 + "]" * 300]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(BODIES, st.integers(0, 400), st.integers(0, 3), PIECES)
def test_what_is_read_is_what_a_strict_reader_of_the_standard_library_reads(body, at, length, piece):
    """Of bytes with any piece put into them, the same are canonical, and mean the same."""
    text = canonical({**BARE, **body, "n": 1}).decode()
    changed = (text[: at % len(text)] + piece + text[at % len(text) + length :]).replace('"n":1', f'"n":{piece}')

    for data in (changed.encode("utf-8", "surrogatepass"), text.replace('"n":1', f'"n":{piece}').encode()):
        assert strictly(data) == read(data)


def strictly(data):
    """Return the value of canonical *data* as the standard library reads it; "refused" if it is not canonical."""
    try:
        value = json.loads(data.decode("utf-8"))
        return value if canonical(value) == data else "refused"
    except (ValueError, RecursionError):
        return "refused"


def read(data):
    """Return the same by the product's reader."""
    try:
        return parsed(data)
    except ValueError:
        return "refused"


def test_members_of_another_shape_read_as_empty():
    """Reading a field that is missing or of another type gives the empty value of what was asked for."""
    record = parsed_record(json.dumps(BARE, separators=(",", ":"), sort_keys=True).encode())

    assert (record.text("a"), record.number("b"), record.texts("a", "c"), record.commitments()) == ("", 0, (), {})


BARE = {"schema": "guardrails.record/v1", "id": "x", "type": "check", "at_ms": 1, "a": 5, "commitments": []}
