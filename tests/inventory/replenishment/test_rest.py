"""Replenishment through the REST door."""

from typing import Any

import pytest

from inventory.models import LostDemand, Proposal, StockWait
from omniretail.kernel.api.principals import Principal, PrincipalKind
from tests.callers import Answer, Caller, as_client, nobody, posing_as
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.given import a_customer
from tests.inventory.given import place
from tests.inventory.replenishment.given import (
    LAWS,
    came,
    numbers,
    policy,
    proposed,
    selling,
    staff,
    supplier,
    waits,
)
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
API = "/api/v1"
SCOPES = ("supply:read", "supply:write", "waits:write", "demand:write")


@pytest.fixture
def erp() -> Caller:
    """The books of the house, and the site."""
    place("msk-1")
    SkuFactory.create(code="S-1")
    return as_client(*SCOPES)


def post(caller: Caller, path: str, body: Any, status: int = 200) -> Any:
    answer = caller.post(f"{API}{path}", body)
    assert answer.status_code == status, answer.json()
    return answer.json()


def items(caller: Caller, path: str, **query: Any) -> list[Any]:
    answer = caller.get(f"{API}{path}", query)
    assert answer.status_code == 200, answer.json()
    found: list[Any] = answer.json()["items"]
    return found


def as_principal(principal: Principal, path: str, body: Any = None) -> Answer:
    with posing_as(principal):
        if body is None:
            return nobody().get(f"{API}{path}")
        return nobody().post(f"{API}{path}", body, format="json")


def employee(role: str, store: str = "msk-1") -> Principal:
    who = staff(store, role)
    return Principal(PrincipalKind.STAFF, who.key, store=store, device="tablet")


def customer(number: str) -> Principal:
    return Principal(PrincipalKind.CUSTOMER, number, channel="app")


def test_a_policy_is_written_down_and_changed(erp: Caller) -> None:
    supplier()
    body = {"code": "usual", "supplier": "svet", "service_level": "97.50", "pack_size": 6}
    told = post(erp, "/reorder-policies", body, 201)
    assert (told["store"], told["supplier"], told["service_level"]) == (
        None,
        "svet",
        "97.50",
    )
    told = post(erp, "/reorder-policies", {"code": "usual", "store": "msk-1"})
    assert (told["store"], told["supplier"], told["pack_size"]) == ("msk-1", None, 1)
    assert [one["code"] for one in items(erp, "/reorder-policies")] == ["usual"]
    assert erp.get(f"{API}/reorder-policies/usual").json() == told
    assert erp.get(f"{API}/reorder-policies/other").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"store": "x"}, 404, "#/store"),
        ({"category": "x"}, 404, "#/category"),
        ({"sku": "x"}, 404, "#/sku"),
        ({"supplier": "x"}, 404, "#/supplier"),
        ({"sku": "S-1", "category": "phones"}, 422, "#/category"),
        ({"store": "msk-1", "source_store": "msk-1"}, 422, "#/source_store"),
        ({"service_level": "100"}, 400, "#/service_level"),
        ({"pack_size": 0}, 400, "#/pack_size"),
        ({"shelf": 1}, 400, "#/shelf"),
    ],
)
def test_an_odd_policy_is_refused(
    erp: Caller, body: dict[str, Any], status: int, pointer: str
) -> None:
    said = post(erp, "/reorder-policies", {"code": "odd"} | body, status)
    assert said["errors"][0]["pointer"] == pointer


def test_two_policies_for_the_same_are_refused(erp: Caller) -> None:
    post(erp, "/reorder-policies", {"code": "one"}, 201)
    said = post(erp, "/reorder-policies", {"code": "two"}, 409)
    assert said["code"] == "policy_taken"
    figures = {"code": "one", "least_on_hand": 5, "most_on_hand": 4}
    assert post(erp, "/reorder-policies", figures, 422)["code"] == "figures_out_of_range"


