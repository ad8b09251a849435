"""Numbers, units, bounds and dates."""

from datetime import UTC, datetime

import pytest

from tests.signals.support import quotes, signals


@pytest.mark.parametrize(
    ("text", "quote", "value", "unit", "kind", "bound"),
    [
        ("cuts costs by up to 40%", "40%", "40", "%", "percent", "at_most"),
        ("1,500 teams", "1,500", "1500", "", "count", "exact"),
        ("$1,500.00 a year", "$1,500.00", "1500", "USD", "currency", "exact"),
        ("from €19", "€19", "19", "EUR", "currency", "at_least"),
        ("2x faster", "2x", "2", "x", "multiple", "exact"),
        ("a 3-fold rise", "3-fold", "3", "x", "multiple", "exact"),
        ("a fifty-fold gap", "fifty-fold", "50", "x", "multiple", "exact"),
        ("half of all teams", "half", "0.5", "", "ratio", "exact"),
        ("twice as fast", "twice", "2", "x", "multiple", "exact"),
        ("9 of 10 cooks", "9 of 10", "0.9", "", "ratio", "exact"),
        ("one in seven", "one in seven", "0.142857", "", "ratio", "exact"),
        ("10,000+ users", "10,000+", "10000", "", "count", "at_least"),
        ("1.5 million users", "1.5 million", "1500000", "", "count", "exact"),
        ("a $5m round", "$5m", "5000000", "USD", "currency", "exact"),
        ("about 20 kWh", "20 kWh", "20", "kWh", "measure", "approx"),
        ("ready in 3 minutes", "3 minutes", "3", "min", "duration", "exact"),
        ("3 percentage points", "3 percentage points", "3", "pp", "points", "exact"),
    ],
)
def test_english(text: str, quote: str, value: str, unit: str, kind: str, bound: str) -> None:
    """English figures, words, units and bounds are read exactly."""
    analysed = signals(text)
    [found] = analysed.quantities

    assert [quote] == quotes(analysed, analysed.quantities)
    assert (value, unit, kind, bound) == (found.value, found.unit, found.kind, found.bound)


@pytest.mark.parametrize(
    ("text", "quote", "value", "unit", "bound"),
    [
        ("Spart bis zu 1.500,00 €", "1.500,00 €", "1500", "EUR", "at_most"),
        ("1.500 Kunden", "1.500", "1500", "", "exact"),
        ("Kostet 1 500,00 €", "1 500,00 €", "1500", "EUR", "exact"),
        ("Kostet 12 500 Euro", "12 500 Euro", "12500", "EUR", "exact"),
        ("EUR 1 500,00", "EUR 1 500,00", "1500", "EUR", "exact"),
        ("Nur 1.500,- €", "1.500,- €", "1500", "EUR", "exact"),
        ("ab 9,99 €/Monat", "9,99 €", "9.99", "EUR", "at_least"),
        ("19 EUR/kg", "19 EUR", "19", "EUR", "exact"),
        ("schafft 120 km/h", "120 km/h", "120", "km/h", "exact"),
        ("über 30 % weniger", "30 %", "30", "%", "at_least"),
        ("3 Mio. Nutzer", "3 Mio.", "3000000", "", "exact"),
        ("2 Billionen Euro", "2 Billionen Euro", "2000000000000", "EUR", "exact"),
        ("doppelt so schnell", "doppelt", "2", "x", "exact"),
        ("die dreifache Menge", "dreifache", "3", "x", "exact"),
        ("zwei Drittel aller", "zwei Drittel", "0.666667", "", "exact"),
        ("jeder dritte Kunde", "jeder dritte", "0.333333", "", "exact"),
        ("etwa 1,5 l Wasser", "1,5 l", "1.5", "l", "approx"),
    ],
)
def test_german(text: str, quote: str, value: str, unit: str, bound: str) -> None:
    """German decimal commas, thousands points and number words are read exactly."""
    analysed = signals(text, languages=("de",))
    [found] = analysed.quantities

    assert [quote] == quotes(analysed, analysed.quantities)
    assert (value, unit, bound) == (found.value, found.unit, found.bound)


def test_range() -> None:
    """A range has two ends and one unit."""
    [found] = signals("takes 20–30.5 kg").quantities

    assert ("20", "30.5", "kg") == (found.value, found.high, found.unit)


@pytest.mark.parametrize(
    "text",
    ["ISO 27001", "GPT4 and v2.1", "at 10:30", "5 p.m.", "on 12 March 2026", "since 2019", "page 12", "ID-4711"],
)
def test_no_quantities(text: str) -> None:
    """Names, versions, times, dates and page numbers count nothing."""
    assert () == signals(text).quantities


def test_micro() -> None:
    """A value is also known in millionths, as an integer."""
    assert [1_500_000, 99_970_000] == [quantity.micro for quantity in signals("1.5 kg, 99.97%").quantities]


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("2026-03-12", "2026-03-12", "day"),
        ("12 March 2026", "2026-03-12", "day"),
        ("March 12th, 2026", "2026-03-12", "day"),
        ("3. Oktober 2026", "2026-10-03", "day"),
        ("03.10.2026", "2026-10-03", "day"),
        ("14/05/2026", "2026-05-14", "day"),
        ("May 2027", "2027-05-01", "month"),
        ("seit 2019", "2019-01-01", "year"),
    ],
)
def test_dates(text: str, expected: str, precision: str) -> None:
    """Dates are read in English, German and ISO notation, as UTC days."""
    [found] = signals(text).dates

    assert int(datetime.fromisoformat(expected).replace(tzinfo=UTC).timestamp()) * 1000 == found.start_ms
    assert precision == found.precision


@pytest.mark.parametrize("text", ["2026-02-30", "04/05/2026", "2000 €", "2000%"])
def test_no_dates(text: str) -> None:
    """Days that do not exist, ambiguous orders and amounts are no dates."""
    assert () == signals(text).dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drei Tage im Mai: 12., 13. und 14. Mai.", ["Drei Tage"]),
        ("Since December 11 we ship 40 boxes.", ["40"]),
        ("In December 11 boxes came.", ["11"]),
        ("Fr 10–18, Sa 10–14 h", []),
        ("Between 10 and 18 boxes.", ["10", "18"]),
        ("Vom 3.5. bis 7.5. kommen 90 Gäste.", ["90"]),
        ("Am 03.05.26 kommen 90 Gäste.", ["90"]),
        ("Das Paket wiegt 3.5.", ["3.5"]),
        ("Fax: +43 1 2345678, 12 lines", ["12"]),
        ("Eine Garantie von 3 Jahren", ["3 Jahren"]),
        ("Eine von 3 Lampen", ["Eine von 3"]),
    ],
)
def test_numbers_that_are_something_else(text: str, expected: list[str]) -> None:
    """Days without a year, opening hours and phone numbers are no quantities; a length is no share."""
    analysed = signals(text, languages=("de",))

    assert expected == quotes(analysed, analysed.quantities)


def test_a_space_groups_only_money() -> None:
    """Three bags of 500 g are no 3500 g."""
    assert ["3", "500"] == [found.value for found in signals("3 500 g bags").quantities]
