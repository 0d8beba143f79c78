"""Every fact of a day is delivered a second time, and nothing changes."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.module_loading import import_string
from psycopg import sql

from inventory.catalogue.models import Sku
from inventory.counts import operations as counts
from inventory.promises.operations import Demand, allocate_stock, release_promises
from inventory.replenishment import operations as replenishment
from inventory.selling import operations as selling
from inventory.stock.operations import receive_stock, sell_stock
from inventory.supply import operations as supply
from loyalty.identity.operations import record_consent
from loyalty.points.operations import activate_due
from omniretail.contracts.base import Fact
from omniretail.kernel import clock, outbox
from omniretail.kernel.actors import SYSTEM, Actor, ActorKind
from omniretail.kernel.models import OutboxFact, Receipt
from omniretail.subscriptions import REACTIONS
from orders.fulfilment.operations import expire_uncollected, notice_late, sell_promised
from orders.payments.operations import settle_wanted
from orders.till.operations.selling import sell_at_till
from orders.till.receipts import Sale, SoldLine
from stores.network.queries import get_store
from tests.journeys.test_mixed_orders import send_home
from tests.journeys.town import Town, collect, fill_cart, hand_over, pay, pick_all, ship
from tests.journeys.visitors import Json
from tests.lawbook import broken

FLOORS = ("stores", "inventory", "loyalty", "orders")


def digest() -> dict[str, str]:
    """What every table of the four floors holds, in a word each."""
    found = {}
    tables = [
        model._meta.db_table
        for floor in FLOORS
        for model in apps.get_app_config(floor).get_models()
    ]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                sql.SQL(
                    "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
                    " FROM {} t"
                ).format(sql.Identifier(table))
            )
            found[table] = cursor.fetchone()[0]
    return found


def a_day(town: Town) -> None:
    """Whatever the table of reactions hears of, and things that happen in between."""
    anna = town.customer()
    order = pay(anna, fill_cart(anna, collect("KETTLE"), ship("PHONE"), redeem_points=300))
    bags = {bag["kind"]: bag for bag in order["fulfilments"]}
    send_home(town, bags["SHIP"]["store"], bags["SHIP"]["number"])
    take_home(town, order, bags["COLLECT"])
    town.rest()
    town.clerk("arbat").post(f"/orders/{order['number']}/returns")
    called_off = pay(town.site, fill_cart(town.site, collect("CABLE")))
    town.site.post(f"/orders/{called_off['number']}/cancel", {"reason": "CUSTOMER"})
    two_stores_of_which_one_refunds_early(town)
    begun_and_put_back(town)
    a_till_sells_the_very_unit(town)
    goods_on_the_move()
    a_shelf_is_counted(town)
    a_shelf_runs_empty(town)
    terms_change(town)
    a_till_sells_what_is_promised(town)
    time_goes_by(town)


def two_stores_of_which_one_refunds_early(town: Town) -> None:
    """The first bag comes back before the second one is sold, in another store."""
    wanted = fill_cart(town.site, collect("CABLE"), collect("KETTLE", "arbat"))
    order = pay(town.site, wanted)
    first, second = sorted(order["fulfilments"], key=lambda bag: bag["store"] == "arbat")
    take_home(town, order, first)
    town.rest()
    position = first["lines"][0]["position"]
    back = {"lines": [{"position": position, "quantity": 1}]}
    town.clerk("tverskaya").post(f"/orders/{order['number']}/returns", back)
    town.rest()
    take_home(town, order, second)


def begun_and_put_back(town: Town) -> None:
    """A unit is missing, and the clerk who began leaves the rest to the others."""
    order = pay(town.site, fill_cart(town.site, collect("CABLE", quantity=3)))
    (bag,) = order["fulfilments"]
    clerk, number = town.clerk("tverskaya"), bag["number"]
    clerk.post(f"/fulfilments/{number}/start-picking")
    clerk.post(f"/fulfilments/{number}/short", {"position": 1, "quantity": 1})
    town.rest()
    clerk.post(f"/work-items/{number}/PICK/put-back")


def goods_on_the_move() -> None:
    """A transfer comes with a unit less, another is called off, an order comes short."""
    terms: dict[str, Any] = {"by": SYSTEM, "at": clock.now()}
    boss = {**terms, "by": Actor(ActorKind.ADMIN, "boss")}
    way: dict[str, Any] = {"source_code": "tverskaya", "target_code": "arbat"}
    two = [supply.Wanted("CABLE", 2)]
    sent, dropped = (supply.request_transfer(**way, lines=two, **terms) for _ in "ab")
    supply.approve_transfer(number=sent, **boss)
    supply.dispatch_transfer(number=sent, **terms)
    supply.receive_transfer(number=sent, lines=[supply.Counted("CABLE", 1)], **terms)
    supply.write_off_transfer(number=sent, reason="lost", **boss)
    supply.cancel_transfer(number=dropped, reason="too late", **terms)
    svet = supply.SupplierDetails(code="svet", name="Свет")
    supply.save_supplier(details=svet, **terms)
    order = supply.draft_purchase_order(
        supplier_code="svet",
        store_code="arbat",
        lines=[supply.Purchase("CABLE", 2)],
        **terms,
    )
    supply.place_purchase_order(number=order, **terms)
    note = supply.Delivery("N-1", clock.now() + timedelta(days=1))
    supply.announce_delivery(order_number=order, delivery=note, lines=two, **terms)
    supply.close_delivery(number="N-1", **terms)
    supply.receive_order(number=order, lines=[supply.Counted("CABLE", 1)], **terms)
    supply.close_purchase_order(number=order, reason="sold out", **terms)


def a_shelf_is_counted(town: Town) -> None:
    """Two are missing, but all are promised until an order gives them back."""
    terms: dict[str, Any] = {"by": SYSTEM, "at": clock.now()}
    boss = {**terms, "by": Actor(ActorKind.ADMIN, "boss")}
    shelf: dict[str, Any] = {"store_code": "tverskaya", "sku_codes": ("CABLE",)}
    dropped = counts.open_count(**shelf, **terms)
    counts.cancel_count(number=dropped, reason="too late", **terms)
    there, promised = town.units("tverskaya", "CABLE")
    seen = counts.Entry("CABLE", there - 2, is_total=True)
    number = counts.open_count(**shelf, **terms)
    for _round in range(2):
        counts.count_item(number=number, entry=seen, **terms)
        counts.finish_count(number=number, **terms)
    rest = Demand("tverskaya", "CABLE", there - promised, "1")
    allocate_stock(demands=[rest], reference="R-ALL", **terms)
    counts.approve_count(number=number, **boss)
    release_promises(reference="R-ALL", **terms)
    assert counts.settle_short(number=number, **terms) == 0


def a_shelf_runs_empty(town: Town) -> None:
    """It runs low, then empty; somebody waits, and is told when goods come."""
    terms: dict[str, Any] = {"by": SYSTEM, "at": clock.now()}
    shelf: dict[str, Any] = {"store_code": "arbat", "reference": "", **terms}
    usual = replenishment.PolicyDetails("usual", supplier_code="svet", least_on_hand=5)
    replenishment.save_policy(details=usual, **terms)
    replenishment.refresh_velocities(store_code="arbat", at=clock.now())
    replenishment.watch_levels(at=clock.now())
    receive_stock(lines=[("PHONE", 6)], **shelf | {"reference": "IN-1"})
    here, promised = town.units("arbat", "PHONE")
    assert promised == 0
    for n, units in enumerate((here - 3, 3)):
        sell_stock(lines=[("PHONE", units)], **shelf | {"reference": f"OUT-{n}"})
        replenishment.watch_levels(at=clock.now())
        replenishment.refresh_velocities(store_code="arbat", at=clock.now())
    replenishment.register_wait(
        sku_code="PHONE",
        store_code="arbat",
        contact=replenishment.Contact(phone="+79161234567"),
        channel="SITE",
        **terms,
    )
    receive_stock(lines=[("PHONE", 6)], **shelf | {"reference": "IN-2"})
    replenishment.watch_levels(at=clock.now())
    town.rest()


def terms_change(town: Town) -> None:
    """A store sells something again, and a channel sells from every place."""
    terms: dict[str, Any] = {"by": SYSTEM, "at": clock.now()}
    goods = {"store_code": "arbat", "sku_code": "CABLE", "reason": "OTHER"} | terms
    selling.lift_block(number=selling.block_sale(**goods).number, **terms)
    selling.save_channel(code="APP", name="App", **terms)
    selling.set_network(channel="APP", places=None, **terms)
    town.rest()


def a_till_sells_what_is_promised(town: Town) -> None:
    """Nobody else has the unit: the customer is asked, and wants it no more."""
    order = pay(town.site, fill_cart(town.site, collect("KETTLE", "arbat")))
    town.rest()
    there, promised = town.units("arbat", "KETTLE")
    at = clock.now()
    sold: dict[str, Any] = {"store_code": "arbat", "by": SYSTEM, "at": at}
    lines = [("KETTLE", there - promised + 1)]
    sell_promised(**sold, lines=lines, reference="T-PROMISED")
    town.rest()
    town.site.post(f"/orders/{order['number']}/cancel", {"reason": "CUSTOMER"})
    receive_stock(**sold, lines=[("KETTLE", 5)], reference="T-MORE")


def a_till_sells_the_very_unit(town: Town) -> None:
    """It lies in a bag that waits: another one takes its place."""
    two: dict[str, Any] = {"reference": "IN-0", "by": SYSTEM, "at": clock.now()}
    receive_stock(store_code="tverskaya", lines=[("KETTLE", 2)], **two)
    kettles = Sku.objects.filter(code="KETTLE")
    kettles.update(is_serialised=True)
    order = pay(town.site, fill_cart(town.site, collect("KETTLE")))
    (bag,) = order["fulfilments"]
    clerk, page = town.clerk("tverskaya"), f"/fulfilments/{bag['number']}"
    clerk.post(f"{page}/pick", {"code": "KETTLE", "serial": "K-1"})
    clerk.post(f"{page}/ready", {"bay": "A-1"})
    line = SoldLine(1, Decimal("10.00"), sku="KETTLE", serials=("K-1",))
    sold = Sale(1, "A-1", clock.now(), "CASH", line.net_amount, (line,))
    with transaction.atomic():
        sell_at_till(get_store("tverskaya"), sold, by=SYSTEM, at=clock.now())
    town.rest()
    clerk.post(f"{page}/pick", {"code": "KETTLE", "serial": "K-2"})
    hand_over(town, order, bag)
    town.rest()
    kettles.update(is_serialised=False)


def time_goes_by(town: Town) -> None:
    """One bag waits until nobody may have it, another is late; points may be spent."""
    order = pay(town.site, fill_cart(town.site, collect("KETTLE", "arbat")))
    (bag,) = order["fulfilments"]
    make_ready(town, bag)
    anna = town.customer()
    kept = pay(anna, fill_cart(anna, collect("CABLE", "arbat")))
    take_home(town, kept, kept["fulfilments"][0])
    town.rest()
    later = clock.now() + timedelta(days=60)
    assert expire_uncollected(by=SYSTEM, at=later) == 1
    assert notice_late(at=later) == 1
    wants = {"purpose": "MARKETING", "channel": "SMS", "source": "till"}
    record_consent(customer_number=town.anna, **wants, by=SYSTEM, at=clock.now())
    assert activate_due(at=later, limit=100) > 0
    settle_wanted(at=later, limit=100)
    town.rest()


def take_home(town: Town, order: Json, bag: Json) -> None:
    """A bag is picked and handed over."""
    make_ready(town, bag)
    hand_over(town, order, bag)


def make_ready(town: Town, bag: Json) -> None:
    """A bag is picked and waits in its bay."""
    pick_all(town.clerk(bag["store"]), bag["number"])
    town.clerk(bag["store"]).post(f"/fulfilments/{bag['number']}/ready", {"bay": "A-1"})


def test_a_fact_delivered_again_by_the_relay_changes_nothing(town: Town) -> None:
    a_day(town)
    before, receipts = digest(), Receipt.objects.count()
    facts = OutboxFact.objects.all()
    assert facts.count() > 20
    facts.update(delivered_at=None)
    outbox.drain()
    assert not OutboxFact.objects.undelivered().exists()
    assert digest() == before
    assert Receipt.objects.count() == receipts
    assert broken() == set()


def test_even_without_its_receipt_no_reaction_acts_twice(town: Town) -> None:
    a_day(town)
    before, facts = digest(), list(OutboxFact.objects.order_by("id"))
    assert set(REACTIONS) <= {fact.name for fact in facts}
    for fact in facts:
        told = Fact.registry[fact.name].load(fact.payload)
        for dotted in outbox.reactions_to(fact.name):
            react: Callable[[Fact], None] = import_string(dotted)
            with transaction.atomic():
                react(told)
            assert changed_since(before) == set(), dotted
    assert OutboxFact.objects.count() == len(facts)
    town.rest()
    assert changed_since(before) == set()
    assert broken() == set()


def changed_since(before: dict[str, str]) -> set[str]:
    """The tables that hold something else than before."""
    return {table for table, rows in digest().items() if rows != before[table]}
