"""Kits through REST, the tablet, the admin and the feed."""

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.catalogue.models import KitPart, Sku
from inventory.catalogue.operations import KitHasNoSerials
from inventory.feeds.operations import FeedTerms, import_csv
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import User
from stores.network.models import Store
from tests.callers import as_client
from tests.clock import NOON
from tests.factories.inventory import PriceFactory, sku
from tests.inventory.given import allocated, held, kit, place, stocked, wanted
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
API = "/api/v1"
PARTS = [{"sku": "S-1", "quantity": 1}, {"sku": "S-2", "quantity": 2}]


def test_a_kit_is_made_up_and_read() -> None:
    for code in ("K-1", "S-1", "S-2"):
        sku(code, name=f"Товар {code}")
    caller = as_client("catalogue:write")
    made = caller.post(f"{API}/kits", {"sku": "K-1", "parts": PARTS})
    assert made.status_code == 201, made.content
    told = as_client("catalogue:read").get(f"{API}/kits/K-1").json()
    assert told == made.json()
    assert told["parts"][1] == {"sku": "S-2", "name": "Товар S-2", "quantity": 2}
    assert as_client("catalogue:read").get(f"{API}/skus/K-1").json()["is_kit"]
    again = caller.post(f"{API}/kits", {"sku": "K-1", "parts": PARTS})
    assert (again.status_code, again.json()["code"]) == (409, "kit_made_up_before")
    assert as_client("catalogue:read").get(f"{API}/kits/S-1").status_code == 404


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], 400),
        (PARTS + PARTS, 400),
        ([{"sku": "S-1", "quantity": 0}], 400),
        ([{"sku": "none", "quantity": 1}], 404),
        ([{"sku": "K-1", "quantity": 1}], 422),
    ],
)
def test_nonsense_makes_no_kit(parts: list[dict[str, object]], code: int) -> None:
    for one in ("K-1", "S-1", "S-2"):
        sku(one)
    answer = as_client("catalogue:write").post(
        f"{API}/kits", {"sku": "K-1", "parts": parts}
    )
    assert answer.status_code == code, answer.content
    assert not KitPart.objects.exists()


def test_stocked_goods_become_no_kit() -> None:
    stocked(1, sku="K-1")
    sku("S-1")
    answer = as_client("catalogue:write").post(
        f"{API}/kits", {"sku": "K-1", "parts": PARTS[:1]}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "kit_was_stocked")


def test_units_with_serial_numbers_become_no_kit() -> None:
    sku("K-1", is_serialised=True)
    sku("S-1")
    answer = as_client("catalogue:write").post(
        f"{API}/kits", {"sku": "K-1", "parts": PARTS[:1]}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "kit_has_no_serials")
    stream = io.BytesIO(b"sku_code,parts\nK-1,S-1=1\n")
    report = import_csv(stream=stream, terms=FeedTerms("kits"), by=SYSTEM, at=NOON)
    (refused,) = report.refusals
    assert (refused.field, refused.message) == ("sku_code", KitHasNoSerials().title)
    assert not KitPart.objects.exists()


def test_a_kit_is_held_and_shown_as_it_was_asked_for() -> None:
    stocked(5)
    stocked(5, sku="S-2")
    kit()
    line = {"store": "msk-1", "sku": "K-1", "quantity": 2}
    asked = {"reference": "cart-1", "owner": "anna", "lines": [line]}
    caller = as_client("stock:hold")
    held = caller.post(f"{API}/holds", asked)
    assert held.status_code == 201, held.content
    shown = [line | {"is_provisional": False}]
    assert held.json()["lines"] == shown
    assert caller.get(f"{API}/holds/cart-1").json()["lines"] == shown
    asked |= {"reference": "cart-2", "lines": [line | {"quantity": 1}]}
    short = caller.post(f"{API}/holds", asked).json()
    assert (short["code"], short["sku"], short["available"]) == (
        "not_enough_stock",
        "S-2",
        1,
    )


