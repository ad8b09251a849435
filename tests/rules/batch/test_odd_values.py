"""The one or two items of a batch that give another number than all others."""

from __future__ import annotations

import random

import pytest

from guardrails.rules.batch import Item
from tests.rules.batch.support import batch, item, quotes

ENGLISH = "The housing is 72 percent recycled aluminium [fact:N-005], and it lasts."
GERMAN = "Das Gehäuse besteht zu 72 % aus recyceltem Aluminium [fact:N-005]."


def _five(text: str, **changes: str) -> tuple[Item, ...]:
    """Return five items with *text*; *changes* give the text of some of them, by their letter."""
    return tuple(item(name, changes.get(name, text)) for name in "abcde")


@pytest.mark.parametrize(
    ("text", "odd", "written", "basis"),
    [
        (ENGLISH, "Made with 27 % of it [fact:N-005].", "27 %", "fact"),
        ("Nimbrel Desk costs £129.", "You get the Nimbrel Desk for £139.", "£139", "subject"),
        ("Our repair evening is on 3 December.", "Come to our repair evening on 4 December.", "4 December", "subject"),
        ("In three steps you set it up.", "In five steps you set it up.", "five", "sentence"),
        ("We open from 6 pm to 9 pm today.", "We open from 6 pm to 8 pm today.", "8", "sentence"),
        ("It gives at most 920 lumens here.", "On a table it gives at most 290 lumens.", "290", "words"),
    ],
)
def test_odd_value(text: str, odd: str, written: str, basis: str) -> None:
    """One item of five says it otherwise, known by the fact, the subject, the sentence or the words next to it."""
    items = _five(text, c=odd)
    (found,) = batch(*items).odd_values

    assert ([("c", written)], 4, basis) == (quotes(items, found.places), found.agreeing, found.basis)
    assert "a" == found.usual.item


def test_two_wrong_items_across_languages() -> None:
    """The same wrong value of one fact in two languages is one finding; the usual place is in the first one's."""
    items = (
        item("a", ENGLISH), item("b", GERMAN.replace("72", "27"), locale="de-DE", market="de"), item("c", ENGLISH),
        item("d", ENGLISH.replace("72", "27")), item("e", GERMAN, locale="de-AT", market="at"), item("f", ENGLISH),
    )  # fmt: skip
    (found,) = batch(*items).odd_values

    assert [("b", "27 %"), ("d", "27 percent")] == quotes(items, found.places)
    assert [("e", "72 %")] == quotes(items, (found.usual,))
    assert (4, "fact", "N-005") == (found.agreeing, found.basis, found.fact)


def test_two_items_with_two_values() -> None:
    """Two other values are two findings."""
    items = (*_five(ENGLISH, b=ENGLISH.replace("72", "27"), d=ENGLISH.replace("72", "70")), item("f", ENGLISH))

    assert [["27 percent"], ["70 percent"]] == [
        [quote for _, quote in quotes(items, odd.places)] for odd in batch(*items).odd_values
    ]


def test_every_place_in_an_item() -> None:
    """A wrong value that stands twice has two places."""
    wrong = ENGLISH.replace("72", "27")
    items = _five(f"{ENGLISH} {ENGLISH}", c=f"{wrong} {wrong}")
    (found,) = batch(*items).odd_values

    assert [("c", "27 percent")] * 2 == quotes(items, found.places)


@pytest.mark.parametrize(
    "texts",
    [
        [ENGLISH, ENGLISH, ENGLISH.replace("72", "27")],
        [ENGLISH, ENGLISH, ENGLISH, ENGLISH.replace("72", "27"), ENGLISH.replace("72", "27")],
        [ENGLISH] * 6 + [ENGLISH.replace("72", "27")] * 3,
        [ENGLISH] * 4 + [f"{ENGLISH} {ENGLISH.replace('72', '27')}"],
        [ENGLISH] * 4 + ["The arm is 27 percent recycled steel [fact:N-006]."],
        [ENGLISH] * 4 + ["We sell in four countries."],
        ["Nimbrel Desk costs £129."] * 4 + ["Nimbrel Desk costs 149 €."],
        ["Nimbrel Desk costs £129."] * 4 + ["Nimbrel Desk costs £139 instead of £159."],
        ["Up to 30 percent of it is steel."] * 4 + ["Up to 40 percent of all people read at night."],
        ["Read on for three tips for you."] * 4 + ["Read on for five tips for you, and more."],
        ["In 12 cities our fans meet today."] * 4 + ["In 24 cities our fans meet, they say."] + ["We have 24 shops."] * 3,
        ["The fair is on 3 December 2026."] * 4 + ["The fair is on 3 December."],
        ["Open from 6 pm on."] * 4 + ["Open from 18:00 on."],
    ],
)  # fmt: skip
def test_nothing_odd(texts: list[str]) -> None:
    """Too few that agree, too many that differ, other things, notations, currencies and conditions are nothing odd."""
    assert () == batch(*(item(f"i{number}", text) for number, text in enumerate(texts))).odd_values


def test_a_market_may_have_its_own_price() -> None:
    """A price is odd only if another item of the same market agrees with the rest; a measure is odd anywhere."""
    price, flux = "Nimbrel Desk kostet {} €.", "Sie gibt höchstens {} Lumen [fact:N-001]."

    def items(text: str, usual: str, other: str, *, second: bool) -> list[Item]:
        made = [item(f"d{n}", text.format(usual), locale="de-DE", market="de") for n in range(4)]
        made += [item("a1", text.format(usual), locale="de-AT", market="at")] * second
        return [*made, item("a2", text.format(other), locale="de-AT", market="at")]

    assert 0 == len(batch(*items(price, "149", "155", second=False)).odd_values)
    assert 1 == len(batch(*items(price, "149", "155", second=True)).odd_values)
    assert 1 == len(batch(*items(flux, "920", "290", second=False)).odd_values)


def test_year_that_is_not_said() -> None:
    """A day without a year is that of the batch, and another year is another day."""
    text = "The fair is on 3 December{}."
    items = [item(f"i{n}", text.format(year)) for n, year in enumerate((" 2026", "", " 2026", " 2026", ""))]

    assert () == batch(*items).odd_values
    assert 1 == len(batch(*items[:1], *items[2:4], item("x", text.format(" 2025"))).odd_values)


def test_order_of_items_changes_nothing() -> None:
    """The same places are found in whatever order the items come."""
    items = [item(f"i{n}", f"{ENGLISH} It costs £129 for the Nimbrel Desk. Nimbrel Desk: £129.") for n in range(8)]
    items[3] = item("i3", f"{ENGLISH.replace('72', '27')} Nimbrel Desk: £192.")
    items[5] = item("i5", f"{ENGLISH.replace('72', '70')} You get Nimbrel Desk for £129.")

    def found() -> set[tuple[object, ...]]:
        return {(frozenset(odd.places), odd.usual, odd.agreeing, odd.basis) for odd in batch(*items).odd_values}

    expected = found()
    assert 3 == len(expected)
    for seed in range(5):
        random.Random(seed).shuffle(items)

        assert expected == found()


def test_lists_of_numbers_are_left_out() -> None:
    """A sentence with more numbers than anyone says in one is no statement."""
    row = " ".join(f"{number} kg" for number in range(100, 130))

    assert () == batch(*_five(row, c=row.replace("115", "511"))).odd_values
