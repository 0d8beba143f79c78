"""GTINs: check digits, and one spelling for one number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.catalogue.gtin import check_digit, is_gtin, normalise


@pytest.mark.parametrize(
    "number",
    ["96385074", "036000291452", "4006381333931", "10012345678902", "4600051000057"],
)
def test_known_numbers_are_valid(number: str) -> None:
    assert is_gtin(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4006381333932",
        "123",
        "400638133393a",
        "４００６３８１３３３９３１",
        "4006381333931 1",
    ],
)
def test_other_texts_are_not(text: str) -> None:
    assert not is_gtin(text)
    with pytest.raises(ValueError):  # noqa: PT011 - its text is the number itself
        normalise(text)


def test_one_number_has_one_spelling() -> None:
    spellings = ["036000291452", "0036000291452", "00036000291452", "0 36000-29145 2"]
    assert {normalise(one) for one in spellings} == {"036000291452"}


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.integers(0, 11))
def test_one_wrong_digit_is_always_noticed(body: str, place: int) -> None:
    number = body + check_digit(body)
    wrong = str((int(number[place]) + 1) % 10)
    assert is_gtin(number)
    assert not is_gtin(number[:place] + wrong + number[place + 1 :])


@given(st.from_regex(r"[0-9]{13}", fullmatch=True))
def test_a_spelling_is_stable_and_means_the_same_number(body: str) -> None:
    number = body + check_digit(body)
    spelled = normalise(number)
    assert normalise(spelled) == spelled
    assert int(spelled) == int(number)
