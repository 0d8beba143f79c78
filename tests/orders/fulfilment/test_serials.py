"""Units with serial numbers are picked, handed over and taken back by their numbers."""

from datetime import timedelta

import pytest
from django.db import transaction

from inventory.catalogue.models import Sku
from inventory.stock.models import StockMovement
from inventory.stock.operations import (
    USUAL,
    EveryUnitNamed,
    NotASerial,
    NotSerialised,
    Placement,
    SerialElsewhere,
    SerialsWanted,
    move_units,
)
from omniretail.kernel.actors import SYSTEM
from orders.fulfilment.models import FulfilmentLine, PickedSerial
from orders.fulfilment.operations import (
    AllPicked,
    NotThisItem,
    SerialInAnotherBag,
    SerialWanted,
    cancel_fulfilments,
    put_back_unit,
    report_short,
)
from orders.fulfilment.queries import fulfilment_view
from orders.returns.models import ReturnLine
from orders.returns.operations import SerialNotOfOrder
from tests.clock import NOON
from tests.factories.fulfilment import (
    Ordered,
    Town,
    bag_of,
    placed_order,
    shipped,
)
from tests.inventory.given import kit
from tests.lawbook import broken
from tests.orders.serials import (
    LAWS,
    PHONE_GTIN,
    PHONE_SYMBOL,
    back,
    come,
    corrected,
    handed_over,
    ordered,
    picked,
    where,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("serialised")]


def test_a_barcode_nobody_knows_is_no_serial_unless_somebody_says_so(shops: Town) -> None:
    bag = ordered()
    stranger = "4600000000008"
    with pytest.raises(NotThisItem), transaction.atomic():
        picked(bag, stranger, shops)
    assert not PickedSerial.objects.exists()
    picked(bag, "PHONE", shops, serial=stranger)
    assert PickedSerial.objects.get().number == stranger


def test_a_unit_is_picked_handed_over_and_taken_back_by_its_number(shops: Town) -> None:
    bag = ordered()
    picked(bag, "sn-1", shops)
    (line,) = fulfilment_view(bag.number).lines
    assert (line.is_serialised, line.serials, line.picked_quantity) == (True, ("SN-1",), 1)
    order = handed_over(bag, shops)
    assert where("SN-1") == "CUSTOMER"
    sale = StockMovement.objects.get(kind="SALE")
    assert (sale.serials, sale.reference) == (["SN-1"], order.number)
    back(order, shops, " sn-1 ")
    assert where("SN-1") == "arbat ON_HAND"
    assert ReturnLine.objects.get().serials == ["SN-1"]


def test_a_barcode_alone_does_not_say_which_unit_it_is(shops: Town) -> None:
    bag = ordered(2)
    for code in (PHONE_GTIN, "PHONE"):
        with pytest.raises(SerialWanted) as caught, transaction.atomic():
            picked(bag, code, shops)
        assert caught.value.facts["sku"] == "PHONE"
    with pytest.raises(SerialWanted), transaction.atomic():
        picked(bag, "PHONE", shops, serial="SN-1", quantity=2)
    with pytest.raises(NotASerial), transaction.atomic():
        picked(bag, "PHONE", shops, serial=PHONE_GTIN)
    assert picked(bag, PHONE_GTIN, shops, serial="SN-1").picked_quantity == 1


def test_a_unit_nobody_scanned_before_is_named_by_the_pick(shops: Town) -> None:
    bag = ordered(2)
    picked(bag, "NEW-1", shops)
    picked(bag, PHONE_GTIN, shops, serial="new-2")
    assert where("NEW-1") == where("NEW-2") == "tverskaya ON_HAND"
    handed_over(bag, shops)
    assert where("NEW-1") == where("NEW-2") == "CUSTOMER"


