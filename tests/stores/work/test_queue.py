from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from omniretail.contracts import orders as told
from omniretail.kernel.actors import Actor, ActorKind
from stores.network.models import Store
from stores.network.queries import StoreNotFound, get_store
from stores.people.queries import NotYourRole
from stores.work import operations, queries, reactions, scanning, titles, urgency
from stores.work.models import WorkItem
from stores.work.operations import NotYourWork, TakenBySomebody, Task, WorkNotFound
from tests.clock import NOON
from tests.factories.stores import AssignmentFactory, StoreFactory
from tests.stores.facts import fact, fulfilment
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db


def open_item(store: Store, **changes: object) -> WorkItem:
    given: dict[str, object] = {
        "kind": "PICK",
        "reference": "F-1",
        "order_number": "R-1",
        "store_code": store.code,
        "title": "Наушники",
        "customer_name": "Анна К.",
        "units": 2,
        "due_at": NOON + timedelta(hours=1),
    }
    task = Task(**(given | changes))  # type: ignore[arg-type]
    operations.open_work(task=task, at=NOON)
    return WorkItem.objects.get(kind=task.kind, reference=task.reference)


def clerk_of(store: Store, role: str = "CLERK") -> Actor:
    employee = AssignmentFactory(store=store, role=role).employee
    return Actor(ActorKind.STAFF, employee.code, store=store.code)


def take(by: Actor) -> None:
    operations.take_work(kind="PICK", reference="F-1", by=by, at=NOON)


def put_back(by: Actor) -> None:
    operations.put_back_work(kind="PICK", reference="F-1", by=by, at=NOON)


def test_the_same_work_is_asked_for_once() -> None:
    store = StoreFactory()
    open_item(store)
    open_item(store, units=5)
    assert WorkItem.objects.get().units == 2


def test_the_most_pressing_comes_first() -> None:
    store = StoreFactory()
    open_item(store, reference="F-2", due_at=NOON + timedelta(hours=3))
    open_item(store, reference="F-1", due_at=NOON + timedelta(minutes=10))
    open_item(store, reference="F-3", due_at=NOON - timedelta(minutes=1))
    rows = queries.open_rows(store.code, NOON)
    assert [(r.reference, r.urgency) for r in rows] == [
        ("F-3", "late"),
        ("F-1", "soon"),
        ("F-2", "calm"),
    ]


def test_work_of_another_store_is_not_shown_nor_taken() -> None:
    open_item(StoreFactory())
    elsewhere = StoreFactory()
    assert queries.open_rows(elsewhere.code, NOON) == []
    with pytest.raises(WorkNotFound):
        take(clerk_of(elsewhere))


def test_who_takes_first_has_it() -> None:
    store = StoreFactory()
    open_item(store)
    anna, boris = clerk_of(store), clerk_of(store)
    take(anna)
    take(anna)
    with pytest.raises(TakenBySomebody):
        take(boris)
    with pytest.raises(NotYourWork):
        put_back(boris)
    put_back(anna)
    take(boris)
    assert WorkItem.objects.get().taken_by == boris.key


def test_a_manager_puts_back_what_an_absent_clerk_took() -> None:
    store = StoreFactory()
    open_item(store)
    take(clerk_of(store))
    put_back(clerk_of(store, "STORE_MANAGER"))
    assert WorkItem.objects.get().taken_by == ""


def test_an_operator_does_not_pick() -> None:
    store = StoreFactory()
    open_item(store)
    with pytest.raises(NotYourRole):
        take(clerk_of(store, "OPERATOR"))


def test_finished_work_counts_for_whoever_did_it() -> None:
    store = StoreFactory()
    open_item(store)
    anna = clerk_of(store)
    take(anna)
    operations.finish_work(kind="PICK", reference="F-1", by="", at=NOON)
    operations.finish_work(kind="PICK", reference="F-1", by="x", at=NOON)
    item = WorkItem.objects.get()
    assert (item.outcome, item.done_by) == ("DONE", anna.key)
    place = get_store(store.code)
    assert queries.done_by(anna.key, place, NOON) == {"PICK": 1}
    assert queries.done_by(anna.key, place, NOON + timedelta(days=1)) == {}


def test_a_pickup_travels_through_the_queue() -> None:
    store = StoreFactory()
    bag = fulfilment(store.code, amounts={"Наушники": "10.00", "Чехол": "5.00"})
    reactions.ask_for_pick(fact(told.FulfilmentAllocated, fulfilment=bag))
    pick = WorkItem.objects.get()
    assert (pick.kind, pick.title, pick.customer_name, pick.units, pick.url_name) == (
        "PICK",
        "Наушники + 1",
        "Анна К.",
        2,
        "tablet-pick",
    )
    reactions.note_picker(fact(told.FulfilmentPicking, fulfilment=bag, by="anna"))
    reactions.shrink_bag(
        fact(
            told.FulfilmentLinesShort,
            fulfilment=fulfilment(store.code),
            outcome="REFUNDED",
            units_left=1,
        )
    )
    pick.refresh_from_db()
    assert (pick.taken_by, pick.units) == ("anna", 1)
    keep_until = NOON + timedelta(days=3)
    reactions.ask_for_handover(
        fact(told.FulfilmentReady, fulfilment=bag, bay="A-12", keep_until=keep_until)
    )
    handover = WorkItem.objects.open().get()
    assert (handover.kind, handover.bay, handover.due_at) == (
        "HANDOVER",
        "A-12",
        keep_until,
    )
    pick.refresh_from_db()
    assert (pick.outcome, pick.done_by) == ("DONE", "anna")
    reactions.finish_handover(
        fact(told.FulfilmentCollected, fulfilment=bag, by="boris", ready_at=NOON)
    )
    assert not WorkItem.objects.open().exists()
    assert WorkItem.objects.get(kind="HANDOVER").done_by == "boris"


