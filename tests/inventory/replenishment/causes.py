"""What binds the one unit of S-1, and the deed that frees it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from inventory.models import Category, Product
from inventory.promises.operations import expire_holds, release_promises
from inventory.safety.operations import apply_rules, save_rule
from inventory.safety.ruling import Rule
from inventory.selling.operations import Goods, drop_buffer, lift_block
from inventory.stock.operations import adjust_stock
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory
from tests.inventory.given import SOON, allocated, held, wanted
from tests.inventory.selling.given import block, buffer, network

LATER = NOON + timedelta(hours=1)
Deed = Callable[[], object]


def lifted() -> Deed:
    number = block().number
    return lambda: lift_block(number=number, by=SYSTEM, at=LATER)


def lifted_for_one_channel() -> Deed:
    buffer(0)
    number = block(channel="SITE").number
    return lambda: lift_block(number=number, by=SYSTEM, at=LATER)


def blocked_until_now() -> Deed:
    block(until=LATER)
    return lambda: None


def hold_over() -> Deed:
    held(wanted(1), ends_at=SOON)
    return lambda: expire_holds(at=LATER)


def hold_given_back() -> Deed:
    held(wanted(1), ends_at=LATER + timedelta(hours=1))
    return lambda: release_promises(reference="cart-1", by=SYSTEM, at=LATER)


def order_called_off() -> Deed:
    allocated(wanted(1))
    return lambda: release_promises(reference="R-1", by=SYSTEM, at=LATER)


def buffer_smaller() -> Deed:
    buffer(1, sku="S-1")
    return lambda: buffer(0, sku="S-1", at=LATER)


def buffer_of_everything_dropped() -> Deed:
    buffer(1)
    return lambda: drop_buffer(channel="SITE", goods=Goods(), by=SYSTEM, at=LATER)


def rule_smaller() -> Deed:
    ruled(1, NOON)
    return lambda: ruled(0, LATER)


def ruled(units: int, at: datetime) -> None:
    rule = Rule("all", 100, units=units)
    save_rule(rule=rule, name="All", by=SYSTEM, at=at)
    apply_rules(by=SYSTEM, at=at)


def safety_stock_smaller() -> Deed:
    kept_back(1, NOON)
    return lambda: kept_back(0, LATER)


def kept_back(units: int, at: datetime) -> None:
    adjust_stock(
        store_code="msk-1",
        sku_code="S-1",
        safety_stock=units,
        reason="season",
        by=SYSTEM,
        at=at,
    )


def place_joined() -> Deed:
    network("SITE")
    return lambda: network("SITE", "msk-1", at=LATER)


def buffer_of_its_category() -> Deed:
    buffer(1, category=category_of("S-1"))
    return lambda: Product.objects.update(category=CategoryFactory.create(code="elsewhere"))


def buffer_of_a_category_around_it() -> Deed:
    buffer(1, category="outer")
    return lambda: Category.objects.update(parent=None)


def category_of(sku: str) -> str:
    return str(Category.objects.get(products__skus__code=sku).code)


def place_closed() -> Deed:
    here = Store.objects.filter(code="msk-1")
    here.update(closed_on=NOON.date())
    return lambda: here.update(closed_on=None)


def place_not_open_yet() -> Deed:
    here = Store.objects.filter(code="msk-1")
    here.update(opened_on=LATER.date() + timedelta(days=1))
    return lambda: here.update(opened_on=LATER.date())


CAUSES = [
    buffer_of_its_category,
    buffer_of_a_category_around_it,
    place_closed,
    place_not_open_yet,
    lifted,
    lifted_for_one_channel,
    blocked_until_now,
    hold_over,
    hold_given_back,
    order_called_off,
    buffer_smaller,
    buffer_of_everything_dropped,
    rule_smaller,
    safety_stock_smaller,
    place_joined,
]
