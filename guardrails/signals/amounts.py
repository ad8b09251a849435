"""
Amounts: quantities in the form in which they are compared, whatever the notation, language or unit of the same sort.

"1,500.00 €" and "1.500,00 EUR" are one amount, and so are "72 %" and "72 Prozent", "half" and "50 %", "90 minutes" and
"1.5 hours". Only exact conversions are made: a month has no number of days, and no currency is turned into another.
"""

from __future__ import annotations

from dataclasses import dataclass

from guardrails.signals.signal import Quantity

# Unit: what it is converted to, and how many of those it is.
_EXACT: dict[str, tuple[str, int]] = {
    "s": ("ms", 1000), "min": ("ms", 60_000), "h": ("ms", 3_600_000), "d": ("ms", 86_400_000),
    "wk": ("ms", 604_800_000), "a": ("mo", 12), "g": ("mg", 1000), "kg": ("mg", 1_000_000), "t": ("mg", 1_000_000_000),
    "cm": ("mm", 10), "m": ("mm", 1000), "km": ("mm", 1_000_000), "cl": ("ml", 10), "dl": ("ml", 100),
    "l": ("ml", 1000), "kW": ("W", 1000), "MW": ("W", 1_000_000), "GW": ("W", 1_000_000_000), "kWh": ("Wh", 1000),
    "MWh": ("Wh", 1_000_000), "GWh": ("Wh", 1_000_000_000),
}  # fmt: skip
_PERCENT_OF_ONE = 100
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """
    How much of what: two amounts are equal if the quantities say the same, bounds ("up to") aside.

    Attributes:
        unit: ``%``, an ISO 4217 code, ``ms``, ``mo``, ``mg`` …; empty for a bare count.

        low: Value in millionths of the unit, the lower end of a range.

        high: The upper end of a range, else *low*.
    """

    unit: str
    low: int
    high: int


def amount(quantity: Quantity) -> Amount:
    """Return what *quantity* says."""
    unit, factor = ("%", _PERCENT_OF_ONE) if quantity.kind == "ratio" else _EXACT.get(quantity.unit, (quantity.unit, 1))
    low = quantity.micro * factor
    return Amount(unit, low, _micro(quantity.high) * factor if quantity.high else low)


def _micro(value: str) -> int:
    whole, _, fraction = value.partition(".")
    return int(whole) * _MILLION + int(fraction.ljust(6, "0") or "0")