def test_a_parcel_travels_through_the_queue() -> None:
    parcel = fulfilment(StoreFactory().code, kind="SHIP")
    reactions.ask_for_pick(fact(told.FulfilmentAllocated, fulfilment=parcel))
    reactions.ask_for_shipping(fact(told.FulfilmentPacked, fulfilment=parcel, by="anna"))
    assert WorkItem.objects.open().get().kind == "SHIP"
    reactions.finish_shipping(
        fact(
            told.FulfilmentShipped,
            fulfilment=parcel,
            by="boris",
            tracking_number="T",
            ready_at=None,
        )
    )
    assert not WorkItem.objects.open().exists()
    done = dict(WorkItem.objects.values_list("kind", "done_by"))
    assert done == {"PICK": "anna", "SHIP": "boris"}


def test_a_parcel_made_ready_waits_to_be_packed() -> None:
    parcel = fulfilment(StoreFactory().code, kind="SHIP")
    reactions.ask_for_handover(
        fact(told.FulfilmentReady, fulfilment=parcel, bay="P", keep_until=NOON)
    )
    assert WorkItem.objects.open().get().kind == "PACK"


def test_goods_carried_out_at_once_are_no_work() -> None:
    sale = fulfilment(StoreFactory().code, kind="CARRY_OUT")
    reactions.ask_for_pick(fact(told.FulfilmentAllocated, fulfilment=sale))
    assert not WorkItem.objects.exists()


def test_what_is_cancelled_leaves_the_queue_as_called_off() -> None:
    bag = fulfilment(StoreFactory().code)
    reactions.ask_for_pick(fact(told.FulfilmentAllocated, fulfilment=bag))
    reactions.call_off(fact(told.FulfilmentCancelled, fulfilment=bag, reason="x"))
    item = WorkItem.objects.get()
    assert (item.outcome, item.done_by) == ("CLOSED", "")


def test_time_left_is_told_in_whole_minutes() -> None:
    left = urgency.time_left(NOON + timedelta(minutes=65, seconds=1), NOON)
    assert (left.hours, left.minutes, left.is_over) == (1, 6, False)
    over = urgency.time_left(NOON - timedelta(minutes=5, seconds=59), NOON)
    assert (over.minutes, over.is_over) == (5, True)
    assert urgency.time_left(NOON + timedelta(days=2), NOON).days == 2


def test_few_words_say_what_and_for_whom() -> None:
    assert titles.short_name("Анна Ковалёва") == "Анна К."
    assert titles.short_name("Мадонна") == "Мадонна"
    assert titles.short_name("") == ""
    line = fulfilment("x", amounts={"Х" * 300: "1.00"}).lines
    assert len(titles.title_of(line)) <= 120
    assert titles.title_of(()) == ""


def test_a_scanned_pick_list_leads_to_its_page_in_its_own_store(client: Client) -> None:
    store = StoreFactory()
    open_item(store)
    staff = sign_in_tablet(client, store=store)
    assert scanning.resolve_work("f-1", staff) == scanning.page_of("tablet-pick", "F-1")
    stranger = sign_in_tablet(Client(), store=StoreFactory())
    assert scanning.resolve_work("F-1", stranger) is None


def test_a_code_nobody_knows_is_said_so(client: Client) -> None:
    sign_in_tablet(client, store=StoreFactory())
    answer = client.post(reverse("tablet-scan"), {"code": "zzz\x00"}).json()
    assert answer["url"] is None
    assert "not known here" in answer["words"]


def test_the_queue_costs_the_same_for_much_work(
    client: Client, django_assert_num_queries: object
) -> None:
    store = StoreFactory()
    sign_in_tablet(client, store=store)
    open_item(store)
    for size in (1, 20):
        for n in range(size):
            open_item(store, reference=f"F-{size}-{n}")
        with django_assert_num_queries(5):  # type: ignore[operator]
            assert client.get(reverse("tablet-work")).status_code == 200


def test_taking_on_the_page_is_audited_and_shown(client: Client) -> None:
    store = StoreFactory()
    open_item(store)
    staff = sign_in_tablet(client, store=store)
    client.post(reverse("tablet-work-take", args=["PICK", "F-1"]))
    assert WorkItem.objects.get().taken_by == staff.code
    assert "Mine" in client.get(reverse("tablet-work")).content.decode()
    client.post(reverse("tablet-work-put-back", args=["PICK", "F-1"]))
    assert WorkItem.objects.get().taken_by == ""


def test_work_needs_a_known_store() -> None:
    with pytest.raises(StoreNotFound):
        open_item(Store(code="nowhere"))
