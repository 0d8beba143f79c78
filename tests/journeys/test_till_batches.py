"""A till was offline: it sends late, in the wrong order, and more than once."""

from datetime import timedelta
from typing import Any

from omniretail.kernel import clock
from tests.journeys.town import GOODS, Town
from tests.lawbook import broken


def sale(sequence: int, sku: str = "CABLE", quantity: int = 1) -> dict[str, Any]:
    """A receipt of the last hour."""
    price, gtin = GOODS[sku]
    return {
        "sequence": sequence,
        "receipt_number": f"T-{sequence:06d}",
        "sold_at": (clock.now() - timedelta(minutes=60 - sequence)).isoformat(),
        "tender": "CARD",
        "total_amount": f"{float(price) * quantity:.2f}",
        "lines": [{"gtin": gtin, "quantity": quantity, "unit_price": price}],
    }


def test_a_batch_sent_twice_sells_once(town: Town) -> None:
    till, sales = town.till("tverskaya"), [sale(1), sale(2), sale(3)]
    first = till.post("/pos/sales", {"sales": sales})
    assert {answer["outcome"] for answer in first["answers"]} == {"LANDED"}
    again = till.post("/pos/sales", {"sales": sales})
    assert {answer["outcome"] for answer in again["answers"]} == {"REPEATED"}
    numbers = [answer["order_number"] for answer in first["answers"]]
    assert [answer["order_number"] for answer in again["answers"]] == numbers
    town.rest()
    assert town.units("tverskaya", "CABLE") == (17, 0)
    assert broken() == set()


def test_the_same_request_retried_gets_the_same_answer(town: Town) -> None:
    till, body = town.till("tverskaya"), {"sales": [sale(1)]}
    assert till.post("/pos/sales", body, key="k-1") == till.post(
        "/pos/sales", body, key="k-1"
    )
    assert town.units("tverskaya", "CABLE") == (19, 0)


def test_the_later_half_may_come_first(town: Town) -> None:
    till = town.till("tverskaya")
    late = till.post("/pos/sales", {"sales": [sale(3), sale(4)]})
    assert late["missing"] == [{"first": 1, "last": 2}]
    early = till.post("/pos/sales", {"sales": [sale(1), sale(2)]})
    assert early["missing"] == []
    assert early["last_sequence"] == 4
    town.rest()
    assert broken() == set()


def test_a_bad_receipt_does_not_hold_up_the_others(town: Town) -> None:
    bad = sale(2) | {"total_amount": "1.00"}
    told = town.till("tverskaya").post("/pos/sales", {"sales": [sale(1), bad, sale(3)]})
    outcomes = [answer["outcome"] for answer in told["answers"]]
    assert outcomes == ["LANDED", "REFUSED", "LANDED"]
    assert told["answers"][1]["problem"]["code"] == "total_differs"
    town.rest()
    assert broken() == set()


def test_a_till_sells_what_the_books_do_not_know(town: Town) -> None:
    town.till("tverskaya").post("/pos/sales", {"sales": [sale(1, "KETTLE", 5)]})
    town.rest()
    assert town.units("tverskaya", "KETTLE") == (0, 0)
    assert broken() == set()


def test_a_weekly_shop_of_many_lines_lands_and_its_last_line_comes_back(
    town: Town,
) -> None:
    price, gtin = GOODS["CABLE"]
    line = {"gtin": gtin, "quantity": 1, "unit_price": price}
    total = f"{float(price) * 127:.2f}"
    told = town.till("tverskaya").post(
        "/pos/sales", {"sales": [sale(1) | {"lines": [line] * 127, "total_amount": total}]}
    )
    (answer,) = told["answers"]
    back = town.clerk("tverskaya").post(
        f"/orders/{answer['order_number']}/returns",
        {"lines": [{"position": 127, "quantity": 1}]},
    )
    assert [one["position"] for one in back["lines"]] == [127]
    town.rest()
    assert broken() == set()


def test_fuel_is_sold_in_thousands_of_small_units(town: Town) -> None:
    fuel = {"quantity": 89_638, "unit_price": "0.01", "discount_amount": "696.38"}
    lines = [fuel | {"gtin": GOODS["CABLE"][1]}]
    told = town.till("tverskaya").post(
        "/pos/sales", {"sales": [sale(1) | {"lines": lines, "total_amount": "200.00"}]}
    )
    assert [answer["outcome"] for answer in told["answers"]] == ["LANDED"]
    town.rest()
    assert broken() == set()
