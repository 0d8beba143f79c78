"""What the tablet says where a till has sold the unit that lies in a bag."""

import pytest
from django.test import Client

from inventory.catalogue.models import Sku
from omniretail.kernel import clock, outbox
from omniretail.kernel.actors import SYSTEM
from orders.checkout.operations import finish_checkout
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.operations import hand_over, mark_ready, pack_fulfilment, pick_unit
from orders.ordering.models import Order
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.fulfilment import Ordered, Town, bag_of, code_of, placed_order
from tests.inventory.given import kit
from tests.orders.checkout.test_serials import a_cart, phones, scanned
from tests.orders.checkout.test_units_in_hand import reserved
from tests.orders.fulfilment.test_units_sold import till_sells
from tests.orders.serials import come, where
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
SOLD = "has sold SN-1"


def tablet(store: str = "tverskaya", language: str = "en") -> Client:
    client = Client()
    sign_in_tablet(client, store=Store.objects.get(code=store), language=language)
    return client


def closed_bag(shops: Town, kind: str) -> Fulfilment:
    """One phone, picked and closed, and sold over the till since."""
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    come("SN-1", "SN-2")
    bag = bag_of(
        placed_order([Ordered("PHONE", 1, "tverskaya", kind)], at=clock.now()), kind
    )
    clerk = shops.clerk("tverskaya")
    pick_unit(number=bag.number, code="SN-1", by=clerk, at=NOON)
    if kind == "SHIP":
        pack_fulfilment(number=bag.number, by=clerk, at=clock.now())
    else:
        mark_ready(number=bag.number, bay="A-1", by=clerk, at=clock.now())
    till_sells("SN-1")
    outbox.drain()
    return bag


@pytest.mark.parametrize(
    ("kind", "page", "next_step"),
    [("COLLECT", "handover", "Pickup code"), ("SHIP", "pack", "Give to the carrier")],
)
def test_a_closed_bag_asks_for_another_unit_first(
    shops: Town, kind: str, page: str, next_step: str
) -> None:
    bag, client = closed_bag(shops, kind), tablet()
    address = f"/tablet/{page}/{bag.number}/"
    shown = client.get(address).content.decode()
    assert SOLD in shown
    assert 'name="article" value="PHONE"' in shown
    assert next_step not in shown
    wrong = client.post(
        f"/tablet/pick/{bag.number}/scan/", {"code": "SN-1", "article": "PHONE"}
    )
    assert client.get(wrong["Location"], follow=True).status_code == 200
    done = client.post(
        f"/tablet/pick/{bag.number}/scan/", {"code": "NEW-1", "article": "PHONE"}
    )
    assert done["Location"] == address
    shown = client.get(address).content.decode()
    assert SOLD not in shown
    assert next_step in shown
    assert "Another unit lies in the bag." in shown


@pytest.mark.parametrize(
    ("kind", "page", "outcome"),
    [
        ("COLLECT", "handover", "The customer does not pay for them and is told."),
        ("SHIP", "pack", "Another place sends them."),
    ],
)
def test_where_there_is_no_other_unit_one_tap_says_so(
    shops: Town, kind: str, page: str, outcome: str
) -> None:
    bag, client = closed_bag(shops, kind), tablet()
    shown = client.get(f"/tablet/{page}/{bag.number}/").content.decode()
    address = f"/tablet/pick/{bag.number}/1/short/"
    assert f'action="{address}"' in shown
    assert "No other one here" in shown
    answer = client.post(address, {"quantity": "1", "serial": "SN-1"}, follow=True)
    assert outcome in answer.content.decode()
    bag.refresh_from_db()
    assert bag.status == "CANCELLED"


def test_two_who_read_of_one_unit_let_one_go(shops: Town) -> None:
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    come("SN-1", "SN-2")
    bag = bag_of(placed_order([Ordered("PHONE", 2, "tverskaya")], at=clock.now()))
    pick_unit(number=bag.number, code="SN-1", by=shops.clerk("tverskaya"), at=NOON)
    till_sells("SN-1")
    outbox.drain()
    client = tablet()
    page = f"http://testserver/tablet/pick/{bag.number}/"
    shown = client.get(page).content.decode()
    assert '<input type="hidden" name="serial" value="SN-1">' in shown
    told, came_from = {"quantity": "1", "serial": "SN-1"}, {"Referer": page}
    first, second = (
        client.post(f"{page}1/short/", told, follow=True, headers=came_from)
        for _clerk in range(2)
    )
    assert "The customer does not pay for them and is told." in first.content.decode()
    words = "Nobody looks for another one in place of this unit any more."
    assert words in second.content.decode()
    assert bag.lines.get().short_quantity == 1


def test_a_picker_reads_what_was_sold(shops: Town) -> None:
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    come("SN-1", "SN-2")
    bag = bag_of(placed_order([Ordered("PHONE", 1, "tverskaya")], at=clock.now()))
    clerk = shops.clerk("tverskaya")
    pick_unit(number=bag.number, code="SN-1", by=clerk, at=NOON)
    till_sells("SN-1")
    outbox.drain()
    shown = tablet(language="ru").get(f"/tablet/pick/{bag.number}/").content.decode()
    assert "Касса тем временем продала SN-1" in shown
    pick_unit(number=bag.number, code="SN-2", by=clerk, at=NOON)
    mark_ready(number=bag.number, bay="A-1", by=clerk, at=NOON)
    hand_over(number=bag.number, code=code_of(bag.order), by=clerk, at=NOON)


def test_of_a_kit_the_tap_names_the_part(shops: Town) -> None:
    Sku.objects.filter(code="PHONE").update(is_serialised=True)
    come("SN-1", "SN-2")
    kit("SET", {"PHONE": 1, "CABLE": 1})
    bag = bag_of(placed_order([Ordered("SET", 1, "tverskaya")], at=clock.now()))
    clerk, client = shops.clerk("tverskaya"), tablet(language="ru")
    pick_unit(number=bag.number, code="SN-1", by=clerk, at=NOON)
    till_sells("SN-1")
    outbox.drain()
    shown = client.get(f"/tablet/pick/{bag.number}/").content.decode()
    assert "Другого здесь нет" in shown
    assert '<input type="hidden" name="part" value="PHONE">' in shown
    given = {"quantity": "1", "part": "PHONE", "serial": "SN-1"}
    client.post(f"/tablet/pick/{bag.number}/1/short/", given)
    bag.refresh_from_db()
    assert bag.status == "CANCELLED"


def test_a_sale_that_waits_says_why_and_leads_to_the_scan() -> None:
    phones("A", "B")
    token = a_cart()
    scanned(token, "A")
    number = reserved(token)
    till_sells("A", sku="S-1", store="msk-1")
    finish_checkout(number=number, by=SYSTEM, at=NOON)
    bag, client = Fulfilment.objects.get(order__number=number), tablet("msk-1")
    told = client.get(f"/tablet/sell/done/{number}/").content.decode()
    assert "has sold A" in told
    assert f"/tablet/pick/{bag.number}/" in told
    assert f'action="/tablet/pick/{bag.number}/1/short/"' in told
    shown = client.get(f"/tablet/pick/{bag.number}/").content.decode()
    assert "has sold A" in shown
    assert "Start picking" not in shown
    scan = {"code": "B", "article": "S-1"}
    page = f"/tablet/pick/{bag.number}/scan/"
    done = client.post(page, scan, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == f"/tablet/handover/{bag.number}/"
    assert where("B") == "CUSTOMER"
    assert Order.objects.get(number=number).status == "COMPLETED"
