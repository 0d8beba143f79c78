"""Categories that were hung in a ring before the database refused it: the law names them,
every reader of what lies around or below comes to an end, and the ring can be opened."""

import pytest
from django.test import Client
from django.urls import reverse

from inventory.catalogue.models import Category, Sku
from inventory.catalogue.queries import subtree
from inventory.counts.models import CountTolerance
from inventory.counts.queries.tolerances import EXACT, tolerances_of
from inventory.feeds.operations import FeedReport
from inventory.replenishment.queries.policies import policies_of
from inventory.safety.queries import ruled_levels
from inventory.selling.queries import sellable_units
from omniretail.kernel.laws import judge
from omniretail.kernel.models import User
from stores.network.models import Store
from tests.callers import as_client
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory, ProductFactory, SkuFactory
from tests.inventory.feeds.test_importing import land
from tests.inventory.given import stocked
from tests.inventory.selling.given import buffer
from tests.inventory.test_laws import unguarded
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
API = "/api/v1"
LAW = {"S12"}


@pytest.fixture(autouse=True)
def ring() -> None:
    """A, and in it b, and in it c, and in that a; below b hangs d, aside stands e."""
    for code, around in {"a": "", "b": "a", "c": "b", "d": "b", "e": "", "f": "e"}.items():
        above = Category.objects.filter(code=around).first()
        CategoryFactory.create(code=code, parent=above)
    assert broken(only=LAW) == set()
    unguarded(
        "ALTER TABLE inventory_category DISABLE TRIGGER USER",
        "UPDATE inventory_category SET parent_id ="
        " (SELECT id FROM inventory_category WHERE code = 'c') WHERE code = 'a'",
        "ALTER TABLE inventory_category ENABLE TRIGGER USER",
    )


def in_the_ring() -> Sku:
    """A SKU in the ring, ten of it in a store."""
    home = Category.objects.get(code="b")
    sku: Sku = SkuFactory.create(code="S-1", product=ProductFactory.create(category=home))
    stocked(10)
    return sku


def sellable() -> int:
    """How many of it the site may sell."""
    wanted = {"store_codes": ["msk-1"], "sku_codes": ["S-1"]}
    return sum(sellable_units(channel="SITE", at=NOON, **wanted).values())


def keys(codes: str) -> set[int]:
    return set(Category.objects.filter(code__in=codes).values_list("id", flat=True))


def landed(text: str) -> FeedReport:
    return land("categories", "code,name,parent\n" + text)


def test_categories_in_a_ring_break_s12() -> None:
    (verdict,) = judge(LAW)
    told = [(row["code"], row["inside"]) for row in verdict.rows]
    assert told == [("a", "c"), ("b", "a"), ("c", "b")]


def test_two_rings_are_both_named() -> None:
    unguarded(
        "ALTER TABLE inventory_category DISABLE TRIGGER USER",
        "UPDATE inventory_category SET parent_id ="
        " (SELECT id FROM inventory_category WHERE code = 'f') WHERE code = 'e'",
        "ALTER TABLE inventory_category ENABLE TRIGGER USER",
    )
    (verdict,) = judge(LAW)
    assert [row["code"] for row in verdict.rows] == ["a", "b", "c", "e", "f"]


@pytest.mark.parametrize("code", "abc")
def test_all_of_a_ring_and_what_hangs_on_it_is_below_each_of_it(code: str) -> None:
    below = subtree(code)
    assert set(below) == keys("abcd")
    assert len(below) == 4
    in_the_ring()
    found = as_client("catalogue:read").get(f"{API}/skus", {"category": code}).json()
    assert [row["code"] for row in found["items"]] == ["S-1"]


def test_below_what_hangs_on_a_ring_is_no_ring() -> None:
    assert set(subtree("d")) == keys("d")


def test_what_is_bound_by_category_ends_in_a_ring() -> None:
    sku = in_the_ring()
    CountTolerance.objects.create(category=Category.objects.get(code="e"), units=5)
    assert tolerances_of([sku.pk]) == {sku.pk: EXACT}
    place = Store.objects.get(code="msk-1")
    assert policies_of(place.pk, [sku.pk]) == {}
    (level,) = ruled_levels(place.pk, place.code, at=NOON)
    assert set(level.facts.categories) == {"a", "b", "c"}


def test_what_a_channel_leaves_ends_in_a_ring() -> None:
    in_the_ring()
    buffer(3, category="e")
    assert sellable() == 10
    buffer(4, category="c")
    assert sellable() == 6


def test_new_categories_land_beside_a_ring() -> None:
    report = landed("g,G,e\nh,H,d\n")
    assert [refusal.line for refusal in report.refusals] == [3]
    assert Category.objects.get(code="g").parent == Category.objects.get(code="e")


def test_a_feed_opens_a_ring() -> None:
    report = landed("b,B,a\na,A,\n")
    assert (report.rows_landed, report.rows_refused) == (2, 0)
    assert broken(only=LAW) == set()


def test_the_admin_opens_a_ring(client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss"))
    shelf = Category.objects.get(code="a")
    page = reverse("admin:inventory_category_change", args=[shelf.pk])
    said = {"code": "a", "name": "A", "parent": Category.objects.get(code="c").pk}
    assert client.post(page, said).status_code == 200
    assert client.post(page, {**said, "parent": ""}).status_code == 302
    assert broken(only=LAW) == set()
