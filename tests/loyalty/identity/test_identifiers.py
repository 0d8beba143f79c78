"""Phones, e-mails and cards in their normal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from loyalty.identity import identifiers


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("8 (912) 345-67-89", "+79123456789"),
        ("+7 912 345 67 89", "+79123456789"),
        ("9123456789", "+79123456789"),
        ("+49 30 901820", "+4930901820"),
        ("912", None),
        ("", None),
        ("телефон", None),
        ("1" * 500, None),
        ("+7 912 345 67 89 доб. 5", "+79123456789"),
    ],
)
def test_phones(typed: str, stored: str | None) -> None:
    assert identifiers.phone(typed, "RU") == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Anna@Example.COM ", "anna@example.com"),
        ("анна@почта.рф", "анна@xn--80a1acny.xn--p1ai"),
        ("anna+shop@example.com", "anna+shop@example.com"),
        ("anna", None),
        ("anna@", None),
        ("@example.com", None),
        ("anna@localhost", None),
        ("anna@exam ple.com", None),
        ("anna@a..com", None),
        ("anna@example.com\nBcc: x@y.zz", None),
        (f"{'a' * 65}@example.com", None),
    ],
)
def test_emails(typed: str, stored: str | None) -> None:
    assert identifiers.email(typed) == stored


@given(st.integers(0, 10**10 - 1))
def test_every_card_we_issue_is_a_valid_ean_of_ours(number: int) -> None:
    card = identifiers.card_of(number)
    assert ean.is_valid(card)
    assert identifiers.card(f"{card[:3]} {card[3:]}") == card


@pytest.mark.parametrize("text", ["2900000000002", "4600000000008", "29", "", "٢٩" * 7])
def test_other_numbers_are_no_cards(text: str) -> None:
    assert identifiers.card(text) is None


def test_phones_are_shown_as_people_write_them() -> None:
    assert identifiers.phone_for_people("+79123456789") == "+7 912 345-67-89"
    assert identifiers.phone_for_people("odd") == "odd"
