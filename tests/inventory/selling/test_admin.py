"""Channels, buffers and blocks in the admin: through the operations only."""

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from inventory.catalogue.models import Sku
from inventory.models import StockLevel
from inventory.selling.models import ChannelBuffer, SaleBlock, SellingChannel
from inventory.selling.operations.channels import CodeNotPlain, DisplayNeedsNumber
from omniretail.kernel import clock
from omniretail.kernel.errors import DomainError, title_of
from omniretail.kernel.models import AuditEntry, User
from tests.inventory.given import stocked
from tests.inventory.selling.given import block, buffer, channel, network, sold_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def act(boss: Client, model: str, action: str, key: int) -> str:
    listed = reverse(f"admin:inventory_{model}_changelist")
    form = {"action": action, "_selected_action": [key]}
    return boss.post(listed, form, follow=True).content.decode()


def write_down(boss: Client, **changed: object) -> tuple[int, str]:
    form = {"code": "SITE", "name": "Site", "display": "CAP", "display_units": 10}
    inline = {
        f"{name}-{part}_FORMS": 0
        for name in ("places", "buffers")
        for part in ("TOTAL", "INITIAL")
    }
    adding = reverse("admin:inventory_sellingchannel_add")
    answer = boss.post(adding, {**form, **inline, **changed})
    return answer.status_code, unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"code": "site"}, CodeNotPlain),
        ({"code": "2SITE"}, CodeNotPlain),
        ({"display": "EXACT"}, DisplayNeedsNumber),
        ({"display_units": 0}, DisplayNeedsNumber),
    ],
)
def test_a_channel_nobody_can_have_is_refused_in_words(
    boss: Client, changed: dict[str, object], refusal: type[DomainError]
) -> None:
    _status, page = write_down(boss, **changed)
    assert title_of(refusal) in page
    assert "is violated" not in page
    assert not SellingChannel.objects.exists()


def test_a_channel_is_written_down_and_shows_its_terms(boss: Client) -> None:
    assert write_down(boss)[0] == 302
    row = SellingChannel.objects.get()
    assert (row.code, row.display, row.display_units) == ("SITE", "CAP", 10)
    stocked(5)
    network("SITE", "msk-1")
    buffer(2)
    page = boss.get(reverse("admin:inventory_sellingchannel_change", args=[row.pk]))
    assert "Msk-1" in page.content.decode()
    assert sold_by("SITE") == 3
    assert "sells from every place" in act(
        boss, "sellingchannel", "sell_from_every_place", row.pk
    )
    row.refresh_from_db()
    assert row.listed_since is None
    assert AuditEntry.objects.filter(action="admin.add").exists()


def test_a_buffer_is_set_and_dropped_and_never_changed(boss: Client) -> None:
    stocked(5)
    channel("SITE")
    adding = reverse("admin:inventory_channelbuffer_add")
    form = {
        "channel": SellingChannel.objects.get().pk,
        "sku": Sku.objects.get().pk,
        "units": 2,
    }
    assert boss.post(adding, form).status_code == 302
    row = ChannelBuffer.objects.get()
    assert (row.units, row.set_by, sold_by("SITE", at=clock.now())) == (2, "boss", 3)
    changing = reverse("admin:inventory_channelbuffer_change", args=[row.pk])
    assert boss.post(changing, {**form, "units": 9}).status_code == 403
    assert "is dropped" in act(boss, "channelbuffer", "drop", row.pk)
    row.refresh_from_db()
    assert row.ends_at is not None


def test_a_block_is_lifted(boss: Client) -> None:
    stocked(5)
    made = block()
    row = SaleBlock.objects.get()
    assert "is lifted" in act(boss, "saleblock", "lift", row.pk)
    row.refresh_from_db()
    assert row.lifted_by == "boss"
    assert "again already" in act(boss, "saleblock", "lift", row.pk)
    assert made.number == row.number


def test_a_level_shows_what_is_not_for_sale(boss: Client) -> None:
    stocked(5)
    made = block()
    address = reverse(
        "admin:inventory_stocklevel_change", args=[StockLevel.objects.get().pk]
    )
    page = boss.get(address).content.decode()
    assert made.number in page
    assert "not for sale at the moment" in page
