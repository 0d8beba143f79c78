"""Units with serial numbers that are sold on the tablet and carried out."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from inventory.serials.queries import serial_story
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError
from orders.carts.models import CartLine
from orders.carts.operations import merge_cart, name_units, set_line
from orders.carts.queries import cart_view
from orders.checkout.operations import (
    Payment,
    Terms,
    place_order,
    scan_unit,
)
from orders.checkout.operations import serials as serials_room
from orders.fulfilment.models import Fulfilment, PickedSerial
from orders.fulfilment.operations import pick_unit
from orders.ordering.models import Order
from orders.returns.operations import ReturnItem, return_order
from tests import given
from tests.clock import NOON
from tests.inventory.given import kit
from tests.inventory.serials.given import come, where
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
LAWS = {"S1", "S3", "S4", "S10", "S10b", "F1", "F5", "P3", "P3b", "P4", "O4"}


def phones(*numbers: str) -> None:
    """Phones with these numbers lie in Moscow, at a price."""
    come(*numbers)
    given.a_priced_sku("S-1")


def a_cart(units: int = 1, sku: str = "S-1") -> str:
    return given.a_cart((sku, units, "CARRY_OUT", "msk-1"), store="msk-1")


def scanned(token: str, *numbers: str, sku: str = "S-1") -> None:
    for number in numbers:
        scan_unit(
            token=token, sku_code=sku, store_code="msk-1", serial=number, by=SYSTEM, at=NOON
        )


def said(token: str, *numbers: str) -> None:
    name_units(
        token=token,
        sku_code="S-1",
        store_code="msk-1",
        serials=numbers,
        by=SYSTEM,
        at=NOON,
    )


def bought(token: str) -> Order:
    terms = Terms(Payment("CASH"), store_code="msk-1")
    number = place_order(token=token, terms=terms, by=SYSTEM, at=NOON)
    return Order.objects.get(number=number)


def refusal(call: Any, *terms: Any, **more: Any) -> tuple[str, str | None]:
    """Code of a refusal and the place it points at."""
    with pytest.raises(DomainError) as caught, transaction.atomic():
        call(*terms, **more)
    return caught.value.code, caught.value.field


def held(token: str) -> tuple[int, tuple[str, ...]]:
    (line,) = cart_view(token).lines
    return line.quantity, line.serials


def test_the_unit_that_was_scanned_goes_home_with_its_customer() -> None:
    phones("A", "B")
    token = a_cart()
    scanned(token, " b ")
    assert held(token) == (1, ("B",))
    order = bought(token)
    assert order.status == Order.Status.COMPLETED
    assert (where("A"), where("B")) == ("msk-1 ON_HAND", "CUSTOMER")
    story = serial_story("S-1", "B")
    assert story.reference == order.number
    assert story.steps[0].words == "Handed to the customer"
    assert PickedSerial.objects.get().left_at == NOON
    return_order(
        order_number=order.number,
        store_code="msk-1",
        items=[ReturnItem(1, 1, serials=("B",))],
        by=SYSTEM,
        at=NOON,
    )
    assert where("B") == "msk-1 ON_HAND"
    assert broken(only=LAWS) == set()


def test_a_unit_nobody_has_seen_gets_its_name_at_the_counter() -> None:
    phones("A")
    given.stocked(1)
    token = a_cart()
    scanned(token, "NEW")
    bought(token)
    assert (where("A"), where("NEW")) == ("msk-1 ON_HAND", "CUSTOMER")
    assert broken(only=LAWS) == set()


def test_a_scan_names_what_has_no_name_before_it_adds_a_unit() -> None:
    phones("A", "B", "C")
    token = a_cart(2)
    scanned(token, "A", "B", "C")
    assert held(token) == (3, ("A", "B", "C"))
    assert refusal(scanned, token, "a") == ("serial_twice", "lines/0/serials/3")
    assert held(token) == (3, ("A", "B", "C"))


def test_numbers_are_checked_where_they_stand() -> None:
    phones("A", "B")
    come("FAR", store="msk-2")
    token = a_cart()
    assert refusal(said, token, "A", "B")[0] == "more_serials_than_units"
    assert refusal(said, token, "S-1") == ("not_a_serial", "lines/0/serials/0")
    assert refusal(said, token, "FAR") == ("serial_elsewhere", "lines/0/serials")
    given.goods(1, sku="S-9")
    plain = a_cart(1, "S-9")
    told = refusal(scanned, plain, "A", sku="S-9")
    assert told == ("not_serialised", "lines/0/serials")


def test_a_line_that_is_gone_names_no_units() -> None:
    phones("A")
    token = given.a_cart(("S-1", 1, "SHIP", None))
    assert refusal(said, token, "A")[0] == "cart_changed"


def test_what_is_taken_along_is_scanned_before_it_is_paid() -> None:
    phones("A", "B")
    token = a_cart(2)
    scanned(token, "A")
    assert refusal(bought, token) == ("serials_wanted", "lines/0/serials")
    assert not Order.objects.exists()
    scanned(token, "B")
    order = bought(token)
    assert order.status == Order.Status.COMPLETED
    assert where("A") == where("B") == "CUSTOMER"
    assert broken(only=LAWS) == set()


def test_what_happened_to_a_unit_meanwhile_is_said_before_it_is_paid() -> None:
    phones("A", "B")
    mine, other = a_cart(), a_cart()
    scanned(mine, "A")
    scanned(other, "A")
    bought(other)
    assert refusal(bought, mine) == ("serial_elsewhere", "lines/0/serials")
    said(mine, "UNKNOWN")
    assert refusal(bought, mine) == ("every_unit_named", "lines/0/serials")
    said(mine, "B")
    bought(mine)
    assert where("B") == "CUSTOMER"


def a_picked_unit(number: str) -> None:
    order = given.a_placed_order(("S-1", 1, "COLLECT", "msk-1"))
    bag = Fulfilment.objects.get(order__number=order)
    pick_unit(number=bag.number, code=number, by=SYSTEM, at=NOON)


def test_a_unit_in_somebody_elses_bag_is_not_sold() -> None:
    phones("A", "B")
    a_picked_unit("A")
    token = a_cart()
    scanned(token, "A")
    assert refusal(bought, token) == ("serial_in_another_bag", "lines/0/serials")


def test_a_unit_put_into_a_bag_after_all_stays_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two pairs of hands cannot hold one unit; whoever says so does not stop the sale."""
    phones("A", "B")
    given.stocked(1)
    a_picked_unit("A")
    token = a_cart()
    scanned(token, "A")
    monkeypatch.setattr(serials_room, "keep_in_hand", lambda *_order, **_terms: None)
    assert bought(token).status == Order.Status.COMPLETED
    assert where("A") == "msk-1 ON_HAND"
    assert broken(only=LAWS) == set()