def test_a_strange_code_is_no_serial_where_more_than_one_article_may_have_it(
    shops: Town,
) -> None:
    Sku.objects.filter(code="CABLE").update(is_serialised=True)
    order = placed_order(
        [Ordered("PHONE", 1, "tverskaya"), Ordered("CABLE", 1, "tverskaya")]
    )
    bag = bag_of(order)
    with pytest.raises(NotThisItem), transaction.atomic():
        picked(bag, "NEW-1", shops)
    picked(bag, "CABLE", shops, serial="NEW-1")
    with pytest.raises(AllPicked), transaction.atomic():
        picked(bag, "NEW-1", shops)
    picked(bag, "NEW-2", shops)
    assert PickedSerial.objects.count() == 2


def test_a_symbol_says_article_and_number_at_once(shops: Town) -> None:
    bag = ordered(3)
    picked(bag, f"{PHONE_SYMBOL}21sn-1", shops)
    picked(bag, f"{PHONE_SYMBOL}10L-1\x1d21NEW-1", shops)
    with pytest.raises(SerialWanted), transaction.atomic():
        picked(bag, f"{PHONE_SYMBOL}10L-1", shops)
    with pytest.raises(SerialWanted), transaction.atomic():
        picked(bag, f"{PHONE_SYMBOL}21SN-2", shops, quantity=2)
    with pytest.raises(SerialInAnotherBag), transaction.atomic():
        picked(bag, f"{PHONE_SYMBOL}21SN-1", shops)
    picked(bag, f"{PHONE_SYMBOL}21NEW-2", shops, serial="SN-2")
    assert fulfilment_view(bag.number).lines[0].serials == ("SN-1", "NEW-1", "SN-2")


def test_a_symbol_of_another_article_is_no_serial_number(shops: Town) -> None:
    bag = ordered()
    with pytest.raises(NotThisItem), transaction.atomic():
        picked(bag, "(01)09780201379624(21)SN-1", shops)
    assert not PickedSerial.objects.exists()


def test_a_number_on_a_symbol_of_goods_without_numbers_counts_for_nothing(
    shops: Town,
) -> None:
    bag = ordered(2, sku="CABLE")
    assert picked(bag, "(01)04600051000057(10)L-1(21)SN-1", shops).picked_quantity == 1
    kit("SET", {"PHONE": 1, "CABLE": 1})
    of_kit = ordered(sku="SET")
    for code in (f"{PHONE_SYMBOL}21SN-1", "(01)04600051000057(10)L-1(21)SN-2"):
        picked(of_kit, code, shops)
    found = PickedSerial.objects.values_list("sku_code", "number")
    assert list(found) == [("PHONE", "SN-1")]


def test_articles_without_serials_take_none(shops: Town) -> None:
    bag = ordered(sku="CABLE")
    with pytest.raises(NotSerialised), transaction.atomic():
        picked(bag, "CABLE", shops, serial="SN-1")
    with pytest.raises(NotThisItem), transaction.atomic():
        picked(bag, "SN-1", shops)


def test_a_unit_of_another_place_is_not_picked_here(shops: Town) -> None:
    come("SN-9", store="arbat")
    bag = ordered()
    with pytest.raises(SerialElsewhere) as caught, transaction.atomic():
        picked(bag, "SN-9", shops)
    assert caught.value.facts["store"] == "arbat"


def test_a_unit_lies_in_one_bag(shops: Town) -> None:
    first, second = ordered(), ordered()
    picked(first, "SN-1", shops)
    with pytest.raises(SerialInAnotherBag) as caught, transaction.atomic():
        picked(second, "SN-1", shops)
    assert caught.value.facts["bag"] == first.number
    put_back_unit(
        number=first.number, position=1, by=shops.clerk("tverskaya"), at=NOON, serial="sn-1"
    )
    picked(second, "SN-1", shops)


def test_no_more_units_are_scanned_than_the_bag_wants(shops: Town) -> None:
    bag = ordered()
    picked(bag, "SN-1", shops)
    with pytest.raises(AllPicked), transaction.atomic():
        picked(bag, "SN-2", shops)


