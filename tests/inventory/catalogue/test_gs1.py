"""Element strings of GS1 symbols, as scanners send them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.catalogue.gs1 import Scanned, gtin_of, names_an_article, read

TODAY = date(2026, 11, 20)
NUMBER = "09521234543213"
"""The example of the General Specifications (section 7)."""
FULL = Scanned(NUMBER, "ABC123", date(2027, 8, 17), "12345")


@pytest.mark.parametrize(
    "text",
    [
        f"01{NUMBER}1727081710ABC123\x1d2112345",
        f"]C101{NUMBER}1727081710ABC123\x1d2112345",
        f"]d201{NUMBER}17270817\x1d10ABC123\x1d2112345\x1d",
        f"\x1d10ABC123\x1d01{NUMBER}2112345\x1d17270817",
        f"(01){NUMBER}(17)270817(10)ABC123(21)12345",
    ],
)
def test_a_symbol_says_number_lot_day_and_serial(text: str) -> None:
    assert read(text, today=TODAY) == FULL
    assert gtin_of(text) == NUMBER


def test_other_values_of_fixed_and_open_length_are_passed_over() -> None:
    text = f"01{NUMBER}11260101310300125037" + "24\x1d91shop\x1d10L-1"
    assert read(text, today=TODAY) == Scanned(NUMBER, "L-1")


@pytest.mark.parametrize(
    ("day", "meant"),
    [
        ("270800", date(2027, 8, 31)),
        ("280200", date(2028, 2, 29)),
        ("760101", date(2076, 1, 1)),
        ("770101", date(1977, 1, 1)),
        ("000131", date(2000, 1, 31)),
    ],
)
def test_days_of_two_digit_years(day: str, meant: date) -> None:
    found = read(f"01{NUMBER}17{day}", today=TODAY)
    assert found is not None
    assert found.expires_on == meant


def test_the_century_turns_within_fifty_years() -> None:
    late = read(f"01{NUMBER}17010101", today=date(2099, 6, 1))
    assert late is not None
    assert late.expires_on == date(2101, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4006381333931",
        f"01{NUMBER[:-1]}9",
        f"01{NUMBER}17271301",
        f"01{NUMBER}17270231",
        f"01{NUMBER}1727",
        f"01{NUMBER}10" + "L" * 21,
        f"01{NUMBER}10",
        f"(01){NUMBER}(17)27081",
        f"(01){NUMBER}(10",
        "10ABC123",
        f"https://id.example/01/{NUMBER}",
    ],
)
def test_what_says_no_number_or_no_day_is_no_symbol(text: str) -> None:
    assert read(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "names_one"),
    [
        (" 4006381333931\n", True),
        (f"01{NUMBER}21A", True),
        (f"(01){NUMBER}(17)27081", True),
        ("4006381333930", False),
        ("490154203237518", False),
        ("10ABC123", False),
        ("", False),
    ],
)
def test_a_barcode_or_a_symbol_names_an_article(text: str, names_one: bool) -> None:
    assert names_an_article(text) is names_one


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    read(text, today=TODAY)
    gtin_of(text)


@given(
    lot=st.from_regex(r"[!-'*-~]{1,20}", fullmatch=True),
    day=st.dates(date(1977, 1, 1), date(2076, 12, 31)),
)
def test_what_is_written_is_read_again(lot: str, day: date) -> None:
    text = f"01{NUMBER}10{lot}\x1d17{day:%y%m%d}"
    assert read(text, today=TODAY) == Scanned(NUMBER, lot, day)
