"""A customer waits for goods, and gets a message when they can be had, over HTTP."""

from inventory.replenishment import tasks
from inventory.selling.operations import block_sale, lift_block
from loyalty.messaging.models import Message
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from tests.journeys.town import PHONE, Town, collect, fill_cart, pay
from tests.journeys.visitors import Json, Visitor


def wait_for(visitor: Visitor, sku: str) -> Json:
    """Ask to be told when it is in the store in Tverskaya street."""
    asked: Json = visitor.post("/stock-waits", {"sku": sku, "store": "tverskaya"})
    assert asked["status"] == "WAITING"
    return asked


def messages(town: Town) -> int:
    """How many messages say that something is back."""
    tasks.watch_shelves()
    town.rest()
    return Message.objects.filter(template="back_in_stock", address=PHONE).count()


def test_a_customer_is_told_when_the_shop_sells_it_again(town: Town) -> None:
    anna = town.customer()
    block = block_sale(
        store_code="tverskaya",
        sku_code="PHONE",
        reason="QUALITY",
        by=SYSTEM,
        at=clock.now(),
    )
    asked = wait_for(anna, "PHONE")
    assert messages(town) == 0
    lift_block(number=block.number, by=SYSTEM, at=clock.now())
    assert messages(town) == messages(town) == 1
    told = anna.get(f"/stock-waits/{asked['number']}")
    assert (told["status"], told["told_store"]) == ("TOLD", "tverskaya")
    assert told["told_at"] <= clock.now().isoformat()


def test_a_customer_is_told_when_another_s_order_is_called_off(town: Town) -> None:
    anna = town.customer()
    order = pay(town.site, fill_cart(town.site, collect("KETTLE", quantity=2)))
    wait_for(anna, "KETTLE")
    assert messages(town) == 0
    town.site.post(f"/orders/{order['number']}/cancel", {"reason": "CUSTOMER"})
    assert messages(town) == messages(town) == 1
