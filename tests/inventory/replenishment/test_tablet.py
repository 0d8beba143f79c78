"""The tablet: asked for and not here, and what might be moved."""

import pytest
from django.test import Client

from inventory.models import LostDemand, Proposal, StockWait, Transfer
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import PriceFactory, SkuFactory
from tests.inventory.given import place
from tests.inventory.replenishment.given import came, numbers, policy, proposed, selling
from tests.lawbook import broken
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
PRODUCT = "/tablet/find/S-1/"
PROPOSALS = "/tablet/stock/proposals/"


def tablet(role: str = "CLERK", *, store: str = "msk-1", language: str = "en") -> Client:
    client = Client()
    where = Store.objects.get(code=store)
    sign_in_tablet(client, store=where, role=role, language=language)
    return client


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.fixture
def clerk() -> Client:
    """Somebody at a place that has none of S-1."""
    place("msk-1")
    PriceFactory.create(sku=SkuFactory.create(code="S-1"))
    return tablet()


def test_a_customer_is_told_when_it_is_here(clerk: Client) -> None:
    assert "Tell the customer when it is here" in page(clerk, PRODUCT)
    given = {"contact": "8 916 123-45-67"}
    answer = clerk.post("/tablet/waits/S-1/register", given, follow=True)
    assert "We will write as soon as it is here." in answer.content.decode()
    row = StockWait.objects.get()
    assert row.store is not None
    assert (row.phone, row.store.code, row.channel) == ("+79161234567", "msk-1", "TABLET")
    clerk.post("/tablet/waits/S-1/register", {"contact": "anna@example.org"})
    assert StockWait.objects.latest("pk").email == "anna@example.org"
    assert broken(only={"E5"}) == set()


def test_an_odd_contact_is_refused_in_words(clerk: Client) -> None:
    answer = clerk.post(
        "/tablet/waits/S-1/register", {"contact": "12"}, headers={"HX-Request": "true"}
    )
    assert "no phone number" in answer.content.decode()
    assert not StockWait.objects.exists()


def test_each_tap_is_one_who_asked_and_a_double_tap_is_one(clerk: Client) -> None:
    for key in ("once-1", "once-1", "once-2"):
        clerk.post("/tablet/lost-demand/S-1/record", {"_once": key})
    assert LostDemand.objects.count() == 2
    assert {row.channel for row in LostDemand.objects.all()} == {"TABLET"}


def test_a_look_in_vain_counts_and_a_tap_says_it_was_for_somebody(clerk: Client) -> None:
    for _time in range(2):
        page(clerk, PRODUCT)
    assert LostDemand.objects.get().store is not None
    clerk.post("/tablet/lost-demand/S-1/record", {"_once": "once-1"})
    assert LostDemand.objects.count() == 1
    page(clerk, PRODUCT)
    clerk.post("/tablet/lost-demand/S-1/record", {"_once": "once-2"})
    assert LostDemand.objects.count() == 2
    came(1, at=NOON)
    page(clerk, PRODUCT)
    assert LostDemand.objects.count() == 2


def test_what_is_here_offers_neither(clerk: Client) -> None:
    came(1, at=NOON)
    shown = page(clerk, PRODUCT)
    assert "Tell the customer" not in shown
    assert "asked for, not here" not in shown


def test_a_manager_asks_a_neighbour(clerk: Client) -> None:
    place("tver", latitude=56.86, longitude=35.9)
    policy()
    selling(2, 4, days=28)
    selling(1, 90, days=28, store="tver")
    proposed("msk-1", "tver")
    boss, giver = tablet("STORE_MANAGER"), tablet("STORE_MANAGER", store="tver")
    assert "Proposals" not in page(clerk, "/tablet/stock/")
    assert PROPOSALS in page(boss, "/tablet/stock/")
    shown = page(boss, PROPOSALS)
    assert "For us" in shown
    assert "more than 8 weeks need" in shown
    assert "From us" in page(giver, PROPOSALS)
    (number,) = numbers()
    answer = boss.post(f"{PROPOSALS}{number}/accept", follow=True)
    assert f"Transfer {Transfer.objects.get().number} is asked for." in (
        answer.content.decode()
    )
    assert "Nothing to move" in page(giver, PROPOSALS)
    assert clerk.get(PROPOSALS).status_code == 403


def test_a_manager_puts_a_proposal_aside(clerk: Client) -> None:
    place("tver", latitude=56.86, longitude=35.9)
    policy()
    selling(2, 4, days=28)
    selling(1, 90, days=28, store="tver")
    proposed("msk-1", "tver")
    (number,) = numbers()
    tablet("STORE_MANAGER", store="tver").post(f"{PROPOSALS}{number}/dismiss")
    assert Proposal.objects.get().status == "DISMISSED"


def test_pages_speak_russian(clerk: Client) -> None:
    shown = page(tablet(language="ru"), PRODUCT)
    assert "Сообщить покупателю, когда появится" in shown
    boss = tablet("STORE_MANAGER", language="ru")
    assert "Перемещать нечего" in page(boss, PROPOSALS)
