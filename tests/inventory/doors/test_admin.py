"""The admin finds every noun of inventory, changes no ledger, and gives holds back."""

import html
import io
import json
import re

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from inventory.feeds.models import Feed
from inventory.feeds.operations import FeedTerms, import_csv
from inventory.models import Barcode, Promise, Sku, StockLevel
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import AuditEntry, User
from tests.clock import NOON
from tests.inventory.given import allocated, figures, held, lying, moved, stocked, wanted

pytestmark = pytest.mark.django_db
LEDGERS = {
    "stocklevel",
    "stockmovement",
    "promise",
    "lot",
    "lotlevel",
    "lotpick",
    "lotstep",
    "feed",
    "exchangefile",
    "price",
    "barcode",
    "safetystockchange",
    "safetyruling",
    "saleblock",
    "countsession",
    "countentry",
    "datedpromise",
    "holdend",
    "incomingline",
    "levelchange",
    "lostdemand",
    "proposal",
    "rearrangement",
    "purchaseorder",
    "receipt",
    "run",
    "shelfstate",
    "shipnotice",
    "serial",
    "serialstep",
    "stockwait",
    "tallyline",
    "transfer",
    "velocity",
}
INSIDE_ANOTHER = {
    "channelplace",
    "countline",
    "exchangepart",
    "feederror",
    "kitpart",
    "purchaseorderline",
    "receiptline",
    "shipnoticeline",
    "transferline",
}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_every_noun_is_findable_and_ledgers_are_read_only(boss: Client) -> None:
    stocked(5)
    held(wanted(1))
    for model in apps.get_app_config("inventory").get_models():
        name = model._meta.model_name
        if name in INSIDE_ANOTHER or model._meta.proxy:
            continue
        answer = boss.get(reverse(f"admin:inventory_{name}_changelist"), {"q": "S-1"})
        assert answer.status_code == 200, name
        adding = boss.get(reverse(f"admin:inventory_{name}_add")).status_code
        assert adding == (403 if name in LEDGERS else 200), name


def test_a_level_shows_what_explains_it(boss: Client) -> None:
    stocked(5)
    allocated(wanted(2), reference="R-77")
    page = boss.get(
        reverse("admin:inventory_stocklevel_change", args=[StockLevel.objects.get().pk])
    ).content.decode()
    assert "R-77" in page
    assert "+5" in page


def level_page(boss: Client) -> str:
    key = StockLevel.objects.get().pk
    page = boss.get(reverse("admin:inventory_stocklevel_change", args=[key]))
    return page.content.decode()


def test_a_level_is_a_card_with_buckets_reasons_and_sixty_days(boss: Client) -> None:
    stocked(7)
    moved(2, "ON_HAND>DISPLAY")
    held(wanted(1))
    page = html.unescape(level_page(boss))
    chart = json.loads(re.search(r'data-value="({.*?})"', page, re.DOTALL)[1])  # type: ignore[index]
    assert len(chart["labels"]) == 60
    assert [one["data"][-1] for one in chart["datasets"]] == [5, 2]
    assert "cart-1" in page
    assert "held for a payment" in page
    assert "Display sample" in page
    assert ("<td>+7</td>" in page, "<td>−2</td>" in page) == (True, True)


def test_units_are_moved_and_taken_back_from_the_card(boss: Client) -> None:
    stocked(5)
    key = StockLevel.objects.get().pk
    move = reverse("admin:inventory_stocklevel_move", args=[key])
    (reference,) = re.findall(r'name="reference" value="([^"]+)"', level_page(boss))
    given = {"quantity": 2, "source": "ON_HAND", "target": "DAMAGED", "reason": "BROKEN"}
    given |= {"reference": reference}
    for _press in range(2):
        boss.post(move, given)
        assert lying() == {"ON_HAND": 3, "DAMAGED": 2}
    boss.post(move, given | {"reason": "ON_SHOW", "reference": "another"})
    assert "no reason for such a move" in level_page(boss)
    boss.post(move, given | {"quantity": 0})
    assert "greater than or equal to 1" in level_page(boss)
    (address,) = re.findall(r'action="([^"]*/reverse/[^"]*)"', level_page(boss))
    boss.post(address)
    assert lying() == {"ON_HAND": 5}
    assert "taken back" in level_page(boss)
    said = AuditEntry.objects.values_list("action", flat=True)
    assert set(said) == {"stock.move", "stock.reverse"}


def test_who_may_only_look_moves_nothing(client: Client) -> None:
    stocked(5)
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_stocklevel"))
    client.force_login(reader)
    assert "/move/" not in level_page(client)
    move = reverse("admin:inventory_stocklevel_move", args=[StockLevel.objects.get().pk])
    given = {"quantity": 2, "source": "ON_HAND", "target": "DAMAGED", "reason": "BROKEN"}
    given |= {"reference": "M-1"}
    assert client.post(move, given).status_code == 403
    assert client.get(move).status_code == 403
    assert lying() == {"ON_HAND": 5}


def test_a_hold_is_given_back_by_a_button(boss: Client) -> None:
    stocked(5)
    held(wanted(1))
    allocated(wanted(2))
    keys = list(Promise.objects.values_list("pk", flat=True))
    boss.post(
        reverse("admin:inventory_promise_changelist"),
        {"action": "give_back", "_selected_action": keys},
    )
    assert figures() == (5, 2)


def test_a_barcode_typed_by_hand_is_checked(boss: Client) -> None:
    stocked(1)
    sku = Sku.objects.get()
    given = {
        "code": sku.code,
        "product": sku.product_id,
        "name": sku.name,
        "attributes": "{}",
        "tax_rate": "20",
        "is_active": "on",
        "barcodes-TOTAL_FORMS": 1,
        "barcodes-INITIAL_FORMS": 0,
        "parts-TOTAL_FORMS": 0,
        "parts-INITIAL_FORMS": 0,
        "prices-TOTAL_FORMS": 0,
        "prices-INITIAL_FORMS": 0,
        "barcodes-0-gtin": "4600051000050",
    }
    address = reverse("admin:inventory_sku_change", args=[sku.pk])
    answer = boss.post(address, given, headers={"accept-language": "en"})
    assert "4600051000050 is no GTIN." in answer.content.decode()
    boss.post(address, given | {"barcodes-0-gtin": "04600051000057"})
    assert Barcode.objects.get().gtin == "4600051000057"


def test_a_sku_keeps_its_code(boss: Client) -> None:
    """Whoever follows the stock would know the goods by one, and hear of another."""
    stocked(1)
    page = boss.get(reverse("admin:inventory_sku_change", args=[Sku.objects.get().pk]))
    assert 'name="code"' not in page.content.decode()
    assert 'name="code"' in boss.get(reverse("admin:inventory_sku_add")).content.decode()


def test_refused_rows_are_downloaded_and_harmless(boss: Client) -> None:
    text = "store_code,sku_code,on_hand\n=cmd,S-1,1\n"
    import_csv(
        stream=io.BytesIO(text.encode()), terms=FeedTerms("stock"), by=SYSTEM, at=NOON
    )
    feed = Feed.objects.get()
    page = boss.get(reverse("admin:inventory_feed_change", args=[feed.pk]))
    assert page.status_code == 200
    answer = boss.get(reverse("admin:inventory_feed_refused_rows", args=[feed.pk]))
    assert "2;store_code;'=cmd;" in answer.content.decode("utf-8-sig")
