"""A kit is ordered and paid as one, picked and missed part by part."""

from decimal import Decimal

import pytest
from django.test import Client

from inventory.catalogue.models import Sku
from inventory.promises.queries import live_promises
from inventory.selling.queries import sellable_units
from inventory.stock.queries import levels
from omniretail.kernel import clock
from orders.fulfilment.models import Fulfilment, FulfilmentLine, FulfilmentPart
from orders.fulfilment.operations import (
    AllPicked,
    MoreThanMissing,
    NotThisItem,
    PartNotNamed,
    UnitsMissing,
    hand_over,
    mark_ready,
    pick_unit,
    put_back_unit,
    report_short,
)
from orders.fulfilment.queries import fulfilment_view
from orders.returns.operations import return_order
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, bag_of, code_of, placed_order
from tests.inventory.given import kit
from tests.lawbook import broken
from tests.tablet import sign_in_tablet

LAWS = {"S1", "S2", "S3", "S8", "P1", "P4", "P6", "O4", "F1", "F4"}
REST = {"P3", "P3b", "F3", "O2"}
PHONE_GTIN = "4006381333931"


@pytest.fixture
def set_of(shops: Town) -> str:
    """A phone with two cables."""
    return kit("SET", {"PHONE": 1, "CABLE": 2}, name="Набор")


@pytest.fixture
def bag(set_of: str) -> Fulfilment:
    """Two sets and a cable by itself."""
    lines = [Ordered("SET", 2, "tverskaya"), Ordered("CABLE", 1, "tverskaya")]
    return bag_of(placed_order(lines))


def pick(bag: Fulfilment, shops: Town, code: str, quantity: int = 1) -> FulfilmentLine:
    clerk = shops.clerk("tverskaya")
    return pick_unit(number=bag.number, code=code, quantity=quantity, by=clerk, at=NOON)


def short(bag: Fulfilment, shops: Town, part: str, quantity: int = 1) -> str:
    return report_short(
        number=bag.number,
        position=1,
        quantity=quantity,
        part=part,
        by=shops.clerk("tverskaya"),
        at=NOON,
    )


def found(bag: Fulfilment) -> dict[str, tuple[int, int]]:
    """What is found and what is wanted of each line and part."""
    view = fulfilment_view(bag.number)
    lines = {line.sku_code: line for line in view.lines}
    told = {
        code: (line.picked_quantity, line.live_quantity) for code, line in lines.items()
    }
    for code, line in lines.items():
        for part in line.parts:
            figures = (part.picked_quantity, part.live_quantity)
            told[f"{part.sku_code} of {code}"] = figures
    return told


def test_a_kit_is_kept_by_its_parts_and_picked_part_by_part(
    bag: Fulfilment, shops: Town
) -> None:
    assert found(bag) == {
        "SET": (0, 2),
        "CABLE": (0, 1),
        "PHONE of SET": (0, 2),
        "CABLE of SET": (0, 4),
    }
    assert broken(only=LAWS) == set()
    assert pick(bag, shops, PHONE_GTIN).order_line.sku_code == "SET"
    assert pick(bag, shops, "CABLE").order_line.sku_code == "CABLE"
    pick(bag, shops, "CABLE", 2)
    assert found(bag)["SET"] == (1, 2)
    assert broken(only=LAWS) == set()
    with pytest.raises(UnitsMissing):
        mark_ready(number=bag.number, bay="A", by=shops.clerk("tverskaya"), at=NOON)
    pick(bag, shops, "PHONE")
    pick(bag, shops, "CABLE", 2)
    assert found(bag)["SET"] == (2, 2)
    with pytest.raises(AllPicked):
        pick(bag, shops, "CABLE")
    with pytest.raises(AllPicked):
        pick(bag, shops, "PHONE")


def test_a_kit_itself_cannot_be_scanned_and_says_what_is_wanted(
    bag: Fulfilment, shops: Town
) -> None:
    with pytest.raises(NotThisItem) as refusal:
        pick(bag, shops, "SET")
    assert refusal.value.facts["expected"] == ["Товар PHONE", "Товар CABLE", "Товар CABLE"]


def test_a_part_is_put_back_by_its_name(bag: Fulfilment, shops: Town) -> None:
    pick(bag, shops, "PHONE", 2)
    clerk = shops.clerk("tverskaya")
    put_back_unit(number=bag.number, position=1, part="PHONE", by=clerk, at=NOON)
    assert found(bag)["PHONE of SET"] == (1, 2)
    for part in ("CABLE", "", "SET"):
        with pytest.raises(NotThisItem):
            put_back_unit(number=bag.number, position=1, part=part, by=clerk, at=NOON)


