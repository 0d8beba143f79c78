"""Serial numbers follow the goods, and each is in one place."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from inventory.catalogue.models import Sku
from inventory.promises.operations import consume_promises
from inventory.stock.models import Serial, StockMovement
from inventory.stock.operations import (
    EveryUnitNamed,
    MoreSerialsThanUnits,
    NotASerial,
    NotEnoughStock,
    NotSerialised,
    SerialElsewhere,
    SerialsWanted,
    SerialTwice,
    adjust_stock,
    restock_return,
    reverse_movement,
    see_serial,
    sell_stock,
)
from inventory.supply.operations import AlreadyReceived
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError, constraint_name
from tests.clock import NOON
from tests.factories.inventory import BarcodeFactory, SkuFactory
from tests.inventory.given import allocated, place, stocked, wanted
from tests.inventory.serials.given import LAWS, come, moved, phone, steps, unnamed, where
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _laws_hold_after_each_test(db: None) -> Iterator[None]:
    yield
    assert broken(only=LAWS) == set()


def sold(*numbers: str, units: int | None = None, reference: str = "R-1") -> None:
    """Units kept for an order leave with the customer."""
    quantity = len(numbers) if units is None else units
    allocated(wanted(quantity), reference=reference)
    consume_promises(
        reference=reference,
        lines={"1": quantity},
        serials={("1", "S-1"): numbers},
        by=SYSTEM,
        at=NOON,
    )


def corrected(on_hand: int) -> None:
    """Somebody looked: there are so many."""
    adjust_stock(
        store_code="msk-1",
        sku_code="S-1",
        on_hand=on_hand,
        reason="LOST",
        by=SYSTEM,
        at=NOON,
    )


def seen(number: str) -> str:
    """A serial is scanned into a bag, a minute later than anything else."""
    at = NOON + timedelta(minutes=1)
    return see_serial(
        store_code="msk-1", sku_code="S-1", number=number, reference="R-1", by=SYSTEM, at=at
    )


def returned(*numbers: str, store: str = "msk-1", way: str = "RESTOCK") -> None:
    """A customer brings units back."""
    restock_return(
        store_code=store,
        lines=[("S-1", len(numbers), way)],
        serials={("S-1", way): numbers},
        reference=f"RET-{store}",
        by=SYSTEM,
        at=NOON,
    )


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


def test_units_that_go_unscanned_take_the_names_seen_longest_ago() -> None:
    come("A")
    come("B")
    seen("A")
    corrected(1)
    assert (where("A"), where("B")) == ("msk-1 ON_HAND", "SHRINKAGE")


def test_unnamed_units_leave_before_any_name_is_missing() -> None:
    come("A", "B")
    corrected(3)
    sold(units=1)
    assert where("A") == where("B") == "msk-1 ON_HAND"
    sold(units=1, reference="R-2")
    assert sorted([where("A"), where("B")]) == ["SHRINKAGE", "msk-1 ON_HAND"]


def test_a_missing_unit_that_is_scanned_again_is_found() -> None:
    come("A", "B")
    corrected(1)
    lost, kept = sorted("AB", key=where)
    assert where(lost) == "SHRINKAGE"
    seen(lost)
    assert where(lost) == "msk-1 ON_HAND"
    assert where(kept) == "SHRINKAGE"
    sold(kept)
    assert where(kept) == "CUSTOMER"
    assert where(lost) == "SHRINKAGE"


def test_a_till_sells_what_it_says_wherever_we_thought_it_was() -> None:
    come("A", "B")
    come("C", store="spb-1")
    sell_stock(
        store_code="msk-1",
        lines=[("S-1", 1)],
        serials={"S-1": ["C"]},
        reference="R-9",
        by=SYSTEM,
        at=NOON,
    )
    assert where("C") == "CUSTOMER"
    assert steps("C")[1:] == ["TURNED_UP ON_HAND>ON_HAND", "MOVED ON_HAND>CUSTOMER"]
    assert sorted([where("A"), where("B")]) == ["SHRINKAGE", "msk-1 ON_HAND"]


def test_a_till_sells_units_the_level_does_not_know() -> None:
    come("A")
    sell_stock(
        store_code="msk-1",
        lines=[("S-1", 3)],
        serials={"S-1": ["A", "B", "C"]},
        reference="R-9",
        by=SYSTEM,
        at=NOON,
        as_fact=True,
    )
    assert {where("A"), where("B"), where("C")} == {"CUSTOMER"}


def test_a_sale_that_is_no_fact_is_refused_before_any_name_turns_up() -> None:
    come("A")
    with pytest.raises(NotEnoughStock), transaction.atomic():
        sell_stock(
            store_code="msk-1",
            lines=[("S-1", 2)],
            serials={"S-1": ["A", "B"]},
            reference="R-9",
            by=SYSTEM,
            at=NOON,
        )
    assert where("A") == "msk-1 ON_HAND"


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


def test_a_kit_has_no_serials_of_its_own() -> None:
    with (
        pytest.raises(IntegrityError, match="kit_has_no_serials_of_its_own"),
        transaction.atomic(),
    ):
        SkuFactory.create(is_kit=True, is_serialised=True)


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
