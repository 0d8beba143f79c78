"""Serial numbers follow the goods, and each is in one place."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction

from inventory.catalogue.models import Sku
from inventory.stock.models import Serial, StockMovement
from inventory.stock.operations import (
    EveryUnitNamed,
    MoreSerialsThanUnits,
    NotASerial,
    NotSerialised,
    SerialElsewhere,
    SerialsWanted,
    SerialTwice,
    reverse_movement,
)
from inventory.supply.operations import AlreadyReceived
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError, constraint_name
from tests.clock import NOON
from tests.factories.inventory import BarcodeFactory, SkuFactory
from tests.inventory.given import place, stocked
from tests.inventory.serials.given import (
    LAWS,
    come,
    corrected,
    moved,
    phone,
    returned,
    seen,
    sold,
    steps,
    unnamed,
    where,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _laws_hold_after_each_test(db: None) -> Iterator[None]:
    yield
    assert broken(only=LAWS) == set()


def test_a_unit_is_followed_from_receipt_to_sale_to_return() -> None:
    come(" sn-1 ", "SN-2")
    assert where("SN-1") == "msk-1 ON_HAND"
    moved(["SN-1"])
    assert where("SN-1") == "msk-1 QUARANTINE"
    moved(["SN-1"], "ON_HAND", source="QUARANTINE", reason="CHECKED")
    sold("sn-1".upper())
    assert where("SN-1") == "CUSTOMER"
    assert Serial.objects.get(number="SN-1").reference == "R-1"
    place("spb-1")
    returned("SN-1", store="spb-1", way="QUARANTINE")
    assert where("SN-1") == "spb-1 QUARANTINE"
    assert steps("SN-1") == [
        "MOVED SUPPLIER>ON_HAND",
        "MOVED ON_HAND>QUARANTINE",
        "MOVED QUARANTINE>ON_HAND",
        "MOVED ON_HAND>CUSTOMER",
        "MOVED CUSTOMER>QUARANTINE",
    ]


@pytest.mark.parametrize(
    ("numbers", "units", "refusal", "field"),
    [
        (["A"], 2, SerialsWanted, "lines/0/serials"),
        ([], 1, SerialsWanted, "lines/0/serials"),
        (["A", "B"], 1, MoreSerialsThanUnits, "lines/0/serials"),
        (["A", " a "], 2, SerialTwice, "lines/0/serials/1"),
        (["A", ""], 2, NotASerial, "lines/0/serials/1"),
        (["Я1"], 1, NotASerial, "lines/0/serials/0"),
        (["X" * 61], 1, NotASerial, "lines/0/serials/0"),
        (["4600051000057"], 1, NotASerial, "lines/0/serials/0"),
        (["s-1"], 1, NotASerial, "lines/0/serials/0"),
    ],
)
def test_a_receipt_names_every_unit_just_once(
    numbers: list[str], units: int, refusal: type[DomainError], field: str
) -> None:
    place()
    phone()
    BarcodeFactory.create(sku=Sku.objects.get(code="S-1"), gtin="4600051000057")
    with pytest.raises(refusal) as caught:
        come(*numbers, units=units)
    assert caught.value.field == field
    assert not Serial.objects.exists()


def test_goods_without_serials_take_none() -> None:
    SkuFactory.create(code="S-1")
    with pytest.raises(NotSerialised):
        come("A")


def test_a_serial_does_not_come_twice() -> None:
    come("A")
    with pytest.raises(SerialElsewhere) as caught:
        come("A", store="spb-1")
    assert caught.value.facts["store"] == "msk-1"
    assert where("A") == "msk-1 ON_HAND"


def test_the_same_number_of_another_article_is_another_unit() -> None:
    come("A")
    come("A", sku="S-2", store="spb-1")
    assert where("A") == "msk-1 ON_HAND"
    assert where("A", "S-2") == "spb-1 ON_HAND"


def test_the_same_receipt_told_again_is_the_same_receipt_only_with_the_same_units() -> None:
    first = come("A", "B", reference="paper")
    assert come("B", "A", reference="paper") == first
    with pytest.raises(AlreadyReceived):
        come("A", "C", reference="paper")


def test_a_unit_elsewhere_cannot_be_sold_here() -> None:
    come("A")
    come("B", store="spb-1")
    with pytest.raises(SerialElsewhere), transaction.atomic():
        sold("B")
    moved(["A"])
    corrected(1)
    with pytest.raises(SerialElsewhere) as caught:
        seen("A")
    assert caught.value.facts["bucket"] == "QUARANTINE"


def test_what_a_customer_has_is_not_sold_again() -> None:
    come("A", "B")
    sold("A")
    with pytest.raises(SerialElsewhere) as caught, transaction.atomic():
        sold("A", reference="R-2")
    assert caught.value.facts["reference"] == "R-1"


def test_a_unit_that_was_never_scanned_gets_its_name_when_it_is_sold() -> None:
    unnamed(2)
    sold("A")
    assert steps("A") == ["MOVED ON_HAND>CUSTOMER"]


def test_a_unit_that_was_never_scanned_gets_its_name_when_it_is_picked() -> None:
    come("A")
    corrected(2)
    assert seen(" b ") == "B"
    assert where("B") == "msk-1 ON_HAND"
    with pytest.raises(EveryUnitNamed), transaction.atomic():
        seen("C")


def test_where_all_units_have_other_names_a_new_one_is_refused() -> None:
    come("A", "B")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        sold("C")
    assert constraint_name(caught.value) == "every_unit_there_has_another_serial"
    with pytest.raises(EveryUnitNamed), transaction.atomic():
        seen("C")


def test_a_move_taken_back_takes_its_units_back() -> None:
    come("A")
    moved(["A"])
    row = StockMovement.objects.get(kind="MOVE")
    reverse_movement(movement=row.pk, reason="mistake", by=SYSTEM, at=NOON)
    assert where("A") == "msk-1 ON_HAND"


def test_units_are_moved_aside_by_their_numbers() -> None:
    come("A", "B")
    with pytest.raises(SerialsWanted) as caught:
        moved([], units=1)
    assert caught.value.field == "lines/0/serials"


def test_serials_are_kept_while_named_units_are_in_stock() -> None:
    come("A")
    rows = Sku.objects.filter(code="S-1")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        rows.update(is_serialised=False)
    assert constraint_name(caught.value) == "serials_of_a_sku_are_kept"
    sold("A")
    rows.update(is_serialised=False)


def test_serials_may_be_wanted_later() -> None:
    stocked(2)
    Sku.objects.filter(code="S-1").update(is_serialised=True)
    sold("A")
    assert where("A") == "CUSTOMER"


def test_the_database_refuses_what_no_operation_looked_at() -> None:
    come("A")
    row = StockMovement.objects.get(kind="RECEIPT")
    row.pk, row.reference = None, "again"
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save(force_insert=True)
    assert constraint_name(caught.value) == "serial_is_where_it_is_taken_from"