def test_proposals_are_listed_accepted_and_dismissed(erp: Caller) -> None:
    policy(supplier_code=supplier())
    selling(2, 10, days=28)
    selling(3, 10, days=28, sku="S-2")
    proposed()
    found = items(erp, "/proposals", status="OPEN", store="msk-1")
    assert {one["sku"] for one in found} == {"S-1", "S-2"}
    assert "в день: хватит на" in found[0]["reason"]
    first, second = numbers()
    told = post(erp, "/proposals/accept", {"numbers": [first]})
    (one,) = told["items"]
    assert (one["status"], one["document"][:2]) == ("ACCEPTED", "P-")
    assert erp.get(f"{API}/proposals/{first}").json() == one
    post(erp, "/proposals/accept", {"numbers": [first]}, 409)
    post(erp, "/proposals/dismiss", {"numbers": [second]}, 400)
    told = post(erp, "/proposals/dismiss", {"numbers": [second], "reason": "No room"})
    assert told["items"][0]["dismiss_reason"] == "No room"
    assert items(erp, "/proposals", status="OPEN") == []
    said = post(erp, "/proposals/accept", {"numbers": ["N-0"]}, 404)
    assert said["errors"][0]["pointer"] == "#/numbers/0"
    assert broken(only=LAWS | {"E3", "E5"}) == set()


def test_a_place_sees_and_decides_its_own(erp: Caller) -> None:
    place("tver", latitude=56.86, longitude=35.9)
    place("sochi", latitude=43.6, longitude=39.7)
    policy()
    selling(2, 4, days=28)
    selling(1, 90, days=28, store="tver")
    proposed("msk-1", "tver")
    (number,) = numbers()
    for store in ("msk-1", "tver"):
        seen = as_principal(employee("CLERK", store), "/proposals").json()["items"]
        assert [one["number"] for one in seen] == [number]
    stranger = employee("STORE_MANAGER", "sochi")
    assert as_principal(stranger, "/proposals").json()["items"] == []
    assert as_principal(stranger, f"/proposals/{number}").status_code == 404
    chosen = {"numbers": [number]}
    assert as_principal(stranger, "/proposals/accept", chosen).status_code == 404
    told = as_principal(employee("CLERK"), "/proposals/accept", chosen)
    assert told.json()["items"][0]["document"].startswith("T-")


def test_velocities_are_told_with_their_marks(erp: Caller) -> None:
    policy()
    selling(2, 10, days=28)
    proposed()
    (one,) = items(erp, "/velocities", store="msk-1", sku="S-1")
    assert (one["per_day"], one["policy"], one["days"]) == ("1.0000", "all", 56)
    assert one["reorder_point"] >= 7
    assert as_principal(employee("CLERK"), "/velocities").json()["items"] == [one]
    place("spb-1")
    assert as_principal(employee("CLERK", "spb-1"), "/velocities").json()["items"] == []


def test_a_guest_waits_through_the_site(erp: Caller) -> None:
    body = {"sku": "S-1", "store": "msk-1", "phone": "8 916 123 45 67", "name": "Анна"}
    told = post(erp, "/stock-waits", body, 201)
    assert (told["status"], told["channel"], told["store"]) == ("WAITING", "SITE", "msk-1")
    assert "phone" not in told
    assert StockWait.objects.get().phone == "+79161234567"
    assert post(erp, "/stock-waits", body, 409)["code"] == "already_waiting"
    assert items(erp, "/stock-waits", status="WAITING") == [told]
    other = as_client("waits:write", channel="partner")
    assert items(other, "/stock-waits") == []
    assert other.get(f"{API}/stock-waits/{told['number']}").status_code == 404
    post(other, f"/stock-waits/{told['number']}/cancel", {}, 404)
    told = post(erp, f"/stock-waits/{told['number']}/cancel", {})
    assert told["status"] == "CANCELLED"
    post(erp, f"/stock-waits/{told['number']}/cancel", {}, 409)


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 422, "#/phone"),
        ({"phone": "12"}, 422, "#/phone"),
        ({"email": "anna"}, 422, "#/email"),
        ({"phone": "+79161234567", "sku": "S-9"}, 404, "#/sku"),
        ({"phone": "+79161234567", "quantity": 0}, 400, "#/quantity"),
    ],
)
def test_an_odd_wait_is_refused(
    erp: Caller, body: dict[str, Any], status: int, pointer: str
) -> None:
    said = post(erp, "/stock-waits", {"sku": "S-1"} | body, status)
    assert said["errors"][0]["pointer"] == pointer


