"""
Units, magnitudes and number words, as they are written in English and German copy.

Each table maps a canonical form to its spellings; a spelling belongs to one canonical form. Symbols in which case
matters (``MW`` and ``mW``) stand in ``SYMBOLS``, words in ``WORDS``.
"""

# ruff: noqa: SIM905  (a list of words is read and sorted more easily as running text)

from __future__ import annotations

from guardrails.signals.signal import Bound, QuantityKind

SYMBOLS: dict[str, str] = {
    "%": "%", "‰": "‰", "x": "x", "×": "x", "€": "EUR", "£": "GBP", "$": "USD", "US$": "USD", "¥": "JPY", "₹": "INR",
    "EUR": "EUR", "USD": "USD", "GBP": "GBP", "CHF": "CHF", "JPY": "JPY", "SEK": "SEK", "DKK": "DKK", "NOK": "NOK",
    "PLN": "PLN", "CZK": "CZK", "AUD": "AUD", "CAD": "CAD", "kg": "kg", "g": "g", "mg": "mg", "µg": "µg", "μg": "µg",
    "t": "t", "lb": "lb", "lbs": "lb", "oz": "oz", "km": "km", "m": "m", "cm": "cm", "mm": "mm", "µm": "µm", "nm": "nm",
    "ft": "ft", "m²": "m²", "m2": "m²", "qm": "m²", "km²": "km²", "ha": "ha", "m³": "m³", "m3": "m³", "l": "l",
    "L": "l", "ml": "ml", "mL": "ml", "cl": "cl", "dl": "dl", "kWh": "kWh", "MWh": "MWh", "GWh": "GWh", "TWh": "TWh",
    "Wh": "Wh", "W": "W", "kW": "kW", "MW": "MW", "GW": "GW", "kWp": "kWp", "V": "V", "A": "A", "mAh": "mAh",
    "Ah": "Ah", "kcal": "kcal", "kJ": "kJ", "Nm": "Nm", "PS": "PS", "hp": "hp", "°C": "°C", "°F": "°F", "°": "°",
    "dB": "dB", "Hz": "Hz", "kHz": "kHz", "MHz": "MHz", "GHz": "GHz", "KB": "KB", "kB": "KB", "MB": "MB", "GB": "GB",
    "TB": "TB", "Mbit/s": "Mbit/s", "Mbps": "Mbit/s", "Gbit/s": "Gbit/s", "Gbps": "Gbit/s", "km/h": "km/h",
    "mph": "mph", "px": "px", "bar": "bar", "h": "h", "hrs": "h", "hr": "h", "min": "min", "s": "s", "sec": "s",
    "secs": "s", "Sek.": "s", "Std.": "h", "Min.": "min", "ms": "ms", "pp": "pp",
}  # fmt: skip

WORDS: dict[str, str] = {
    "%": "percent per-cent prozent prozentig prozentige prozentigen pct",
    "pp": "percentage-points percentage-point prozentpunkte prozentpunkten prozentpunkt",
    "x": "fold fach fache fachen facher faches",
    "EUR": "euro euros", "USD": "dollar dollars us-dollar us-dollars", "GBP": "pounds-sterling quid",
    "CHF": "franken schweizer-franken", "ct": "cent cents",
    "ms": "millisecond milliseconds millisekunde millisekunden",
    "s": "second seconds sekunde sekunden", "min": "minute minutes minuten mins minütige minütigen",
    "h": "hour hours stunde stunden stündige stündigen",
    "d": "day days tag tage tagen tägige tägigen", "wk": "week weeks woche wochen wöchige wöchigen",
    "mo": "month months monat monate monaten monatige monatigen",
    "a": "year years jahr jahre jahren jährige jährigen yr yrs",
    "kg": "kilogram kilograms kilogramm kilo kilos", "g": "gram grams gramm", "mg": "milligram milligrams milligramm",
    "t": "tonne tonnes tonnen tons ton", "lb": "pound-weight", "oz": "ounce ounces",
    "km": "kilometre kilometres kilometer kilometers kilometern", "mi": "mile miles meile meilen",
    "m": "metre metres meter meters metern", "cm": "centimetre centimetres centimeter centimeters zentimeter",
    "mm": "millimetre millimetres millimeter millimeters", "in": "inch inches zoll", "ft": "foot feet",
    "m²": "square-metres square-meters quadratmeter", "ha": "hectare hectares hektar",
    "l": "litre litres liter liters litern", "ml": "millilitre millilitres milliliter milliliters",
    "W": "watt watts", "kW": "kilowatt kilowatts", "MW": "megawatt megawatts", "kWh": "kilowatt-hours kilowattstunden",
    "V": "volt volts", "kcal": "calories kilocalories kalorien kilokalorien", "°": "degrees grad",
    "GB": "gigabyte gigabytes", "MB": "megabyte megabytes", "TB": "terabyte terabytes", "px": "pixel pixels",
}  # fmt: skip

