"""Laws that hold for every signal of every text."""

# ruff: noqa: SIM905  (a list of words is read more easily as running text)

from collections.abc import Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.signals.analysis import FieldSignals
from tests.signals.support import signals

_WORDS = st.sampled_from(
    "Best 40% €19 may könnte guaranteed. 3. Oktober 2026 Dr. z. B. 1.500,00 half of 9 in 10 +49 89 1234567 a@b.co laut "
    "[3] \u200b — ! 2x £ 5- - / % DE89370400440532013000 twice as https://x.y/z “Ja.” 20–30 kg Source: $5m".split(" ")
)
_TEXTS = st.lists(_WORDS, max_size=12).map(" ".join) | st.text(max_size=40)
_NAMES = ("words", "sentences", "quantities", "dates", "hedges", "citations", "personal", "block_languages")


def _all(analysed: FieldSignals) -> Iterator[Sequence[object]]:
    yield from (getattr(analysed, name) for name in _NAMES)
    yield analysed.claims.of()


@settings(max_examples=150, deadline=None)
@given(st.lists(_TEXTS.filter(lambda text: "\n\n" not in text), max_size=3), st.sampled_from(["en", "de"]))
def test_signals_are_sorted_and_inside(blocks: list[str], language: str) -> None:
    """On any text every list of signals is sorted, inside the text, and the same when made again."""
    analysed, again = (signals(*blocks, languages=(language,)) for _ in range(2))
    for found, found_again in zip(_all(analysed), _all(again), strict=True):
        extents = [getattr(item, "extent", item) for item in found]

        assert extents == sorted(extents)
        assert all(0 <= extent.start <= extent.end <= len(analysed.parsed.text) for extent in extents)
        assert found == found_again


@settings(max_examples=100, deadline=None)
@given(st.lists(_TEXTS.filter(lambda text: "\n\n" not in text), max_size=3))
def test_every_word_is_in_one_sentence(blocks: list[str]) -> None:
    """Sentences do not overlap, and together they hold every word once."""
    analysed: FieldSignals = signals(*blocks)
    inside = [word for sentence in analysed.sentences for word in sentence.words]

    assert list(analysed.words) == inside
