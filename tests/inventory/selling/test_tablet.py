"""On the tablet: stop selling something here in two taps, and sell it again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inventory.selling.models import SaleBlock
from inventory.selling.pages.blocking import end_of
from omniretail.kernel import clock
from omniretail.kernel.models import AuditEntry
from tests.inventory.doors.test_tablet import tablet
from tests.inventory.given import place, stocked
from tests.inventory.selling.given import block, buffer, channel, network

pytestmark = pytest.mark.django_db
LEVEL = "/tablet/stock/S-1/"
MOSCOW = ZoneInfo("Europe/Moscow")


def test_a_manager_stops_a_sale_and_lifts_that() -> None:
    boss = tablet("STORE_MANAGER")
    stocked(5)
    page = boss.get(LEVEL).content.decode()
    assert 'name="until" value="TODAY"' in page
    boss.post(f"{LEVEL}block", {"until": "TODAY", "reason": "CANNOT_FIND"})
    made = SaleBlock.objects.get()
    assert (made.reason, made.channel) == ("CANNOT_FIND", None)
    assert made.ends_at is not None
    assert made.ends_at.astimezone(MOSCOW).strftime("%H:%M") == "00:00"
    page = boss.get(LEVEL).content.decode()
    assert "Not for sale here" in page
    assert "it cannot be found" in page
    assert 'name="until"' not in page
    assert "not here" in boss.get("/tablet/find/", {"q": "S-1"}).content.decode()
    boss.post(f"{LEVEL}blocks/{made.number}/lift", {})
    assert 'name="until" value="TODAY"' in boss.get(LEVEL).content.decode()
    assert "5 here" in boss.get("/tablet/find/S-1/").content.decode()
    actions = AuditEntry.objects.filter(subject="stock:msk-1:S-1")
    assert set(actions.values_list("action", flat=True)) == {
        "selling.block",
        "selling.lift",
    }


def test_a_clerk_sees_that_and_decides_nothing() -> None:
    clerk = tablet()
    stocked(5)
    block(at=clock.now(), note="a wet carton")
    page = clerk.get(LEVEL).content.decode()
    assert "a wet carton" in page
    assert "Sell again" not in page
    assert clerk.post(f"{LEVEL}block", {"until": "TODAY"}).status_code == 403
    number = SaleBlock.objects.get().number
    assert clerk.post(f"{LEVEL}blocks/{number}/lift").status_code == 403


def test_another_stores_block_is_absent() -> None:
    boss = tablet("STORE_MANAGER")
    place("spb-1")
    stocked(5)
    stocked(5, store="spb-1")
    other = block("spb-1", at=clock.now())
    assert boss.post(f"{LEVEL}blocks/{other.number}/lift").status_code == 404
    assert boss.post(f"{LEVEL}blocks/none/lift").status_code == 404


def test_blocking_twice_is_refused_in_words() -> None:
    boss = tablet("STORE_MANAGER")
    stocked(5)
    for _time in range(2):
        boss.post(f"{LEVEL}block", {"until": "LIFTED", "reason": "odd"})
    made = SaleBlock.objects.get()
    assert (made.reason, made.ends_at) == ("OTHER", None)
    assert "It is not sold there already." in boss.get(LEVEL).content.decode()


def test_a_block_for_one_channel_is_named_and_another_may_follow() -> None:
    boss = tablet("STORE_MANAGER")
    stocked(5)
    channel("SITE")
    block(at=clock.now(), channel="SITE")
    page = boss.get(LEVEL).content.decode()
    assert "Not for sale in SITE" in page
    assert 'name="until" value="TODAY"' in page


def test_the_counter_finds_what_it_may_sell() -> None:
    clerk = tablet()
    stocked(5)
    buffer(2, code="TABLET")
    assert "3 here" in clerk.get("/tablet/find/S-1/").content.decode()
    assert "3 here" in clerk.get("/tablet/find/", {"q": "S-1"}).content.decode()
    network("TABLET", at=clock.now() - timedelta(minutes=1))
    assert "Not here" in clerk.get("/tablet/find/S-1/").content.decode()


@pytest.mark.parametrize(
    ("choice", "days"), [("TODAY", 1), ("TOMORROW", 2), ("WEEK", 7), ("odd", 1)]
)
def test_a_button_means_a_midnight_of_the_store(choice: str, days: int) -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=MOSCOW)
    until = end_of(choice, late, "Europe/Moscow")
    assert until == datetime(2026, 3, 1, tzinfo=MOSCOW) + timedelta(days=days)
    assert end_of("LIFTED", late, "Europe/Moscow") is None
