"""Goods come in by lots, where their SKU says so."""

from dataclasses import replace

import pytest
from django.db import transaction

from inventory.lots.models import Lot
from inventory.lots.operations import (
    ExpiryMissing,
    LotMissing,
    LotNotFound,
    NoLotsKept,
    OtherExpiry,
    ReasonMissing,
    correct_expiry,
)
from inventory.supply.operations import (
    AlreadyReceived,
    Condition,
    Counted,
    receive_blind,
    write_off_transfer,
)
from inventory.supply.queries import incoming, receipt_view
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError
from tests.clock import NOON
from tests.inventory.given import lying, place
from tests.inventory.lots.given import LAWS, in_days, lot_sku, lots, lotted
from tests.inventory.supply.given import BOSS, come, ordered, sent, take_in, two_places
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


def blind(*lines: Counted, reference: str = "") -> str:
    return receive_blind(
        store_code="msk-1", lines=lines, reference=reference, by=SYSTEM, at=NOON
    )


@pytest.fixture
def shop() -> str:
    lot_sku()
    return place()


def test_a_receipt_brings_lots_with_their_dates(shop: str) -> None:
    receipt = blind(
        Counted("S-1", 2, lot="A", expires_on=in_days(30)),
        Counted("S-1", 1, lot="B", expires_on=in_days(60)),
        Counted("S-1", 1, Condition.DAMAGED, lot="B"),
    )
    assert lots() == {"A": 2, "B": 1}
    assert lots(bucket="QUARANTINE") == {"B": 1}
    assert [line.quantity for line in receipt_view(receipt).lines] == [3, 1]
    assert broken(only=LAWS) == set()


A, B, BROKEN_B = (
    Counted("S-1", 2, lot="A", expires_on=in_days(30)),
    Counted("S-1", 1, lot="B", expires_on=in_days(60)),
    Counted("S-1", 1, Condition.DAMAGED, lot="B", expires_on=in_days(60)),
)
OTHERS = [
    (replace(A, lot="B", expires_on=in_days(60)), B, BROKEN_B),
    (replace(A, lot="C"), B, BROKEN_B),
    (replace(A, quantity=1), replace(B, quantity=2), BROKEN_B),
    (A, B, replace(BROKEN_B, lot="A", expires_on=in_days(30))),
]


def test_the_same_lots_under_the_same_reference_are_one_receipt(shop: str) -> None:
    first = blind(A, B, BROKEN_B, reference="B-1")
    one_a, known_b = replace(A, quantity=1), Counted("S-1", 1, lot="B")
    assert blind(BROKEN_B, one_a, known_b, one_a, reference="B-1") == first
    order = ordered(4)
    number = come(order, A, B, BROKEN_B, reference="O-1")
    assert come(order, BROKEN_B, B, A, reference="O-1") == number
    assert lots() == {"A": 4, "B": 2}


@pytest.mark.parametrize("other", OTHERS)
def test_other_lots_under_the_same_reference_are_refused(
    shop: str, other: tuple[Counted, ...]
) -> None:
    number = blind(A, B, BROKEN_B, reference="B-1")
    with pytest.raises(AlreadyReceived) as refused, transaction.atomic():
        blind(*other, reference="B-1")
    assert refused.value.facts == {"reference": "B-1", "receipt": number}
    order = ordered(4)
    come(order, A, B, BROKEN_B, reference="O-1")
    with pytest.raises(AlreadyReceived), transaction.atomic():
        come(order, *other, reference="O-1")
    assert not Lot.objects.filter(code="C").exists()
    assert broken(only=LAWS) == set()


def test_other_lots_of_the_same_transfer_are_refused() -> None:
    lotted(2, "A", 10)
    lotted(2, "B", 90)
    two_places(0)
    number = sent(4)
    lose(number, 1)
    take_in(number, Counted("S-1", 1, lot="A"), reference="X")
    told = (Counted("S-1", 1), Counted("S-1", 2, lot="B"))
    receipt = take_in(number, *told, reference="Y")
    assert take_in(number, *reversed(told), reference="Y") == receipt
    for other in (
        [Counted("S-1", 3)],
        [Counted("S-1", 1, lot="A"), Counted("S-1", 2, lot="B")],
        [Counted("S-1", 2), Counted("S-1", 1, lot="B")],
        [Counted("S-1", 1, lot="B"), Counted("S-1", 2, lot="A")],
    ):
        with pytest.raises(AlreadyReceived), transaction.atomic():
            take_in(number, *other, reference="Y")
    assert sum(lots("spb-1").values()) == 4
    assert broken(only=LAWS | {"S5"}) == set()