def test_parts_of_a_kit_are_named_on_its_line() -> None:
    phones("A", "B")
    given.stocked(5, sku="CABLE")
    kit("SET", {"CABLE": 1, "S-1": 2})
    given.a_priced_sku("SET")
    token = a_cart(1, "SET")
    scanned(token, "B", sku="SET")
    assert refusal(bought, token)[0] == "serials_wanted"
    scanned(token, "A", sku="SET")
    assert held(token) == (1, ("B", "A"))
    bought(token)
    assert where("A") == where("B") == "CUSTOMER"
    assert broken(only=LAWS) == set()


def test_a_shorter_line_forgets_the_last_numbers() -> None:
    phones("A", "B")
    token = a_cart(2)
    scanned(token, "A", "B")
    terms: dict[str, Any] = {
        "sku_code": "S-1",
        "intent": "CARRY_OUT",
        "store_code": "msk-1",
    }
    set_line(token=token, quantity=1, by=SYSTEM, at=NOON, **terms)
    assert held(token) == (1, ("A",))


def test_numbers_come_along_when_a_customer_is_named() -> None:
    phones("A")
    number = given.a_customer()
    given.a_cart(("S-1", 1, "CARRY_OUT", "msk-1"), customer=number)
    token = a_cart()
    scanned(token, "A")
    cart = merge_cart(token=token, customer_number=number, by=SYSTEM, at=NOON)
    assert held(str(cart.token)) == (1, ("A",))


def test_only_what_is_taken_along_has_numbers() -> None:
    phones("A")
    given.a_cart(("S-1", 1, "SHIP", None))
    with pytest.raises(IntegrityError, match="only_what_is_taken_along_has_serials"):
        CartLine.objects.update(serials=["A"])