def test_kits_are_handed_over_as_their_parts_and_come_back_as_parts(
    bag: Fulfilment, shops: Town
) -> None:
    clerk = shops.clerk("tverskaya")
    for code, units in (("PHONE", 2), ("CABLE", 1), ("CABLE", 4)):
        pick(bag, shops, code, units)
    mark_ready(number=bag.number, bay="A", by=clerk, at=NOON)
    hand_over(number=bag.number, code=code_of(bag.order), by=clerk, at=NOON)
    here = levels("tverskaya", ["PHONE", "CABLE"])
    assert {code: one.on_hand for code, one in here.items()} == {"PHONE": 3, "CABLE": 5}
    assert live_promises(bag.order.number) == []
    assert broken(only=LAWS | REST - {"O2"}) == set()
    back = return_order(
        order_number=bag.order.number, store_code="tverskaya", by=clerk, at=NOON
    )
    here = levels("tverskaya", ["PHONE", "CABLE"])
    assert {code: one.on_hand for code, one in here.items()} == {"PHONE": 5, "CABLE": 10}
    assert back.refund_amount == Decimal("3000.00")
    assert broken(only=LAWS) == set()


def test_a_missing_part_lets_its_kit_fail_and_only_it_is_written_off(
    bag: Fulfilment, shops: Town
) -> None:
    pick(bag, shops, "PHONE", 2)
    pick(bag, shops, "CABLE", 1)
    pick(bag, shops, "CABLE", 3)
    assert short(bag, shops, "CABLE") == "REFUNDED"
    assert found(bag) == {
        "SET": (1, 1),
        "CABLE": (1, 1),
        "PHONE of SET": (1, 1),
        "CABLE of SET": (2, 2),
    }
    here = levels("tverskaya", ["PHONE", "CABLE"])
    assert (here["PHONE"].on_hand, here["PHONE"].reserved) == (5, 1)
    assert (here["CABLE"].on_hand, here["CABLE"].reserved) == (9, 3)
    bag.order.refresh_from_db()
    assert [line.cancelled_quantity for line in bag.order.lines.all()] == [1, 0]
    assert broken(only=LAWS) == set()
    mark_ready(number=bag.number, bay="A", by=shops.clerk("tverskaya"), at=NOON)


def test_a_short_kit_names_its_part_and_no_more_than_is_missing(
    bag: Fulfilment, shops: Town
) -> None:
    pick(bag, shops, "PHONE")
    for part in ("", "SET"):
        with pytest.raises(PartNotNamed):
            short(bag, shops, part)
    with pytest.raises(MoreThanMissing):
        short(bag, shops, "PHONE", 2)


def test_another_place_sends_the_kit_whole(set_of: str, shops: Town) -> None:
    order = placed_order([Ordered("SET", 2, "tverskaya", "SHIP")])
    bag = bag_of(order, "SHIP")
    pick(bag, shops, "PHONE")
    assert short(bag, shops, "CABLE", 3) == "RESOURCED"
    other = Fulfilment.objects.exclude(pk=bag.pk).get(order=order)
    assert found(other) == {
        "SET": (0, 2),
        "PHONE of SET": (0, 2),
        "CABLE of SET": (0, 4),
    }
    assert broken(only=LAWS) == set()


def test_a_kit_is_available_where_its_parts_are(set_of: str) -> None:
    found = sellable_units(
        channel="", store_codes=["tverskaya", "depot"], sku_codes=["SET"], at=NOON
    )
    assert found == {("tverskaya", "SET"): 5, ("depot", "SET"): 50}


def test_a_kit_counted_without_its_parts_breaks_f4(bag: Fulfilment, shops: Town) -> None:
    pick(bag, shops, "PHONE")
    assert broken(only=LAWS) == set()
    FulfilmentLine.objects.filter(fulfilment=bag).update(picked_quantity=1)
    assert broken(only=LAWS) == {"F4"}
    FulfilmentLine.objects.filter(fulfilment=bag).update(picked_quantity=0)
    assert broken(only=LAWS) == set()
    FulfilmentPart.objects.filter(sku_code="CABLE").update(per_kit=1)
    assert broken(only=LAWS) == {"F4"}


@pytest.fixture
def clerk(shops: Town, client: Client) -> Client:
    sign_in_tablet(client, store=Store.objects.get(code="tverskaya"))
    return client


def test_the_tablet_lists_the_parts_under_the_kit(clerk: Client, set_of: str) -> None:
    Sku.objects.filter(code="SET").update(name="Набор")
    bag = bag_of(placed_order([Ordered("SET", 1, "tverskaya")], at=clock.now()))
    page = f"/tablet/pick/{bag.number}/"
    text = clerk.get(page).content.decode()
    assert "part of Набор" in text
    assert text.index("Набор") < text.index("Товар PHONE") < text.index("Товар CABLE")
    scan = clerk.post(f"{page}scan/", {"code": "PHONE"}, headers={"HX-Request": "true"})
    assert "1/1" in scan.content.decode()
    undo = {"part": "PHONE"}
    clerk.post(f"{page}1/put-back/", undo, headers={"HX-Request": "true"})
    assert found(bag)["PHONE of SET"] == (0, 1)
    clerk.post(f"{page}1/short/", {"part": "PHONE", "quantity": "1"})
    bag.refresh_from_db()
    assert bag.status == "CANCELLED"