def test_found_units_are_of_the_lots_that_are_named() -> None:
    lotted(2, "A", 10)
    lotted(2, "B", 90)
    two_places(0)
    number = sent(4)
    lose(number, 4)
    named = (Counted("S-1", 2, lot="B"), Counted("S-1", 1, lot="A"))
    receipt = take_in(number, *named, reference="Y")
    assert lots("spb-1") == {"A": 1, "B": 2}
    assert take_in(number, *named, reference="Y") == receipt
    with pytest.raises(AlreadyReceived):
        take_in(number, Counted("S-1", 3, lot="B"), reference="Y")


def lose(number: str, units: int) -> None:
    """So many units on the road will not come."""
    write_off_transfer(number=number, units={"S-1": units}, reason="lost", by=BOSS, at=NOON)


def test_the_date_of_a_known_lot_need_not_be_said_again(shop: str) -> None:
    blind(Counted("S-1", 2, lot="A", expires_on=in_days(30)))
    blind(Counted("S-1", 2, lot="A"))
    blind(Counted("S-1", 2, lot="A", expires_on=in_days(30)))
    assert lots() == {"A": 6}


@pytest.mark.parametrize(
    ("line", "error", "field"),
    [
        (Counted("S-1", 1), LotMissing, "lines/1/lot"),
        (Counted("S-1", 1, expires_on=in_days(9)), LotMissing, "lines/1/lot"),
        (Counted("S-1", 1, lot="NEW"), ExpiryMissing, "lines/1/expires_on"),
        (
            Counted("S-1", 1, lot="A", expires_on=in_days(31)),
            OtherExpiry,
            "lines/1/expires_on",
        ),
        (Counted("S-2", 1, lot="A"), NoLotsKept, "lines/1/lot"),
        (Counted("S-2", 1, expires_on=in_days(9)), NoLotsKept, "lines/1/lot"),
    ],
)
def test_lines_that_do_not_fit_are_refused_by_their_field(
    shop: str, line: Counted, error: type[DomainError], field: str
) -> None:
    two_places(0, sku="S-2")
    blind(Counted("S-1", 1, lot="A", expires_on=in_days(30)))
    with pytest.raises(error) as refused:
        blind(Counted("S-1", 1, lot="A"), line)
    assert refused.value.field == field
    assert lots() == {"A": 1}


def test_two_lines_that_say_different_dates_of_a_new_lot_are_refused(shop: str) -> None:
    with pytest.raises(OtherExpiry) as refused:
        blind(
            Counted("S-1", 1, lot="A", expires_on=in_days(30)),
            Counted("S-1", 1, lot="A", expires_on=in_days(31)),
        )
    assert refused.value.facts["expires_on"] == in_days(30)


def test_what_may_not_be_sold_any_more_goes_straight_to_quarantine(shop: str) -> None:
    order = ordered(5)
    come(
        order,
        Counted("S-1", 3, lot="OVER", expires_on=in_days(-1)),
        Counted("S-1", 2, lot="TODAY", expires_on=in_days(0)),
    )
    assert lots() == {"TODAY": 2}
    assert lots(bucket="QUARANTINE") == {"OVER": 3}
    assert incoming(["S-1"], ["msk-1"], at=NOON) == []
    assert broken(only=LAWS) == set()


def test_goods_of_a_transfer_bring_their_lots_and_may_name_them() -> None:
    lotted(1, "A", 10)
    lotted(3, "B", 90)
    two_places(0)
    number = sent(3)
    take_in(number, Counted("S-1", 1, lot="B"))
    assert lots("spb-1") == {"B": 1}
    take_in(number, Counted("S-1", 2))
    assert lots("spb-1") == {"A": 1, "B": 2}
    assert lying() == {"ON_HAND": 1}
    assert broken(only=LAWS | {"S5"}) == set()


def test_a_date_written_down_wrongly_is_corrected_with_a_reason(shop: str) -> None:
    blind(Counted("S-1", 1, lot="A", expires_on=in_days(30)))

    def correct(reason: str, lot: str = "A") -> None:
        correct_expiry(
            sku_code="S-1",
            lot=lot,
            expires_on=in_days(60),
            reason=reason,
            by=SYSTEM,
            at=NOON,
        )

    with pytest.raises(ReasonMissing):
        correct("  ")
    for unknown in ("", "B"):
        with pytest.raises(LotNotFound):
            correct("a misprint", unknown)
    correct("a misprint")
    assert Lot.objects.get(code="A").expires_on == in_days(60)
