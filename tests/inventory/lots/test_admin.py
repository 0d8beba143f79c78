"""Lots in the admin, and where a SKU begins to keep them."""

import pytest
from django.test import Client
from django.urls import reverse

from inventory.catalogue.models import Sku
from inventory.catalogue.operations import KitKeepsNoLots
from inventory.lots.models import Lot, LotLevel
from inventory.lots.operations import quarantine_expired
from inventory.stock.models import StockLevel
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import AuditEntry, User
from tests.inventory.feeds.test_importing import CATEGORIES, land, why
from tests.inventory.given import kit, stocked
from tests.inventory.lots.given import LAWS, lot_sku, lots, lotted
from tests.inventory.supply.test_tablet import tablet
from tests.lawbook import broken

pytestmark = pytest.mark.django_db
DAY = "2031-05-31"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def test_the_admin_finds_lots_and_corrects_a_date(boss: Client) -> None:
    lotted(2, "OVER", -400)
    lotted(2, "GOOD", 4_000)
    for name in ("lot", "lotlevel"):
        address = reverse(f"admin:inventory_{name}_changelist")
        page = boss.get(address, {"expires_within": "30"}).content.decode()
        assert "OVER" in page
        assert "GOOD" not in page
        assert "GOOD" in boss.get(address).content.decode()
    lot = Lot.objects.get(code="OVER")
    card = boss.get(reverse("admin:inventory_lot_change", args=[lot.pk]))
    lever = reverse("admin:inventory_lot_correct", args=[lot.pk])
    assert lever in card.content.decode()
    boss.post(lever, {"expires_on": "x", "reason": ""})
    boss.post(lever, {"expires_on": DAY, "reason": "a misprint"})
    lot.refresh_from_db()
    assert lot.expires_on is not None
    assert lot.expires_on.isoformat() == DAY
    entry = AuditEntry.objects.get(action="lots.correct")
    assert entry.detail["reason"] == "a misprint"


def test_who_may_only_read_the_admin_corrects_nothing(client: Client) -> None:
    lotted(1, "A", 10)
    client.force_login(User.objects.create_user("reader", is_staff=True))
    lever = reverse("admin:inventory_lot_correct", args=[Lot.objects.get(code="A").pk])
    answer = client.post(lever, {"expires_on": DAY, "reason": "why"})
    assert answer.status_code == 403


def test_the_card_of_a_level_shows_its_lots(boss: Client) -> None:
    lotted(2, "SOON", 10)
    stocked(1, sku="S-2")
    for row in StockLevel.objects.select_related("sku"):
        page = boss.get(reverse("admin:inventory_stocklevel_change", args=[row.pk]))
        assert ("SOON" in page.content.decode()) == row.sku.keeps_lots


def test_the_admin_begins_lots_once_and_never_for_kits(boss: Client) -> None:
    stocked(2)
    sku = Sku.objects.get(code="S-1")
    address = reverse("admin:inventory_sku_change", args=[sku.pk])
    assert 'name="keeps_lots"' in boss.get(address).content.decode()
    Sku.objects.filter(pk=sku.pk).update(keeps_lots=True)
    assert 'name="keeps_lots"' not in boss.get(address).content.decode()
    made = Sku.objects.get(code=kit("K-1", {"S-1": 1}))
    page = boss.get(reverse("admin:inventory_sku_change", args=[made.pk]))
    assert 'name="keeps_lots"' not in page.content.decode()


def test_a_sku_with_lots_is_not_made_a_kit() -> None:
    lot_sku("K-1")
    with pytest.raises(KitKeepsNoLots):
        kit("K-1", {"S-1": 1})
    report = land("kits", "sku_code,parts\nK-1,S-1=1\n")
    assert why(report) == [(2, "sku_code", "A kit keeps no lots; its parts may.")]


def test_the_catalogue_feed_begins_lots_and_leaves_them_where_it_says_nothing() -> None:
    land("categories", CATEGORIES)
    stocked(3)
    kit("K-1", {"S-9": 1})
    head = "sku_code,name,category_code,tax_rate"
    row = "Батарейка,phones,20"
    text = f"{head},keeps_lots,shelf_life_left_days\nS-1,{row},yes,30\nS-2,{row},,\n"
    report = land("catalogue", text)
    assert (report.rows_landed, why(report)) == (2, [])
    found = Sku.objects.in_bulk(["S-1", "S-2"], field_name="code")
    assert (found["S-1"].keeps_lots, found["S-1"].shelf_life_left_days) == (True, 30)
    assert (found["S-2"].keeps_lots, found["S-2"].shelf_life_left_days) == (False, 0)
    assert lots() == {"": 3}
    assert land("catalogue", text).rows_changed == 0
    assert land("catalogue", f"{head}\nS-1,{row}\n").rows_changed == 0
    assert Sku.objects.get(code="S-1").shelf_life_left_days == 30
    report = land(
        "catalogue", f"{head},keeps_lots\nS-1,{row},no\nS-2,{row},no\nK-1,{row},yes\n"
    )
    assert why(report) == [
        (2, "keeps_lots", "Lots are kept for good."),
        (4, "keeps_lots", "A kit keeps no lots; its parts may."),
    ]
    assert broken(only=LAWS) == set()


def test_expired_units_are_told_in_words() -> None:
    lotted(1, "OVER", -400)
    quarantine_expired(store_code="msk-1", sku_code="S-1", by=SYSTEM, at=clock.now())
    assert LotLevel.objects.lying().get().bucket == "QUARANTINE"
    page = tablet("msk-1").get("/tablet/stock/S-1/statement/").content.decode()
    assert "Past its last day of sale" in page
