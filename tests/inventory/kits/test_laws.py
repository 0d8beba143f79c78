"""S8 is broken in each of its ways, and only that law says so."""

from collections.abc import Iterator

import pytest
from django.db import connection

from inventory.catalogue.models import Sku
from inventory.promises.operations import consume_promises
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import allocated, kit, stocked, wanted
from tests.inventory.test_laws import unguarded
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LAWS = {"S1", "S2", "S3", "S8", "P1", "P3", "P5"}
FREE_PARTS = "ALTER TABLE inventory_kitpart DISABLE TRIGGER USER"


@pytest.fixture(autouse=True)
def trade() -> Iterator[None]:
    """A kit of an S-1 and two S-2: one is sold, one is kept."""
    stocked(9)
    stocked(9, sku="S-2")
    kit()
    allocated(wanted(2, sku="K-1"))
    consume_promises(reference="R-1", lines={"1": 1}, by=SYSTEM, at=NOON)
    assert broken(only=LAWS) == set()
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_kit_kept_with_too_little_of_a_part_breaks_s8() -> None:
    unguarded(
        "UPDATE inventory_promise p SET quantity = 1 FROM inventory_sku s"
        " WHERE s.id = p.sku_id AND s.code = 'S-2' AND p.status = 'ALLOCATED'",
        "UPDATE inventory_stocklevel l SET reserved = 1 FROM inventory_sku s"
        " WHERE s.id = l.sku_id AND s.code = 'S-2'",
    )
    assert broken(only=LAWS) == {"S8"}


def test_a_kit_kept_without_a_part_breaks_s8() -> None:
    unguarded(
        "UPDATE inventory_promise p SET kit_id = NULL, per_kit = 1 FROM inventory_sku s"
        " WHERE s.id = p.sku_id AND s.code = 'S-2' AND p.status = 'ALLOCATED'",
    )
    assert broken(only=LAWS) == {"S8"}


def test_a_kit_with_a_part_that_was_not_promised_breaks_s8() -> None:
    stocked(1, sku="S-3")
    unguarded(
        FREE_PARTS,
        "INSERT INTO inventory_kitpart (kit_id, part_id, quantity)"
        " SELECT k.id, s.id, 1 FROM inventory_sku k, inventory_sku s"
        " WHERE k.code = 'K-1' AND s.code = 'S-3'",
    )
    assert broken(only=LAWS) == {"S8"}


def test_a_kit_of_other_quantities_than_promised_breaks_s8() -> None:
    unguarded(FREE_PARTS, "UPDATE inventory_kitpart SET quantity = 1 WHERE quantity = 2")
    assert broken(only=LAWS) == {"S8"}


def test_a_kit_with_a_level_of_its_own_breaks_s8() -> None:
    unguarded(
        "ALTER TABLE inventory_stocklevel DISABLE TRIGGER USER",
        "INSERT INTO inventory_stocklevel (store_id, sku_id)"
        " SELECT st.id, k.id FROM stores_store st, inventory_sku k WHERE k.code = 'K-1'",
    )
    assert broken(only=LAWS) == {"S8"}


def test_a_kit_in_a_kit_breaks_s8() -> None:
    kit("K-2", {"S-1": 1})
    unguarded(
        FREE_PARTS,
        "INSERT INTO inventory_kitpart (kit_id, part_id, quantity)"
        " SELECT k.id, s.id, 1 FROM inventory_sku k, inventory_sku s"
        " WHERE k.code = 'K-2' AND s.code = 'K-1'",
    )
    assert broken(only=LAWS) == {"S8"}


@pytest.mark.parametrize("code", ["K-1", "S-1"])
def test_a_sku_that_says_it_is_what_it_is_not_breaks_s8(code: str) -> None:
    Sku.objects.filter(code=code).update(is_kit=code == "S-1")
    assert broken(only=LAWS) == {"S8"}
