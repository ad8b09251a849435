"""
Numbers with check digits, or with a form strict enough: how they look and how they are checked.

Every check takes the matched text, separators included, and tells whether it is such a number. The source of each
algorithm stands above it.
"""

# ruff: noqa: PLR2004  (lengths, days and months are their own names)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from guardrails.text.expression import expression


def digits(text: str) -> list[int]:
    """Return the ASCII digits of *text*."""
    return [int(char) for char in text if char in "0123456789"]


def weighted(numbers: Sequence[int], weights: Sequence[int]) -> int:
    """Return the sum of the products, as far as both go."""
    return sum(number * weight for number, weight in zip(numbers, weights, strict=False))


# ISO 13616-1 (form) and ISO/IEC 7064 MOD 97-10 (check); lengths from the SWIFT IBAN registry.
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "TR": 26,
}  # fmt: skip


def is_iban(text: str) -> bool:
    """Check length and MOD 97-10."""
    number = "".join(text.split()).upper()
    if len(number) != _IBAN_LENGTHS.get(number[:2], 0):
        return False
    return int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1


def is_card(text: str) -> bool:
    """Check the Luhn digit (ISO/IEC 7812-1, annex B) of 13 to 19 digits that are not all the same."""
    numbers = digits(text)
    doubled = (sum(divmod(2 * number, 10)) for number in numbers[-2::-2])
    return 13 <= len(numbers) <= 19 and len(set(numbers)) > 1 and (sum(numbers[-1::-2]) + sum(doubled)) % 10 == 0


def is_de_tax_id(text: str) -> bool:
    """
    Check a German Steuer-ID: ISO/IEC 7064 MOD 11,10.

    Of the first ten digits one stands twice or three times, the others once (Bundeszentralamt für Steuern).
    """
    numbers = digits(text)
    counts = sorted(numbers[:10].count(number) for number in range(10))
    if len(numbers) != 11 or numbers[0] == 0 or counts[-1] not in {2, 3} or counts[-2] != 1:
        return False
    product = 10
    for number in numbers[:10]:
        product = ((number + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == numbers[10]


def is_at_social_security(text: str) -> bool:
    """Check an Austrian SV-Nummer: the fourth digit is the weighted sum of the others modulo 11; a birth date ends it."""
    numbers = digits(text)
    if len(numbers) != 10 or numbers[0] == 0:
        return False
    day, month = numbers[4] * 10 + numbers[5], numbers[6] * 10 + numbers[7]
    return 1 <= day <= 31 and 1 <= month <= 15 and weighted(numbers, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == numbers[3]


def is_fr_nir(text: str) -> bool:
    """Check a French NIR: 97 minus the number modulo 97; 2A and 2B (Corsica) read as 19 and 18 (INSEE)."""
    number = "".join(text.split()).upper().replace("2A", "19").replace("2B", "18")
    return len(number) == 15 and number.isdigit() and 97 - int(number[:13]) % 97 == int(number[13:])


def is_es_dni(text: str) -> bool:
    """Check a Spanish DNI or NIE: the letter at the number modulo 23; X, Y, Z read as 0, 1, 2 (Ministerio del Interior)."""
    number = re.sub(r"[\s.-]", "", text).upper()
    number = str("XYZ".find(number[0])) + number[1:] if number[0] in "XYZ" else number
    return number[:-1].isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number[:-1]) % 23] == number[-1]


# Values of characters at odd places (D.M. 23 December 1976, Ministero delle Finanze).
_IT_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def is_it_codice_fiscale(text: str) -> bool:
    """Check an Italian codice fiscale: the last letter is the sum of the values modulo 26."""
    places = [int(char) if char.isdigit() else ord(char) - ord("A") for char in text.upper()]
    return (sum(_IT_ODD[place] for place in places[0:15:2]) + sum(places[1:15:2])) % 26 == places[15]


def is_nl_bsn(text: str) -> bool:
    """Check a Dutch BSN: the weighted sum 9, 8 … 2, −1 is a multiple of 11 (Besluit burgerservicenummer)."""
    numbers = digits(text)
    return any(numbers) and weighted(numbers, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def is_pl_pesel(text: str) -> bool:
    """Check a Polish PESEL: weights 1, 3, 7, 9 …, the sum with the check digit a multiple of 10; a date begins it."""
    numbers = digits(text)
    month, day = (numbers[2] * 10 + numbers[3]) % 20, numbers[4] * 10 + numbers[5]
    is_date = 1 <= month <= 12 and 1 <= day <= 31
    return is_date and weighted(numbers, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def is_us_ssn(text: str) -> bool:
    """Refuse what is never issued: area 000, 666 and 900–999, group 00, serial 0000 (SSA, POMS RM 10201.035)."""
    area, group, serial = re.split(r"[- ]", text)
    return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"


CHECKED: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("iban", expression(r"(?<!\w)[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?(?!\w)"), is_iban),
    ("card", expression(r"(?<![\w.,+-])[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-])"), is_card),
    ("card", expression(r"(?<![\w.,+-])3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?![\w-])"), is_card),
    ("de-tax-id", expression(r"(?<![\w.,+-])[1-9]\d[ /]?\d{3}[ /]?\d{3}[ /]?\d{3}(?![\w-])"), is_de_tax_id),
    ("at-social-security", expression(r"(?<![\w.,+-])[1-9]\d{3}[ -]?\d{6}(?![\w-])"), is_at_social_security),
    (
        "fr-nir",
        expression(r"(?<![\w.,+-])[12]\s?\d\d\s?[0-9]\d\s?(?:\d\d|2[AB])\s?\d{3}\s?\d{3}\s?\d\d(?![\w-])"),
        is_fr_nir,
    ),
    (
        "es-dni",
        expression(r"(?<![\w.,+-])(?:[XYZ][ -]?\d{7}|\d{8}|\d\d\.\d{3}\.\d{3})[ -]?[A-HJ-NP-TV-Z](?![\w-])"),
        is_es_dni,
    ),
    (
        "it-codice-fiscale",
        expression(r"(?<!\w)[A-Z]{6}\d\d[ABCDEHLMPRST]\d\d[A-Z]\d{3}[A-Z](?!\w)", re.IGNORECASE),
        is_it_codice_fiscale,
    ),
    # One check digit in eleven is weak: only after its name.
    (
        "nl-bsn",
        expression(r"(?i:\b(?:bsn|burgerservicenummer|sofi-?nummer))\b[^\n\d]{0,20}(?P<number>\d{9})(?![\w-]|[.,]\d)"),
        is_nl_bsn,
    ),
    ("pl-pesel", expression(r"(?<![\w.,+-])\d{11}(?![\w-]|[.,]\d)"), is_pl_pesel),
    # Form only: HMRC, National Insurance Manual NIM39110.
    (
        "uk-nino",
        expression(r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:\s?\d\d){3}\s?[A-D](?!\w)"),
        lambda _: True,
    ),
    ("us-ssn", expression(r"(?<![\w.,+-])\d{3}([- ])\d\d\1\d{4}(?![\w-])"), is_us_ssn),
)
"""Kind, form (the group ``number``, if there is one, is the datum), check."""
