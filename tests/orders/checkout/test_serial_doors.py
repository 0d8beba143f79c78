"""Serial numbers of what is taken along, told over REST as the Sell page asks for them."""

from collections.abc import Iterator
from typing import Any

import pytest

from omniretail.kernel.api.principals import Principal, PrincipalKind
from orders.models import CartLine, Order
from tests import given
from tests.callers import Caller, as_client, nobody, posing_as
from tests.inventory.given import kit
from tests.inventory.serials.given import come, where
from tests.inventory.supply.given import staff
from tests.lawbook import broken
from tests.orders.checkout.test_serials import a_picked_unit, phones

pytestmark = pytest.mark.django_db
CARTS = "/api/v1/carts"
LAWS = {"S1", "S3", "S4", "S10", "S10b", "F1", "F5", "P3", "P3b", "P4", "O4"}


@pytest.fixture
def counter() -> Iterator[Caller]:
    """A clerk of the Moscow store, where three phones lie."""
    phones("A", "B", "C")
    who = Principal(PrincipalKind.STAFF, staff("msk-1").key, store="msk-1", device="t-1")
    with posing_as(who):
        yield nobody()


def a_cart(caller: Caller) -> str:
    return str(caller.post(CARTS, {}).json()["token"])


def put(caller: Caller, token: str, units: int, *numbers: str, **line: Any) -> Any:
    body = {"sku": "S-1", "intent": "CARRY_OUT", "store": "msk-1", "quantity": units}
    return caller.post(f"{CARTS}/{token}/lines", body | {"serials": numbers} | line)


def pay(caller: Caller, token: str) -> Any:
    return caller.post(f"{CARTS}/{token}/checkout", {"payment": {"kind": "CASH"}})


def problem(answer: Any) -> tuple[str, str]:
    told = answer.json()
    return told["code"], told["errors"][0]["pointer"]


def test_a_unit_named_in_the_cart_goes_home_with_its_customer(counter: Caller) -> None:
    token = a_cart(counter)
    told = put(counter, token, 2, " b ", "A").json()
    assert told["lines"][0]["serials"] == ["B", "A"]
    assert put(counter, token, 2, "b", "a").json()["lines"] == told["lines"]
    answer = pay(counter, token)
    assert answer.status_code == 201, answer.json()
    assert (where("A"), where("B")) == ("CUSTOMER", "CUSTOMER")
    assert where("C") == "msk-1 ON_HAND"
    assert broken(only=LAWS) == set()


def test_numbers_stay_until_others_are_said(counter: Caller) -> None:
    token = a_cart(counter)
    put(counter, token, 2, "A", "B")
    path = f"{CARTS}/{token}/lines"
    line = {"sku": "S-1", "intent": "CARRY_OUT", "store": "msk-1"}
    kept = counter.post(path, line | {"quantity": 1}).json()["lines"]
    assert (kept[0]["quantity"], kept[0]["serials"]) == (1, ["A"])
    cleared = put(counter, token, 1).json()["lines"]
    assert cleared[0]["serials"] == []


def test_what_is_not_named_is_asked_for_at_the_checkout(counter: Caller) -> None:
    token = a_cart(counter)
    put(counter, token, 2, "A")
    refusal = pay(counter, token)
    assert refusal.status_code == 422
    assert problem(refusal) == ("serials_wanted", "#/lines/0/serials")
    assert (refusal.json()["wanted"], refusal.json()["scanned"]) == (2, 1)
    assert not Order.objects.exists()


def quoted(caller: Caller, token: str) -> tuple[bool, list[tuple[int, int]]]:
    told = caller.get(f"{CARTS}/{token}/quote").json()
    lines = [(line["serials_wanted"], line["serials_named"]) for line in told["lines"]]
    return told["can_be_ordered"], lines