def test_where_all_units_are_known_another_number_is_refused(shops: Town) -> None:
    corrected(2)
    bag = ordered()
    with pytest.raises(EveryUnitNamed), transaction.atomic():
        picked(bag, "NEW-1", shops)


def test_what_is_put_back_is_the_last_unit_or_the_one_named(shops: Town) -> None:
    bag, clerk = ordered(3), shops.clerk("tverskaya")
    for number in ("SN-1", "SN-2", "NEW-1"):
        picked(bag, number, shops)
    put_back_unit(number=bag.number, position=1, by=clerk, at=NOON)
    put_back_unit(number=bag.number, position=1, serial="SN-1", by=clerk, at=NOON)
    assert fulfilment_view(bag.number).lines[0].serials == ("SN-2",)
    with pytest.raises(NotThisItem), transaction.atomic():
        put_back_unit(number=bag.number, position=1, serial="SN-1", by=clerk, at=NOON)
    assert where("SN-1") == "tverskaya ON_HAND"


def test_a_bag_that_is_called_off_frees_its_units(shops: Town) -> None:
    bag, other = ordered(), ordered()
    picked(bag, "SN-1", shops)
    cancel_fulfilments(order=bag.order, reason="CUSTOMER", by=SYSTEM, at=NOON)
    assert not PickedSerial.objects.exists()
    picked(other, "SN-1", shops)


def test_a_parcel_leaves_with_its_units(shops: Town) -> None:
    bag = ordered(kind="SHIP")
    picked(bag, "SN-2", shops)
    shipped(bag, shops.clerk("tverskaya"))
    assert where("SN-2") == "CUSTOMER"


def test_parts_of_kits_are_picked_and_taken_back_by_their_numbers(shops: Town) -> None:
    kit("SET", {"PHONE": 2, "CABLE": 1})
    bag, clerk = ordered(2, sku="SET"), shops.clerk("tverskaya")
    for number in ("SN-1", "SN-2", "NEW-1"):
        picked(bag, number, shops)
    picked(bag, "CABLE", shops)
    (line,) = fulfilment_view(bag.number).lines
    assert [(part.sku_code, part.serials) for part in line.parts if part.serials] == [
        ("PHONE", ("SN-1", "SN-2", "NEW-1"))
    ]
    report_short(number=bag.number, position=1, quantity=1, part="PHONE", by=clerk, at=NOON)
    assert fulfilment_view(bag.number).lines[0].parts[0].serials == ("SN-1", "SN-2")
    order = handed_over(bag, shops)
    with pytest.raises(SerialsWanted), transaction.atomic():
        back(order, shops, "SN-1", units=1)
    with pytest.raises(SerialNotOfOrder), transaction.atomic():
        back(order, shops, "SN-1", "NEW-1", units=1)
    back(order, shops, "SN-2", "SN-1", units=1)
    assert where("SN-1") == where("SN-2") == "arbat ON_HAND"


def test_a_bag_leaves_without_the_name_of_a_unit_that_was_moved_meanwhile(
    shops: Town,
) -> None:
    """Of what was sold another one is wanted, as `test_units_sold` tells."""
    bag = ordered()
    picked(bag, "SN-1", shops)
    move_units(
        store_code="tverskaya",
        lines=[Placement("PHONE", 1, "ON_HAND", "DISPLAY", serials=("SN-1",))],
        reason=USUAL["DISPLAY"],
        by=SYSTEM,
        at=NOON + timedelta(minutes=1),
    )
    handed_over(bag, shops)
    assert StockMovement.objects.get(reference=bag.order.number, kind="SALE").serials == []


def test_the_law_finds_a_name_without_its_unit(shops: Town) -> None:
    bag = ordered()
    picked(bag, "SN-1", shops)
    with transaction.atomic():
        PickedSerial.objects.update(left_at=NOON)
        assert broken(only=LAWS) == {"F5"}
        transaction.set_rollback(True)
    with transaction.atomic():
        FulfilmentLine.objects.update(picked_quantity=0)
        assert broken(only=LAWS) == {"F5"}
        transaction.set_rollback(True)
