"""Personal data."""

import pytest

from tests.signals.support import quotes, signals

_VALID = [
    ("email", "a.b+c@ex-ample.co.uk"),
    ("phone", "+49 89 1234567"),
    ("phone", "089/1234567"),
    ("phone", "(555) 234-5678"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("iban", "GB82WEST12345698765432"),
    ("card", "4111 1111 1111 1111"),
    ("card", "3782 822463 10005"),
    ("de-tax-id", "86095742719"),
    ("at-social-security", "1237 010180"),
    ("fr-nir", "2 55 08 14 168 025 38"),
    ("es-dni", "12345678Z"),
    ("es-dni", "X1234567L"),
    ("it-codice-fiscale", "RSSMRA85T10A562S"),
    ("pl-pesel", "44051401359"),
    ("uk-nino", "AB 12 34 56 C"),
    ("us-ssn", "123-45-6789"),
]


@pytest.mark.parametrize(("kind", "datum"), _VALID)
def test_valid(kind: str, datum: str) -> None:
    """A number with the right check digits is found whole, with its kind."""
    analysed = signals(f"Write to {datum}, please.")

    assert [datum] == quotes(analysed, analysed.personal)
    assert [kind] == [found.kind for found in analysed.personal]


@pytest.mark.parametrize(
    "text",
    [
        "DE88 3704 0044 0532 0130 00",
        "4111 1111 1111 1112",
        "RSSMRA85T10A562T",
        "12345678A",
        "666-12-1234",
        "BG 12 34 56 C",
        "111222333",
        "12.03.2026 and 2026-03-12",
        "1.500.000 items at 10:30",
        "an @mention",
    ],
)
def test_invalid(text: str) -> None:
    """Wrong check digits, dates and plain amounts are no personal data."""
    assert () == signals(text).personal


def test_named_number() -> None:
    """A Dutch BSN, weakly checked, counts only after its name."""
    analysed = signals("BSN: 111222333")

    assert ["111222333"] == quotes(analysed, analysed.personal)
