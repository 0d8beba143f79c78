"""Every fact of a day is delivered a second time, and nothing changes."""

from collections.abc import Callable

from django.apps import apps
from django.db import connection, transaction
from django.utils.module_loading import import_string
from psycopg import sql

from omniretail.contracts.base import Fact
from omniretail.kernel import outbox
from omniretail.kernel.models import OutboxFact
from tests.journeys.test_mixed_orders import send_home
from tests.journeys.town import Town, collect, fill_cart, hand_over, pay, pick_all, ship
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
    """Collected, sent, called off, brought back."""
    anna = town.customer()
    order = pay(anna, fill_cart(anna, collect("KETTLE"), ship("PHONE"), redeem_points=300))
    bags = {bag["kind"]: bag for bag in order["fulfilments"]}
    send_home(town, bags["SHIP"]["store"], bags["SHIP"]["number"])
    clerk, number = town.clerk("tverskaya"), bags["COLLECT"]["number"]
    pick_all(clerk, number)
    clerk.post(f"/fulfilments/{number}/ready", {"bay": "A-1"})
    hand_over(town, order, bags["COLLECT"])
    called_off = pay(town.site, fill_cart(town.site, collect("CABLE")))
    town.site.post(f"/orders/{called_off['number']}/cancel", {"reason": "CUSTOMER"})
    short = pay(town.site, fill_cart(town.site, collect("CABLE", quantity=2)))
    (bag,) = short["fulfilments"]
    clerk.post(f"/fulfilments/{bag['number']}/start-picking")
    clerk.post(f"/fulfilments/{bag['number']}/short", {"position": 1, "quantity": 1})
    town.rest()
    town.clerk("arbat").post(f"/orders/{order['number']}/returns")
    town.rest()


def test_a_fact_delivered_again_by_the_relay_changes_nothing(town: Town) -> None:
    a_day(town)
    before = digest()
    facts = OutboxFact.objects.all()
    assert facts.count() > 20
    facts.update(delivered_at=None)
    outbox.drain()
    assert not OutboxFact.objects.undelivered().exists()
    assert digest() == before
    assert broken() == set()


def test_even_without_its_receipt_a_fact_counts_once(town: Town) -> None:
    a_day(town)
    before = digest()
    for fact in OutboxFact.objects.order_by("id"):
        told = Fact.registry[fact.name].load(fact.payload)
        for dotted in outbox.reactions_to(fact.name):
            react: Callable[[Fact], None] = import_string(dotted)
            with transaction.atomic():
                react(told)
    town.rest()
    changed = {table for table, rows in digest().items() if rows != before[table]}
    assert changed <= {"stores_workitem"}  # units shrink on the receipt's word alone
    assert broken() == set()
