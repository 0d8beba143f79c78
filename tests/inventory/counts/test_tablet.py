"""The tablet's pages of counting: scan, finish, approve."""

import pytest
from django.test import Client

from inventory.counts.models import CountSession
from inventory.counts.pages.counting import NotANumber
from inventory.counts.queries import count_view
from omniretail.kernel import outbox
from omniretail.kernel.errors import title_of
from stores.network.models import Store
from stores.work.models import WorkItem
from tests.factories.inventory import BarcodeFactory
from tests.inventory.counts.given import LAWS, line_of, opened, shelf
from tests.inventory.given import figures, place
from tests.lawbook import broken
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
GTIN = "4600051000057"
COUNTS = "/tablet/stock/counts/"


def tablet(role: str = "CLERK", *, store: str = "msk-1", language: str = "en") -> Client:
    client = Client()
    place_of = Store.objects.get(code=store)
    sign_in_tablet(client, store=place_of, role=role, language=language)
    return client


def page(client: Client, address: str) -> str:
    return client.get(f"{COUNTS}{address}").content.decode()


def scan(client: Client, number: str, code: str = "S-1") -> str:
    answer = client.post(f"{COUNTS}{number}/scan/", {"code": code}, headers=HTMX)
    return answer.content.decode()


def total(client: Client, number: str, units: object, sku: str = "S-1") -> str:
    given = {"sku": sku, "quantity": units}
    answer = client.post(f"{COUNTS}{number}/total/", given, headers=HTMX)
    return answer.content.decode()


def test_a_zone_is_counted_twice_and_approved_by_a_manager() -> None:
    shelf(10)
    anna, boris, boss = tablet(), tablet(), tablet("STORE_MANAGER")
    led = anna.post(f"{COUNTS}begin/", {"zone": "Window"})
    number = CountSession.objects.get().number
    assert led["Location"] == f"{COUNTS}{number}/"
    assert "Nothing counted yet" in page(anna, f"{number}/")
    scan(anna, number)
    assert "Finish: 1 article counted" in scan(anna, number)
    assert line_of(number).counted == 2
    total(anna, number, 8)
    answer = anna.post(f"{COUNTS}{number}/finish/", follow=True)
    assert "counted again" in answer.content.decode()
    assert "You counted this before" in scan(anna, number)
    total(boris, number, 8)
    answer = boris.post(f"{COUNTS}{number}/finish/", follow=True)
    assert "A manager looks at it now" in answer.content.decode()
    assert "Expected" not in page(boris, f"{number}/")
    assert "Put the levels right" in page(boss, f"{number}/")
    boss.post(f"{COUNTS}{number}/approve/")
    assert figures() == (8, 0)
    assert "Nothing is being counted" in page(boss, "")
    assert broken(only=LAWS | {"E5"}) == set()


@pytest.mark.parametrize("role", ["CLERK", "STORE_MANAGER"])
def test_nobody_who_counts_reads_what_should_be_there(role: str) -> None:
    shelf(7919)
    number = opened()
    client = tablet(role)
    seen = [page(client, ""), page(client, f"{number}/"), scan(client, number)]
    assert "7919" not in "".join(seen)
    client.post(f"{COUNTS}{number}/finish/")
    assert "7919" not in page(client, f"{number}/")


def test_a_wrong_scan_says_what_is_wrong() -> None:
    shelf(3)
    BarcodeFactory.create(sku__code="S-9", gtin=GTIN)
    number = opened()
    client = tablet()
    assert "not on the list" in scan(client, number, GTIN)
    assert "Nobody knows this code" in scan(client, number, "zzz")
    for odd in ("", "x", "-1", "99999999", "²"):
        assert title_of(NotANumber) in total(client, number, odd)
    assert line_of(number).counted is None


def test_an_article_is_chosen_and_its_number_typed() -> None:
    shelf(3)
    number = opened()
    client = tablet()
    assert "how many in all" in page(client, f"{number}/?sku=S-1")
    assert "how many in all" not in page(client, f"{number}/?sku=S-7")
    total(client, number, 0)
    assert line_of(number).counted == 0


def test_a_list_may_be_finished_without_some_articles() -> None:
    shelf(3)
    shelf(4, sku="S-2")
    number = opened("S-1", "S-2")
    client = tablet()
    total(client, number, 3)
    assert "Finish without 1 article" in page(client, f"{number}/")
    answer = client.post(f"{COUNTS}{number}/finish/", follow=True)
    assert "All levels were right" in answer.content.decode()


def test_a_manager_has_it_counted_again_or_calls_it_off() -> None:
    shelf(10)
    number = opened()
    anna, boris, boss = tablet(), tablet(), tablet("STORE_MANAGER")
    for client in (anna, boris):
        total(client, number, 9)
        client.post(f"{COUNTS}{number}/finish/")
    anna.post(f"{COUNTS}{number}/approve/")
    assert count_view(number).status == "COUNTED"
    boss.post(f"{COUNTS}{number}/recount/")
    assert count_view(number).status == "RECOUNT"
    boss.post(f"{COUNTS}{number}/cancel/")
    assert "called off" in page(boss, f"{number}/")
    assert figures() == (10, 0)


def test_work_leads_to_its_count() -> None:
    shelf(10)
    number = opened()
    outbox.drain()
    client = tablet()
    (item,) = WorkItem.objects.all()
    assert f"{COUNTS}{item.reference}/" in client.get("/tablet/work/").content.decode()
    assert number in page(client, f"{item.reference}/")


def test_another_places_count_is_absent() -> None:
    shelf(10)
    place("spb-1")
    number = opened()
    client = tablet(store="spb-1")
    assert client.get(f"{COUNTS}{number}/").status_code == 404
    assert "S-1" not in scan(client, number)
    assert line_of(number).counted is None


def test_pages_speak_russian() -> None:
    shelf(10)
    number = opened()
    client = tablet(language="ru")
    for address in ("", f"{number}/", f"{number}/?sku=S-1"):
        text = page(client, address)
        for english in ("Count", "Begin", "Scan", "Finish", "how many"):
            assert f">{english}" not in text, (address, english)
