"""Clerks and tills of the demonstration scan units by their numbers."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from orders.trading_day.client import Refused
from orders.trading_day.counter import Counter
from orders.trading_day.plan import Want
from orders.trading_day.reference import Article
from orders.trading_day.scanning import (
    lines_back,
    new_serial,
    scan_first,
    units_on_shelf,
)

PHONE = Article("PHONE", "phones", ("4006381333931",), Decimal(1), is_serialised=True)
CABLE = Article("CABLE", "cables", ("4600051000057",), Decimal(1))
SET = Article("SET", "sets", (), Decimal(1), parts={"PHONE": 1, "CABLE": 2})
ARTICLES = {one.sku_code: one for one in (PHONE, CABLE, SET)}


def luhn(digits: str) -> int:
    """The sum that is a multiple of ten when the check digit is right."""
    backwards = [int(one) for one in reversed(digits)]
    doubled = [2 * one for one in backwards[1::2]]
    return sum(backwards[::2]) + sum(n // 10 + n % 10 for n in doubled)


def test_a_new_number_is_what_a_telephone_bears() -> None:
    numbers = {new_serial(Random(seed)) for seed in range(50)}
    assert len(numbers) == 50
    assert all(len(one) == 15 and luhn(one) % 10 == 0 for one in numbers)
    assert luhn("490154203237518") % 10 == 0  # the standard's own example


def test_a_clerk_scans_on_until_a_unit_is_taken() -> None:
    asked: list[Any] = []

    def read(path: str, query: dict[str, Any]) -> Any:
        asked.append((path, query["store"], query["sku"]))
        return {"items": [{"number": "IN-A-BAG"}, {"number": "FREE"}, {"number": "NEXT"}]}

    refusals = {"IN-A-BAG": "serial_in_another_bag"}
    scanned: list[str] = []

    def scan(number: str) -> None:
        scanned.append(number)
        if number not in {"FREE", "NEXT"}:
            raise Refused(409, {"code": refusals.get(number, "every_unit_named")})

    units = units_on_shelf("PHONE", "msk-1", Random(1), read)
    assert scan_first(units, scan) == "FREE"
    assert scanned[1:] == ["IN-A-BAG", "FREE"]
    assert asked == [("/api/v1/serials", "msk-1", "PHONE")]


def test_another_refusal_is_not_scanned_over() -> None:
    def scan(_number: str) -> None:
        raise Refused(409, {"code": "wrong_state"})

    with pytest.raises(Refused, match="wrong_state"):
        scan_first(iter(["A", "B"]), scan)


def test_all_of_an_order_comes_back_with_its_numbers() -> None:
    scanned = [{"sku": "PHONE", "number": number} for number in ("A", "B", "C")]
    returnable = [
        {"position": 1, "sku": "PHONE", "quantity": 2, "serials": scanned},
        {"position": 2, "sku": "CABLE", "quantity": 3, "serials": []},
        {"position": 3, "sku": "SET", "quantity": 2, "serials": scanned},
    ]
    phones, cables, sets = lines_back(returnable, ARTICLES, Random(1))
    assert phones == {"position": 1, "quantity": 2, "serials": ["A", "B"]}
    assert cables == {"position": 2, "quantity": 3}
    known, fresh = sets["serials"]
    assert known == "C"
    assert luhn(fresh) % 10 == 0


class Shelf:
    """A cart whose door takes some numbers and not others."""

    def __init__(self, *lying: str, taken: str = "") -> None:
        self.lying = lying
        self.taken = taken
        self.told: list[tuple[str, list[str]]] = []

    def read(self, _path: str, **_query: Any) -> Any:
        return {"items": [{"number": number} for number in self.lying]}

    def tell(self, _path: str, line: dict[str, Any]) -> None:
        self.told.append((line["sku"], line["serials"]))
        if self.taken in line["serials"]:
            problem = {"code": "serial_elsewhere", "serial": self.taken}
            raise Refused(409, problem)


def counter(shelf: Shelf) -> Counter:
    caller: Any = shelf
    return Counter(caller, "/cart", ARTICLES, Random(1))


def test_what_is_taken_along_is_scanned_at_the_counter() -> None:
    shelf = Shelf("A", "B")
    along = Want("SET", 2, "CARRY_OUT", "msk-1")
    sent = Want("PHONE", 1, "SHIP", None)
    plain = Want("CABLE", 3, "CARRY_OUT", "msk-1")
    assert counter(shelf).scan([along, sent, plain]) == 2
    (told,) = shelf.told
    assert told[0] == "SET"
    assert told[1][1] == "A"


def test_another_unit_is_scanned_for_one_that_is_refused() -> None:
    shelf = Shelf("A", "B", taken="A")
    scans = counter(shelf)
    scans.scan([Want("PHONE", 2, "CARRY_OUT", "msk-1")])
    assert shelf.told[-1][1][1] == "B"
    gone = Refused(409, {"code": "every_unit_named", "serial": shelf.told[-1][1][0]})
    assert not scans.scan_another(gone)
    assert not scans.scan_another(Refused(409, {"code": "cart_closed"}))
