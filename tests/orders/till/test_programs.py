"""How a program of a POS sells what is taken along: as the till's sale, not as an order."""

from typing import Any

import pytest

from omniretail.kernel.api.principals import Principal, PrincipalKind
from orders.ordering.models import Order
from stores.network.models import Store
from tests import given
from tests.callers import Caller, as_client, nobody, posing_as
from tests.factories.stores import DeviceFactory
from tests.inventory.given import figures
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
API = "/api/v1"
LINE = {"sku": "S-1", "quantity": 2, "intent": "CARRY_OUT", "store": "msk-1"}


def checked_out(caller: Caller, **terms: Any) -> Any:
    """A cart of goods to be taken along, filled and checked out by one caller."""
    token = caller.post(f"{API}/carts", {}).json()["token"]
    filled = caller.post(f"{API}/carts/{token}/lines", LINE)
    assert filled.status_code == 200, filled.json()
    pays = {"payment": {"kind": "CARD", "method": "card-4242"}}
    return caller.post(f"{API}/carts/{token}/checkout", pays | terms)


@pytest.mark.parametrize("scopes", [("carts:write",), ("carts:write", "pos:write")])
@pytest.mark.parametrize("terms", [{}, {"store": "msk-1"}])
def test_a_program_fills_a_cart_to_be_taken_along_and_does_not_check_it_out(
    scopes: tuple[str, ...], terms: dict[str, str]
) -> None:
    given.goods(5)
    refused = checked_out(as_client(*scopes), **terms)
    assert (refused.status_code, refused.json()["code"]) == (422, "carry_out_elsewhere")
    assert refused.json()["errors"][0]["pointer"] == "#/lines/0/store"
    assert not Order.objects.exists()
    assert figures() == (5, 0)


def test_neither_does_a_customer() -> None:
    given.goods(5)
    with posing_as(Principal(PrincipalKind.CUSTOMER, given.a_customer())):
        refused = checked_out(nobody(), store="msk-1")
    assert refused.json()["code"] == "carry_out_elsewhere"


def test_a_till_opens_no_cart_at_all() -> None:
    given.goods(5)
    with posing_as(Principal(PrincipalKind.DEVICE, "till-1", store="msk-1")):
        assert nobody().post(f"{API}/carts", {}).status_code == 403


def test_it_tells_the_sale_for_the_till() -> None:
    given.goods(5)
    DeviceFactory.create(code="till-1", kind="TILL", store=Store.objects.get(code="msk-1"))
    sale = {
        "sequence": 1,
        "receipt_number": "K-1",
        "sold_at": "2026-01-10T09:00:00Z",
        "tender": "CARD",
        "total_amount": "2000.00",
        "lines": [{"sku": "S-1", "quantity": 2, "unit_price": "1000.00"}],
    }
    told = {"device": "till-1", "sales": [sale]}
    answer = as_client("pos:write").post(f"{API}/pos/sales", told)
    assert answer.status_code == 200, answer.json()
    (landed,) = answer.json()["answers"]
    assert landed["outcome"] == "LANDED", landed
    order = Order.objects.get(number=landed["order_number"])
    assert (order.status, order.channel) == ("COMPLETED", "POS")
    assert figures() == (3, 0)
    assert broken(only={"S1", "S2", "S3", "P3b"}) == set()
