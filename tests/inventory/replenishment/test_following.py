"""What no level and no fact tells of is followed by its state: categories, kits, places."""

from datetime import timedelta

import pytest

from inventory.models import Product, Run, Sku
from inventory.replenishment import tasks
from inventory.replenishment.operations import (
    OffSale,
    follow_categories,
    follow_kits,
    follow_places,
)
from inventory.selling.operations import Goods, drop_buffer
from omniretail.kernel import clock, outbox
from omniretail.kernel.actors import SYSTEM
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory, SkuFactory
from tests.inventory.given import kit, place
from tests.inventory.replenishment.causes import (
    LATER,
    buffer_of_its_category,
    category_of,
)
from tests.inventory.replenishment.given import LAWS, came, waits
from tests.inventory.replenishment.test_reopening import (
    looked,
    one_unit,
    phone,
    served,
)
from tests.inventory.selling.given import buffer
from tests.lawbook import broken

__all__ = ["one_unit"]

pytestmark = pytest.mark.django_db


def test_who_waits_for_an_article_is_told_when_it_can_be_made_up() -> None:
    """Of two units of S-2 one is in the kit, so one kit can be had."""
    SkuFactory.create(code="K-2")
    line = [waits(phone(n), sku_code="K-2", store=None) for n in range(2)]
    looked(LATER)
    kit("K-2", {"S-1": 1, "S-2": 1})
    looked(LATER)
    looked(LATER)
    assert served() == line[:1]
    assert broken(only=LAWS) == set()


def test_a_kit_whose_parts_are_not_here_is_told_of_when_they_are() -> None:
    SkuFactory.create(code="K-2")
    number = waits(sku_code="K-2")
    kit("K-2", {"S-1": 2})
    looked(LATER)
    assert served() == []
    came(1, at=LATER)
    looked(LATER)
    assert served() == [number]


def test_a_place_opens_by_the_calendar() -> None:
    Store.objects.update(opened_on=NOON.date() + timedelta(days=1))
    looked(LATER)
    number = waits(store=None)
    looked(LATER)
    assert served() == []
    looked(NOON + timedelta(days=1))
    assert served() == [number]


def test_a_new_place_serves_those_who_wait_anywhere_for_what_lies_there() -> None:
    number = waits(sku_code=SkuFactory.create(code="S-3").code, store=None)
    far = place("spb-1")
    Store.objects.filter(code=far).update(closed_on=NOON.date())
    looked(NOON)
    Store.objects.filter(code=far).update(closed_on=None)
    came(1, at=LATER, store=far, sku="S-3")
    Run.objects.filter(name="levels").update(after=10_000_000)
    looked(LATER)
    assert served() == [number]


def on_sale(is_active: bool, sku: str = "S-1") -> None:
    Sku.objects.filter(code=sku).update(is_active=is_active)
    looked(LATER)


def test_what_is_off_sale_is_told_of_when_it_is_on_sale_again() -> None:
    """It came while nobody could buy it."""
    line = [waits(phone(n), sku_code="S-1", quantity=2) for n in range(2)]
    on_sale(False)
    came(1, at=LATER)
    looked(LATER)
    assert served() == []
    on_sale(True)
    on_sale(True)
    assert served() == line[:1]
    assert broken(only=LAWS) == set()


def test_a_kit_that_is_off_sale_is_told_of_as_little() -> None:
    kit("K-2", {"S-1": 1})
    number = waits(sku_code="K-2", quantity=2)
    on_sale(False, "K-2")
    came(1, at=LATER)
    looked(LATER)
    assert served() == []
    on_sale(True, "K-2")
    assert served() == [number]


def test_nobody_waits_for_what_is_off_sale() -> None:
    on_sale(False)
    with pytest.raises(OffSale):
        waits(quantity=2)


def test_goods_in_other_categories_look_at_nobody_where_none_binds_a_channel() -> None:
    buffer(1)
    deed = buffer_of_its_category()
    drop_buffer(
        channel="SITE",
        goods=Goods(category_code=category_of("S-1")),
        by=SYSTEM,
        at=LATER,
    )
    outbox.drain()
    deed()
    Run.objects.filter(name__startswith="terms:").delete()
    follow_categories(at=LATER)
    assert not Run.objects.filter(name__startswith="terms:").exists()


def test_what_was_there_at_the_first_look_is_no_news() -> None:
    Run.objects.all().delete()
    buffer(1, category=category_of("S-1"))
    Product.objects.update(category=CategoryFactory.create(code="elsewhere"))
    follow_categories(at=LATER), follow_places(at=LATER), follow_kits(at=LATER)
    begun = Run.objects.filter(is_done=False).exclude(name__contains=":")
    assert set(begun.values_list("name", flat=True)) == {"rearranged", "kits", "places"}
    assert not Run.objects.filter(name__contains=":", is_done=False).exists()


def test_the_clock_s_job_follows_what_no_fact_tells() -> None:
    tasks.watch_shelves()
    now = clock.now()
    buffer(1, category=category_of("S-1"), at=now)
    SkuFactory.create(code="K-2")
    line = [waits(phone(1), sku_code="K-2", at=now), waits(phone(2), at=now)]
    tasks.watch_shelves()
    assert served() == []
    kit("K-2", {"S-2": 2})
    Product.objects.update(category=CategoryFactory.create(code="elsewhere"))
    tasks.watch_shelves()
    assert sorted(served()) == sorted(line)
