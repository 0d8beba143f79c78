"""What a kit is made of is said once, and only of what has no stock of its own."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from inventory.catalogue.models import KitPart, Sku
from inventory.catalogue.operations import (
    KitInKit,
    KitMadeUpBefore,
    KitWasStocked,
    KitWithoutParts,
    PartQuantityOutOfRange,
    make_up_kit,
)
from inventory.catalogue.queries import KitHasNoStock, SkuNotFound, kits
from inventory.stock.models import StockLevel
from inventory.stock.operations import (
    StockWrite,
    WriteMode,
    adjust_stock,
    receive_stock,
    write_stock,
)
from inventory.supply.operations import BLIND, Condition, tally_unit
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError, from_integrity
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import sku
from tests.inventory.counts.given import opened, seen
from tests.inventory.given import figures, kit, place, stocked
from tests.inventory.supply.given import requested, two_places
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


def refusal_of(error: pytest.ExceptionInfo[IntegrityError]) -> type[DomainError] | None:
    found = from_integrity(error.value)
    return type(found) if found else None


def test_a_kit_says_what_it_is_made_of() -> None:
    kit()
    found = kits(["K-1", "S-1"])
    assert {code: one.parts for code, one in found.items()} == {"K-1": {"S-1": 1, "S-2": 2}}
    assert list(Sku.objects.filter(is_kit=True).values_list("code", flat=True)) == ["K-1"]
    assert broken(only={"S8"}) == set()


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ({}, KitWithoutParts),
        ({f"S-{n}": 1 for n in range(51)}, KitWithoutParts),
        ({"S-1": 0}, PartQuantityOutOfRange),
        ({"S-1": 1001}, PartQuantityOutOfRange),
        ({"S-9": 1}, SkuNotFound),
        ({"K-1": 1}, KitInKit),
        ({"K-0": 1}, KitInKit),
    ],
)
def test_nonsense_is_refused(parts: dict[str, int], refusal: type[DomainError]) -> None:
    kit("K-0")
    sku("K-1")
    with pytest.raises(refusal):
        make_up_kit(sku_code="K-1", parts=parts, by=SYSTEM, at=NOON)


def test_what_nobody_knows_is_no_kit() -> None:
    sku("S-1")
    with pytest.raises(SkuNotFound):
        make_up_kit(sku_code="K-1", parts={"S-1": 1}, by=SYSTEM, at=NOON)


def test_a_kit_is_made_up_once() -> None:
    kit()
    with pytest.raises(KitMadeUpBefore):
        make_up_kit(sku_code="K-1", parts={"S-1": 3}, by=SYSTEM, at=NOON)


def test_what_lay_on_a_shelf_does_not_become_a_kit() -> None:
    stocked(1, sku="K-1")
    sku("S-1")
    with pytest.raises(IntegrityError) as error:
        make_up_kit(sku_code="K-1", parts={"S-1": 1}, by=SYSTEM, at=NOON)
    assert refusal_of(error) is KitWasStocked


def test_a_part_that_becomes_a_kit_is_refused() -> None:
    kit()
    sku("S-3")
    with pytest.raises(IntegrityError) as error:
        make_up_kit(sku_code="S-1", parts={"S-3": 1}, by=SYSTEM, at=NOON)
    assert refusal_of(error) is KitInKit


def test_the_database_lets_no_part_be_added_later() -> None:
    kit()
    extra = KitPart(kit=Sku.objects.get(code="K-1"), part=sku("S-3"), quantity=1)
    with pytest.raises(IntegrityError) as error:
        extra.save()
    assert refusal_of(error) is KitMadeUpBefore


@pytest.mark.parametrize("deed", ["UPDATE {} SET quantity = 5", "DELETE FROM {}"])
def test_the_database_lets_no_part_be_changed(deed: str) -> None:
    kit()
    with (
        pytest.raises(DatabaseError, match="kit_parts_append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(deed.format("inventory_kitpart"))


def test_a_kit_is_not_received_and_not_corrected() -> None:
    kit()
    place()
    with pytest.raises(KitHasNoStock):
        receive_stock(
            store_code="msk-1", lines=[("K-1", 1)], reference="D-1", by=SYSTEM, at=NOON
        )
    with pytest.raises(KitHasNoStock):
        adjust_stock(
            store_code="msk-1",
            sku_code="K-1",
            on_hand=1,
            reason="counted",
            by=SYSTEM,
            at=NOON,
        )


def test_the_database_opens_no_level_for_a_kit() -> None:
    kit()
    place()
    row = StockLevel(store=Store.objects.get(), sku=Sku.objects.get(code="K-1"))
    with pytest.raises(IntegrityError) as error:
        row.save()
    assert refusal_of(error) is KitHasNoStock


def test_kits_do_not_travel_and_are_not_counted() -> None:
    kit()
    two_places()
    with pytest.raises(KitHasNoStock):
        requested(1, sku="K-1")
    with pytest.raises(KitHasNoStock):
        opened("K-1")
    number = opened(zone="A-1")
    with pytest.raises(KitHasNoStock):
        seen(number, 1, sku="K-1")
    with pytest.raises(KitHasNoStock):
        tally_unit(
            store_code="msk-1",
            document=BLIND,
            code="K-1",
            condition=Condition.GOOD,
            by=SYSTEM,
            at=NOON,
        )


def test_another_system_says_nothing_of_the_stock_of_a_kit() -> None:
    stocked(5)
    stocked(5, sku="S-2")
    kit()
    rows = [
        StockWrite("kit", "msk-1", "K-1", WriteMode.DELTA, 1),
        StockWrite("part", "msk-1", "S-1", WriteMode.DELTA, 1),
    ]
    results = write_stock(rows=rows, reference="D-1", reason="", by=SYSTEM, at=NOON)
    assert results[0].problem["code"] == "kit_has_no_stock"
    assert [one.outcome for one in results] == ["refused", "applied"]
    assert figures() == (6, 0)