def test_a_quote_says_how_many_numbers_are_wanted_and_named(counter: Caller) -> None:
    given.stocked(9, sku="CABLE")
    given.a_priced_sku("CABLE")
    kit("SET", {"CABLE": 1, "S-1": 1})
    given.a_priced_sku("SET")
    token = a_cart(counter)
    put(counter, token, 2, "A")
    put(counter, token, 1, sku="SET")
    put(counter, token, 1, sku="CABLE")
    assert quoted(counter, token) == (False, [(2, 1), (1, 0), (0, 0)])
    assert problem(pay(counter, token)) == ("serials_wanted", "#/lines/0/serials")
    put(counter, token, 2, "A", "B")
    assert quoted(counter, token) == (False, [(2, 2), (1, 0), (0, 0)])
    assert problem(pay(counter, token)) == ("serials_wanted", "#/lines/1/serials")
    put(counter, token, 1, "C", sku="SET")
    assert quoted(counter, token) == (True, [(2, 2), (1, 1), (0, 0)])
    assert pay(counter, token).status_code == 201


def test_a_quote_wants_no_number_of_what_leaves_later(counter: Caller) -> None:
    token = a_cart(counter)
    put(counter, token, 1, intent="COLLECT")
    assert quoted(counter, token) == (True, [(0, 0)])


def test_numbers_are_refused_where_they_stand(counter: Caller) -> None:
    come("FAR", store="msk-2")
    token = a_cart(counter)
    wrong = {
        ("A", "a"): ("serial_twice", "#/serials/1"),
        ("A", "B", "C"): ("more_serials_than_units", "#/serials"),
        ("A", "s-1"): ("not_a_serial", "#/serials/1"),
        ("FAR",): ("serial_elsewhere", "#/serials"),
    }
    for numbers, expected in wrong.items():
        assert problem(put(counter, token, 2, *numbers)) == expected
    assert not CartLine.objects.exists()
    given.goods(1, sku="S-9")
    plain = put(counter, token, 1, "A", sku="S-9")
    assert problem(plain) == ("not_serialised", "#/serials")


def test_a_number_lies_on_one_line_of_a_cart(counter: Caller) -> None:
    given.stocked(5, sku="CABLE")
    kit("SET", {"CABLE": 1, "S-1": 1})
    given.a_priced_sku("SET")
    token = a_cart(counter)
    put(counter, token, 1, "A")
    assert problem(put(counter, token, 1, "A", sku="SET")) == (
        "serial_twice",
        "#/serials/0",
    )
    assert put(counter, token, 1, "B", sku="SET").status_code == 200
    assert pay(counter, token).status_code == 201
    assert where("B") == "CUSTOMER"


def test_what_leaves_later_is_scanned_later(counter: Caller) -> None:
    token = a_cart(counter)
    sent = put(counter, token, 1, "A", intent="SHIP", store=None)
    assert problem(sent) == ("not_taken_along", "#/serials")
    assert problem(put(counter, token, 0, "A"))[0] == "more_serials_than_units"
    assert put(counter, token, 1, intent="SHIP", store=None).status_code == 200


def test_a_unit_in_a_bag_is_named_with_its_bag_before_money_moves(counter: Caller) -> None:
    a_picked_unit("A")
    token = a_cart(counter)
    put(counter, token, 1, "A")
    refusal = pay(counter, token)
    assert problem(refusal) == ("serial_in_another_bag", "#/lines/0/serials")
    assert refusal.json()["serial"] == "A"


def test_where_a_unit_is_is_told_at_the_counter_only(counter: Caller) -> None:
    come("FAR", store="msk-2")
    seen = put(counter, a_cart(counter), 1, "FAR").json()
    assert (seen["store"], seen["bucket"]) == ("msk-2", "ON_HAND")


def test_a_program_hears_only_that_the_unit_is_not_here() -> None:
    phones("A")
    come("FAR", store="msk-2")
    app = as_client("carts:write")
    told = put(app, a_cart(app), 1, "FAR").json()
    assert (told["code"], told["serial"]) == ("serial_elsewhere", "FAR")
    assert not {"store", "bucket", "reference"} & told.keys()
