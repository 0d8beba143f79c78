"""Pairing tablets and tills with stores, and taking them away again."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from oauth2_provider.models import get_device_grant_model

from omniretail.contracts.stores import DevicePaired, DeviceUnpaired
from omniretail.kernel import outbox, pairing
from omniretail.kernel.actors import SYSTEM, Actor
from omniretail.kernel.clients import create_client
from omniretail.kernel.codes import random_code
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.models import ApiClient, User
from stores.network.models import Device, Store
from stores.network.queries import DeviceCard, StoreNotFound, find_device

BROWSER_CLIENT = "tablet-browser"
PAIRING_LIFE = timedelta(minutes=15)


class DeviceNotFound(DomainError):
    """There is no such device."""

    kind = Kind.MISSING


class DeviceStandsElsewhere(DomainError):
    """This device belongs to another store. Unpair it there first."""

    kind = Kind.CONFLICT


class UnknownKindOfDevice(DomainError):
    """A device is a TABLET or a TILL."""


@dataclass(frozen=True)
class BrowserPairing:
    """A browser that wants to become a tablet: what it shows and what it keeps."""

    user_code: str
    device_secret: str
    ends_at: datetime


@transaction.atomic
def enrol_device(
    *,
    code: str,
    store_code: str,
    kind: str,
    name: str,
    by: Actor,
    at: datetime,
) -> DeviceCard:
    """Bind a device to a store under a code of the caller's choice; repeating it only
    corrects the name.

    Raises:
        StoreNotFound: no place has this code.
        UnknownKindOfDevice: neither a tablet nor a till.
        DeviceStandsElsewhere: the device is paired with another store.
    """
    device = _enrol(code, store_code, kind, name, by, at)
    return _card(device)


@transaction.atomic
def pair_device(
    *,
    user_code: str,
    store_code: str,
    kind: str,
    name: str,
    by: Actor,
    at: datetime,
    code: str = "",
) -> DeviceCard:
    """Approve the code a device shows: it becomes a device of that store.

    Give `code` to pair a device that is already known (its old tokens end).

    Raises:
        PairingNotFound: no device shows this code (any more).
        StoreNotFound, UnknownKindOfDevice, DeviceStandsElsewhere: it cannot be.
    """
    pairing.find_pairing(user_code, at=at)
    device = _enrol(code or f"d-{random_code(6).lower()}", store_code, kind, name, by, at)
    pairing.revoke_tokens(user=device.user)
    pairing.approve_pairing(user_code=user_code, user=device.user, at=at)
    return _card(device)


@transaction.atomic
def unpair_device(*, code: str, by: Actor, at: datetime) -> None:
    """The device may no longer act: its tokens end and whoever is signed in is out.

    Raises:
        DeviceNotFound: no device has this code.
    """
    del by
    device = _locked(code)
    if device is None:
        raise DeviceNotFound(device=code)
    if device.unpaired_at is not None:
        return
    device.unpaired_at = at
    device.save(update_fields=["unpaired_at"])
    User.objects.filter(pk=device.user_id).update(is_active=False)
    pairing.revoke_tokens(user=device.user)
    device.sessions.live().update(ended_at=at)
    outbox.publish(
        DeviceUnpaired(device_code=code, store_code=device.store.code, occurred_at=at)
    )


@transaction.atomic
def start_browser_pairing(*, at: datetime) -> BrowserPairing:
    """A browser asks to become a tablet; a manager approves the code it shows."""
    if not ApiClient.objects.filter(client_id=BROWSER_CLIENT).exists():
        create_client(
            name="Tablet in a browser",
            scopes=[],
            client_id=BROWSER_CLIENT,
            for_devices=True,
            by=SYSTEM,
            at=at,
        )
    grants = get_device_grant_model().objects
    asked = grants.create(
        client_id=BROWSER_CLIENT,
        device_code=secrets.token_urlsafe(32),
        user_code=pairing.new_user_code(),
        scope="",
        expires=at + PAIRING_LIFE,
    )
    return BrowserPairing(asked.user_code, asked.device_code, asked.expires)


@transaction.atomic
def finish_browser_pairing(*, device_secret: str, at: datetime) -> Device | None:
    """The device that a manager made of this browser; None while nobody has decided.

    Raises:
        PairingNotFound: turned away, run out, or finished before.
    """
    model = get_device_grant_model()
    asked = (
        model.objects.select_for_update()
        .filter(device_code=device_secret, client_id=BROWSER_CLIENT, expires__gt=at)
        .first()
    )
    if asked is None or asked.status not in (model.AUTHORIZED, model.AUTHORIZATION_PENDING):
        raise pairing.PairingNotFound
    if asked.status == model.AUTHORIZATION_PENDING:
        return None
    model.objects.filter(pk=asked.pk).update(status=model.EXPIRED)
    device: Device | None = Device.objects.paired().filter(user=asked.user_id).first()
    if device is None:
        raise pairing.PairingNotFound
    return device


def _enrol(
    code: str, store_code: str, kind: str, name: str, by: Actor, at: datetime
) -> Device:
    if kind not in Device.Kind.values:
        raise UnknownKindOfDevice(field="kind")
    store = Store.objects.filter(code=store_code).first()
    if store is None:
        raise StoreNotFound(field="store", store=store_code)
    device = _locked(code)
    if device is None:
        user = User.objects.create_user(
            username=f"device:{code}", name=name, kind=User.Kind.DEVICE
        )
        device = Device(code=code, user=user)
    elif device.unpaired_at is None:
        if device.store_id != store.pk:
            raise DeviceStandsElsewhere(device=code, store=device.store.code)
        device.name = name
        device.save(update_fields=["name"])
        return device
    device.store, device.kind, device.name = store, kind, name
    device.paired_at, device.paired_by, device.unpaired_at = at, by.key, None
    device.save()
    User.objects.filter(pk=device.user_id).update(is_active=True, name=name)
    outbox.publish(
        DevicePaired(
            device_code=code, store_code=store_code, paired_by=by.key, occurred_at=at
        )
    )
    return device


def _locked(code: str) -> Device | None:
    devices = Device.objects.locked().select_related("user", "store")
    return devices.filter(code=code).first()


def _card(device: Device) -> DeviceCard:
    found = find_device(device.code)
    if found is None:
        raise DeviceNotFound(device=device.code)
    return found
