"""The REST door of the stores floor."""

from datetime import timedelta
from decimal import Decimal

import pytest

from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import AuditEntry
from stores.kpi.operations import record_scores
from stores.kpi.scoring import Score
from stores.network.models import Device, Store
from stores.network.operations import unpair_device
from stores.people.models import Employee
from stores.work.models import WorkItem
from stores.work.operations import Task, open_work
from tests.callers import Caller, as_client, as_device, nobody
from tests.factories.stores import PIN, AssignmentFactory, DeviceFactory, StoreFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1"


@pytest.fixture
def store() -> Store:
    return StoreFactory()


@pytest.fixture
def device(store: Store) -> Device:
    return DeviceFactory(store=store)


@pytest.fixture
def till(device: Device) -> Caller:
    return as_device(device.user)


def hired(store: Store, role: str = "CLERK") -> Employee:
    return AssignmentFactory(store=store, role=role).employee  # type: ignore[no-any-return]


def with_staff(device: Device, role: str = "CLERK") -> Caller:
    """Somebody signed in on the device."""
    till = as_device(device.user)
    employee = hired(device.store, role)
    given = {"employee": employee.code, "pin": PIN}
    secret = till.post(f"{URL}/staff-sessions", given).json()["secret"]
    till.defaults["HTTP_X_STAFF_SESSION"] = secret
    return till


def test_anybody_may_look_for_a_store_nearby() -> None:
    StoreFactory(code="msk", latitude=55.7558, longitude=37.6173)
    StoreFactory(code="spb", latitude=59.9343, longitude=30.3351)
    answer = nobody().get(f"{URL}/stores?latitude=55.7&longitude=37.6&limit=1")
    (found,) = answer.json()["items"]
    assert found["code"] == "msk"
    assert found["distance_km"] == pytest.approx(6.3, abs=0.5)
    assert found["opening_hours"] == "Mo-Su 10:00-22:00"
    assert nobody().get(f"{URL}/stores/spb").json()["city"] == "Москва"
    assert nobody().get(f"{URL}/stores/nowhere").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "latitude=55",
        "latitude=91&longitude=0",
        "latitude=nan&longitude=1",
        "latitude=1e400&longitude=1",
        "capability=fly",
        "limit=0",
        "limit=1000000",
        "colour=red",
    ],
)
def test_an_odd_question_is_a_problem_naming_the_field(query: str) -> None:
    answer = nobody().get(f"{URL}/stores?{query}")
    assert answer.status_code in (400, 422), answer.content
    assert answer["Content-Type"].startswith("application/problem+json")


def test_a_device_knows_where_it_stands(till: Caller, device: Device) -> None:
    assert till.get(f"{URL}/devices/me").json() == {
        "code": device.code,
        "kind": "TABLET",
        "name": device.name,
        "store": device.store.code,
    }
    unpair_device(code=device.code, by=SYSTEM, at=clock.now())
    assert till.get(f"{URL}/devices/me").status_code == 401


def test_signing_in_tells_the_secret_once(till: Caller, store: Store) -> None:
    employee = hired(store)
    given = {"employee": employee.code, "pin": PIN}
    answer = till.post(f"{URL}/staff-sessions", given, key="k1")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["employee"], body["roles"], body["store"]) == (
        employee.code,
        ["CLERK"],
        store.code,
    )
    again = till.post(f"{URL}/staff-sessions", given, key="k1")
    assert again.status_code == 409
    assert body["secret"] not in again.content.decode()


def test_a_wrong_pin_is_refused_and_counted_though_the_answer_is_a_refusal(
    till: Caller, store: Store
) -> None:
    employee = hired(store)
    for _try in range(5):
        given = {"employee": employee.code, "pin": "1379"}
        answer = till.post(f"{URL}/staff-sessions", given)
        assert answer.status_code == 403
        assert "1379" not in answer.content.decode()
    locked = till.post(f"{URL}/staff-sessions", {"employee": employee.code, "pin": PIN})
    assert locked.json()["code"] == "pin_locked"


def test_a_session_without_its_device_opens_nothing(device: Device, store: Store) -> None:
    clerk = with_staff(device)
    secret = clerk.defaults["HTTP_X_STAFF_SESSION"]
    other = as_device(DeviceFactory(store=store).user)
    for caller in (nobody(), as_client("orders:read"), other):
        answer = caller.get(f"{URL}/work-items", headers={"X-Staff-Session": secret})
        assert answer.status_code == 401, answer.content
    assert clerk.get(f"{URL}/work-items").status_code == 200


def test_signing_out_ends_it(device: Device) -> None:
    clerk = with_staff(device)
    assert clerk.delete(f"{URL}/staff-sessions/mine").status_code == 204
    assert clerk.get(f"{URL}/work-items").status_code == 401


def task(store: Store, reference: str = "F-1") -> None:
    now = clock.now()
    wanted = Task(
        kind="PICK",
        reference=reference,
        order_number="R-1",
        store_code=store.code,
        title="Наушники",
        customer_name="Анна К.",
        units=1,
        due_at=now + timedelta(hours=1),
    )
    open_work(task=wanted, at=now)


def test_a_clerk_reads_and_takes_the_work_of_the_own_store(
    device: Device, store: Store
) -> None:
    task(store)
    task(StoreFactory(), "F-2")
    clerk = with_staff(device)
    page = clerk.get(f"{URL}/work-items").json()
    assert [item["reference"] for item in page["items"]] == ["F-1"]
    assert clerk.post(f"{URL}/work-items/F-1/PICK/take").status_code == 204
    assert clerk.post(f"{URL}/work-items/F-2/PICK/take").status_code == 404
    item = WorkItem.objects.get(reference="F-1")
    assert item.taken_by
    entry = AuditEntry.objects.get(action="work-items.take")
    assert (entry.store, entry.subject) == (store.code, "work:PICK:F-1")
    assert clerk.post(f"{URL}/work-items/F-1/PICK/put-back").status_code == 204
    assert clerk.get(f"{URL}/work-items?kind=SHIP").json()["items"] == []
    assert clerk.get(f"{URL}/work-items?kind=x").status_code in (400, 422)


def sold(store: Store, amount: str, reference: str) -> None:
    score = Score(
        kind="SALE",
        reference=reference,
        order_number=reference,
        store_code=store.code,
        channel="SITE",
        currency="RUB",
        at=clock.now(),
        amounts={"net_sales_amount": Decimal(amount)},
    )
    record_scores(scores=[score], at=clock.now())


def test_the_score_is_the_managers_own_and_the_head_offices_all(
    device: Device, store: Store
) -> None:
    sold(store, "100.00", "F-1")
    sold(StoreFactory(), "50.00", "F-2")
    other = Store.objects.exclude(pk=store.pk).get()

    manager = with_staff(device, "STORE_MANAGER")
    day = manager.get(f"{URL}/scorecards").json()
    assert day["company"]["net_sales_amount"] == "100.00"
    assert day["by_channel"][0]["channel"] == "SITE"
    assert manager.get(f"{URL}/scorecards?store={other.code}").status_code == 404

    head = with_staff(device, "HEAD_OFFICE")
    assert head.get(f"{URL}/scorecards").json()["company"]["net_sales_amount"] == "150.00"
    site = as_client("orders:read")
    one = site.get(f"{URL}/scorecards?store={other.code}").json()
    assert one["company"]["net_sales_amount"] == "50.00"
    refused = with_staff(device, "CLERK").get(f"{URL}/scorecards")
    assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")
    assert refused.json()["permission"] == "kpi.read"
    assert "company" not in refused.json()
