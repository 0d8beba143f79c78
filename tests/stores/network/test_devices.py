"""Devices are of a kind that is known, stand in one store, and are told apart by code."""

import pytest
from django.test import Client
from django.urls import reverse
from oauth2_provider.models import get_device_grant_model

from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import AuditEntry, OutboxFact, User
from stores.network.models import Device
from stores.network.operations import (
    enrol_device,
    pair_device,
    start_browser_pairing,
    unpair_device,
)
from stores.network.operations.devices import (
    DeviceNotFound,
    DeviceStandsElsewhere,
    UnknownKindOfDevice,
)
from tests.callers import as_device
from tests.clock import NOON
from tests.factories.stores import DeviceFactory, StoreFactory
from tests.tablet import sign_in_tablet

pytestmark = pytest.mark.django_db


def test_a_device_nobody_knows_is_not_unpaired() -> None:
    with pytest.raises(DeviceNotFound) as refusal:
        unpair_device(code="nowhere", by=SYSTEM, at=NOON)
    assert refusal.value.facts == {"device": "nowhere"}
    assert not OutboxFact.objects.exists()


def test_a_device_of_another_store_stays_there_with_its_tokens() -> None:
    device, elsewhere = DeviceFactory(name="У кассы"), StoreFactory()
    caller = as_device(device.user)
    asked = start_browser_pairing(at=clock.now())
    with pytest.raises(DeviceStandsElsewhere) as refusal:
        pair_device(
            user_code=asked.user_code,
            store_code=elsewhere.code,
            kind="TABLET",
            name="У входа",
            code=device.code,
            by=SYSTEM,
            at=clock.now(),
        )
    assert refusal.value.facts == {"device": device.code, "store": device.store.code}
    kept = Device.objects.get()
    assert (kept.store, kept.name, kept.unpaired_at) == (device.store, "У кассы", None)
    assert caller.get("/api/v1/devices/me").json()["store"] == device.store.code
    grants = get_device_grant_model()
    assert grants.objects.get().status == grants.AUTHORIZATION_PENDING
    assert not OutboxFact.objects.exists()


def test_unpaired_there_it_may_stand_here() -> None:
    device, elsewhere = DeviceFactory(), StoreFactory()
    unpair_device(code=device.code, by=SYSTEM, at=NOON)
    card = enrol_device(
        code=device.code,
        store_code=elsewhere.code,
        kind="TILL",
        name="Касса",
        by=SYSTEM,
        at=NOON,
    )
    assert (card.store_code, card.kind) == (elsewhere.code, "TILL")


def test_a_kind_of_device_nobody_knows_is_refused() -> None:
    store = StoreFactory()
    with pytest.raises(UnknownKindOfDevice) as refusal:
        enrol_device(
            code="fridge-1",
            store_code=store.code,
            kind="FRIDGE",
            name="Витрина",
            by=SYSTEM,
            at=NOON,
        )
    assert refusal.value.field == "kind"
    assert not Device.objects.exists()
    assert not User.objects.filter(kind=User.Kind.DEVICE).exists()


def test_a_manager_who_names_no_such_kind_pairs_nothing(client: Client) -> None:
    store = StoreFactory()
    code = client.get(reverse("tablet-pair")).context["code"]
    manager = Client()
    sign_in_tablet(manager, store=store, role="STORE_MANAGER")
    before = Device.objects.count()
    answer = manager.post(
        reverse("tablet-pair-approve"),
        {"user_code": code, "store": store.code, "kind": "FRIDGE"},
    )
    assert answer.status_code == 422
    assert "A device is a TABLET or a TILL." in answer.content.decode()
    assert Device.objects.count() == before
    assert not AuditEntry.objects.filter(
        action="devices.pair", subject__startswith="device:"
    ).exists()
    assert client.get(reverse("tablet-pair-status")).status_code == 204
