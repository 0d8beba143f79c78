"""The database splits each movement over lots: the named, else the first to expire."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from inventory.catalogue.models import Sku
from inventory.lots.models import Lot, LotLevel, LotStep
from inventory.promises.operations import consume_promises
from inventory.stock.models import StockMovement
from inventory.stock.operations import (
    StockWrite,
    WriteMode,
    adjust_stock,
    restock_return,
    reverse_movement,
    sell_stock,
    write_stock,
)
from inventory.supply.operations import (
    Counted,
    approve_transfer,
    dispatch_transfer,
    request_transfer,
    write_off_transfer,
)
from inventory.supply.quantities import Wanted
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import allocated, moved, place, stocked, wanted
from tests.inventory.lots.given import LAWS, lot_sku, lots, lotted, taken
from tests.inventory.supply.given import BOSS, take_in
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
IN_AN_HOUR = NOON + timedelta(hours=1)


def sold(units: int, reference: str = "C-1", *, sku: str = "S-1") -> None:
    sell_stock(
        store_code="msk-1", lines=[(sku, units)], reference=reference, by=SYSTEM, at=NOON
    )


def test_a_sale_takes_the_first_to_expire_first() -> None:
    lotted(2, "LATE", 90)
    lotted(2, "SOON", 10)
    sold(3)
    assert taken("C-1") == {"SOON": 2, "LATE": 1}
    assert lots() == {"LATE": 1}
    assert broken(only=LAWS) == set()


def test_a_sale_told_after_a_count_leaves_its_lots_as_they_were_seen() -> None:
    """The count has missed two of the lot that expires first: the till tells who has it."""
    lotted(3, "SOON", 10)
    lotted(2, "LATE", 90)
    terms: dict[str, Any] = {"store_code": "msk-1", "by": SYSTEM}
    adjust_stock(**terms, sku_code="S-1", on_hand=3, reason="counted", at=IN_AN_HOUR)
    assert lots() == {"SOON": 1, "LATE": 2}
    sale = {"lines": [("S-1", 2)], "reference": "C-1", "observed_at": NOON}
    sell_stock(**terms | sale, at=IN_AN_HOUR)
    assert lots() == {"SOON": 1, "LATE": 2}
    assert broken(only=LAWS) == set()


def test_what_has_no_date_goes_after_what_has_one() -> None:
    lot_sku()
    stocked(2)
    lotted(1, "LATE", 900)
    sold(2)
    assert taken("C-1") == {"LATE": 1, "": 1}


def test_what_may_not_be_sold_goes_to_a_customer_only_when_nothing_else_is_there() -> None:
    lot_sku(left=30)
    lotted(2, "OVER", 29)
    lotted(1, "GOOD", 31)
    stocked(1)
    sold(3)
    assert taken("C-1") == {"GOOD": 1, "": 1, "OVER": 1}


def test_a_promise_leaves_with_the_lots_it_names() -> None:
    lotted(2, "SOON", 10)
    lotted(2, "LATE", 90)
    allocated(wanted(2))
    consume_promises(
        reference="R-1",
        lines={"1": 2},
        lots={"1": {"S-1": {"LATE": 1}}},
        by=SYSTEM,
        at=NOON,
    )
    assert taken("R-1") == {"LATE": 1, "SOON": 1}
    assert broken(only=LAWS) == set()


def test_a_lot_nobody_knows_is_refused() -> None:
    lotted(2, "SOON", 10)
    with pytest.raises(IntegrityError, match="nobody knows"), transaction.atomic():
        restock_return(
            store_code="msk-1",
            lines=[("S-1", 1, "RESTOCK")],
            lots={("S-1", "RESTOCK"): {"WHICH": 1}},
            reference="RET-1",
            by=SYSTEM,
            at=NOON,
        )


def test_units_keep_their_lot_on_the_way_within_the_place() -> None:
    lotted(2, "SOON", 10)
    lotted(2, "LATE", 90)
    way = moved(3, "ON_HAND>QUARANTINE")
    assert lots(bucket="QUARANTINE") == {"SOON": 2, "LATE": 1}
    sold(1)
    reverse_movement(movement=way.movements[0], reason="", by=SYSTEM, at=NOON)
    assert lots() == {"SOON": 2, "LATE": 1}
    assert lots(bucket="QUARANTINE") == {}
    assert broken(only=LAWS) == set()


def test_a_transfer_brings_the_lots_that_were_sent_and_finds_those_that_were_lost() -> None:
    lotted(2, "SOON", 10)
    lotted(3, "LATE", 90)
    place("spb-1")
    number = request_transfer(
        source_code="msk-1",
        target_code="spb-1",
        lines=[Wanted("S-1", 4)],
        by=SYSTEM,
        at=NOON,
    )
    approve_transfer(number=number, by=BOSS, at=NOON)
    dispatch_transfer(number=number, by=SYSTEM, at=NOON)
    assert lots() == {"LATE": 1}
    take_in(number, Counted("S-1", 3))
    assert lots("spb-1") == {"SOON": 2, "LATE": 1}
    write_off_transfer(number=number, reason="gone", by=BOSS, at=NOON)
    take_in(number, Counted("S-1", 1))
    assert lots("spb-1") == {"SOON": 2, "LATE": 2}
    assert broken(only=LAWS | {"S5"}) == set()


def test_corrections_go_to_the_units_without_a_lot_and_come_from_them_first() -> None:
    lotted(2, "SOON", 10)
    for delta in (3, -2):
        adjust_stock(
            store_code="msk-1", sku_code="S-1", delta=delta, reason="", by=SYSTEM, at=NOON
        )
    assert lots() == {"SOON": 2, "": 1}
    adjust_stock(
        store_code="msk-1", sku_code="S-1", delta=-2, reason="", by=SYSTEM, at=NOON
    )
    assert lots() == {"SOON": 1}
    assert broken(only=LAWS) == set()


def test_a_bulk_write_is_split_like_everything_else() -> None:
    lotted(2, "SOON", 10)
    lotted(2, "LATE", 90)
    stocked(5, sku="S-2")
    write_stock(
        rows=[
            StockWrite("1", "msk-1", "S-1", WriteMode.ABSOLUTE, 7, observed_at=NOON),
            StockWrite("2", "msk-1", "S-2", WriteMode.ABSOLUTE, 1, observed_at=NOON),
        ],
        reference="W-1",
        reason="",
        by=SYSTEM,
        at=NOON,
    )
    assert lots() == {"SOON": 2, "LATE": 2, "": 3}
    write_stock(
        rows=[StockWrite("1", "msk-1", "S-1", WriteMode.DELTA, -5)],
        reference="W-2",
        reason="",
        by=SYSTEM,
        at=NOON,
    )
    assert lots() == {"LATE": 2}
    assert not LotStep.objects.filter(movement__sku__code="S-2").exists()
    assert broken(only=LAWS) == set()


def test_what_lay_there_before_lots_were_kept_has_no_lot() -> None:
    stocked(5)
    moved(2, "ON_HAND>DAMAGED")
    sold(1)
    Sku.objects.filter(code="S-1").update(keeps_lots=True)
    assert lots() == {"": 2}
    assert lots(bucket="DAMAGED") == {"": 2}
    assert broken(only=LAWS) == set()
    sold(1, "C-2")
    assert broken(only=LAWS) == set()


def test_lots_are_kept_for_good_once_units_have_moved() -> None:
    lot_sku("S-9")
    Sku.objects.filter(code="S-9").update(keeps_lots=False)
    lotted(1, "SOON", 10)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sku.objects.filter(code="S-1").update(keeps_lots=False)


@pytest.mark.parametrize("how", ["delete", "change"])
def test_steps_are_written_once(how: str) -> None:
    lotted(1, "SOON", 10)
    rows = LotStep.objects.all()
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        rows.delete() if how == "delete" else rows.update(quantity=2)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (Lot, {"expires_on": None}),
        (LotLevel, {"units": -1}),
        (LotLevel, {"bucket": "CUSTOMER"}),
    ],
)
def test_the_database_refuses_what_cannot_be(
    table: type[Lot] | type[LotLevel], change: dict[str, object]
) -> None:
    lotted(1, "SOON", 10)
    rows = table.objects.filter(**({"code": "SOON"} if table is Lot else {}))
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**change)


def test_a_movement_the_lots_cannot_account_for_is_refused() -> None:
    lotted(1, "SOON", 10)
    LotLevel.objects.update(units=0)
    with pytest.raises(IntegrityError, match="account"), transaction.atomic():
        sold(1)
    assert StockMovement.objects.filter(kind="SALE").count() == 0
