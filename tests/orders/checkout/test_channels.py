"""An order is served out of what its channel may sell, at the places of its network."""

from datetime import timedelta

import pytest

from inventory.promises.models import Promise
from omniretail.kernel import clock
from orders.models import Order
from tests import given
from tests.callers import Caller, as_client
from tests.inventory.selling.given import block, buffer, network
from tests.lawbook import broken
from tests.orders.checkout.test_doors import SCOPES, a_cart, check_out, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Caller:
    """The website, and five units in each of two stores."""
    given.goods(5)
    given.place("spb-1", city="Санкт-Петербург", latitude=59.93, longitude=30.36)
    given.goods(5, store="spb-1")
    return as_client(*SCOPES, channel="site")


def kept() -> list[tuple[str, str, int]]:
    rows = Promise.objects.live().order_by("store__code")
    return list(rows.values_list("store__code", "channel", "quantity"))


def test_a_parcel_comes_from_a_place_of_the_channels_network(site: Caller) -> None:
    network("SITE", "spb-1")
    token = a_cart(site)
    put(site, token, 2)
    assert check_out(site, token).status_code == 201
    assert kept() == [("spb-1", "SITE", 2)]
    given.rest()
    assert broken() == set()


def test_a_parcel_leaves_what_the_channel_must_leave(site: Caller) -> None:
    buffer(4, store="msk-1")
    token = a_cart(site)
    put(site, token, 6)
    assert check_out(site, token).status_code == 201
    assert kept() == [("msk-1", "SITE", 1), ("spb-1", "SITE", 5)]
    other = a_cart(site)
    put(site, other, 1)
    quote = site.get(f"/api/v1/carts/{other}/quote").json()
    assert quote["can_be_ordered"] is False
    assert check_out(site, other).json()["code"] == "not_enough_stock"
    app = as_client(*SCOPES, channel="app")
    token = a_cart(app)
    put(app, token, 4)
    assert check_out(app, token).status_code == 201
    assert broken(only={"S2", "S3", "S9"}) == set()


def test_nothing_is_collected_where_it_is_not_for_sale(site: Caller) -> None:
    token = a_cart(site)
    put(site, token, 1, intent="COLLECT", store="msk-1")
    block(at=clock.now() - timedelta(minutes=1))
    quote = site.get(f"/api/v1/carts/{token}/quote").json()
    assert quote["can_be_ordered"] is False
    assert check_out(site, token).status_code == 409
    assert not Order.objects.filter(status="PLACED").exists()
    assert kept() == []