KINDS: dict[str, QuantityKind] = {
    "%": "percent", "‰": "percent", "pp": "points", "x": "multiple",
    **dict.fromkeys("EUR USD GBP JPY INR CHF SEK DKK NOK PLN CZK AUD CAD ct".split(), "currency"),
    **dict.fromkeys("ms s min h d wk mo a".split(), "duration"),
}  # fmt: skip
"""Every other unit is a ``measure``."""

CURRENCY_PREFIXES = ("US$", "A$", "C$", "$", "€", "£", "¥", "₹", "EUR", "USD", "GBP", "CHF", "JPY")
PREFIX_UNITS = {"A$": "AUD", "C$": "CAD"}

# A German Billion is 10¹², an English one 10⁹.
MAGNITUDES: dict[str, int] = {
    "thousand": 3, "tausend": 3, "tsd.": 3, "tsd": 3, "k": 3, "hundred": 2, "hundert": 2,
    "million": 6, "millions": 6, "millionen": 6, "mio.": 6, "mio": 6, "mn": 6, "mln": 6,
    "billion": 9, "billions": 9, "bn": 9, "milliarde": 9, "milliarden": 9, "mrd.": 9, "mrd": 9, "billionen": 12,
    "trillion": 12, "trillions": 12,
}  # fmt: skip

NUMBER_WORDS: dict[str, int] = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
    "zehn": 10, "elf": 11, "zwölf": 12, "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60,
    "siebzig": 70, "achtzig": 80, "neunzig": 90, "dutzend": 12, "dozen": 12,
}  # fmt: skip
# Whole phrases: pattern, value in millionths, unit. "half", "third" and "quarter" only where they share something out.
PHRASES: tuple[tuple[str, int, str], ...] = (
    (r"two[ -]thirds|zwei\s+drittel\w*", 666_667, ""),
    (r"three[ -]quarters|drei\s+viertel|dreiviertel", 750_000, ""),
    (r"(?:a|one)[ -]third|ein(?:e[mns]?)?\s+drittel|jede[rsn]?\s+dritte[nr]?", 333_333, ""),
    ((r"(?:a|one)\s+quarter(?=\s+(?:of|as|less|more|fewer|cheaper|lighter)\b)|ein(?:e[mns]?)?\s+viertel(?!\w)"
     r"|jede[rsn]?\s+vierte[nr]?"), 250_000, ""),
    (r"half(?=\s+(?:of|the|a|an|as|all|our|your|their)\b)|(?<=by )half|(?:die|der|zur)\s+hälfte|jede[rsn]?\s+zweite[nr]?",
     500_000, ""),
    (r"halv(?:e|es|ed|ing)|halbier(?:t|en|te|ten)", 500_000, "x"),
    ((r"twice(?=\s+(?:as|the|a|your|our)\b)|doubl(?:e|es|ed|ing)(?=\s+(?:the|your|our|its|their|in|since|over|as)\b)|doubled"
     r"|doppelt(?=\s+so\b)|verdoppel(?:t|n|te|ten)|zweimal\s+so"), 2_000_000, "x"),
    (r"tripl(?:e|es|ed|ing)(?=\s+(?:the|your|our|its|their|in)\b)|tripled|dreimal\s+so|verdreifach(?:t|en|te|ten)",
     3_000_000, "x"),
    (r"zweifach\w{0,2}", 2_000_000, "x"), (r"dreifach\w{0,2}", 3_000_000, "x"), (r"vierfach\w{0,2}", 4_000_000, "x"),
    (r"fünffach\w{0,2}", 5_000_000, "x"), (r"zehnfach\w{0,2}", 10_000_000, "x"),
    (r"quadrupl(?:es|ed|ing)|vervierfach(?:t|en|te|ten)", 4_000_000, "x"),
)  # fmt: skip

BOUNDS: dict[Bound, str] = {
    "approx": "about around roughly nearly almost approximately some approx. approx ca. ca circa etwa rund ungefähr "
    "knapp fast annähernd ~ environ",
    "at_least": "at-least more-than over from starting-at a-minimum-of minimum no-less-than no-fewer-than mindestens "
    "über mehr-als ab min. wenigstens upwards-of > ≥ au-moins plus-de",
    "at_most": "up-to at-most less-than fewer-than under below no-more-than max. maximum a-maximum-of bis-zu "
    "höchstens maximal unter weniger-als in-as-little-as within < ≤ jusqu'à moins-de",
}

PHRASE_CUES = (
    "thirds drittel", "quarters viertel", "third drittel dritte", "quarter viertel vierte", "half hälfte zweite",
    "halv halbier", "twice doubl doppel zweimal", "tripl dreimal dreifach", "zweifach", "dreifach", "vierfach",
    "fünffach", "zehnfach", "quadrupl vierfach",
)  # fmt: skip
"""For each of ``PHRASES`` what one of its forms must hold."""
