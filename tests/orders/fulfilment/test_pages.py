"""The tablet's pages for bags, by a clerk who has no script running and one who has."""

from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from omniretail.kernel import clock, outbox, pages
from omniretail.kernel.models import AuditEntry, IdempotencyKey
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.pickup_codes import pass_text
from stores.network.models import Store
from stores.work.models import WorkItem
from tests.factories.fulfilment import (
    Ordered,
    Town,
    bag_of,
    code_of,
    picked,
    placed_order,
    ready,
)
from tests.tablet import sign_in_tablet

HTMX = {"HX-Request": "true"}


@pytest.fixture
def clerk(shops: Town, client: Client) -> Client:
    sign_in_tablet(client, store=Store.objects.get(code="tverskaya"))
    return client


@pytest.fixture
def manager(shops: Town, client: Client) -> Client:
    sign_in_tablet(client, store=Store.objects.get(code="tverskaya"), role="STORE_MANAGER")
    return client


@pytest.fixture
def bag(shops: Town) -> Fulfilment:
    lines = [Ordered("PHONE", 2, "tverskaya"), Ordered("CABLE", 1, "tverskaya")]
    return bag_of(placed_order(lines, at=clock.now()))


def test_picking_page_names_customer_articles_and_deadline(
    clerk: Client, bag: Fulfilment
) -> None:
    page = clerk.get(f"/tablet/pick/{bag.number}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Анна К." in text
    assert "Товар PHONE" in text
    assert "Start picking 3 items" in text


def test_a_bag_of_another_store_is_absent(clerk: Client, shops: Town) -> None:
    other = bag_of(placed_order([Ordered("PHONE", 1, "arbat")], at=clock.now()))
    for page in ("pick", "handover", "pack"):
        assert clerk.get(f"/tablet/{page}/{other.number}/").status_code == 404
    answer = clerk.post(f"/tablet/pick/{other.number}/scan/", {"code": "PHONE"})
    assert answer.status_code == 404


def test_a_scan_ticks_its_row_and_sounds_right(clerk: Client, bag: Fulfilment) -> None:
    answer = clerk.post(
        f"/tablet/pick/{bag.number}/scan/", {"code": "4600051000057"}, headers=HTMX
    )
    assert answer["HX-Trigger"] == "scan-good"
    assert "2 items to find" in answer.content.decode()
    assert "pick-action" in answer.content.decode()


def test_a_wrong_scan_says_what_it_is_and_sounds_wrong(clerk: Client, shops: Town) -> None:
    bag = bag_of(placed_order([Ordered("PHONE", 1, "tverskaya")], at=clock.now()))
    answer = clerk.post(
        f"/tablet/pick/{bag.number}/scan/", {"code": "4600051000057"}, headers=HTMX
    )
    assert answer["HX-Trigger"] == "scan-bad"
    assert "This is Товар CABLE. Wanted: Товар PHONE." in answer.content.decode()


def test_a_wrong_scan_is_told_without_script_too(clerk: Client, bag: Fulfilment) -> None:
    answer = clerk.post(
        f"/tablet/pick/{bag.number}/scan/", {"code": "nonsense"}, follow=True
    )
    assert "This is nonsense" in answer.content.decode()


def test_the_last_scan_offers_ready_and_ready_leads_back_to_work(
    clerk: Client, shops: Town, bag: Fulfilment
) -> None:
    picked(bag, shops.clerk("tverskaya"), at=clock.now())
    assert "Ready: 3 items" in clerk.get(f"/tablet/pick/{bag.number}/").content.decode()
    answer = clerk.post(f"/tablet/pick/{bag.number}/ready/", {"bay": "A-12"}, follow=True)
    assert "Ready in A-12" in answer.content.decode()
    assert clerk.get(f"/tablet/pick/{bag.number}/")["Location"] == (
        f"/tablet/handover/{bag.number}/"
    )


def test_what_is_done_has_left_the_list_before_its_fact_arrives(
    clerk: Client, shops: Town, bag: Fulfilment
) -> None:
    outbox.drain()
    assert bag.order.number in clerk.get("/tablet/work/").content.decode()
    picked(bag, shops.clerk("tverskaya"), at=clock.now())
    answer = clerk.post(f"/tablet/pick/{bag.number}/ready/", {"bay": "A-12"}, follow=True)
    assert bag.order.number not in answer.content.decode()

    outbox.drain()
    assert "A-12" in clerk.get("/tablet/work/").content.decode()
    form = {"code": code_of(bag.order)}
    answer = clerk.post(f"/tablet/handover/{bag.number}/confirm/", form, follow=True)
    assert bag.order.number not in answer.content.decode()

    outbox.drain()
    kinds = WorkItem.objects.values_list("kind", "outcome")
    assert sorted(kinds) == [("HANDOVER", "DONE"), ("PICK", "DONE")]


def test_missing_units_are_reported_and_undone_picks_come_back(
    clerk: Client, shops: Town, bag: Fulfilment
) -> None:
    picked(bag, shops.clerk("tverskaya"), at=clock.now())
    clerk.post(f"/tablet/pick/{bag.number}/1/put-back/")
    answer = clerk.post(
        f"/tablet/pick/{bag.number}/1/short/", {"quantity": "1"}, follow=True
    )
    text = answer.content.decode()
    assert "does not pay for them" in text
    assert "1 not found" in text
    assert "Ready: 2 items" in text


def test_the_right_code_hands_over_and_pressing_twice_does_it_once(
    clerk: Client, shops: Town, bag: Fulfilment
) -> None:
    ready(bag, shops.clerk("tverskaya"), at=clock.now())
    form = {"code": code_of(bag.order), "_once": "k" * 32}
    for _ in range(2):
        answer = clerk.post(f"/tablet/handover/{bag.number}/confirm/", form)
        assert answer["Location"] == "/tablet/work/"
    text = clerk.get(f"/tablet/handover/{bag.number}/").content.decode()
    assert "Handed over" in text


def test_a_scanned_pass_hands_over_from_anywhere(
    clerk: Client, shops: Town, bag: Fulfilment
) -> None:
    ready(bag, shops.clerk("tverskaya"), at=clock.now())
    scanned = pass_text(bag.number, code_of(bag.order))
    place = clerk.post(reverse("tablet-scan"), {"code": scanned}).json()["url"]
    assert place.startswith(f"/tablet/handover/{bag.number}/?code=")
    assert code_of(bag.order) in clerk.get(place).content.decode()
    clerk.post(f"/tablet/handover/{bag.number}/confirm/", {"code": scanned})
    bag.refresh_from_db()
    assert bag.status == "COLLECTED"


def test_wrong_codes_count_down_and_then_only_the_manager_helps(
    clerk: Client, shops: Town, bag: Fulfilment
) -> None:
    ready(bag, shops.clerk("tverskaya"), at=clock.now())
    for left in ("4 tries", "3 tries", "2 tries", "1 try", "0 tries"):
        answer = clerk.post(f"/tablet/handover/{bag.number}/confirm/", {"code": "WRONG"})
        assert answer.status_code == 422
        assert left in answer.content.decode()
    text = clerk.get(f"/tablet/handover/{bag.number}/").content.decode()
    assert "The code is locked" in text
    assert "Without the code" not in text
    refused = clerk.post(f"/tablet/handover/{bag.number}/override/", {"reason": "x"})
    assert refused.status_code == 403


def test_a_manager_waives_the_code_with_a_reason(
    manager: Client, shops: Town, bag: Fulfilment
) -> None:
    ready(bag, shops.clerk("tverskaya"), at=clock.now())
    place = f"/tablet/handover/{bag.number}/override/"
    assert manager.post(place, {"reason": " "}).status_code == 422
    assert manager.post(place, {"reason": "Паспорт проверен"})["Location"]
    bag.refresh_from_db()
    assert (bag.status, bag.override_reason) == ("COLLECTED", "Паспорт проверен")


def test_a_button_whose_press_died_may_be_pressed_again(
    manager: Client, shops: Town, bag: Fulfilment
) -> None:
    ready(bag, shops.clerk("tverskaya"), at=clock.now())
    place = f"/tablet/handover/{bag.number}/override/"
    pressed = {"reason": "Паспорт проверен", "_once": "a-button"}
    with (
        patch("omniretail.kernel.pages.audit.record"),
        patch.object(pages._Call, "_settle"),
    ):
        manager.post(place, pressed)
    IdempotencyKey.objects.update(lease_ends_at=Now() - timedelta(seconds=1))
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        assert manager.post(place, pressed)["Location"]
        assert manager.post(place, pressed | {"_once": "another"}).status_code == 422
    assert AuditEntry.objects.filter(action="fulfilment.override").count() == 1


def test_a_manager_issues_a_new_code(manager: Client, shops: Town, bag: Fulfilment) -> None:
    ready(bag, shops.clerk("tverskaya"), at=clock.now())
    old = code_of(bag.order)
    manager.post(f"/tablet/handover/{bag.number}/new-code/")
    assert code_of(bag.order) != old


def test_a_parcel_is_closed_sent_and_delivered(clerk: Client, shops: Town) -> None:
    order = placed_order([Ordered("PHONE", 1, "tverskaya", "SHIP")], at=clock.now())
    parcel = picked(bag_of(order, "SHIP"), shops.clerk("tverskaya"), at=clock.now())
    closed = clerk.post(f"/tablet/pick/{parcel.number}/pack/", follow=True)
    assert "Give to the carrier" in closed.content.decode()
    clerk.post(f"/tablet/pack/{parcel.number}/ship/", {"code": "RU123"})
    assert "RU123" in clerk.get(f"/tablet/pack/{parcel.number}/").content.decode()
    clerk.post(f"/tablet/pack/{parcel.number}/deliver/")
    order.refresh_from_db()
    assert order.status == "COMPLETED"
