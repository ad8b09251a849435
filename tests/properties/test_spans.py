"""The law of positions: every code point of a parsed field is accounted for in what was submitted."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.backends.documents import READERS
from guardrails.backends.documents.tags import tokens
from guardrails.model.draft import Field
from guardrails.model.span import Extent
from guardrails.text.parsed import ParsedField
from guardrails.text.position import Positions
from guardrails.text.prose import SEPARATOR
from tests import strategies as some

law = settings(
    max_examples=some.EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
every_field = st.one_of(some.fields, some.any_fields)


def parsed(field: Field) -> ParsedField:
    """Read *field* with the reader of its format."""
    return READERS[field.format](field)


def slices(field: ParsedField) -> list[str]:
    """Return the parsed text of every piece."""
    if not field.pieces:
        return []
    ends = [*(piece.start for piece in field.pieces[1:]), len(field.text)]
    return [field.text[piece.start : end] for piece, end in zip(field.pieces, ends, strict=True)]


@law
@given(every_field)
def test_pieces_cover(field: Field) -> None:
    """Pieces cover the parsed text, in order and without empty ones."""
    result = parsed(field)

    assert result.text == "".join(slices(result))
    assert all(slices(result))
    assert [0][: len(result.pieces)] == [piece.start for piece in result.pieces[:1]]


@law
@given(every_field)
def test_verbatim_pieces(field: Field) -> None:
    """A verbatim piece stands in the source as it is; the others lie inside it."""
    result = parsed(field)

    for piece, text in zip(result.pieces, slices(result), strict=True):
        assert 0 <= piece.source_start <= piece.source_end <= len(field.text)
        assert (piece.kind == "synthetic") or piece.source_start < piece.source_end
        assert (piece.kind != "verbatim") or field.text[piece.source_start : piece.source_end] == text


@law
@given(every_field)
def test_nothing_is_read_twice(field: Field) -> None:
    """No code point of the source is read twice."""
    ranges = sorted((p.source_start, p.source_end) for p in parsed(field).pieces if p.kind != "synthetic")

    assert all(first[1] <= second[0] for first, second in pairwise(ranges))


@law
@given(every_field, st.data())
def test_spans(field: Field, data: st.DataObject) -> None:
    """The span of an extent lies inside the source, and is the extent's text where it is verbatim."""
    result = parsed(field)
    start = data.draw(st.integers(0, len(result.text)))
    extent = Extent(start, data.draw(st.integers(start, len(result.text))))
    span = result.span(extent)

    assert span is None or 0 <= span.start <= span.end <= len(field.text)
    if result.is_verbatim(extent):
        assert span is not None
        assert field.text[span.start : span.end] == result.text[extent.start : extent.end]


@law
@given(every_field)
def test_blocks(field: Field) -> None:
    """Blocks are in order, not empty, and nothing but separators stands between them."""
    result = parsed(field)
    blocks = [result.text[block.extent.start : block.extent.end] for block in result.blocks]

    assert result.text == SEPARATOR.join(blocks)
    assert all(blocks)


@law
@given(every_field)
def test_links(field: Field) -> None:
    """The text of a link is not empty and lies inside one block."""
    result = parsed(field)

    for extent, _ in result.links:
        assert extent.start < extent.end
        assert any(block.extent.covers(extent) for block in result.blocks)


@law
@given(every_field)
def test_every_link_can_be_pointed_at(field: Field) -> None:
    """A link stands in the source with a text of its own, or is known by its markup."""
    result = parsed(field)
    known = {target for _, _, target in result.mute_links}
    known |= {target for extent, target in result.links if result.span(extent) is not None}

    assert all(0 <= start < end <= len(field.text) for start, end, _ in result.mute_links)
    assert {target for _, target in result.links} <= known


@law
@given(some.fields, st.sampled_from(some.LINE_ENDS), st.booleans())
def test_no_prose_is_lost(field: Field, line_end: str, is_last: bool) -> None:
    """A plain word in the place of a paragraph is found, where it stands."""
    paragraph = "<p>Zebrafink</p>" if field.format == "html" else "Zebrafink"
    parts = [field.text, paragraph] if is_last else [paragraph, field.text]
    text = (line_end * 2).join(parts)
    result = parsed(Field("body", text, field.format))
    at = result.text.find("Zebrafink")
    span = result.span(Extent(at, at + 9))

    assert at >= 0
    assert span is not None
    assert (span.start, span.end) == (text.find("Zebrafink"), text.find("Zebrafink") + 9)


@law
@given(every_field)
def test_reading_is_repeatable(field: Field) -> None:
    """The same field is read the same way."""
    assert parsed(field) == parsed(field)


@law
@given(some.soup)
def test_tokens_cover(text: str) -> None:
    """HTML tokens cover the text, in order."""
    found = list(tokens(text))

    assert [0, *(token.end for token in found)] == [*(token.start for token in found), len(text)]


def counted(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of *offset*, counted one code point after the other."""
    line, begin = 1, 0
    for index, character in enumerate(text[:offset]):
        if character == "\n" or (character == "\r" and text[index + 1 : index + 2] != "\n"):
            line, begin = line + 1, index + 1
    return line, offset - begin + 1


@law
@given(st.one_of(some.soup, st.text()).map(lambda text: text.replace("\ud800", "")), st.data())
def test_positions(text: str, data: st.DataObject) -> None:
    """Every unit agrees with counting in the text itself."""
    offset = data.draw(st.integers(0, len(text)))
    positions = Positions(text)

    assert len(text[:offset].encode("utf-16-le")) // 2 == positions.utf16(offset)
    assert len(text[:offset].encode()) == positions.byte(offset)
    assert counted(text, offset) == (positions.line(offset), positions.column(offset))