def test_what_is_here_needs_no_waiting(erp: Caller) -> None:
    came(3, at=NOON)
    body = {"sku": "S-1", "phone": "+79161234567"}
    assert post(erp, "/stock-waits", body, 409)["code"] == "already_here"


def test_customers_wait_under_their_own_name(erp: Caller) -> None:
    anna, boris = a_customer(), a_customer(phone="+79161234568", first_name="Борис")
    body = {"sku": "S-1", "customer": boris, "phone": "+79160000000"}
    told = as_principal(customer(anna), "/stock-waits", body)
    assert told.status_code == 201
    row = StockWait.objects.get()
    assert (row.customer_number, row.phone) == (anna, "")
    assert as_principal(customer(boris), "/stock-waits").json()["items"] == []
    path = f"/stock-waits/{row.number}"
    assert as_principal(customer(boris), path).status_code == 404
    assert as_principal(customer(boris), f"{path}/cancel", {}).status_code == 404
    assert as_principal(customer(anna), f"{path}/cancel", {}).status_code == 200


def test_clerks_see_the_waits_of_their_place(erp: Caller) -> None:
    place("spb-1")
    number = waits()
    seen = as_principal(employee("CLERK"), "/stock-waits").json()["items"]
    assert [one["number"] for one in seen] == [number]
    other = employee("CLERK", "spb-1")
    assert as_principal(other, "/stock-waits").json()["items"] == []
    assert as_principal(other, f"/stock-waits/{number}/cancel", {}).status_code == 404


def test_lost_demand_is_told_once_a_session(erp: Caller) -> None:
    body = {"sku": "S-1", "store": "msk-1", "session": "cart-123"}
    for _time in range(2):
        assert post(erp, "/lost-demand", body, 201) == {"is_noted": True}
    post(erp, "/lost-demand", body | {"session": "cart-124", "quantity": 3}, 201)
    assert sorted(LostDemand.objects.values_list("quantity", flat=True)) == [1, 3]
    assert [one["channel"] for one in items(erp, "/lost-demand")] == ["SITE", "SITE"]
    post(erp, "/lost-demand", body | {"session": "x"}, 400)
    post(erp, "/lost-demand", body | {"sku": "S-9"}, 404)


def test_a_till_tells_of_its_own_place(erp: Caller) -> None:
    place("spb-1")
    till = Principal(PrincipalKind.DEVICE, "till-1", store="msk-1", channel="pos")
    body = {"sku": "S-1", "store": "spb-1", "session": "receipt-7"}
    assert as_principal(till, "/lost-demand", body).status_code == 201
    row = LostDemand.objects.get()
    assert row.store is not None
    assert (row.store.code, row.channel) == ("msk-1", "POS")
    other = employee("CLERK", "spb-1")
    assert as_principal(other, "/lost-demand").json()["items"] == []


def test_the_same_key_accepts_once(erp: Caller) -> None:
    policy(supplier_code=supplier())
    selling(2, 10, days=28)
    proposed()
    body = {"numbers": numbers()}
    first = erp.post(f"{API}/proposals/accept", body, key="k-1")
    again = erp.post(f"{API}/proposals/accept", body, key="k-1")
    assert first.json() == again.json()
    assert Proposal.objects.get().status == "ACCEPTED"