def test_a_kit_is_held_at_the_first_of_several_places_that_has_its_parts() -> None:
    place("spb-1")
    stocked(5)
    stocked(5, store="spb-1")
    stocked(5, store="spb-1", sku="S-2")
    kit()
    line = {"sku": "K-1", "quantity": 2, "places": ["msk-1", "spb-1"]}
    asked = {"reference": "cart-1", "owner": "anna", "lines": [line]}
    held = as_client("stock:hold").post(f"{API}/holds", asked)
    assert held.status_code == 201, held.content
    assert held.json()["lines"] == [
        {"store": "spb-1", "sku": "K-1", "quantity": 2, "is_provisional": False}
    ]


def test_what_a_kit_may_be_promised_is_the_same_through_every_door() -> None:
    stocked(5)
    stocked(5, sku="S-2")
    kit()
    allocated(wanted(1, sku="S-2"))
    caller = as_client("stock:read")
    over = caller.get(f"{API}/availability", {"sku": "K-1"}).json()["items"]
    here = caller.get(f"{API}/availability", {"sku": "K-1", "store": "msk-1"}).json()
    assert [row["available"] for row in over + here["items"]] == [2, 2]
    why = caller.get(f"{API}/stock-levels/msk-1/K-1/why").json()
    assert (why["available"], why["balance"]["on_hand"]) == (2, 2)


def test_ordinary_goods_ask_nothing_about_kits() -> None:
    stocked(5)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        allocated(wanted(1))
        held(wanted(1))
    assert not [one for one in asked.captured_queries if "kitpart" in one["sql"]]


def test_a_stock_feed_refuses_kits_in_words() -> None:
    place()
    kit()
    text = "store_code,sku_code,on_hand\nmsk-1,K-1,5\nmsk-1,S-1,5\n"
    report = import_csv(
        stream=io.BytesIO(text.encode()), terms=FeedTerms("stock"), by=SYSTEM, at=NOON
    )
    assert (report.rows_landed, report.rows_refused) == (1, 1)
    assert report.refusals[0].message == "A kit has no stock of its own. Name its parts."


def test_the_tablet_shows_a_kit_by_its_parts(client: Client) -> None:
    stocked(5)
    stocked(1, sku="S-2")
    kit()
    PriceFactory.create(sku=Sku.objects.get(code="K-1"))
    sign_in_tablet(client, store=Store.objects.get(), role="STORE_MANAGER")
    product = client.get(reverse("tablet-find-product", args=["K-1"])).content.decode()
    assert "A kit, sold from these parts" in product
    assert "2 in one kit" in product
    level = client.get(reverse("tablet-stock-level", args=["K-1"])).content.decode()
    assert "A kit, sold from these parts" in level
    assert 'id="adjust"' not in level
    found = client.get(reverse("tablet-find"), {"q": "K-1"})
    assert found.status_code == 200


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_admin_makes_up_a_kit_once(boss: Client) -> None:
    for code in ("K-1", "S-1", "S-2"):
        sku(code)
    made = Sku.objects.get(code="K-1")
    page = reverse("admin:inventory_sku_change", args=[made.pk])
    part = Sku.objects.get(code="S-1")
    form = {
        "code": "K-1",
        "product": made.product_id,
        "name": made.name,
        "attributes": "{}",
        "tax_rate": "20",
        "is_active": "on",
        "barcodes-TOTAL_FORMS": "0",
        "barcodes-INITIAL_FORMS": "0",
        "prices-TOTAL_FORMS": "0",
        "prices-INITIAL_FORMS": "0",
        "parts-TOTAL_FORMS": "1",
        "parts-INITIAL_FORMS": "0",
        "parts-0-part": part.pk,
        "parts-0-quantity": "3",
    }
    answer = boss.post(page, form, follow=True)
    assert "is sold from parts now" in answer.content.decode()
    assert [str(one) for one in KitPart.objects.all()] == [f"3 × {part}"]
    shown = boss.get(page).content.decode()
    assert "parts-0-quantity" not in shown
