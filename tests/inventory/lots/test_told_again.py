"""A receipt told again is known by what was told, not by what its lots are worth by now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from inventory.lots.operations import correct_expiry
from inventory.supply.models import Receipt
from inventory.supply.operations import (
    AlreadyReceived,
    Counted,
    receive_blind,
    receive_delivery,
    receive_order,
)
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import place
from tests.inventory.lots.given import LAWS, in_days, lot_sku, lots
from tests.inventory.supply.given import announced, ordered
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
FRESH = Counted("S-1", 2, lot="A", expires_on=in_days(3))
LATER = Counted("S-1", 1, lot="B", expires_on=in_days(60))
NEXT_WEEK = NOON + timedelta(days=7)
Told = Callable[[datetime, tuple[Counted, ...]], str]


def blind() -> Told:
    place()
    return lambda at, lines: receive_blind(
        store_code="msk-1", lines=lines, reference="N", by=SYSTEM, at=at
    )


def for_an_order() -> Told:
    number = ordered(6)
    return lambda at, lines: receive_order(
        number=number, lines=lines, reference="N", by=SYSTEM, at=at
    )


def as_announced() -> Told:
    number = announced(ordered(6), 6)
    return lambda at, lines: receive_delivery(
        number=number, lines=lines, reference="N", by=SYSTEM, at=at
    )


EVERY_WAY = [blind, for_an_order, as_announced]


@pytest.mark.parametrize("way", EVERY_WAY)
def test_it_is_the_same_after_the_last_day_of_sale(way: Callable[[], Told]) -> None:
    lot_sku()
    told = way()
    number = told(NOON, (FRESH, LATER))
    one = replace(FRESH, quantity=1)
    assert told(NEXT_WEEK, (LATER, one, one)) == number
    assert Receipt.objects.count() == 1
    assert lots() == {"A": 2, "B": 1}
    assert broken(only=LAWS) == set()


@pytest.mark.parametrize("way", EVERY_WAY)
def test_other_goods_are_refused_then_as_before(way: Callable[[], Told]) -> None:
    lot_sku()
    told = way()
    number = told(NOON, (FRESH, LATER))
    for other in ((FRESH,), (FRESH, replace(LATER, quantity=2)), (FRESH, LATER, LATER)):
        with pytest.raises(AlreadyReceived) as refused, transaction.atomic():
            told(NEXT_WEEK, other)
        assert refused.value.facts["receipt"] == number


def test_another_document_is_another_receipt() -> None:
    lot_sku()
    told = for_an_order()
    told(NOON, (FRESH,))
    with pytest.raises(AlreadyReceived), transaction.atomic():
        receive_blind(
            store_code="msk-1", lines=[FRESH], reference="N", by=SYSTEM, at=NEXT_WEEK
        )
    assert told(NEXT_WEEK, (FRESH,))


def test_what_was_past_sale_when_it_came_is_the_same_when_its_date_is_mended() -> None:
    lot_sku()
    told = blind()
    old = replace(FRESH, expires_on=in_days(-1))
    number = told(NOON, (old,))
    assert lots(bucket="QUARANTINE") == {"A": 2}
    correct_expiry(
        sku_code="S-1", lot="A", expires_on=in_days(90), reason="typo", by=SYSTEM, at=NOON
    )
    assert told(NOON, (old,)) == number


def test_without_a_reference_the_same_goods_come_twice() -> None:
    lot_sku()
    place()
    for _time in range(2):
        receive_blind(store_code="msk-1", lines=[FRESH], by=SYSTEM, at=NOON)
    assert lots() == {"A": 4}


def test_an_order_that_is_full_answers_its_receipt_again() -> None:
    lot_sku()
    told = for_an_order()
    lines = (replace(FRESH, quantity=6),)
    number = told(NOON, lines)
    assert told(NEXT_WEEK, lines) == number


def test_the_fingerprint_is_one() -> None:
    lot_sku()
    blind()(NOON, (FRESH,))
    row = Receipt.objects.get()
    row.pk, row.number, row.reference, row.told = None, "G-2", "O", "something else"
    with pytest.raises(IntegrityError, match="receipt_knows_its_words_by_a_fingerprint"):
        row.save()
