"""What customers are told: once per event, in their language, on the store's clock."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from loyalty.identity.models import Customer
from loyalty.identity.operations import record_consent, withdraw_consent
from loyalty.messaging import reactions
from loyalty.messaging.models import Message
from loyalty.messaging.notices import ALL
from omniretail.contracts.base import Fact
from omniretail.contracts.loyalty import PointsChanged
from omniretail.contracts.orders import OrderPlaced
from omniretail.contracts.shelves import WaitServed
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.factories.loyalty import IdentifierFactory
from tests.factories.stores import StoreFactory
from tests.loyalty import facts
from tests.loyalty.conftest import Grant

REACTIONS: dict[str, Callable[[Any], None]] = {
    "placed": reactions.tell_placed,
    "ready": reactions.tell_ready,
    "late": reactions.tell_late,
    "short": reactions.tell_short,
    "moved": reactions.tell_short,
    "lacking": reactions.tell_uncovered,
    "shipped": reactions.tell_shipped,
    "delivered": reactions.tell_delivered,
    "expired": reactions.tell_expired,
    "cancelled": reactions.tell_cancelled,
    "returned": reactions.tell_returned,
}
ORDER_TEMPLATES = sorted(REACTIONS)


@pytest.fixture
def store(db: None) -> Any:
    return StoreFactory.create(
        code="S-1",
        name="Светланская",
        city="Владивосток",
        address="Светланская ул., 33",
        time_zone="Asia/Vladivostok",
    )


def tell(template: str, fact: Fact) -> Message:
    REACTIONS[template](fact)
    return Message.objects.get(template=template)


def told(template: str, **contact: str) -> Message:
    order = facts.brief(contact=facts.contact(**contact))
    return tell(template, facts.every_told_fact(order)[template])


@pytest.mark.parametrize("channel", ["SMS", "EMAIL"])
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("template", ORDER_TEMPLATES)
def test_every_notice_is_written_in_both_languages_and_channels(
    store: Any, template: str, language: str, channel: str
) -> None:
    missing = {"email": ""} if channel == "SMS" else {"phone": ""}
    message = told(template, language=language, **missing)
    assert (message.channel, message.language) == (channel, language)
    assert facts.NUMBER in message.subject + message.body
    assert "{{" not in message.body
    assert "{%" not in message.body
    assert "&" not in message.body
    assert ("Заказ" in message.subject + message.body) is (
        language == "ru" and template != "returned"
    )


def test_every_notice_is_covered_by_a_test() -> None:
    others = {"login_code", "verify_code", "points", "back_in_stock"}
    assert {notice.template for notice in ALL} == set(REACTIONS) | others


def test_times_are_on_the_clock_of_the_store(store: Any) -> None:
    assert "Храним до 27 ноября, 19:00" in told("ready", email="").body


def test_russian_counts_its_goods(store: Any) -> None:
    body = told("short", email="").body
    assert "не нашли 2 товара" in body
    assert "2\u00a0000\u00a0₽" in body


def test_a_language_we_do_not_write_falls_back_to_the_house_language(store: Any) -> None:
    assert told("ready", language="kk").language == "ru"


@pytest.mark.parametrize("template", ORDER_TEMPLATES)
def test_the_same_event_is_told_once(store: Any, template: str) -> None:
    told(template)
    told(template)
    assert Message.objects.count() == 1


def test_urgent_things_go_by_sms_and_the_rest_by_mail(store: Any) -> None:
    assert told("ready").channel == "SMS"
    assert told("placed").channel == "EMAIL"


def test_nobody_is_told_who_left_no_address(store: Any) -> None:
    order = facts.brief(contact=facts.contact(phone="", email=""))
    reactions.tell_ready(facts.every_told_fact(order)["ready"])  # type: ignore[arg-type]
    assert not Message.objects.exists()


def test_goods_carried_out_at_once_need_no_words(store: Any) -> None:
    placed = facts.every_told_fact(facts.brief())["placed"]
    assert isinstance(placed, OrderPlaced)
    carried = facts.part("CARRY_OUT")
    reactions.tell_placed(
        OrderPlaced(
            order=placed.order,
            total_amount=placed.total_amount,
            fulfilments=(carried,),
            occurred_at=NOON,
        )
    )
    assert not Message.objects.exists()


def test_a_message_is_kept_with_the_customer_of_the_order(
    anna: Customer, store: Any
) -> None:
    order = facts.brief(customer_number=anna.number)
    message = tell("ready", facts.every_told_fact(order)["ready"])
    assert (message.customer, message.order_number) == (anna, facts.NUMBER)


@pytest.mark.django_db
def test_offers_need_consent_and_stop_with_it(anna: Customer, grant: Grant) -> None:
    IdentifierFactory.create(customer=anna, kind="EMAIL", value="anna@example.com")
    given = {"customer_number": anna.number, "purpose": "MARKETING", "channel": "EMAIL"}

    grant(10)
    outbox.drain()
    assert not Message.objects.exists()

    record_consent(**given, source="till", by=SYSTEM, at=NOON)
    grant(1)
    outbox.drain()
    message = Message.objects.get()
    assert (message.template, message.purpose) == ("points", "MARKETING")
    assert "1 балл уже можно тратить" in message.subject
    assert "11 баллов" in message.body

    withdraw_consent(**given, by=SYSTEM, at=NOON)
    grant(5)
    outbox.drain()
    assert Message.objects.count() == 1


def test_each_bag_of_an_order_tells_its_points_and_each_once(anna: Customer) -> None:
    IdentifierFactory.create(customer=anna, kind="EMAIL", value="anna@example.com")
    given = {"customer_number": anna.number, "purpose": "MARKETING", "channel": "EMAIL"}
    record_consent(**given, source="till", by=SYSTEM, at=NOON)
    first, second = (
        PointsChanged(
            customer_number=anna.number,
            kind="ACTIVATE",
            points=10,
            balance=10 * bag,
            reference="R-1",
            occurred_at=NOON + timedelta(hours=bag),
        )
        for bag in (1, 2)
    )
    for fact in (first, second, first, second):
        reactions.tell_points(fact)
    assert Message.objects.count() == 2


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("contact", [{"phone": "+79161234567"}, {"email": "a@example.org"}])
def test_who_waited_for_goods_is_told_where_they_are(
    store: Any, contact: dict[str, str], language: str
) -> None:
    known = {"phone": "", "email": ""} | contact
    fact = WaitServed(
        wait_number="W-1",
        customer_number="",
        recipient_name="Анна",
        language=language,
        sku_code="S-1",
        sku_name="Чайник",
        store_code="S-1",
        quantity=1,
        occurred_at=NOON,
        **known,
    )
    for _time in range(2):
        reactions.tell_back_in_stock(fact)
    message = Message.objects.get(template="back_in_stock")
    text = message.subject + message.body
    assert "Чайник" in text
    assert "Светланская ул., 33" in text
    assert ("наличии" in text) is (language == "ru")
    assert "{{" not in text
    assert "{%" not in text
