"""A refusal for want of stock says no more than the channel shows."""

from typing import Any

import pytest

from inventory.models import LostDemand
from inventory.selling.models import SellingChannel
from omniretail.kernel.api.principals import Principal, PrincipalKind
from tests import given
from tests.callers import Caller, as_client, nobody, posing_as
from tests.factories.inventory import SkuFactory
from tests.inventory.given import kit, place, stocked
from tests.inventory.replenishment.given import staff
from tests.inventory.selling.given import channel

pytestmark = pytest.mark.django_db
API = "/api/v1"
POLICIES: list[tuple[str, int, int | None, str | None]] = [
    ("EXACT", 0, 3, None),
    ("FEW", 5, None, "FEW"),
    ("FEW", 2, None, "SOME"),
    ("YES_NO", 0, None, "SOME"),
    ("CAP", 2, 2, "AT_LEAST"),
    ("CAP", 9, 3, "EXACT"),
]
each_policy = pytest.mark.parametrize(("policy", "units", "told", "shown"), POLICIES)


@pytest.fixture
def site() -> Caller:
    """The site; two places, one with three of S-1."""
    stocked(3)
    place("spb-1")
    return as_client("stock:hold", "carts:write", "stock:read")


def shows(policy: str, units: int, code: str = "SITE") -> None:
    channel(code)
    rows = SellingChannel.objects.filter(code=code)
    rows.update(display=policy, display_units=units)


def held(caller: Caller, **line: Any) -> dict[str, Any]:
    """The problem that a hold of too many meets."""
    known = {"sku": "S-1", "quantity": 8} | (line or {"store": "msk-1"})
    body = {"reference": "r-1", "owner": "ann", "lines": [known]}
    answer = caller.post(f"{API}/holds", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_enough_stock")
    problem: dict[str, Any] = answer.json()
    return problem


def seen(row: dict[str, Any]) -> tuple[int | None, str | None]:
    return row["available"], row.get("shown")


@each_policy
def test_a_hold_at_one_place_tells_what_the_channel_shows(
    site: Caller, policy: str, units: int, told: int | None, shown: str | None
) -> None:
    shows(policy, units)
    problem = held(site)
    assert seen(problem) == (told, shown)
    assert [seen(one) for one in problem["shortages"]] == [(told, shown)]
    assert problem["wanted"] == 8
    assert LostDemand.objects.get().quantity == 5


@each_policy
def test_a_ranked_hold_hides_what_each_place_has(
    site: Caller, policy: str, units: int, told: int | None, shown: str | None
) -> None:
    shows(policy, units)
    problem = held(site, places=["spb-1", "msk-1"], may_split=True)
    assert seen(problem) == (told, shown)
    nothing = (0, None if policy == "EXACT" else "NONE")
    assert [seen(one) for one in problem["places"]] == [nothing, (told, shown)]


@each_policy
def test_of_a_kit_its_parts_are_hidden_too(
    site: Caller, policy: str, units: int, told: int | None, shown: str | None
) -> None:
    SkuFactory.create(code="K-1")
    kit("K-1", {"S-1": 1})
    shows(policy, units)
    assert seen(held(site, sku="K-1", store="msk-1")) == (told, shown)


@each_policy
def test_a_flash_sale_tells_each_no_more(
    site: Caller, policy: str, units: int, told: int | None, shown: str | None
) -> None:
    shows(policy, units)
    wish = {"store": "msk-1", "sku": "S-1", "quantity": 8, "reference": "r", "owner": "ann"}
    (answer,) = site.post(f"{API}/holds/first-come", {"wishes": [wish]}).json()["answers"]
    known = None if told is None else str(told)
    assert answer["problem"].get("available") == known
    assert answer["problem"].get("shown") == shown
    assert LostDemand.objects.get().quantity == 5


@each_policy
def test_a_checkout_tells_what_the_channel_shows(
    policy: str, units: int, told: int | None, shown: str | None
) -> None:
    given.goods(3)
    token = given.a_cart(("S-1", 8, "COLLECT", "msk-1"))
    shows(policy, units)
    body = {"payment": {"kind": "CARD", "method": "card-4242"}}
    for _time in range(2):
        answer = as_client("carts:write").post(f"{API}/carts/{token}/checkout", body)
        assert answer.json()["code"] == "not_enough_stock"
        assert seen(answer.json()) == (told, shown)
    assert LostDemand.objects.get().quantity == 5


@each_policy
def test_a_quote_says_how_many_are_missing_where_that_may_be_known(
    policy: str, units: int, told: int | None, shown: str | None
) -> None:
    given.goods(3)
    token = given.a_cart(("S-1", 8, "COLLECT", "msk-1"))
    shows(policy, units)
    quote = as_client("carts:write").get(f"{API}/carts/{token}/quote").json()
    (line,) = quote["lines"]
    is_known = shown in (None, "EXACT")
    assert line["missing_quantity"] == (8 - told if is_known and told else None)
    assert quote["can_be_ordered"] is False


def test_the_same_key_repeats_what_was_shown(site: Caller) -> None:
    shows("YES_NO", 0)
    line = {"sku": "S-1", "quantity": 8, "store": "msk-1"}
    body = {"reference": "r-1", "owner": "ann", "lines": [line]}
    first, again = (site.post(f"{API}/holds", body, key="k-1").json() for _ in range(2))
    assert first == again
    assert seen(first) == (None, "SOME")


def test_people_at_the_counter_are_told_how_many_there_are() -> None:
    given.goods(3)
    token = given.a_cart(("S-1", 8, "COLLECT", "msk-1"), store="msk-1", channel="TABLET")
    shows("YES_NO", 0, "TABLET")
    who = staff("msk-1", "CLERK")
    clerk = Principal(PrincipalKind.STAFF, who.key, store="msk-1", device="t-1")
    body = {"payment": {"kind": "CARD", "method": "card-4242"}}
    with posing_as(clerk):
        answer = nobody().post(f"{API}/carts/{token}/checkout", body)
    assert seen(answer.json()) == (3, None), answer.json()
