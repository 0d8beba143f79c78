"""Units as 1C writes them."""

import pytest

from inventory.feeds.models import OutsideCode
from tests.inventory.feeds.one_c import TVERSKAYA, bring, mapped_place
from tests.inventory.feeds.test_commerceml import wrapped
from tests.inventory.feeds.test_importing import why
from tests.inventory.given import figures, stocked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("units", "on_hand", "words"),
    [
        ("1\u00a0234,000", 1_234, []),
        ("0.000", 0, []),
        ("-3", 0, []),
        ("-0,5", 0, []),
        ("2.5", 5, ["Not a whole number."]),
        ("много", 5, ["Not a number."]),
        ("-много", 5, ["Not a number."]),
        ("", 5, ["Missing."]),
    ],
)
def test_below_nothing_is_nothing(units: str, on_hand: int, words: list[str]) -> None:
    """What was sold before it was received is not promised to anybody any more."""
    stocked(5)
    mapped_place()
    OutsideCode.objects.create(kind="SKU", outside_id="good", code="S-1")
    stock = f'<Склад ИдСклада="{TVERSKAYA}" КоличествоНаСкладе="{units}"/>'
    offer = f"<Предложение><Ид>good</Ид>{stock}</Предложение>"
    report = bring(
        wrapped(f"<ПакетПредложений><Предложения>{offer}</Предложения></ПакетПредложений>")
    )["stock"]
    assert [message for _line, _field, message in why(report)] == words
    assert figures() == (on_hand, 0)
